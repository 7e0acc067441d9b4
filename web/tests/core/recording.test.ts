import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type MidiAccess,
  MidiKeyboards,
  type MidiMessage,
  type MidiPort,
} from "../../src/core/midi_input.ts";
import { columnsOf } from "../../src/core/notes.ts";
import { Recording } from "../../src/core/recording.ts";
import { anyNote } from "../support/music.ts";

const ON = 0x90;
const OFF = 0x80;
const PEDAL = [0xb0, 64];

describe("recording", () => {
  test("notes played one after another on their pitches come back as they were", () => {
    const melody = fc.uniqueArray(anyNote, { selector: (note) => note.pitch, minLength: 1 });
    fc.assert(
      fc.property(melody, (notes) => {
        const messages = notes.flatMap((note) => [
          { tick: note.onset, data: [ON, note.pitch, note.velocity] },
          { tick: note.onset + note.duration, data: [OFF, note.pitch, 0] },
        ]);
        const recording = new Recording();
        for (const { tick, data } of messages.sort((a, b) => a.tick - b.tick)) {
          recording.take(data, tick);
        }
        expect(columnsOf(recording.notes)).toEqual(columnsOf(notes));
        expect(recording.held).toEqual([]);
      }),
    );
  });

  test("the pedal holds what is let go until it comes up, and not what is still pressed", () => {
    const recording = new Recording();
    recording.take([...PEDAL, 127], 0);
    recording.take([ON, 60, 90], 10);
    recording.take([ON, 64, 90], 10);
    recording.take([OFF, 60, 0], 20);
    expect(recording.take([...PEDAL, 0], 100).ended, "also for who hears it").toEqual([60]);
    expect(recording.notes).toEqual([{ onset: 10, duration: 90, pitch: 60, velocity: 90 }]);
    recording.take([OFF, 64, 0], 150);
    expect(recording.notes[1].duration).toBe(140);
  });

  test("a key struck again under the pedal is a new note", () => {
    const recording = new Recording();
    recording.take([...PEDAL, 127], 0);
    recording.take([ON, 60, 90], 0);
    recording.take([OFF, 60, 0], 20);
    const again = { ended: [60], begun: { pitch: 60, velocity: 50 } };
    expect(recording.take([ON, 60, 50], 40)).toEqual(again);
    const notes = recording.finish(100);
    expect(notes.map((note) => [note.onset, note.duration])).toEqual([
      [0, 40],
      [40, 60],
    ]);
  });

  test("a note-on of velocity 0 ends a note, and no note is shorter than a tick", () => {
    const recording = new Recording();
    recording.take([ON, 60, 90], 7);
    expect(recording.take([ON, 60, 0], 7)).toEqual({ ended: [60], begun: null });
    expect(recording.notes[0].duration).toBe(1);
  });

  test("all notes off ends everything, other messages nothing", () => {
    const recording = new Recording();
    recording.take([ON, 60, 90], 0);
    recording.take([0xe0, 0, 64], 10);
    recording.take([0xf8], 15);
    expect(recording.notes).toEqual([]);
    recording.take([0xb0, 123, 0], 20);
    expect(recording.notes[0].duration).toBe(20);
  });
});

function port(id: string, state = "connected"): MidiPort {
  return { id, name: `Keys ${id}`, state, onmidimessage: null };
}

describe("MIDI keyboards", () => {
  test("all that are plugged in are heard, also ones that come later", async () => {
    const ports = [port("a"), port("gone", "disconnected")];
    const access: MidiAccess = { inputs: { values: () => ports }, onstatechange: null };
    const heard: MidiMessage[] = [];
    const keyboards = await MidiKeyboards.open(
      async () => access,
      (message) => heard.push(message),
    );
    expect(keyboards.names).toEqual([{ id: "a", name: "Keys a" }]);
    ports.push(port("b"));
    access.onstatechange?.();
    ports[2].onmidimessage?.({ data: [ON, 60, 1], timeStamp: 0 });
    expect(heard).toHaveLength(1);
    keyboards.close();
    expect(ports.every((one) => one.onmidimessage === null)).toBe(true);
  });

  test.each([
    ["NotAllowedError", "denied", /does not let this page use MIDI/],
    ["InvalidStateError", "no-system", /did not answer/],
    ["WeirdError", "unknown", /could not be opened/],
  ])("%s becomes plain words", async (name, code, words) => {
    const refuse = async (): Promise<MidiAccess> => {
      throw new DOMException("Platform dependent initialization failed", name);
    };
    const opened = MidiKeyboards.open(refuse, () => undefined);
    await expect(opened).rejects.toMatchObject({ code, message: expect.stringMatching(words) });
  });

  test("a browser or an address without MIDI is distinguished", async () => {
    const ignore = (): void => undefined;
    await expect(MidiKeyboards.open(undefined, ignore)).rejects.toMatchObject({ code: "absent" });
    const far = MidiKeyboards.open(undefined, ignore, { isSecureContext: false });
    await expect(far).rejects.toMatchObject({ code: "insecure-context" });
  });
});

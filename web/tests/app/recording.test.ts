import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/api/types.ts";
import { toggleRecording } from "../../src/app/recording.ts";
import { Memory } from "../../src/app/state/memory.ts";
import { OwnSounds } from "../../src/app/state/own_sounds.svelte.ts";
import { Recorder } from "../../src/app/state/recorder.svelte.ts";
import { RecordingClock } from "../../src/app/state/recording_clock.ts";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import { Ui } from "../../src/app/ui.svelte.ts";
import type { Playable } from "../../src/audio/index.ts";
import type { MidiPort } from "../../src/core/midi_input.ts";
import type { Note } from "../../src/core/types.ts";
import { fakePlayer } from "./player.ts";
import { FakeServer, HandTimers, MemoryStore, track } from "./server.ts";

const ON = 0x90;
const OFF = 0x80;
const PEDAL = [0xb0, 64];
/** At 120 beats a minute, 480 ticks a quarter. */
const TICKS_PER_MS = 0.96;

let server: FakeServer;
let studio: Studio;
let page: Parameters<typeof toggleRecording>[0];
let keyboard: MidiPort;
let nowMs: number;
let isPlaying: boolean;
let position: number;
let sounded: string[];
let loaded: Playable;

async function open(tracks = [track("Piano", [0, 480])]): Promise<void> {
  server = new FakeServer(tracks);
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  // The page has been open for ten minutes.
  nowMs = 600_000;
  isPlaying = false;
  position = 0;
  sounded = [];
  keyboard = { id: "k", name: "Keys", state: "connected", onmidimessage: null };
  const clock = new RecordingClock(studio.piece, studio.sound, () => nowMs);
  const recorder = new Recorder({
    requestMidi: async () => ({ inputs: { values: () => [keyboard] }, onstatechange: null }),
    isSecure: true,
    tickAt: (ms) => clock.tickAt(ms),
    press: (pitch) => sounded.push(`on ${pitch}`),
    release: (pitch) => sounded.push(`off ${pitch}`),
  });
  page = {
    studio,
    recorder,
    clock,
    ui: new Ui(new Memory(null)),
    startSound: () => {},
    ownSounds: new OwnSounds(null),
  };
  await studio.start();
  const player = fakePlayer({
    position: () => position,
    load: (playable) => {
      loaded = playable;
    },
  });
  Object.defineProperty(player, "playing", { get: () => isPlaying });
  await studio.sound.start(async () => player);
}

function send(...data: number[]): void {
  keyboard.onmidimessage?.({ data, timeStamp: nowMs });
}

/** So many ms go by, in which the music goes on if it plays. */
function wait(ms: number): void {
  nowMs += ms;
  if (isPlaying) position += ms * TICKS_PER_MS;
}

/** The music has come to its end by itself: the player stands at the beginning. */
function musicEnds(): void {
  isPlaying = false;
  position = 0;
  studio.sound.tick();
}

/** Onsets and durations of what was recorded into a track. */
function recorded(index: number): Pick<Note, "onset" | "duration">[] {
  const notes = studio.piece.detail?.score.tracks[index]?.notes;
  return notes?.onset.map((onset, i) => ({ onset, duration: notes.duration[i] })) ?? [];
}

beforeEach(() => open([]));

describe("the clock of a recording", () => {
  test("begins with the recording where there is no music", async () => {
    await toggleRecording(page);
    wait(500);
    send(ON, 60, 90);
    wait(250);
    send(OFF, 60, 0);
    await toggleRecording(page);
    expect(recorded(0)).toEqual([{ onset: 480, duration: 240 }]);
  });

  test("ends in its own piece when another one is opened", async () => {
    await toggleRecording(page);
    send(ON, 60, 90);
    wait(250);
    await studio.open(async () => ({ ...(server.project("q") as Project), current: 1 }));
    expect(page.recorder.state).toBe("listening");
    expect(server.calls.filter((call) => call.startsWith("POST"))).toEqual([
      "POST /api/projects/p/nodes/1/edits",
    ]);
    expect([studio.piece.id, studio.piece.detail?.n_notes]).toEqual(["q", 0]);
    send(ON, 62, 90);
    await toggleRecording(page);
    await toggleRecording(page);
    expect(server.edits, "nothing was played in the other one").toHaveLength(1);
  });

  test("is the music's as long as it plays, and goes on behind its end", async () => {
    await open();
    studio.desk.focus = 0;
    isPlaying = true;
    position = 960;
    await toggleRecording(page);
    wait(1000);
    send(ON, 60, 90);
    wait(250);
    musicEnds();
    wait(750);
    send(OFF, 60, 0);
    send(ON, 62, 90);
    wait(500);
    await toggleRecording(page);
    expect(recorded(0).slice(2), "the second one was held to the end").toEqual([
      { onset: 1920, duration: 960 },
      { onset: 2880, duration: 480 },
    ]);
  });

  test("follows the music where it jumps", async () => {
    await open();
    studio.desk.focus = 0;
    isPlaying = true;
    await toggleRecording(page);
    wait(1000);
    position = 1920;
    send(ON, 60, 90);
    wait(250);
    send(OFF, 60, 0);
    await toggleRecording(page);
    expect(recorded(0)[2]).toEqual({ onset: 1920, duration: 240 });
  });
});

test("what was played is kept also when another version is heard at the end", async () => {
  await open();
  studio.desk.focus = 0;
  studio.editing.draw(0, { onset: 0, duration: 240, pitch: 72, velocity: 90 });
  await studio.piece.settled();
  await toggleRecording(page);
  send(ON, 60, 90);
  await studio.compare();
  await toggleRecording(page);
  expect(recorded(0)).toHaveLength(4);
});

describe("a keyboard", () => {
  test("is heard as long as a key is held, also before anything is recorded", async () => {
    await page.recorder.listen();
    send(ON, 60, 90);
    send(ON, 64, 90);
    send(OFF, 60, 0);
    expect(sounded).toEqual(["on 60", "on 64", "off 60"]);
    expect(
      loaded.score.tracks.map(({ program }) => program),
      "a piano",
    ).toEqual([0]);
  });

  test("holds with its pedal what is let go", async () => {
    await page.recorder.listen();
    send(...PEDAL, 127);
    send(ON, 60, 90);
    send(OFF, 60, 0);
    expect(sounded).toEqual(["on 60"]);
    send(...PEDAL, 0);
    expect(sounded).toEqual(["on 60", "off 60"]);
  });

  test("leaves nothing sounding when the recording begins or ends", async () => {
    await page.recorder.listen();
    send(ON, 60, 90);
    await toggleRecording(page);
    expect(sounded).toEqual(["on 60", "off 60"]);
    send(ON, 62, 90);
    await toggleRecording(page);
    expect(sounded.slice(2)).toEqual(["on 62", "off 62"]);
  });
});

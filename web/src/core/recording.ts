/**
 * Recording from a MIDI keyboard: messages with their times become notes.
 *
 * Not the browser's MIDI itself (see `midi_input.ts`) and no clock: every message comes with the
 * tick at which it is to stand, so that a count-in, a loop or a tempo change are the caller's affair.
 */
import type { Note } from "./types.ts";

const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const CONTROL_CHANGE = 0xb0;
const SUSTAIN = 64;
const ALL_SOUND_OFF = 120;
const ALL_NOTES_OFF = 123;
const PEDAL_DOWN = 64;

interface Held {
  readonly onset: number;
  readonly pitch: number;
  readonly velocity: number;
  /** The key was let go while the pedal was down. */
  released: boolean;
}

/** What a message did, for letting it sound as it is played. */
export interface Heard {
  /** Pitches that end, before anything begins. */
  readonly ended: readonly number[];
  readonly begun: Pick<Note, "pitch" | "velocity"> | null;
}

/** Takes MIDI messages in and gives notes out. All channels are taken as one. */
export class Recording {
  #done: Note[] = [];
  #held: Held[] = [];
  #pedalDown = false;

  /** Notes that have ended, in the order of their ends. */
  get notes(): readonly Note[] {
    return this.#done;
  }

  /** Notes that are still held: pitch, onset, velocity. */
  get held(): readonly Pick<Note, "onset" | "pitch" | "velocity">[] {
    return this.#held;
  }

  /** Take one message at a tick; messages must come in the order of time. */
  take(data: ArrayLike<number>, tick: number): Heard {
    const status = data[0] & 0xf0;
    const [, first, second] = [data[0], data[1] & 0x7f, data[2] & 0x7f];
    if (status === NOTE_ON && second > 0) return this.#press(first, second, tick);
    if (status === NOTE_ON || status === NOTE_OFF) return this.#release(first, tick);
    const ended = status === CONTROL_CHANGE ? this.#control(first, second, tick) : [];
    return { ended, begun: null };
  }

  /** Forget the notes that have ended. */
  forget(): void {
    this.#done = [];
  }

  /** End everything that is held and give all notes. */
  finish(tick: number): Note[] {
    this.#pedalDown = false;
    this.#end(() => true, tick);
    return this.#done;
  }

  #press(pitch: number, velocity: number, tick: number): Heard {
    // A key struck again while the pedal holds it begins a new note and ends the old one.
    const ended = this.#end((held) => held.pitch === pitch, tick);
    this.#held.push({ onset: Math.round(tick), pitch, velocity, released: false });
    return { ended, begun: { pitch, velocity } };
  }

  #release(pitch: number, tick: number): Heard {
    if (this.#pedalDown) {
      for (const held of this.#held) if (held.pitch === pitch) held.released = true;
      return { ended: [], begun: null };
    }
    return { ended: this.#end((held) => held.pitch === pitch, tick), begun: null };
  }

  #control(controller: number, value: number, tick: number): number[] {
    if (controller === SUSTAIN) {
      this.#pedalDown = value >= PEDAL_DOWN;
      return this.#pedalDown ? [] : this.#end((held) => held.released, tick);
    }
    const endsAll = controller === ALL_SOUND_OFF || controller === ALL_NOTES_OFF;
    return endsAll ? this.#end(() => true, tick) : [];
  }

  /** End what is held, as far as `ends` says so; gives the pitches. */
  #end(ends: (held: Held) => boolean, tick: number): number[] {
    const going = this.#held.filter(ends);
    this.#held = this.#held.filter((held) => !ends(held));
    for (const { onset, pitch, velocity } of going) {
      this.#done.push({ onset, duration: Math.max(Math.round(tick) - onset, 1), pitch, velocity });
    }
    return going.map(({ pitch }) => pitch);
  }
}

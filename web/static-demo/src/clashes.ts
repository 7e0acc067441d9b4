/** Pitches that clash with what sounds are less likely: `segue.generation.clashes`, for one row. */
import type { About, Event, Prompt } from "./files.ts";
import { isDrum, OCTAVE } from "./parts.ts";

export class Clashes {
  readonly #columns: About["columns"];
  readonly #prompt: Prompt;
  /** The pitch classes that sound at each position of the window. */
  readonly #sounding: Set<number>[];

  constructor(columns: About["columns"], prompt: Prompt) {
    this.#columns = columns;
    this.#prompt = prompt;
    const last = prompt.bar_events[prompt.bar_events.length - 1];
    const end = last[columns.time] + last[columns.length];
    this.#sounding = Array.from({ length: end }, () => new Set());
    for (const event of prompt.visible) {
      if (event[columns.kind] === prompt.vocabulary.note_event) this.noteWritten(event);
    }
  }

  /** Lowers the logits of pitches that clash with what sounds at a time, raises tritones. */
  leanPitches(logits: Float32Array, part: number, time: number): void {
    const sounding = this.#sounding[time];
    if (isDrum(this.#prompt, part) || !sounding) return;
    for (let pitch = 0; pitch < this.#prompt.vocabulary.drum_pitch_offset; pitch++) {
      if (!sounding.has(pitch % OCTAVE)) logits[pitch] -= this.#nats(sounding, pitch);
    }
  }

  /** Lowers the logits of lengths with which a pitch would still sound when a clash begins. */
  leanLengths(logits: Float32Array, part: number, time: number, pitch: number): void {
    if (isDrum(this.#prompt, part)) return;
    const { durations, clashes } = this.#prompt.vocabulary;
    const longest = durations[durations.length - 1];
    const until = clashes.map((_, index) => {
      for (let later = 1; later < longest && time + later < this.#sounding.length; later++) {
        const [before, now] = [later - 1, later].map((at) =>
          isBeside(this.#sounding[time + at], pitch, index + 1),
        );
        if (now && !before) return later;
      }
      return longest;
    });
    for (const [index, duration] of durations.entries()) {
      const lost = clashes.map((nats, kind) => (until[kind] < duration ? nats : 0));
      logits[index] -= Math.fround(Math.max(...lost));
    }
  }

  noteWritten(note: Event): void {
    const { instrument, time, duration, pitch } = this.#columns;
    const { drums, durations } = this.#prompt.vocabulary;
    if (note[instrument] === drums) return;
    const end = Math.min(note[time] + durations[note[duration]], this.#sounding.length);
    for (let at = note[time]; at < end; at++) this.#sounding[at].add(note[pitch] % OCTAVE);
  }

  /** What a pitch loses that is not sounding itself. */
  #nats(sounding: Set<number>, pitch: number): number {
    const { clashes, tritone } = this.#prompt.vocabulary;
    const kind = clashes.findIndex((_, index) => isBeside(sounding, pitch, index + 1));
    const lost = kind < 0 ? 0 : clashes[kind];
    return Math.fround(lost - (isBeside(sounding, pitch, OCTAVE / 2) ? tritone : 0));
  }
}

/** Whether a pitch is so many semitones away from a pitch class that sounds. */
function isBeside(sounding: Set<number>, pitch: number, semitones: number): boolean {
  return [semitones, OCTAVE - semitones].some((step) => sounding.has((pitch + step) % OCTAVE));
}

/** How the pitches of a part follow each other: `segue.generation.lines`, for one row. */
import type { About, Event, Prompt } from "./files.ts";
import { isDrum, OCTAVE } from "./parts.ts";

/** What a part played last. */
class Line {
  /** When its latest onset was. */
  at = -1;
  /** The pitches of that onset, and of the one before. */
  latest = new Set<number>();
  before = new Set<number>();
  /** Notes that another onset came before, of them those of the prompt, and how many of them repeat
   * a pitch of it (new ones alone) or are a step from one. */
  notes = 0;
  known = 0;
  repeated = 0;
  stepped = 0;
  lowest = Number.POSITIVE_INFINITY;
  highest = Number.NEGATIVE_INFINITY;
  /** The share of repetitions in the prompt. */
  share: number;

  constructor(share: number) {
    this.share = share;
  }
}

export class Lines {
  readonly #columns: About["columns"];
  readonly #prompt: Prompt;
  readonly #lines: Line[] = [];

  constructor(columns: About["columns"], prompt: Prompt) {
    this.#columns = columns;
    this.#prompt = prompt;
    const { begin, usual, of_usual } = prompt.lines;
    const notes = prompt.visible.filter(
      (event) => event[columns.kind] === prompt.vocabulary.note_event,
    );
    for (const note of notes) {
      if (note[columns.time] < begin) this.noteWritten(note);
    }
    for (const note of notes) this.#reach(note);
    for (const line of this.#lines.filter((line) => line !== undefined)) {
      line.share = (line.repeated + of_usual * usual) / (line.notes + of_usual);
      line.known = line.notes;
      line.repeated = 0;
    }
  }

  /** Lowers the logits of repetitions and of pitches outside of the register, raises steps. */
  lean(logits: Float32Array, part: number, time: number): void {
    const { vocabulary } = this.#prompt;
    const line = this.#lines[part];
    if (!line || isDrum(this.#prompt, part)) return;
    const { steps, usual_steps, of_usual_steps, octave_outside } = this.#prompt.lines;
    const { strength, of_prompt } = this.#prompt.lines;
    const fresh = line.notes - line.known;
    const ahead = Math.max(line.repeated - fresh * line.share, 0) / (fresh + of_prompt);
    const stepped = (line.stepped + of_usual_steps * usual_steps) / (line.notes + of_usual_steps);
    const joins = line.at === time;
    const pitches = joins ? line.before : line.latest;
    const gain = !joins && pitches.size === 1 ? stepped : 0;
    for (let pitch = 0; pitch < vocabulary.drum_pitch_offset; pitch++) {
      let lost = pitches.has(pitch) ? strength * ahead : 0;
      for (const [index, nats] of steps.entries()) {
        const isBeside = pitches.has(pitch - index - 1) || pitches.has(pitch + index + 1);
        if (isBeside) lost -= nats * gain;
      }
      const away = Math.max(pitch - line.highest, line.lowest - pitch);
      if (Number.isFinite(away))
        lost += (octave_outside * Math.min(Math.max(away, 0), 2 * OCTAVE)) / OCTAVE;
      logits[pitch] -= Math.fround(lost);
    }
  }

  noteWritten(note: Event): void {
    const { pitch, time } = this.#columns;
    const line = this.#reach(note);
    if (line.at !== note[time]) {
      line.before = line.latest;
      line.latest = new Set();
      line.at = note[time];
    }
    line.latest.add(note[pitch]);
    if (line.before.size > 0) line.notes += 1;
    if (line.before.has(note[pitch])) line.repeated += 1;
    if ([-2, -1, 1, 2].some((away) => line.before.has(note[pitch] + away))) line.stepped += 1;
  }

  /** The line of a note, whose register reaches it. */
  #reach(note: Event): Line {
    const { part, pitch } = this.#columns;
    this.#lines[note[part]] ??= new Line(this.#prompt.lines.usual);
    const line = this.#lines[note[part]];
    line.lowest = Math.min(line.lowest, note[pitch]);
    line.highest = Math.max(line.highest, note[pitch]);
    return line;
  }
}

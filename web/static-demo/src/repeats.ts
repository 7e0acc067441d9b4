/** Parts repeat pitches as often as they did: `segue.generation.repeats`, for one row. */
import type { About, Event, Prompt } from "./files.ts";

/** What a part played last. */
class Line {
  /** When its latest onset was. */
  at = -1;
  /** The pitches of that onset, and of the one before. */
  latest = new Set<number>();
  before = new Set<number>();
  /** Notes that another onset came before, and those of them that repeat a pitch of it. */
  notes = 0;
  repeated = 0;
  /** The share of repetitions in the prompt. */
  share: number;

  constructor(share: number) {
    this.share = share;
  }
}

export class Repeats {
  readonly #columns: About["columns"];
  readonly #prompt: Prompt;
  readonly #lines: Line[] = [];

  constructor(columns: About["columns"], prompt: Prompt) {
    this.#columns = columns;
    this.#prompt = prompt;
    const { begin, usual, of_usual } = prompt.repeats;
    for (const event of prompt.visible) {
      const isNote = event[columns.kind] === prompt.vocabulary.note_event;
      if (isNote && event[columns.time] < begin) this.noteWritten(event);
    }
    for (const line of this.#lines.filter((line) => line !== undefined)) {
      line.share = (line.repeated + of_usual * usual) / (line.notes + of_usual);
      line.notes = 0;
      line.repeated = 0;
    }
  }

  /** Lowers the logits of pitches that would be repetitions. */
  lean(logits: Float32Array, part: number, time: number): void {
    const { instruments, vocabulary } = this.#prompt;
    const line = this.#lines[part];
    if (!line || instruments[part] === vocabulary.drums) return;
    const { strength, of_prompt } = this.#prompt.repeats;
    const ahead = Math.max(line.repeated - line.notes * line.share, 0);
    const nats = Math.fround((strength * ahead) / (line.notes + of_prompt));
    for (const pitch of line.at === time ? line.before : line.latest) logits[pitch] -= nats;
  }

  noteWritten(note: Event): void {
    const { part, pitch, time } = this.#columns;
    this.#lines[note[part]] ??= new Line(this.#prompt.repeats.usual);
    const line = this.#lines[note[part]];
    if (line.at !== note[time]) {
      line.before = line.latest;
      line.latest = new Set();
      line.at = note[time];
    }
    line.latest.add(note[pitch]);
    if (line.before.size > 0) line.notes += 1;
    if (line.before.has(note[pitch])) line.repeated += 1;
  }
}

/** Values that a part has not used are less likely: `segue.generation.habits`, for one row. */
import type { About, Event, Prompt } from "./files.ts";

/** An attribute that has habits. */
interface Used {
  readonly column: number;
  /** For each doubling of the part's notes: of pitched parts, and of drums. */
  readonly nats: readonly [pitched: number, drums: number];
  /** The values that each part has used. */
  readonly values: Set<number>[];
}

export class Habits {
  readonly #columns: About["columns"];
  readonly #prompt: Prompt;
  readonly #notes: number[] = [];
  readonly #used = new Map<number, Used>();

  constructor(columns: About["columns"], prompt: Prompt) {
    this.#columns = columns;
    this.#prompt = prompt;
    for (const { attribute, column, nats } of prompt.habits) {
      this.#used.set(attribute, { column, nats, values: [] });
    }
    for (const event of prompt.visible) {
      if (event[columns.kind] === prompt.vocabulary.note_event) this.noteWritten(event);
    }
  }

  /** Lowers the logits of values that the part has not used. */
  lean(attribute: number, logits: Float32Array, part: number): void {
    const used = this.#used.get(attribute);
    const notes = this.#notes[part];
    if (!used || !notes) return;
    const isDrum = this.#prompt.instruments[part] === this.#prompt.vocabulary.drums;
    const nats = Math.fround(used.nats[isDrum ? 1 : 0] * Math.log2(1 + notes));
    for (let value = 0; value < logits.length; value++) {
      if (!used.values[part].has(value)) logits[value] -= nats;
    }
  }

  noteWritten(note: Event): void {
    const part = note[this.#columns.part];
    this.#notes[part] = (this.#notes[part] ?? 0) + 1;
    for (const { column, values } of this.#used.values()) {
      values[part] ??= new Set();
      values[part].add(note[column]);
    }
  }
}

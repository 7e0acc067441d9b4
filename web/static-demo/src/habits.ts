/** Values that have not been used are less likely: `segue.generation.habits`, for one row. */
import type { About, Event, Prompt } from "./files.ts";
import { isDrum, OCTAVE } from "./parts.ts";

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
  /** Notes of all pitched parts, and the pitch classes that they have played. */
  #pitched = 0;
  readonly #classes = new Set<number>();

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
    if (!used || part >= this.#prompt.vocabulary.max_parts) return;
    const drums = isDrum(this.#prompt, part);
    const nats = Math.fround(used.nats[drums ? 1 : 0] * Math.log2(1 + (this.#notes[part] ?? 0)));
    const isPitch = used.column === this.#columns.pitch && !drums;
    const ofPiece = Math.fround(this.#prompt.of_the_piece * Math.log2(1 + this.#pitched));
    for (let value = 0; value < logits.length; value++) {
      const lost = used.values[part]?.has(value) ? 0 : nats;
      const isNew = isPitch && value < this.#prompt.vocabulary.drum_pitch_offset;
      logits[value] -= Math.fround(
        lost + (isNew && !this.#classes.has(value % OCTAVE) ? ofPiece : 0),
      );
    }
  }

  noteWritten(note: Event): void {
    const part = note[this.#columns.part];
    this.#notes[part] = (this.#notes[part] ?? 0) + 1;
    for (const { column, values } of this.#used.values()) {
      values[part] ??= new Set();
      values[part].add(note[column]);
    }
    if (isDrum(this.#prompt, part)) return;
    this.#pitched += 1;
    this.#classes.add(note[this.#columns.pitch] % OCTAVE);
  }
}

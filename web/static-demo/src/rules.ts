/** What may be written next, whatever the model says: `segue.generation.rules`, for one row. */
import type { About, Event, Prompt } from "./files.ts";
import { logSoftmax, logSumExp } from "./sampling.ts";

/** `Math.log1p(-p)` of it is finite. */
const ALMOST_ONE = 1 - 1e-6;
const NEVER = Number.NEGATIVE_INFINITY;

export class Rules {
  readonly #columns: About["columns"];
  readonly #prompt: Prompt;
  #inBar = 0;
  #chord = 0;

  constructor(columns: About["columns"], prompt: Prompt) {
    this.#columns = columns;
    this.#prompt = prompt;
  }

  /** The log-probabilities of the next part, given the model's logits and the event before. */
  parts(logits: Float32Array, latest: Event): Float64Array {
    const { end } = this.#prompt.vocabulary;
    const [bar, part] = [latest[this.#columns.bar], latest[this.#columns.part]];
    const afterNote = this.#isNote(latest);
    const full = this.#inBar >= this.#prompt.most_in_bar;
    const given = logSoftmax(logits);
    const reached = afterNote ? part : -1;
    const due = full ? end : (this.#prompt.required[bar].find((p) => p > reached) ?? end);
    const mayFollow = (p: number) => !full && p < due && this.#prompt.allowed[bar].includes(p);

    const again = afterNote && mayFollow(part) && !this.#isStuck(latest);
    let onward: Float64Array = given.map((value, p) =>
      mayFollow(p) && !(afterNote && p === part) ? value : NEVER,
    );
    onward[due] = logSumExp(given.subarray(due));
    onward = logSoftmax(onward);
    if (!again) return onward;
    const stays = Math.min(given[part], Math.log(ALMOST_ONE));
    onward = onward.map((value) => value + Math.log1p(-Math.exp(stays)));
    onward[part] = stays;
    return onward;
  }

  /** Forbids the position of a chord that is as large as any that was shown. */
  positions(logits: Float32Array, latest: Event, part: number): void {
    if (this.#isFullChord() && part === latest[this.#columns.part]) {
      logits[latest[this.#columns.position]] = NEVER;
    }
  }

  /** A note follows the event before. */
  noteWritten(note: Event, latest: Event): void {
    const { part, position } = this.#columns;
    const joins = note[part] === latest[part] && note[position] === latest[position];
    this.#chord = this.#chord > 0 && joins ? this.#chord + 1 : 1;
    this.#inBar += 1;
  }

  barEnded(): void {
    this.#inBar = 0;
    this.#chord = 0;
  }

  #isNote(event: Event): boolean {
    return event[this.#columns.kind] === this.#prompt.vocabulary.note_event;
  }

  #isFullChord(): boolean {
    return this.#chord >= this.#prompt.largest_chord;
  }

  /** Whether the part written last has no place left: its chord at the bar's end is full. */
  #isStuck(latest: Event): boolean {
    const { length, position } = this.#columns;
    return this.#isFullChord() && latest[position] === latest[length] - 1;
  }
}

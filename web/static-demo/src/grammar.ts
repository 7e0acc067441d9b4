/** Which events may follow which: `segue.models.event_grammar`, for one row. */
import type { About, Event, Vocabulary } from "./files.ts";

export class Grammar {
  readonly #columns: About["columns"];
  readonly #words: Vocabulary;
  readonly #instruments: readonly number[];

  constructor(columns: About["columns"], words: Vocabulary, instruments: readonly number[]) {
    this.#columns = columns;
    this.#words = words;
    this.#instruments = instruments;
  }

  /**
   * The logits of the next part, and of the bar's end after all parts.
   *
   * `ofAll`: of every instrument and of the end, then of every number of a part.
   */
  parts(ofAll: Float32Array, last: Event): Float32Array {
    const { end, end_of_bar, forbidden, max_parts, no_part } = this.#words;
    const { position, length } = this.#columns;
    const full = this.#isHighest(last) && last[position] === last[length] - 1;
    const before = this.#partOf(last);
    const first = before < 0 ? before : before + Number(full);
    const logits = new Float32Array(max_parts + 1).fill(forbidden);
    for (const [part, instrument] of this.#instruments.entries()) {
      if (part < first || instrument === no_part) continue;
      logits[part] = ofAll[Math.min(instrument, end_of_bar)] + ofAll[end_of_bar + 1 + part];
    }
    logits[end] = ofAll[end_of_bar];
    return logits;
  }

  /** Forbids positions, given the part of the note. */
  positions(logits: Float32Array, last: Event, part: number): void {
    const { position, length } = this.#columns;
    const again = this.#partOf(last) === part;
    const first = again ? last[position] + Number(this.#isHighest(last)) : 0;
    logits.fill(this.#words.forbidden, 0, first);
    logits.fill(this.#words.forbidden, last[length]);
  }

  /** Forbids pitches, given the part, its instrument and the position of the note. */
  pitches(
    logits: Float32Array,
    last: Event,
    part: number,
    instrument: number,
    position: number,
  ): void {
    const { drum_pitch_offset, drums, forbidden } = this.#words;
    const together = this.#partOf(last) === part && last[this.#columns.position] === position;
    if (together) logits.fill(forbidden, 0, last[this.#columns.pitch] + 1);
    if (instrument === drums) logits.fill(forbidden, 0, drum_pitch_offset);
    else logits.fill(forbidden, drum_pitch_offset);
  }

  /** The part of the note that was read last; -1 where a bar has begun instead. */
  #partOf(last: Event): number {
    return last[this.#columns.kind] === this.#words.note_event ? last[this.#columns.part] : -1;
  }

  #isHighest(last: Event): boolean {
    const { drums, highest_drum, highest_pitch } = this.#words;
    const isDrum = last[this.#columns.instrument] === drums;
    return last[this.#columns.pitch] === (isDrum ? highest_drum : highest_pitch);
  }
}

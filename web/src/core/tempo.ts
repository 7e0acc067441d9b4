/**
 * The tempo map: the only way from ticks to seconds and back.
 *
 * The same arithmetic as the server's `segue.score.tempo`: of several events at one tick the last
 * counts, and before the first event the tempo is MIDI's default of 120 quarters a minute.
 */
import type { Score, TempoEvent } from "./types.ts";

const DEFAULT_US_PER_QUARTER = 500_000;
const US_PER_SECOND = 1_000_000;
const US_PER_MINUTE = 60_000_000;

/** Index of the last element of rising `values` that is at most `value`; -1 if there is none. */
export function lastAtMost(values: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Ticks to seconds and back for one piece. */
export class TempoMap {
  readonly #ticks: number[] = [];
  readonly #usPerQuarter: number[] = [];
  /** Seconds from tick 0 to the start of each segment. */
  readonly #seconds: number[] = [];
  readonly #ticksPerQuarter: number;

  constructor(events: readonly TempoEvent[], ticksPerQuarter: number) {
    this.#ticksPerQuarter = ticksPerQuarter;
    const sorted = [...events].sort((a, b) => a.tick - b.tick);
    if (sorted.length === 0 || sorted[0].tick > 0) this.#append(0, DEFAULT_US_PER_QUARTER);
    for (const { tick, us_per_quarter } of sorted) this.#append(tick, us_per_quarter);
  }

  /** The tempo map of a score. */
  static of(score: Pick<Score, "tempos" | "ticks_per_quarter">): TempoMap {
    return new TempoMap(score.tempos, score.ticks_per_quarter);
  }

  /** Seconds from tick 0 to `tick`, which need not be whole. */
  secondsAt(tick: number): number {
    const segment = Math.max(lastAtMost(this.#ticks, tick), 0);
    return this.#seconds[segment] + (tick - this.#ticks[segment]) * this.#secondsPerTick(segment);
  }

  /** The tick, not rounded, that is `seconds` after tick 0; the inverse of `secondsAt`. */
  tickAt(seconds: number): number {
    const segment = Math.max(lastAtMost(this.#seconds, seconds), 0);
    return (
      this.#ticks[segment] + (seconds - this.#seconds[segment]) / this.#secondsPerTick(segment)
    );
  }

  /** Quarters a minute at `tick`. */
  bpmAt(tick: number): number {
    return US_PER_MINUTE / this.#usPerQuarter[Math.max(lastAtMost(this.#ticks, tick), 0)];
  }

  /** Where the tempo changes, and to how many quarters a minute; the first is at tick 0. */
  changes(): { tick: number; bpm: number }[] {
    return this.#ticks.map((tick, i) => ({ tick, bpm: US_PER_MINUTE / this.#usPerQuarter[i] }));
  }

  #append(tick: number, usPerQuarter: number): void {
    const last = this.#ticks.length - 1;
    if (last >= 0 && this.#ticks[last] === tick) {
      this.#usPerQuarter[last] = usPerQuarter;
      return;
    }
    this.#seconds.push(last < 0 ? 0 : this.secondsAt(tick));
    this.#ticks.push(tick);
    this.#usPerQuarter.push(usPerQuarter);
  }

  #secondsPerTick(segment: number): number {
    return this.#usPerQuarter[segment] / (US_PER_SECOND * this.#ticksPerQuarter);
  }
}

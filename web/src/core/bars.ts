/**
 * Bars and beats: which bar a tick is in, which beat, and how people say it.
 *
 * The bar lines come from the server (`Score.bars`); past the last one they go on in the metre in
 * force there, so that a continuation or a drawn note has a place.
 */
import { lastAtMost } from "./tempo.ts";
import type { BarRange, MetreEvent, Score, TickRange } from "./types.ts";

const DEFAULT_METRE: MetreEvent = { tick: 0, numerator: 4, denominator: 4 };

/** A place in the music as people count it: all from 1, `tick` from 0 within the beat. */
export interface Position {
  readonly bar: number;
  readonly beat: number;
  readonly tick: number;
}

/** The bar grid of one piece, endless to the right. */
export class BarGrid {
  readonly #lines: readonly number[];
  readonly #metres: readonly MetreEvent[];
  readonly #metreTicks: readonly number[];
  readonly #ticksPerQuarter: number;

  constructor(score: Pick<Score, "bars" | "metres" | "ticks_per_quarter">) {
    this.#ticksPerQuarter = score.ticks_per_quarter;
    const sorted = [...score.metres].sort((a, b) => a.tick - b.tick);
    if (sorted.length === 0 || sorted[0].tick > 0) sorted.unshift(DEFAULT_METRE);
    this.#metres = sorted;
    this.#metreTicks = sorted.map((metre) => metre.tick);
    this.#lines = score.bars.length > 0 ? score.bars : [0];
  }

  /** Bars of the piece itself. */
  get nBars(): number {
    return this.#lines.length - 1;
  }

  /** The end of the last bar of the piece itself. */
  get endTick(): number {
    return this.#lines[this.nBars];
  }

  /** Metre in force at `tick`; of several events at one tick the last counts. */
  metreAt(tick: number): MetreEvent {
    return this.#metres[Math.max(lastAtMost(this.#metreTicks, tick), 0)];
  }

  /** First tick of `bar`, also past the end of the piece. */
  start(bar: number): number {
    if (bar <= 0) return this.#lines[0];
    if (bar <= this.nBars) return this.#lines[bar];
    return this.endTick + (bar - this.nBars) * this.#lengthAfterEnd();
  }

  /** Length of `bar` in ticks. */
  length(bar: number): number {
    return this.start(bar + 1) - this.start(bar);
  }

  /** The bar that holds `tick`, also past the end of the piece. */
  barAt(tick: number): number {
    if (tick < this.endTick) return Math.max(lastAtMost(this.#lines, tick), 0);
    return this.nBars + Math.floor((tick - this.endTick) / this.#lengthAfterEnd());
  }

  /** Length of a quarter in ticks. */
  get quarterLength(): number {
    return this.#ticksPerQuarter;
  }

  /** Length of a beat (the metre's lower number) in ticks, at `tick`. */
  beatLength(tick: number): number {
    return (4 * this.#ticksPerQuarter) / this.metreAt(tick).denominator;
  }

  /** Bar, beat and rest of a tick, as people count them. */
  positionOf(tick: number): Position {
    const bar = this.barAt(tick);
    const beatLength = this.beatLength(this.start(bar));
    const within = tick - this.start(bar);
    const beat = Math.floor(within / beatLength);
    return { bar: bar + 1, beat: beat + 1, tick: Math.round(within - beat * beatLength) };
  }

  /** The tick of a position; the inverse of `positionOf`. */
  tickOf(position: Position): number {
    const start = this.start(position.bar - 1);
    return start + (position.beat - 1) * this.beatLength(start) + position.tick;
  }

  /** The ticks of some bars. */
  ticksOf(bars: BarRange): TickRange {
    return { start: this.start(bars.first), end: this.start(bars.last) };
  }

  /** The fewest whole bars that hold a range of ticks. */
  barsOf(ticks: TickRange): BarRange {
    const first = this.barAt(ticks.start);
    return { first, last: Math.max(this.barAt(Math.max(ticks.end - 1, ticks.start)), first) + 1 };
  }

  /** The grid line nearest to `tick`; lines are `step` apart and start again at each bar line. */
  nearestLine(tick: number, step: number): number {
    const bar = this.barAt(tick);
    const start = this.start(bar);
    const line = start + Math.round((tick - start) / step) * step;
    return Math.round(Math.min(line, this.start(bar + 1)));
  }

  /** The last grid line at or before `tick`. */
  lineBefore(tick: number, step: number): number {
    const start = this.start(this.barAt(tick));
    const line = Math.round(start + Math.floor((tick - start) / step) * step);
    return line <= tick ? line : Math.round(line - step);
  }

  /** The first grid line after `tick`. */
  lineAfter(tick: number, step: number): number {
    const bar = this.barAt(tick);
    const start = this.start(bar);
    let count = Math.floor((tick - start) / step) + 1;
    if (Math.round(start + count * step) <= tick) count++; // `tick` is a rounded line itself
    const line = Math.round(start + count * step);
    return Math.max(Math.min(line, this.start(bar + 1)), Math.floor(tick) + 1);
  }

  #lengthAfterEnd(): number {
    const { numerator, denominator } = this.metreAt(this.endTick);
    return Math.max(Math.floor((4 * this.#ticksPerQuarter * numerator) / denominator), 1);
  }
}

/** `12.3` for the third beat of the twelfth bar. */
export function formatPosition(position: Position): string {
  return `${position.bar}.${position.beat}`;
}

/** `bar 9` or `bars 9-12`, as people count them. */
export function formatBars(bars: BarRange): string {
  return bars.last - bars.first === 1
    ? `bar ${bars.first + 1}`
    : `bars ${bars.first + 1}-${bars.last}`;
}

/** Minutes, seconds and tenths: `1:07.5`. */
export function formatSeconds(seconds: number): string {
  const tenths = Math.max(Math.round(seconds * 10), 0);
  const rest = tenths % 600;
  return `${Math.floor(tenths / 600)}:${String(Math.floor(rest / 10)).padStart(2, "0")}.${rest % 10}`;
}

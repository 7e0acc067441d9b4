/** Chords by bars: what a musician types and sees in one bar of the chord track. */
import type { BarGrid } from "./bars.ts";
import { lastAtMost } from "./tempo.ts";
import type { BarRange, ChordMark } from "./types.ts";

/** What stands where no chord is named. */
const NO_CHORD = "N.C.";

/** The chord that is heard at a tick, or null. */
export function chordAt(chords: readonly ChordMark[], tick: number): ChordMark | null {
  const ticks = chords.map((chord) => chord.tick);
  return chords[lastAtMost(ticks, tick)] ?? null;
}

/**
 * The chords of a bar as they are typed: `Am`, `| Am F |`, `| Am . . G |`.
 *
 * Two or more stand between lines, since without lines each chord has a bar. A dot holds the chord
 * before it for another beat.
 */
export function barText(chords: readonly ChordMark[], grid: BarGrid, bar: number): string {
  const start = grid.start(bar);
  const length = grid.length(bar);
  const inside = chords.filter(({ tick }) => tick >= start && tick < start + length);
  const held = chordAt(chords, start);
  const begun =
    inside[0]?.tick === start || held === null ? inside : [{ ...held, tick: start }, ...inside];
  if (begun.length < 2) return begun[0]?.symbol ?? "";
  const { numerator } = grid.metreAt(start);
  const words = Array<string>(numerator).fill(".");
  for (const { tick, symbol } of begun) {
    words[Math.min(Math.floor(((tick - start) / length) * numerator + 0.001), numerator - 1)] =
      symbol;
  }
  const shared = begun.map(({ symbol }) => symbol);
  const isShared = begun.every(
    ({ tick }, i) => Math.abs((tick - start) / length - i / begun.length) < 0.001,
  );
  return `| ${(isShared ? shared : words).join(" ")} |`;
}

/** The bars before `last` that have chords though the music has ended; null: none. */
export function barsBehind(
  chords: readonly ChordMark[],
  grid: BarGrid,
  last: number,
): BarRange | null {
  const bars = chords
    .filter(({ tick, symbol }) => tick >= grid.endTick && symbol !== NO_CHORD)
    .map(({ tick }) => grid.barAt(tick));
  const range = { first: Math.min(...bars), last: Math.min(Math.max(...bars) + 1, last) };
  return range.first < range.last ? range : null;
}

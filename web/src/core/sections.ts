/** The sections of a song: where they are, what a form is made of, and how far one is written. */
import { BarGrid } from "./bars.ts";
import type { BarRange, Region, Score, SectionMark } from "./types.ts";

/** A section, and its bars. */
export interface Section {
  readonly name: string;
  readonly bars: BarRange;
}

/** The sections that a piece's marks make: each goes as far as the next, the last to the end. */
export function sectionsOf(
  score: Pick<Score, "bars" | "metres" | "ticks_per_quarter">,
  marks: readonly SectionMark[],
): readonly Section[] {
  const grid = new BarGrid(score);
  const begins = marks
    .filter(({ tick }) => tick < grid.endTick)
    .map(({ tick, name }) => ({ name, first: grid.barAt(tick) }));
  return begins.flatMap(({ name, first }, i) => {
    const last = begins[i + 1]?.first ?? grid.nBars;
    return last > first ? [{ name, bars: { first, last } }] : [];
  });
}

/** The names of a form's sections, of one that has a name or as it is written. */
export function namesOf(
  form: string,
  named: readonly { readonly name: string; readonly form: string }[],
): readonly string[] {
  const found = named.find(({ name }) => name.toLowerCase() === form.trim().toLowerCase());
  return (found?.form ?? form).split(/[\s,]+/).filter((word) => word !== "");
}

/** How many bars a section has where nobody says it: the loop's, as often as they reach `least`. */
export function usualBars(loop: number, least: number): number {
  return loop > 0 ? loop * Math.ceil(least / loop) : least;
}

/** Sections of as many bars each, up to a bar. */
export function equalSections(names: readonly string[], last: number): readonly Section[] {
  const bars = last / Math.max(names.length, 1);
  return names.map((name, i) => ({ name, bars: { first: i * bars, last: (i + 1) * bars } }));
}

/** How far a song is, in words: which sections are written, and which one is next. */
export function progressInWords(
  names: readonly string[],
  region: Pick<Region, "first" | "last">,
  barsDone: number,
): string {
  const sections = equalSections(names, region.last);
  const next = sections.findIndex(({ bars }) => bars.last > region.first + barsDone);
  if (next < 0) return "all sections are written";
  return `${next} of ${sections.length} sections, ${sections[next].name} comes next`;
}

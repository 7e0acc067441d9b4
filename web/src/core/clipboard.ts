/**
 * What is copied: notes of some tracks, or bars of a version; and what pasting them comes to.
 *
 * Notes are kept from the beginning of the bar or beat that they were copied from, so that they are
 * pasted in time. Bars are not copied at all: a version never changes, so it is enough to know which.
 */
import { BarGrid, formatBars } from "./bars.ts";
import { type Edit, EditRefused, editOf } from "./edits.ts";
import { columnsWith, listOf, noteAt, trackName } from "./notes.ts";
import { sizeOf } from "./selection.ts";
import type { BarRange, BarsOf, NodeId, Note, NoteSelection, Notes, Score } from "./types.ts";
import { count } from "./words.ts";

/** Notes, by the tracks that they are of. */
export interface CopiedNotes {
  readonly kind: "notes";
  readonly ticksPerQuarter: number;
  /** Ticks from the first note's bar line or grid line to the line after the last end. */
  readonly length: number;
  readonly parts: readonly CopiedPart[];
}

interface CopiedPart {
  readonly track: number;
  readonly isDrum: boolean;
  /** Onsets count from the beginning of what was copied. */
  readonly notes: readonly Note[];
}

/** Bars of a version. */
export interface CopiedBars extends BarRange {
  readonly kind: "bars";
  readonly project: string;
  readonly node: NodeId;
}

export type Copied = CopiedNotes | CopiedBars;

/** The chosen notes, as they are pasted; `step` is the grid in ticks, 0 without. */
export function copyNotes(score: Score, selection: NoteSelection, step: number): CopiedNotes {
  if (sizeOf(selection) === 0) throw new EditRefused("Select some notes or bars first.");
  const { start, end } = spanOf(score, selection, step);
  const parts = [...selection].map(([track, indices]) => ({
    track,
    isDrum: score.tracks[track].is_drum,
    notes: [...indices].map((index) => {
      const note = noteAt(score.tracks[track].notes, index);
      return { ...note, onset: note.onset - start };
    }),
  }));
  return { kind: "notes", ticksPerQuarter: score.ticks_per_quarter, length: end - start, parts };
}

/** From the grid line before the first chosen note to the one at or after the last end. */
function spanOf(score: Score, selection: NoteSelection, step: number) {
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const [track, indices] of selection) {
    const { onset, duration } = score.tracks[track].notes;
    for (const index of indices) {
      first = Math.min(first, onset[index]);
      last = Math.max(last, onset[index] + duration[index]);
    }
  }
  if (step === 0) return { start: first, end: last };
  const bars = new BarGrid(score);
  return { start: bars.lineBefore(first, step), end: bars.lineAfter(last - 1, step) };
}

/**
 * Paste notes at a tick. What was copied of one track goes into `focus`, where there is one of its
 * kind; else each part goes into the track that it is of.
 */
export function pasteNotes(
  score: Score,
  copied: CopiedNotes,
  at: number,
  focus: number | null,
): Edit {
  const scale = score.ticks_per_quarter / copied.ticksPerQuarter;
  const replaced = new Map<number, Notes>();
  const pasted = new Map<number, ReadonlySet<number>>();
  for (const part of copied.parts) {
    const target = targetOf(score, copied, part, focus);
    const old = replaced.get(target) ?? score.tracks[target].notes;
    const kept = listOf(old);
    const added = part.notes.map((note) => ({
      ...note,
      onset: at + Math.round(note.onset * scale),
      duration: Math.max(Math.round(note.duration * scale), 1),
    }));
    const marks = new Set(added.map((_, i) => kept.length + i));
    const columns = columnsWith([...kept, ...added], marks);
    replaced.set(target, columns.notes);
    pasted.set(target, columns.marked);
  }
  const size = copied.parts.reduce((sum, part) => sum + part.notes.length, 0);
  const where = pasted.size === 1 ? ` into ${trackName(score.tracks[[...pasted.keys()][0]])}` : "";
  return editOf(score, `pasted ${count(size, "note")}${where}`, replaced, pasted);
}

function targetOf(
  score: Score,
  { parts }: CopiedNotes,
  part: CopiedPart,
  focus: number | null,
): number {
  const fits = (track: number): boolean => score.tracks[track]?.is_drum === part.isDrum;
  if (parts.length === 1 && focus !== null && fits(focus)) return focus;
  if (fits(part.track)) return part.track;
  throw new EditRefused(
    part.isDrum
      ? "These are drums, and no drum track is selected: select one to paste into."
      : "The track that these notes are of is not here: select the track to paste into.",
  );
}

// ---- bars ----------------------------------------------------------------------------------------

/** An edit that the server makes, since it moves everything that is in the bars. */
export interface BarsEdit {
  readonly label: string;
  readonly bars: readonly BarsOf[];
  /** The bars that are seen afterwards. */
  readonly shown: BarRange | null;
}

/** The bars of a piece without some. */
export function deleteBars(score: Score, gone: BarRange): BarsEdit {
  const { first, last } = within(score, gone);
  const left = rangesOf([0, first], [last, nBarsOf(score)]);
  if (left.length === 0) {
    throw new EditRefused("These are all bars of the piece: leave one, or begin a new piece.");
  }
  return { label: `deleted ${formatBars({ first, last })}`, bars: left, shown: null };
}

/** The bars of a piece with some of them twice. */
export function duplicateBars(score: Score, twice: BarRange): BarsEdit {
  const { first, last } = within(score, twice);
  return {
    label: `repeated ${formatBars({ first, last })}`,
    bars: rangesOf([0, last], [first, nBarsOf(score)]),
    shown: { first: last, last: last + last - first },
  };
}

/** The bars of a piece with others put in before bar `at`; `here` is the version on the desk. */
export function pasteBars(score: Score, copied: CopiedBars, at: number, here: NodeId): BarsEdit {
  const place = Math.min(Math.max(at, 0), nBarsOf(score));
  const node = copied.node === here ? null : copied.node;
  const length = copied.last - copied.first;
  return {
    label: `pasted ${count(length, "bar")} before bar ${place + 1}`,
    bars: [
      ...rangesOf([0, place]),
      { first: copied.first, last: copied.last, node },
      ...rangesOf([place, nBarsOf(score)]),
    ],
    shown: { first: place, last: place + length },
  };
}

/** The bars of a range that the piece has. */
export function within(score: Score, { first, last }: BarRange): BarRange {
  const n = nBarsOf(score);
  if (first >= n) throw new EditRefused("These bars are behind the end of the piece.");
  return { first, last: Math.min(last, n) };
}

function nBarsOf(score: Score): number {
  return score.bars.length - 1;
}

function rangesOf(...ranges: readonly (readonly [number, number])[]): BarsOf[] {
  return ranges.flatMap(([first, last]) => (first < last ? [{ first, last }] : []));
}

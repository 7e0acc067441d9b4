/**
 * Choosing notes: by rectangle, by bars, by tracks; adding to and taking from a choice.
 *
 * A choice maps a track to indices into its columns. It never holds a track without notes in it, so
 * `selection.size === 0` means that nothing is chosen.
 */
import { BarGrid } from "./bars.ts";
import { noteAt } from "./notes.ts";
import type { BarRange, Note, NoteSelection, Region, Score, TickRange } from "./types.ts";

/** Nothing chosen. */
export const NOTHING: NoteSelection = new Map();

/** A rectangle in the roll: ticks by pitches (inclusive). */
export interface NoteRectangle extends TickRange {
  readonly low: number;
  readonly high: number;
}

/** How many notes are chosen. */
export function sizeOf(selection: NoteSelection): number {
  let size = 0;
  for (const indices of selection.values()) size += indices.size;
  return size;
}

/** Whether a note is chosen. */
export function isChosen(selection: NoteSelection, track: number, index: number): boolean {
  return selection.get(track)?.has(index) ?? false;
}

/** A single note. */
export function chooseNote(track: number, index: number): NoteSelection {
  return new Map([[track, new Set([index])]]);
}

/** Notes that sound anywhere in a rectangle, of the given tracks. */
export function chooseRectangle(
  score: Score,
  tracks: Iterable<number>,
  rectangle: NoteRectangle,
): NoteSelection {
  return chooseWhere(
    score,
    tracks,
    (note) =>
      note.onset < rectangle.end &&
      note.onset + note.duration > rectangle.start &&
      note.pitch >= rectangle.low &&
      note.pitch <= rectangle.high,
  );
}

/** Notes that begin in some bars, of the given tracks (default: all). */
export function chooseBars(
  score: Score,
  bars: BarRange,
  tracks: Iterable<number> = score.tracks.keys(),
): NoteSelection {
  const { start, end } = new BarGrid(score).ticksOf(bars);
  return chooseWhere(score, tracks, (note) => note.onset >= start && note.onset < end);
}

/** All notes of some tracks. */
export function chooseTracks(score: Score, tracks: Iterable<number>): NoteSelection {
  return chooseWhere(score, tracks, () => true);
}

/** Everything in either. */
export function union(a: NoteSelection, b: NoteSelection): NoteSelection {
  const result = new Map(a);
  for (const [track, indices] of b) {
    result.set(track, new Set([...(a.get(track) ?? []), ...indices]));
  }
  return result;
}

/** What is in `a` and not in `b`. */
export function difference(a: NoteSelection, b: NoteSelection): NoteSelection {
  const result = new Map<number, ReadonlySet<number>>();
  for (const [track, indices] of a) {
    const away = b.get(track);
    const rest = new Set([...indices].filter((index) => !away?.has(index)));
    if (rest.size > 0) result.set(track, rest);
  }
  return result;
}

/** What is in exactly one of the two: a click with Ctrl. */
export function toggle(a: NoteSelection, b: NoteSelection): NoteSelection {
  return union(difference(a, b), difference(b, a));
}

/** The chosen notes themselves. */
export function chosenNotes(score: Score, selection: NoteSelection): Note[] {
  const notes: Note[] = [];
  for (const [track, indices] of selection) {
    for (const index of indices) notes.push(noteAt(score.tracks[track].notes, index));
  }
  return notes;
}

/** The bars and tracks that a choice of notes is about; null if nothing is chosen. */
export function regionOf(score: Score, selection: NoteSelection): Region | null {
  const notes = chosenNotes(score, selection);
  if (notes.length === 0) return null;
  const grid = new BarGrid(score);
  let first = Number.POSITIVE_INFINITY;
  let last = 0;
  for (const { onset } of notes) {
    const bar = grid.barAt(onset);
    first = Math.min(first, bar);
    last = Math.max(last, bar + 1);
  }
  return { first, last, tracks: [...selection.keys()].sort((a, b) => a - b) };
}

function chooseWhere(
  score: Score,
  tracks: Iterable<number>,
  holds: (note: Note) => boolean,
): NoteSelection {
  const selection = new Map<number, ReadonlySet<number>>();
  for (const track of tracks) {
    const { notes } = score.tracks[track];
    const indices = new Set<number>();
    for (let i = 0; i < notes.onset.length; i++) {
      if (holds(noteAt(notes, i))) indices.add(i);
    }
    if (indices.size > 0) selection.set(track, indices);
  }
  return selection;
}

/** Edits of how notes are played: legato, humanised, each with a loudness of its own. */
import { BarGrid } from "./bars.ts";
import { type Edit, EditRefused, editNotes, notesInWords } from "./edits.ts";
import { lastAtMost } from "./tempo.ts";
import type { NoteSelection, Score } from "./types.ts";

/** How far humanised notes move, in parts of a quarter, and how much louder or softer they get. */
const LATENESS = 1 / 32;
const LOUDNESS = 8;

/** Let each chosen note last until the next chosen one of its track begins, as far as its bar. */
export function legato(score: Score, selection: NoteSelection): Edit {
  const bars = new BarGrid(score);
  const ends = new Map<number, readonly number[]>();
  for (const [track, indices] of selection) {
    const { onset } = score.tracks[track].notes;
    ends.set(
      track,
      [...new Set([...indices].map((i) => onset[i]))].sort((a, b) => a - b),
    );
  }
  const label = `joined ${notesInWords(score, selection)}`;
  return editNotes(score, selection, { label }, (note, track) => {
    const onsets = ends.get(score.tracks.indexOf(track)) ?? [];
    const next = onsets.at(lastAtMost(onsets, note.onset) + 1);
    const end =
      next ?? Math.max(note.onset + note.duration, bars.start(bars.barAt(note.onset) + 1));
    return { ...note, duration: end - note.onset };
  });
}

/** Play the chosen notes a little less evenly; notes of a chord stay together. */
export function humanise(
  score: Score,
  selection: NoteSelection,
  random: () => number = Math.random,
): Edit {
  const far = score.ticks_per_quarter * LATENESS;
  const moved = new Map<string, number>();
  const label = `humanised ${notesInWords(score, selection)}`;
  return editNotes(score, selection, { label }, (note, track) => {
    const chord = `${score.tracks.indexOf(track)} ${note.onset}`;
    const shift = moved.get(chord) ?? Math.round(spread(random) * far);
    moved.set(chord, shift);
    const velocity = Math.round(note.velocity + spread(random) * LOUDNESS);
    return {
      ...note,
      onset: Math.max(note.onset + shift, 0),
      velocity: Math.min(Math.max(velocity, 1), 127),
    };
  });
}

/** From -1 to 1, most often near 0. */
function spread(random: () => number): number {
  return random() + random() - 1;
}

/** Give notes of a track a loudness each, by their places in its columns. */
export function setVelocities(
  score: Score,
  track: number,
  velocities: ReadonlyMap<number, number>,
): Edit {
  const selection: NoteSelection = new Map([[track, new Set(velocities.keys())]]);
  if (velocities.size === 0) throw new EditRefused("There are no notes here.");
  const label = `drew the loudness of ${notesInWords(score, selection)}`;
  return editNotes(score, selection, { label }, (note, _, index) => ({
    ...note,
    velocity: Math.min(Math.max(Math.round(velocities.get(index) ?? note.velocity), 1), 127),
  }));
}

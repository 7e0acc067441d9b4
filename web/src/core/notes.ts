/**
 * Notes as columns: the one place that sorts them and takes them apart.
 *
 * The order is the server's: by onset, then pitch, duration, velocity, so that equal sets of notes
 * have equal columns and an index chosen here means the same note there.
 */
import type { Note, Notes, Score, Track } from "./types.ts";

/** No notes. */
export const NO_NOTES: Notes = { onset: [], duration: [], pitch: [], velocity: [] };

/** How many notes there are. */
export function countOf(notes: Notes): number {
  return notes.onset.length;
}

/** One note of the columns. */
export function noteAt(notes: Notes, index: number): Note {
  return {
    onset: notes.onset[index],
    duration: notes.duration[index],
    pitch: notes.pitch[index],
    velocity: notes.velocity[index],
  };
}

/** The columns as a list of notes, in their order. */
export function listOf(notes: Notes): Note[] {
  return notes.onset.map((_, index) => noteAt(notes, index));
}

/** The order of notes in columns. */
export function compareNotes(a: Note, b: Note): number {
  return (
    a.onset - b.onset || a.pitch - b.pitch || a.duration - b.duration || a.velocity - b.velocity
  );
}

/** Columns of notes in any order. */
export function columnsOf(notes: readonly Note[]): Notes {
  return columnsInOrder([...notes].sort(compareNotes));
}

/** Columns of notes, and where each of `marked` (indices into `notes`) has come to stand. */
export function columnsWith(
  notes: readonly Note[],
  marked: ReadonlySet<number>,
): { notes: Notes; marked: Set<number> } {
  const order = notes
    .map((_, index) => index)
    .sort((a, b) => compareNotes(notes[a], notes[b]) || a - b);
  const places = new Set<number>();
  order.forEach((index, place) => {
    if (marked.has(index)) places.add(place);
  });
  return { notes: columnsInOrder(order.map((index) => notes[index])), marked: places };
}

/** Whether two columns hold the same notes. */
export function sameNotes(a: Notes, b: Notes): boolean {
  return (
    a === b ||
    (sameNumbers(a.onset, b.onset) &&
      sameNumbers(a.duration, b.duration) &&
      sameNumbers(a.pitch, b.pitch) &&
      sameNumbers(a.velocity, b.velocity))
  );
}

/**
 * A score with the very notes of another one where they are equal; that score itself if all is.
 *
 * What was made of known notes need not be made again.
 */
export function withKnown(score: Score, known: Score): Score {
  const tracks = score.tracks.map((track, index) => {
    const same = known.tracks[index];
    return same !== undefined && sameNotes(track.notes, same.notes)
      ? { ...track, notes: same.notes }
      : track;
  });
  const isSame =
    tracks.every((track, i) => track.notes === known.tracks[i]?.notes) &&
    frameOf(score) === frameOf(known);
  return isSame ? known : { ...score, tracks };
}

/** All of a score but its notes, as text. */
function frameOf(score: Score): string {
  return JSON.stringify({ ...score, tracks: score.tracks.map(({ notes, ...rest }) => rest) });
}

/** The last end of any note; 0 without notes. */
export function endTickOf(tracks: readonly Track[]): number {
  let end = 0;
  for (const { notes } of tracks) {
    for (let i = 0; i < notes.onset.length; i++) {
      end = Math.max(end, notes.onset[i] + notes.duration[i]);
    }
  }
  return end;
}

/** What people call a track: its name, else its instrument. */
export function trackName(track: Pick<Track, "name" | "instrument" | "is_drum">): string {
  return track.name.trim() || track.instrument || (track.is_drum ? "Drums" : "Track");
}

/** The score with some tracks' notes replaced. */
export function withNotes(score: Score, replaced: ReadonlyMap<number, Notes>): Score {
  const tracks = score.tracks.map((track, index) => {
    const notes = replaced.get(index);
    return notes === undefined ? track : { ...track, notes };
  });
  return { ...score, tracks };
}

function columnsInOrder(notes: readonly Note[]): Notes {
  return {
    onset: notes.map((note) => note.onset),
    duration: notes.map((note) => note.duration),
    pitch: notes.map((note) => note.pitch),
    velocity: notes.map((note) => note.velocity),
  };
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

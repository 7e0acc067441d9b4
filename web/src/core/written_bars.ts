/** The complete bars of a take that was stopped, as an edit: what is written need not be lost. */
import { BarGrid, formatBars } from "./bars.ts";
import type { Edit } from "./edits.ts";
import { regionHasTrack } from "./mix.ts";
import { columnsOf, listOf, sameNotes } from "./notes.ts";
import { NOTHING } from "./selection.ts";
import type { NewTrack, Note, Region, Score, Track } from "./types.ts";

/**
 * Put the first bars of a take in the place of what was there.
 *
 * `score` has the bar lines of the take as far as it is written; `written` are its notes, its first
 * tracks those of the score and further ones new; `region` is what was to be written. `was` is the
 * version that is edited, where the score is only its beginning.
 */
export function keepWritten(
  score: Score,
  written: readonly Track[],
  region: Region,
  nBars: number,
  { was = score, what = "a stopped take" }: { was?: Score; what?: string } = {},
): Edit {
  const bars = { first: region.first, last: region.first + nBars };
  const { start, end } = new BarGrid(score).ticksOf(bars);
  const isInside = ({ onset }: Note): boolean => onset >= start && onset < end;
  // A note that was to go on into a bar that is not there ends with the last that is.
  const heard = (track: Track | undefined): Note[] =>
    (track === undefined ? [] : listOf(track.notes))
      .filter(isInside)
      .map((note) => ({ ...note, duration: Math.min(note.duration, end - note.onset) }));

  const tracks = score.tracks.map((track, i) => {
    if (!regionHasTrack(region, i)) return track;
    const kept = listOf(track.notes).filter((note) => !isInside(note));
    return { ...track, notes: columnsOf([...kept, ...heard(written[i])]) };
  });
  const added = written
    .slice(score.tracks.length)
    .map((track) => ({ ...track, notes: columnsOf(heard(track)) }))
    .filter(({ notes }) => notes.onset.length > 0);
  const label = `the finished ${formatBars(bars)} of ${what}`;
  const changed = tracks.flatMap(({ notes }, index) =>
    sameNotes(notes, was.tracks[index].notes) ? [] : [{ index, notes }],
  );
  const newTracks = added.map(
    ({ name, program, is_drum, notes }): NewTrack => ({ name, program, is_drum, notes }),
  );
  return {
    label,
    score: { ...score, tracks: [...tracks, ...added] },
    selection: NOTHING,
    request: { label, tracks: changed, new_tracks: newTracks },
  };
}

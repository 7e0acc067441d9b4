/** A take that is still being written: its bars, put together track by track. */
import { columnsOf, listOf } from "../../core/notes.ts";
import type { Notes, Track } from "../../core/types.ts";

/** What was written so far with one bar more; tracks line up by index, further ones are new. */
export function joinTracks(written: readonly Track[], bar: readonly Track[]): readonly Track[] {
  const longer = bar.length > written.length ? bar : written;
  return longer.map((track, i) => {
    const before = written[i];
    const after = bar[i];
    if (before === undefined || after === undefined) return track;
    return { ...before, notes: joinNotes(before.notes, after.notes) };
  });
}

function joinNotes(a: Notes, b: Notes): Notes {
  if (b.onset.length === 0) return a;
  if (a.onset.length === 0) return b;
  // Bars come in order, so appending keeps the columns sorted; if one ever does not, sort.
  if (b.onset[0] < a.onset[a.onset.length - 1]) return columnsOf([...listOf(a), ...listOf(b)]);
  return {
    onset: [...a.onset, ...b.onset],
    duration: [...a.duration, ...b.duration],
    pitch: [...a.pitch, ...b.pitch],
    velocity: [...a.velocity, ...b.velocity],
  };
}

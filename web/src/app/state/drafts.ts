/**
 * Tracks that have no notes yet.
 *
 * No file holds a track without notes, so only the page has these, until the first note.
 */
import type { Instrument } from "../../api/types.ts";
import { NO_NOTES } from "../../core/notes.ts";
import type { Score, Track } from "../../core/types.ts";

/** The program that stands for the drums in the list of instruments. */
export const DRUMS = 128;
const DRUM_CHANNEL = 9;

/** What the first notes of an empty piece are played by. */
export const PIANO = draftOf({ family: "Piano", name: "Acoustic Grand Piano", program: 0 });

export function draftOf({ name, program }: Instrument): Track {
  const common = { name, instrument: name, notes: NO_NOTES };
  return program === DRUMS
    ? { ...common, program: 0, is_drum: true, channel: DRUM_CHANNEL }
    : { ...common, program, is_drum: false, channel: 0 };
}

/** The program that a track plays, `DRUMS` for drums. */
export function programOf({ program, is_drum }: Track): number {
  return is_drum ? DRUMS : program;
}

/** The draft on a channel that no track uses, as far as there is one; the server has the last word. */
export function placedIn(score: Score, draft: Track): Track {
  if (draft.is_drum) return draft;
  const used = new Set([DRUM_CHANNEL, ...score.tracks.map((track) => track.channel)]);
  const channel = Array.from({ length: 16 }, (_, i) => i).find((i) => !used.has(i)) ?? 0;
  return { ...draft, channel };
}

/**
 * Which track of one version is which of another.
 *
 * A track's number is only its place: a track without notes leaves the score, and those behind it
 * move up. What stays is its channel, program and name, and whether it is drums; one that was
 * renamed, or is played by another instrument, is still known by the rest. Tracks that have all of
 * that in common are distinguished by their order.
 */
import type { Track } from "./types.ts";

/** What identifies a track. */
export type TrackKey = Pick<Track, "channel" | "program" | "is_drum" | "name">;

export function keyOf({ channel, program, is_drum, name }: TrackKey): TrackKey {
  return { channel, program, is_drum, name };
}

/** What is compared, one after the other: all of it, then all but what one edit may have changed. */
const COMPARED: readonly ((key: TrackKey) => readonly unknown[])[] = [
  ({ channel, program, is_drum, name }) => [channel, program, is_drum, name],
  ({ channel, is_drum, name }) => [channel, is_drum, name],
  ({ channel, program, is_drum }) => [channel, program, is_drum],
  // The server has the last word on the channel of a new track.
  ({ program, is_drum, name }) => [program, is_drum, name],
];

/**
 * The number in `after` of each track of `before` that is there, too.
 *
 * `before` has null where nothing is to be found again.
 */
export function placesIn(
  before: readonly (TrackKey | null)[],
  after: readonly TrackKey[],
): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  const free = new Set(after.keys());
  for (const compared of COMPARED) {
    const wordsOf = (key: TrackKey): string => JSON.stringify(compared(key));
    for (const [i, key] of before.entries()) {
      if (key === null || places.has(i)) continue;
      const wanted = wordsOf(key);
      const place = [...free].find((one) => wordsOf(after[one]) === wanted);
      if (place === undefined) continue;
      places.set(i, place);
      free.delete(place);
    }
  }
  return places;
}

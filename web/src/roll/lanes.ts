/**
 * The notes of a roll as typed columns, one lane a track and source, ready to draw and to hit.
 *
 * Lanes keep the indices of the score's columns, so a note that is drawn or hit here is the same
 * note there. Notes are sorted by onset; `blockEnd` holds the last end of each block of notes, so
 * that a view can skip what ended long before it.
 */

import { BarGrid } from "../core/bars.ts";
import { regionHasTrack } from "../core/mix.ts";
import type { NoteSelection, Track } from "../core/types.ts";
import { shadeOf } from "./palette.ts";
import type { RollContent } from "./types.ts";

/** Notes in a block of `blockEnd`. */
const BLOCK = 128;

/** Flags of a note. */
export const FRESH = 1;
export const SKIPPED = 2;
export const CHOSEN = 4;

/** All notes of one track from one source. */
export interface Lane {
  /** Counting through the score's tracks and then the overlay's further ones. */
  readonly track: number;
  readonly isDrum: boolean;
  /** Notes of the score can be edited, those of an overlay not yet. */
  readonly source: "score" | "overlay";
  readonly onset: Int32Array;
  readonly end: Int32Array;
  readonly pitch: Uint8Array;
  readonly shade: Uint8Array;
  readonly flags: Uint8Array;
  readonly blockEnd: Int32Array;
}

/** The lanes of some content, the score's first. */
export function lanesOf(content: RollContent): Lane[] {
  const { score, drafts = [], overlay = [], fresh = null, replaces = false } = content;
  const span = fresh === null ? null : new BarGrid(score).ticksOf(fresh);
  const lanes = score.tracks.map((track, index) => {
    const lane = laneOf(track, index, "score");
    if (span === null || fresh === null || !regionHasTrack(fresh, index)) return lane;
    const flag = replaces ? SKIPPED : FRESH;
    for (let i = 0; i < lane.onset.length; i++) {
      if (lane.onset[i] >= span.start && lane.onset[i] < span.end) lane.flags[i] |= flag;
    }
    return lane;
  });
  for (const [i, track] of drafts.entries()) {
    lanes.push(laneOf(track, score.tracks.length + i, "score"));
  }
  overlay.forEach((track, index) => {
    if (track.notes.onset.length === 0) return;
    const isDrum = score.tracks[index]?.is_drum ?? track.is_drum;
    const lane = laneOf({ ...track, is_drum: isDrum }, index, "overlay");
    lane.flags.fill(FRESH);
    lanes.push(lane);
  });
  return lanes;
}

/** Mark the chosen notes of the score in its lanes, and no others. */
export function markChosen(lanes: readonly Lane[], selection: NoteSelection): void {
  for (const lane of lanes) {
    const { flags } = lane;
    for (let i = 0; i < flags.length; i++) flags[i] &= ~CHOSEN;
    if (lane.source === "overlay") continue;
    for (const index of selection.get(lane.track) ?? []) flags[index] |= CHOSEN;
  }
}

/** Call `visit` with the index of every note that overlaps `[start, end)`, in order of onset. */
export function visitNotes(
  lane: Lane,
  start: number,
  end: number,
  visit: (index: number) => void,
): void {
  const { onset, blockEnd } = lane;
  const count = onset.length;
  for (let block = 0; block < blockEnd.length; block++) {
    const first = block * BLOCK;
    if (onset[first] >= end) return;
    if (blockEnd[block] <= start) continue;
    const last = Math.min(first + BLOCK, count);
    for (let i = first; i < last; i++) {
      if (onset[i] >= end) return;
      if (lane.end[i] > start) visit(i);
    }
  }
}

/** Lowest and highest pitch of the pitched lanes; null if they hold no notes. */
export function pitchRange(lanes: readonly Lane[]): { low: number; high: number } | null {
  let low = 128;
  let high = -1;
  for (const lane of lanes) {
    if (lane.isDrum) continue;
    for (const pitch of lane.pitch) {
      if (pitch < low) low = pitch;
      if (pitch > high) high = pitch;
    }
  }
  return high < 0 ? null : { low, high };
}

/** The drums that are struck, from the top row down: cymbals above, the bass drum below. */
export function drumsOf(lanes: readonly Lane[], also: readonly number[] = []): number[] {
  const pitches = new Set<number>(also);
  for (const lane of lanes) {
    if (lane.isDrum) for (const pitch of lane.pitch) pitches.add(pitch);
  }
  return [...pitches].sort((a, b) => b - a);
}

/** What lanes have of notes alone. Notes never change in place, so most edits make it of one track. */
type Columns = Pick<Lane, "onset" | "end" | "pitch" | "shade" | "blockEnd">;
const known = new WeakMap<Track["notes"], Columns>();

function laneOf(track: Track, index: number, source: Lane["source"]): Lane {
  const flags = new Uint8Array(track.notes.onset.length);
  let columns = known.get(track.notes);
  if (columns === undefined) {
    columns = columnsOf(track.notes);
    known.set(track.notes, columns);
  }
  return { track: index, isDrum: track.is_drum, source, flags, ...columns };
}

function columnsOf({ onset, duration, pitch, velocity }: Track["notes"]): Columns {
  const count = onset.length;
  const columns = {
    onset: Int32Array.from(onset),
    end: new Int32Array(count),
    pitch: Uint8Array.from(pitch),
    shade: new Uint8Array(count),
    blockEnd: new Int32Array(Math.ceil(count / BLOCK)),
  };
  for (let i = 0; i < count; i++) {
    columns.end[i] = onset[i] + duration[i];
    columns.shade[i] = shadeOf(velocity[i]);
    const block = Math.floor(i / BLOCK);
    if (columns.end[i] > columns.blockEnd[block]) columns.blockEnd[block] = columns.end[i];
  }
  return columns;
}

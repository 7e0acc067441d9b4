/** Which rows a roll has, and the view that shows a whole piece. */
import type { BarRange } from "../core/types.ts";
import { type Box, Geometry, LOWEST_ROW, TOP_PITCH } from "./geometry.ts";
import { drumsOf, pitchRange } from "./lanes.ts";
import type { Music } from "./scene.ts";
import type { RollRows, RollView, TrackLook } from "./types.ts";

/** Drums that every drum grid has, so that there is a place to draw: hats, snare, bass drum, crash. */
const CORE_DRUMS = [36, 38, 42, 46, 49];
/** A drum grid by itself has General MIDI's whole kit. */
const KIT_DRUMS = [
  35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 53, 54, 56, 57,
];
/** A piece without drums or notes shows these pitches. */
const EMPTY_RANGE = { low: 48, high: 72 };
const TALLEST_FIT = 16;
const WIDEST_FIT = 120;

/** The rows of a roll. */
export interface Rows {
  readonly pitched: boolean;
  readonly drums: readonly number[];
}

/** How tracks are shown: where only the selected one is, no other can be hit or selected. */
export function shownLooks(
  looks: readonly TrackLook[],
  rows: RollRows,
  focus: number | null,
  nTracks: number,
): readonly TrackLook[] {
  if (rows !== "focus" || focus === null) return looks;
  return Array.from({ length: Math.max(nTracks, looks.length) }, (_, i) =>
    i === focus ? (looks[i] ?? {}) : { ...looks[i], hidden: true },
  );
}

/** Which rows are shown: all that visible tracks need, or those of the focused track alone. */
export function rowsOf(
  music: Music,
  looks: readonly TrackLook[],
  rows: RollRows,
  focus: number | null,
): Rows {
  const shown = music.lanes.filter((lane) => !looks[lane.track]?.hidden);
  if (rows === "focus" && focus !== null) {
    const lanes = shown.filter((lane) => lane.track === focus);
    const isDrum = lanes[0]?.isDrum ?? music.tracks[focus]?.is_drum ?? false;
    return isDrum
      ? { pitched: false, drums: drumsOf(lanes, KIT_DRUMS) }
      : { pitched: true, drums: [] };
  }
  const hasDrums = shown.some((lane) => lane.isDrum);
  const drums = hasDrums ? drumsOf(shown, CORE_DRUMS) : [];
  return { pitched: shown.some((lane) => !lane.isDrum) || !hasDrums, drums };
}

/** A geometry for a canvas of some size. */
export function geometryOf(
  music: Music,
  rows: Rows,
  view: RollView,
  size: { width: number; height: number },
  bare = false,
): Geometry {
  return new Geometry({ ...size, ...rows, view, ticksPerQuarter: music.ticksPerQuarter, bare });
}

/** The view that shows some bars (default: all) and every pitch of a track (default: of all visible). */
export function fittingView(
  music: Music,
  looks: readonly TrackLook[],
  boxes: { pitched: Box; notes: Box },
  { bars, track }: { bars?: BarRange; track?: number | null } = {},
): RollView {
  const span = bars ? music.bars.ticksOf(bars) : { start: 0, end: Math.max(music.endTick, 1) };
  const quarters = Math.max((span.end - span.start) / music.ticksPerQuarter, 1);
  const { width } = boxes.notes;
  const pxPerQuarter = bars ? width / quarters : Math.min(width / quarters, WIDEST_FIT);
  return {
    tick: span.start,
    pxPerQuarter,
    ...fittingRows(music, looks, boxes.pitched.height, { track }),
  };
}

/** Scroll and height of rows that show every pitch of a track (default: of all visible ones). */
export function fittingRows(
  music: Music,
  looks: readonly TrackLook[],
  height: number,
  manner: { tallest?: number; lowest?: number; margin?: number; track?: number | null } = {},
): { row: number; pxPerRow: number } {
  const { tallest = TALLEST_FIT, lowest = LOWEST_ROW, margin = 2, track = null } = manner;
  const shown = music.lanes.filter((lane) =>
    track === null ? !looks[lane.track]?.hidden : lane.track === track,
  );
  const { low, high } = pitchRange(shown) ?? EMPTY_RANGE;
  const rows = high - low + 1 + 2 * margin;
  const pxPerRow = Math.min(Math.max(height / rows, lowest), tallest);
  const spare = height / pxPerRow - rows;
  return { pxPerRow, row: TOP_PITCH - high - margin - spare / 2 };
}

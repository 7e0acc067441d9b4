/** Everything a picture of a roll is painted from; the painters read it and nothing else. */
import { BarGrid } from "../core/bars.ts";
import { TempoMap } from "../core/tempo.ts";
import type { BarRange, TickRange, Track } from "../core/types.ts";
import type { Geometry } from "./geometry.ts";
import { type Lane, lanesOf } from "./lanes.ts";
import type { Palette, RollContent, TrackLook } from "./types.ts";

/** What does not change with the view: made once when content is set. */
export interface Music {
  readonly content: RollContent;
  /** All that can be drawn into: the score's tracks and then the drafts. */
  readonly tracks: readonly Track[];
  readonly lanes: readonly Lane[];
  readonly bars: BarGrid;
  readonly tempos: readonly { tick: number; bpm: number }[];
  readonly ticksPerQuarter: number;
  /** The ticks of what is new. */
  readonly fresh: TickRange | null;
  /** The end of all bars and notes. */
  readonly endTick: number;
  /** Tracks of the score and further ones of the overlay. */
  readonly nTracks: number;
}

/** One picture. */
export interface Scene {
  readonly music: Music;
  readonly geometry: Geometry;
  readonly palette: Palette;
  readonly looks: readonly TrackLook[];
  readonly focus: number | null;
  readonly selectedBars: BarRange | null;
  readonly loop: TickRange | null;
  readonly gridStep: number;
  /** Device pixels a CSS pixel. */
  readonly scale: number;
  /** Chosen notes are being dragged and are drawn elsewhere. */
  readonly liftChosen: boolean;
}

/** Make content ready to draw. */
export function musicOf(content: RollContent): Music {
  const lanes = lanesOf(content);
  const bars = new BarGrid(content.score);
  const fresh = content.fresh ? bars.ticksOf(content.fresh) : null;
  let endTick = Math.max(bars.endTick, fresh?.end ?? 0);
  for (const lane of lanes) {
    for (const end of lane.blockEnd) endTick = Math.max(endTick, end);
  }
  return {
    content,
    tracks: [...content.score.tracks, ...(content.drafts ?? [])],
    lanes,
    bars,
    tempos: TempoMap.of(content.score).changes(),
    ticksPerQuarter: content.score.ticks_per_quarter,
    fresh,
    endTick,
    nTracks: Math.max(content.score.tracks.length, content.overlay?.length ?? 0),
  };
}

/** Whether the notes of two contents are the very same, so that an index means the same note in both. */
export function holdsSameNotes(a: RollContent, b: RollContent): boolean {
  const parts = ({ score, drafts = [], overlay = [] }: RollContent) => [
    score.tracks,
    drafts,
    overlay,
  ];
  const others = parts(b);
  return parts(a).every((tracks, part) => {
    const same = others[part];
    return tracks.length === same.length && tracks.every(({ notes }, i) => notes === same[i].notes);
  });
}

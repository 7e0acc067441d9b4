/** What is under a point of the roll. */
import { drumName, pitchName } from "../core/words.ts";
import type { Geometry } from "./geometry.ts";
import { type Lane, SKIPPED, visitNotes } from "./lanes.ts";
import { noteBox } from "./paint_notes.ts";
import type { Scene } from "./scene.ts";

/** Notes narrower than this are as easy to hit as if they were so wide. */
const EASY_WIDTH = 7;
const EDGE_WIDTH = 7;

/** A note under the pointer. */
export interface Hit {
  readonly lane: Lane;
  readonly index: number;
  /** The right end, by which it is lengthened, or the rest. */
  readonly part: "body" | "end";
}

/** The note at a point, the topmost if there are several; hidden tracks do not count. */
export function noteAtPoint(scene: Scene, x: number, y: number): Hit | null {
  const { geometry, music, looks, focus } = scene;
  const area = geometry.areaAt(x, y);
  if (area !== "pitched" && area !== "drums") return null;
  const inFront = [...music.lanes]
    .reverse()
    .sort((a, b) => Number(b.track === focus) - Number(a.track === focus));
  for (const lane of inFront) {
    if (looks[lane.track]?.hidden || lane.isDrum !== (area === "drums")) continue;
    const index = indexAtPoint(geometry, lane, x, y);
    if (index === null) continue;
    const box = noteBox(geometry, lane, index);
    const edge = Math.min(EDGE_WIDTH, box.width / 3);
    const isEnd = !lane.isDrum && box.width >= 8 && x > box.x + box.width - edge;
    return { lane, index, part: isEnd ? "end" : "body" };
  }
  return null;
}

function indexAtPoint(geometry: Geometry, lane: Lane, x: number, y: number): number | null {
  const wide = EASY_WIDTH / geometry.pxPerTick;
  const strokes = lane.isDrum ? geometry.pxPerDrum / geometry.pxPerTick : 0;
  const tick = geometry.tickOfX(x);
  let found: number | null = null;
  visitNotes(lane, tick - wide - strokes, tick + wide, (index) => {
    if (lane.flags[index] & SKIPPED) return;
    const box = noteBox(geometry, lane, index);
    const extra = Math.max((EASY_WIDTH - box.width) / 2, 0);
    const inside =
      x >= box.x - extra &&
      x < box.x + box.width + extra &&
      y >= box.y - 0.5 &&
      y < box.y + box.height + 0.5;
    if (inside) found = index;
  });
  return found;
}

/** What is under the pointer, for a status line: `Bass · E2 · bar 3.2 · velocity 96`. */
export function wordsAtPoint(
  scene: Scene,
  x: number,
  y: number,
  name: (track: number) => string,
): string | null {
  const { geometry, music } = scene;
  const area = geometry.areaAt(x, y);
  if (area === "corner" || area === "keys") return null;
  const tick = Math.max(Math.round(geometry.tickOfX(x)), 0);
  const hit = noteAtPoint(scene, x, y);
  if (hit === null) {
    const { bar, beat } = music.bars.positionOf(tick);
    if (area === "ruler" || area === "loop") return `bar ${bar}, beat ${beat}`;
    const row =
      area === "drums"
        ? drumName(geometry.drumOfY(y))
        : pitchName(clampPitch(geometry.pitchOfY(y)));
    return `${row} · bar ${bar}, beat ${beat}`;
  }
  const { lane, index } = hit;
  const what = lane.isDrum ? drumName(lane.pitch[index]) : pitchName(lane.pitch[index]);
  const { bar, beat } = music.bars.positionOf(lane.onset[index]);
  const tracks =
    lane.source === "score" ? music.content.score.tracks : (music.content.overlay ?? []);
  const { velocity } = tracks[lane.track].notes;
  const locked = scene.looks[lane.track]?.locked ? " · locked" : "";
  return `${name(lane.track)} · ${what} · bar ${bar}, beat ${beat} · velocity ${velocity[index]}${locked}`;
}

function clampPitch(pitch: number): number {
  return Math.min(Math.max(pitch, 0), 127);
}

/** Paints what lies under the notes: rows, bar and beat lines, new bars, chosen bars. */
import type { TickRange } from "../core/types.ts";
import { type Box, type Geometry, TOP_PITCH } from "./geometry.ts";
import type { Scene } from "./scene.ts";

const BLACK_KEYS = new Set([1, 3, 6, 8, 10]);
/** Lines closer than this many CSS pixels are left out. */
const CLOSEST_LINES = 9;

/** Whether a pitch is a black key. */
export function isBlackKey(pitch: number): boolean {
  return BLACK_KEYS.has(((pitch % 12) + 12) % 12);
}

/** Paint the ground of pitched rows and drum grid. */
export function paintGround(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette } = scene;
  ctx.fillStyle = palette.ground;
  ctx.fillRect(0, 0, geometry.width, geometry.height);
  if (geometry.pitched.height > 0) paintPitchRows(ctx, scene);
  if (geometry.drums.height > 0) paintDrumRows(ctx, scene);
  paintFresh(ctx, scene);
  paintLines(ctx, scene);
  paintFreshEdges(ctx, scene);
  paintSelectedBars(ctx, scene);
  if (geometry.pitched.height > 0 && geometry.drums.height > 0) {
    ctx.fillStyle = palette.barLine;
    ctx.fillRect(geometry.drums.x, geometry.drums.y - 3, geometry.drums.width, 1);
  }
}

/** Restrict painting to a box until `ctx.restore()`. */
export function clipTo(ctx: CanvasRenderingContext2D, box: Box): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(box.x, box.y, box.width, box.height);
  ctx.clip();
}

/** Pitches with a row in view, from the top. */
export function pitchesInView(geometry: Geometry): { high: number; low: number } {
  const { y, height } = geometry.pitched;
  return {
    high: Math.min(geometry.pitchOfY(y), TOP_PITCH),
    low: Math.max(geometry.pitchOfY(y + height - 0.01), 0),
  };
}

function paintPitchRows(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette } = scene;
  const { x, width } = geometry.pitched;
  const { pxPerRow } = geometry.view;
  const { high, low } = pitchesInView(geometry);
  clipTo(ctx, geometry.pitched);
  ctx.fillStyle = palette.blackRow;
  for (let pitch = high; pitch >= low; pitch--) {
    if (isBlackKey(pitch)) ctx.fillRect(x, geometry.yOfPitch(pitch), width, pxPerRow);
  }
  ctx.fillStyle = palette.rowLine;
  for (let pitch = high; pitch >= low; pitch--) {
    // Every row has a line when there is room; else the octaves alone, between B and C.
    const bottom = snap(geometry.yOfPitch(pitch) + pxPerRow, scene.scale);
    if (pxPerRow >= 9 || pitch % 12 === 0)
      ctx.fillRect(x, bottom - 1 / scene.scale, width, 1 / scene.scale);
  }
  ctx.restore();
}

function paintDrumRows(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette } = scene;
  const { x, y, width, height } = geometry.drums;
  ctx.fillStyle = palette.ground;
  ctx.fillRect(x, y, width, height);
  geometry.drumPitches.forEach((_, row) => {
    const top = y + row * geometry.pxPerDrum;
    ctx.fillStyle = row % 2 === 0 ? palette.drumGround : palette.ground;
    ctx.fillRect(x, top, width, geometry.pxPerDrum);
  });
}

function paintFresh(ctx: CanvasRenderingContext2D, { geometry, palette, music }: Scene): void {
  if (music.fresh === null) return;
  const { x, y, width, height } = geometry.notes;
  const left = Math.max(geometry.xOfTick(music.fresh.start), x);
  const right = Math.min(geometry.xOfTick(music.fresh.end), x + width);
  if (right <= left) return;
  ctx.fillStyle = palette.fresh;
  ctx.fillRect(left, y, right - left, height);
}

function paintFreshEdges(ctx: CanvasRenderingContext2D, { geometry, palette, music }: Scene): void {
  if (music.fresh === null) return;
  const { x, y, width, height } = geometry.notes;
  ctx.fillStyle = palette.freshEdge;
  for (const tick of [music.fresh.start, music.fresh.end]) {
    const at = geometry.xOfTick(tick);
    if (at > x && at < x + width) ctx.fillRect(Math.round(at) - 1, y, 2, height);
  }
}

/** Chosen bars; where they are new, the ruler alone says so: two colours one over the other are grey. */
function paintSelectedBars(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, music, selectedBars } = scene;
  if (selectedBars === null) return;
  const { x, y, width, height } = geometry.notes;
  ctx.fillStyle = palette.selectedBars;
  for (const { start, end } of outside(music.bars.ticksOf(selectedBars), music.fresh)) {
    const left = Math.max(geometry.xOfTick(start), x);
    const right = Math.min(geometry.xOfTick(end), x + width);
    if (right > left) ctx.fillRect(left, y, right - left, height);
  }
}

/** What of a range is not in another. */
function outside(range: TickRange, other: TickRange | null): readonly TickRange[] {
  if (other === null) return [range];
  return [
    { start: range.start, end: Math.min(range.end, other.start) },
    { start: Math.max(range.start, other.end), end: range.end },
  ].filter(({ start, end }) => end > start);
}

function paintLines(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, music, gridStep, scale } = scene;
  const { x, y, width, height } = geometry.notes;
  const { start, end } = geometry.tickRange;
  const { pxPerTick } = geometry;
  const line = 1 / scale;
  const draw = (tick: number, colour: string): void => {
    const at = snap(geometry.xOfTick(tick), scale);
    if (at < x || at > x + width) return;
    ctx.fillStyle = colour;
    ctx.fillRect(at, y, line, height);
  };
  const firstBar = music.bars.barAt(Math.max(start, 0));
  const every = barsBetweenLines(music.bars.length(firstBar) * pxPerTick);
  for (let bar = firstBar - (firstBar % every); music.bars.start(bar) < end; bar += every) {
    const barStart = music.bars.start(bar);
    if (every === 1) {
      const barEnd = music.bars.start(bar + 1);
      const beat = music.bars.beatLength(barStart);
      const divide = (step: number, colour: string): void => {
        if (step * pxPerTick < CLOSEST_LINES) return;
        for (let tick = barStart + step; tick < barEnd; tick += step) draw(tick, colour);
      };
      if (gridStep > 0 && gridStep < beat) divide(gridStep, palette.stepLine);
      divide(beat, palette.beatLine);
    }
    draw(barStart, palette.barLine);
  }
}

/** How many bars from one line to the next, a power of two, so that lines stay apart. */
export function barsBetweenLines(pxPerBar: number, closest = CLOSEST_LINES): number {
  let every = 1;
  while (pxPerBar * every < closest) every *= 2;
  return every;
}

/** The nearest whole device pixel, so that thin lines are sharp. */
export function snap(value: number, scale: number): number {
  return Math.round(value * scale) / scale;
}

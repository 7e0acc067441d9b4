/**
 * Paints notes: culled to the view, in batches of one colour, thinned where they are finer than a
 * pixel. At 100,000 notes the cost is that of the pixels they cover, not of their number.
 */

import type { Box, Geometry } from "./geometry.ts";
import { CHOSEN, FRESH, type Lane, SKIPPED, visitNotes } from "./lanes.ts";
import { isDust, paintDust } from "./paint_dust.ts";
import { clipTo } from "./paint_ground.ts";
import { blend, hueOf, SHADES, shadesOf } from "./palette.ts";
import type { Scene } from "./scene.ts";

const MUTED_STRENGTH = 0.28;
const OUT_OF_FOCUS_STRENGTH = 0.55;
/** From this height on, notes have round corners, if there are not too many. */
const ROUND_FROM = 7;
const MOST_ROUND = 2500;
/** Lower rows have no room for an outline; there the ground alone says what is new. */
const OUTLINE_FROM = 3.5;

/** Rectangles that are gathered before they are painted: x, y, width, height. */
class Batch {
  #boxes = new Float32Array(4096);
  #length = 0;

  add(x: number, y: number, width: number, height: number): void {
    if (this.#length + 4 > this.#boxes.length) {
      const larger = new Float32Array(this.#boxes.length * 2);
      larger.set(this.#boxes);
      this.#boxes = larger;
    }
    const at = this.#length;
    this.#boxes[at] = x;
    this.#boxes[at + 1] = y;
    this.#boxes[at + 2] = width;
    this.#boxes[at + 3] = height;
    this.#length = at + 4;
  }

  get count(): number {
    return this.#length / 4;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Paint all, each made smaller by `inset` on every side, with corners of `radius`. */
  fill(ctx: CanvasRenderingContext2D, style: string | CanvasPattern, inset = 0, radius = 0): void {
    if (this.#length === 0) return;
    ctx.fillStyle = style;
    const boxes = this.#boxes;
    if (radius > 0) ctx.beginPath();
    for (let at = 0; at < this.#length; at += 4) {
      const x = boxes[at] + inset;
      const y = boxes[at + 1] + inset;
      const width = Math.max(boxes[at + 2] - 2 * inset, 0.75);
      const height = Math.max(boxes[at + 3] - 2 * inset, 0.75);
      if (radius > 0) ctx.roundRect(x, y, width, height, Math.min(radius, width / 2));
      else ctx.fillRect(x, y, width, height);
    }
    if (radius > 0) ctx.fill();
  }
}

const shades = Array.from({ length: SHADES }, () => new Batch());
const freshShades = Array.from({ length: SHADES }, () => new Batch());
const chosen = new Batch();
/** Right edge of what is painted already, by row; lets notes finer than a pixel be skipped. */
const covered = new Float32Array(128);

/** Paint the notes of all lanes, the focused track's last. */
export function paintNotes(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, music, focus } = scene;
  const inOrder = [...music.lanes].sort(
    (a, b) => Number(a.track === focus) - Number(b.track === focus),
  );
  const dust = isDust(geometry, music.lanes);
  for (const [area, isDrum] of [
    [geometry.drums, true],
    [geometry.pitched, false],
  ] as const) {
    if (area.height === 0) continue;
    const lanes = inOrder.filter(
      (lane) => lane.isDrum === isDrum && !scene.looks[lane.track]?.hidden,
    );
    clipTo(ctx, area);
    if (dust) paintLanesAsDust(ctx, scene, lanes, area);
    else for (const lane of lanes) paintLane(ctx, scene, lane, area);
    ctx.restore();
  }
}

function paintLanesAsDust(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  lanes: readonly Lane[],
  area: Box,
): void {
  const { geometry, palette, scale, looks } = scene;
  const dust = lanes.map((lane) => ({
    lane,
    colours: coloursOf(scene, lane),
    locked: looks[lane.track]?.locked ?? false,
  }));
  const manner = {
    scale,
    selected: palette.selected,
    drumWidth: drumWidth(geometry),
    leaveOut: scene.liftChosen ? SKIPPED | CHOSEN : SKIPPED,
  };
  paintDust(ctx, geometry, area, dust, manner);
}

/** Where a note of a lane is; the width of a drum stroke does not depend on its length. */
export function noteBox(geometry: Geometry, lane: Lane, index: number, ticks = 0, rows = 0): Box {
  const x = geometry.xOfTick(lane.onset[index] + ticks);
  if (lane.isDrum) {
    const height = geometry.pxPerDrum;
    const gap = height >= 8 ? 1 : 0;
    const y = geometry.yOfDrum(lane.pitch[index]) - rows * height + gap;
    return { x, y, width: drumWidth(geometry), height: height - 2 * gap };
  }
  const y = geometry.yOfPitch(lane.pitch[index] + rows);
  const gap = geometry.view.pxPerRow >= 6 ? 0.5 : 0;
  const width = (lane.end[index] - lane.onset[index]) * geometry.pxPerTick;
  return {
    x,
    y: y + gap,
    width: Math.max(width > 4 ? width - 1 : width, 1.25),
    height: geometry.view.pxPerRow - 2 * gap,
  };
}

/** A stroke is as wide as it is high, narrower where sixteenths would touch. */
function drumWidth(geometry: Geometry): number {
  const sixteenth = geometry.view.pxPerQuarter / 4;
  return Math.max(Math.min(geometry.pxPerDrum - 2, sixteenth - 1), 1.25);
}

function paintLane(ctx: CanvasRenderingContext2D, scene: Scene, lane: Lane, area: Box): void {
  const { geometry, palette, looks } = scene;
  const look = looks[lane.track] ?? {};
  const count = gather(scene, lane, area);
  const colours = coloursOf(scene, lane);
  const height = lane.isDrum ? geometry.pxPerDrum : geometry.view.pxPerRow;
  const radius = height >= ROUND_FROM && count <= MOST_ROUND ? 2 : 0;

  for (let i = 0; i < SHADES; i++) shades[i].fill(ctx, colours[i], 0, radius);
  const outline = look.muted
    ? blend(palette.noteOutline, palette.ground, 0.5)
    : palette.noteOutline;
  const inset = height < OUTLINE_FROM ? 0 : height >= 5 ? 1 : 0.5;
  if (inset > 0) for (const batch of freshShades) batch.fill(ctx, outline, 0, radius);
  for (let i = 0; i < SHADES; i++) freshShades[i].fill(ctx, colours[i], inset, radius && 1.5);
  if (look.locked) {
    const hatch = hatchOf(ctx, palette.hatch);
    if (hatch !== null) for (const batch of [...shades, ...freshShades]) batch.fill(ctx, hatch);
  }
  chosen.fill(ctx, palette.selected, -0.5, radius);
  chosen.fill(ctx, blend(palette.selected, "#ffffff", 0.45), height >= 6 ? 1 : 0.5, radius && 1.5);
}

/** The shades of a lane's hue, faded where it is muted or another track is in focus. */
function coloursOf({ palette, looks, focus }: Scene, lane: Lane): string[] {
  const hue = hueOf(palette, lane.track, lane.isDrum);
  if (looks[lane.track]?.muted) return shadesOf(hue, palette.ground, MUTED_STRENGTH);
  const inFocus = focus === null || focus === lane.track;
  return shadesOf(hue, palette.ground, inFocus ? 1 : OUT_OF_FOCUS_STRENGTH);
}

/** Put the notes in view into the batches; gives their number. */
function gather(scene: Scene, lane: Lane, area: Box): number {
  const { geometry } = scene;
  for (const batch of [...shades, ...freshShades, chosen]) batch.clear();
  covered.fill(Number.NEGATIVE_INFINITY);
  const pixel = 1 / scene.scale;
  const { start, end } = geometry.tickRange;
  const reach = lane.isDrum ? drumWidth(geometry) / geometry.pxPerTick : 0;
  const bottom = area.y + area.height;
  let count = 0;
  visitNotes(lane, start - reach, end, (index) => {
    const flags = lane.flags[index];
    if (flags & SKIPPED || (flags & CHOSEN && scene.liftChosen)) return;
    const { x, y, width, height } = noteBox(geometry, lane, index);
    if (!(y < bottom && y + height > area.y)) return;
    const pitch = lane.pitch[index];
    const isChosen = (flags & CHOSEN) !== 0;
    if (width < 2 && !isChosen && x + width - covered[pitch] < pixel) return;
    if (x + width > covered[pitch]) covered[pitch] = x + width;
    count++;
    if (isChosen) chosen.add(x, y, width, height);
    else (flags & FRESH ? freshShades : shades)[lane.shade[index]].add(x, y, width, height);
  });
  return count;
}

const hatches = new Map<string, CanvasPattern | null>();

/** Diagonal stripes for what is locked. */
function hatchOf(ctx: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const known = hatches.get(colour);
  if (known !== undefined) return known;
  const size = 6;
  const tile = new OffscreenCanvas(size, size);
  const pen = tile.getContext("2d");
  if (pen === null) return null;
  pen.strokeStyle = colour;
  pen.lineWidth = 1.5;
  pen.beginPath();
  for (const shift of [-size, 0, size]) {
    pen.moveTo(shift, size);
    pen.lineTo(shift + size, 0);
  }
  pen.stroke();
  const pattern = ctx.createPattern(tile, "repeat");
  hatches.set(colour, pattern);
  return pattern;
}

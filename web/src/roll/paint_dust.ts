/**
 * Paints very many notes at once, pixel by pixel into one image.
 *
 * With some thousand notes in view, each is a few pixels at most, and it costs more to hand every
 * rectangle to the canvas than to set the pixels. What is lost at that size anyhow is left out:
 * round corners and outlines (the ground still says what is new); locked tracks are sieved.
 */
import type { Box, Geometry } from "./geometry.ts";
import { CHOSEN, type Lane } from "./lanes.ts";
import { channelsOf } from "./palette.ts";

/** With more notes than this in view they are dust. */
const MOST_DRAWN_ONE_BY_ONE = 5000;

/** A lane and the colours of its shades, as CSS colours. */
export interface DustLane {
  readonly lane: Lane;
  readonly colours: readonly string[];
  readonly locked: boolean;
}

/** How all lanes are painted. */
export interface DustManner {
  /** Device pixels a CSS pixel. */
  readonly scale: number;
  /** Colour of chosen notes. */
  readonly selected: string;
  /** CSS pixels of a drum stroke. */
  readonly drumWidth: number;
  /** Notes with any of these flags are not painted. */
  readonly leaveOut: number;
}

/** Whether the notes in view are too many to draw one by one. */
export function isDust(geometry: Geometry, lanes: readonly Lane[]): boolean {
  const { start, end } = geometry.tickRange;
  let count = 0;
  for (const lane of lanes) {
    count += lowerBound(lane.onset, end) - lowerBound(lane.onset, start);
    if (count > MOST_DRAWN_ONE_BY_ONE) return true;
  }
  return false;
}

/** Paint lanes into an area of a context whose units are CSS pixels. */
export function paintDust(
  ctx: CanvasRenderingContext2D,
  geometry: Geometry,
  area: Box,
  lanes: readonly DustLane[],
  manner: DustManner,
): void {
  const sheet = new Sheet(area, manner.scale);
  if (sheet.width < 1 || sheet.height < 1) return;
  for (const one of lanes) paintLane(sheet, geometry, one, manner);
  sheet.putOn(ctx, area);
}

/** An image over an area, in device pixels. */
class Sheet {
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly left: number;
  readonly top: number;
  readonly pixels: Uint32Array;
  readonly #image: ImageData;

  constructor(area: Box, scale: number) {
    this.scale = scale;
    this.left = area.x;
    this.top = area.y;
    this.width = Math.round(area.width * scale);
    this.height = Math.round(area.height * scale);
    this.#image = new ImageData(Math.max(this.width, 1), Math.max(this.height, 1));
    this.pixels = new Uint32Array(this.#image.data.buffer);
  }

  putOn(ctx: CanvasRenderingContext2D, area: Box): void {
    const canvas = new OffscreenCanvas(this.width, this.height);
    canvas.getContext("2d")?.putImageData(this.#image, 0, 0);
    ctx.drawImage(canvas, area.x, area.y, this.width / this.scale, this.height / this.scale);
  }
}

function paintLane(
  sheet: Sheet,
  geometry: Geometry,
  { lane, colours, locked }: DustLane,
  { selected, drumWidth, leaveOut }: DustManner,
): void {
  const { scale, width, height, pixels } = sheet;
  const { start, end } = geometry.tickRange;
  const shades = colours.map(packed);
  const chosen = packed(selected);
  const tops = rowTops(sheet, geometry, lane.isDrum);
  const rowHeight = lane.isDrum ? geometry.pxPerDrum : geometry.view.pxPerRow;
  const tall = Math.max(Math.round((rowHeight - (rowHeight >= 6 ? 1 : 0)) * scale), 1);
  const perTick = geometry.pxPerTick * scale;
  const origin = (geometry.xOfTick(0) - sheet.left) * scale;
  const stroke = Math.max(Math.round(drumWidth * scale), 1);
  const last = lowerBound(lane.onset, end);
  for (let i = 0; i < last; i++) {
    const flags = lane.flags[i];
    if (lane.end[i] <= start || flags & leaveOut) continue;
    const x = Math.floor(origin + lane.onset[i] * perTick);
    const long = Math.round((lane.end[i] - lane.onset[i]) * perTick);
    const wide = lane.isDrum ? stroke : Math.max(long > 4 * scale ? long - scale : long, 1);
    const from = Math.max(x, 0);
    const to = Math.min(x + wide, width);
    const top = tops[lane.pitch[i]];
    const bottom = Math.min(top + tall, height);
    const colour = flags & CHOSEN ? chosen : shades[lane.shade[i]];
    for (let y = Math.max(top, 0); y < bottom; y++) {
      const row = y * width;
      for (let at = row + from; at < row + to; at++) {
        if (!locked || (at + y) % 3 !== 0) pixels[at] = colour;
      }
    }
  }
}

/** Upper edge of each pitch's row on the sheet; beyond it for drums without a row. */
function rowTops(sheet: Sheet, geometry: Geometry, isDrum: boolean): Int32Array {
  return Int32Array.from({ length: 128 }, (_, pitch) => {
    const y = isDrum ? geometry.yOfDrum(pitch) : geometry.yOfPitch(pitch);
    return Number.isNaN(y) ? sheet.height : Math.round((y - sheet.top) * sheet.scale);
  });
}

/** A `#rrggbb` colour as the 32 bits of an opaque pixel (all browsers' machines are little-endian). */
function packed(colour: string): number {
  const [red, green, blue] = channelsOf(colour);
  return (0xff000000 | (blue << 16) | (green << 8) | red) >>> 0;
}

/** Index of the first value that is at least `value`. */
function lowerBound(values: Int32Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

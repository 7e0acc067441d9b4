/** Pictures of music: the small still roll of a take's card, and PNG files. */
import type { BarRange } from "../core/types.ts";
import { fittingRows, fittingView, geometryOf, rowsOf } from "./layout.ts";
import { paintScene } from "./paint.ts";
import { paletteOf } from "./palette.ts";
import { type Music, musicOf, type Scene } from "./scene.ts";
import type { Palette, RollContent, TrackLook } from "./types.ts";

const SMALL_ROWS = { tallest: 6, lowest: 0.5, margin: 1 };

/** Size and part of a picture. */
export interface PictureOptions {
  /** CSS pixels; default: 1600 by 900. */
  readonly width?: number;
  readonly height?: number;
  /** Device pixels a CSS pixel; default 2. */
  readonly scale?: number;
  /** Bars to show; default: the whole piece. */
  readonly bars?: BarRange;
}

/** What a small roll shows and how. */
export interface SmallRollOptions {
  readonly palette?: "light" | "dark" | Palette;
  /** Bars to show; default: the new ones, else the whole piece. */
  readonly bars?: BarRange;
  readonly looks?: readonly TrackLook[];
}

/** Paint a small still roll, without ruler and keys, into a canvas of any size in the page. */
export function paintSmallRoll(
  canvas: HTMLCanvasElement,
  content: RollContent,
  { palette = "light", bars, looks = [] }: SmallRollOptions = {},
): void {
  const scale = globalThis.devicePixelRatio || 1;
  const width = Math.max(canvas.clientWidth || canvas.width, 1);
  const height = Math.max(canvas.clientHeight || canvas.height, 1);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const ctx = canvas.getContext("2d");
  if (ctx === null) return;
  const music = musicOf(content);
  const rows = rowsOf(music, looks, "all", null);
  const size = { width, height };
  const start = geometryOf(
    music,
    rows,
    { tick: 0, pxPerQuarter: 10, row: 0, pxPerRow: 4 },
    size,
    true,
  );
  const view = {
    ...fittingView(music, looks, start, { bars: bars ?? content.fresh ?? everyBar(music) }),
    ...fittingRows(music, looks, start.pitched.height, SMALL_ROWS),
  };
  const geometry = geometryOf(music, rows, view, size, true);
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  paintScene(ctx, plainScene(music, geometry, paletteOf(palette), looks, scale));
}

/** A PNG of some bars with ruler and keys, the play-head and all choices left out. */
export async function pictureOf(
  content: RollContent,
  options: PictureOptions & {
    palette?: "light" | "dark" | Palette;
    looks?: readonly TrackLook[];
  } = {},
): Promise<Blob> {
  const { width = 1600, height = 900, scale = 2, bars, palette = "light", looks = [] } = options;
  const music = musicOf(content);
  const rows = rowsOf(music, looks, "all", null);
  const size = { width, height };
  const start = geometryOf(music, rows, { tick: 0, pxPerQuarter: 10, row: 0, pxPerRow: 4 }, size);
  const geometry = geometryOf(
    music,
    rows,
    fittingView(music, looks, start, { bars: bars ?? everyBar(music) }),
    size,
  );
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const ctx = canvas.getContext("2d");
  if (ctx === null)
    throw new Error("This browser draws no pictures: its canvas has no 2D context.");
  ctx.setTransform(scale, 0, 0, scale, 0, 0);
  paintScene(ctx, plainScene(music, geometry, paletteOf(palette), looks, scale));
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error("The picture is too large: ask for fewer bars."));
      else resolve(blob);
    }, "image/png");
  });
}

function everyBar(music: Music): BarRange {
  return { first: 0, last: music.bars.barAt(Math.max(music.endTick - 1, 0)) + 1 };
}

function plainScene(
  music: Music,
  geometry: Scene["geometry"],
  palette: Palette,
  looks: readonly TrackLook[],
  scale: number,
): Scene {
  return {
    music,
    geometry,
    palette,
    looks,
    scale,
    focus: null,
    selectedBars: null,
    loop: null,
    gridStep: 0,
    liftChosen: false,
  };
}

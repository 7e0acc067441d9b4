/** Paints the frame around the notes: the ruler with bars, metre, tempo and loop, and the keys. */
import { drumName, pitchName } from "../core/words.ts";
import { LOOP_STRIP } from "./geometry.ts";
import { barsBetweenLines, clipTo, isBlackKey, pitchesInView, snap } from "./paint_ground.ts";
import type { Scene } from "./scene.ts";

const FONT = "system-ui, -apple-system, 'Segoe UI', sans-serif";
const NUMBER_FONT = `600 12px ${FONT}`;
const SMALL_FONT = `11px ${FONT}`;
/** Bar numbers stay this far apart, and marks of metre and tempo. */
const NUMBER_ROOM = 38;
const MARK_ROOM = 10;

/** Paint ruler and keys. */
export function paintFrame(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry } = scene;
  if (geometry.keysWidth > 0) {
    if (geometry.pitched.height > 0) paintKeys(ctx, scene);
    if (geometry.drums.height > 0) paintDrumNames(ctx, scene);
  }
  if (geometry.rulerHeight > 0) paintRuler(ctx, scene);
}

function paintRuler(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, scale, music } = scene;
  const { rulerHeight: height, keysWidth, width } = geometry;
  ctx.fillStyle = palette.ruler;
  ctx.fillRect(0, 0, width, height);
  clipTo(ctx, { x: keysWidth, y: 0, width: width - keysWidth, height });
  paintSpan(ctx, scene, music.fresh, palette.fresh, 0, height);
  if (scene.selectedBars !== null) {
    const span = music.bars.ticksOf(scene.selectedBars);
    paintSpan(ctx, scene, span, palette.selectedBars, 0, height - LOOP_STRIP);
  }
  paintBarNumbers(ctx, scene);
  paintMarks(ctx, scene);
  paintLoop(ctx, scene);
  ctx.restore();
  ctx.fillStyle = palette.barLine;
  ctx.fillRect(0, height - 1 / scale, width, 1 / scale);
  ctx.fillRect(keysWidth - 1 / scale, 0, 1 / scale, geometry.height);
}

function paintSpan(
  ctx: CanvasRenderingContext2D,
  { geometry }: Scene,
  span: { start: number; end: number } | null,
  colour: string,
  y: number,
  height: number,
): void {
  if (span === null) return;
  const left = geometry.xOfTick(span.start);
  ctx.fillStyle = colour;
  ctx.fillRect(left, y, geometry.xOfTick(span.end) - left, height);
}

function paintBarNumbers(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, music, scale } = scene;
  const { start, end } = geometry.tickRange;
  const firstBar = music.bars.barAt(Math.max(start, 0));
  const every = barsBetweenLines(music.bars.length(firstBar) * geometry.pxPerTick, NUMBER_ROOM);
  const bottom = geometry.rulerHeight - LOOP_STRIP;
  ctx.font = NUMBER_FONT;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "left";
  for (let bar = firstBar - (firstBar % every); music.bars.start(bar) < end; bar += every) {
    const x = snap(geometry.xOfTick(music.bars.start(bar)), scale);
    ctx.fillStyle = palette.barLine;
    ctx.fillRect(x, 3, 1 / scale, bottom - 3);
    const isBeyond = music.bars.start(bar) >= music.endTick;
    ctx.fillStyle = isBeyond ? palette.quietText : palette.rulerText;
    ctx.fillText(String(bar + 1), x + 4, 14);
  }
}

/** Metre and tempo where they change; what would overlap is left out. */
function paintMarks(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, music } = scene;
  ctx.font = SMALL_FONT;
  ctx.fillStyle = palette.quietText;
  const marks = [
    ...music.content.score.metres.map(({ tick, numerator, denominator }) => ({
      tick,
      text: `${numerator}/${denominator}`,
    })),
    ...music.tempos.map(({ tick, bpm }) => ({ tick, text: `♩ ${roundBpm(bpm)}` })),
  ].sort((a, b) => a.tick - b.tick);
  let free = Number.NEGATIVE_INFINITY;
  for (const { tick, text } of marks) {
    const at = geometry.xOfTick(tick) + 4;
    const x = free > at && free - at < 40 ? free : at;
    if (x > geometry.width || at + 80 < geometry.keysWidth || x < free) continue;
    ctx.fillText(text, x, 28);
    free = x + ctx.measureText(text).width + MARK_ROOM;
  }
}

function paintLoop(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, loop, scale } = scene;
  const top = geometry.rulerHeight - LOOP_STRIP;
  ctx.fillStyle = palette.beatLine;
  ctx.fillRect(geometry.keysWidth, top, geometry.width, 1 / scale);
  if (loop === null) return;
  const left = geometry.xOfTick(loop.start);
  const right = geometry.xOfTick(loop.end);
  ctx.fillStyle = palette.loop;
  ctx.beginPath();
  ctx.roundRect(left, top + 3, Math.max(right - left, 3), LOOP_STRIP - 6, 3);
  ctx.fill();
}

function paintKeys(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette, scale } = scene;
  const { y, height } = geometry.pitched;
  const { keysWidth } = geometry;
  const { pxPerRow } = geometry.view;
  const left = Math.max(keysWidth - 58, 0);
  const { high, low } = pitchesInView(geometry);
  clipTo(ctx, { x: 0, y, width: keysWidth, height });
  ctx.fillStyle = palette.ruler;
  ctx.fillRect(0, y, keysWidth, height);
  ctx.fillStyle = palette.whiteKey;
  ctx.fillRect(left, y, keysWidth - left, height);
  const blackWidth = (keysWidth - left) * 0.62;
  for (let pitch = high; pitch >= low; pitch--) {
    const top = geometry.yOfPitch(pitch);
    if (isBlackKey(pitch)) {
      ctx.fillStyle = palette.blackKey;
      ctx.fillRect(left, top + 0.5, blackWidth, pxPerRow - 1);
      ctx.fillStyle = palette.barLine;
      ctx.fillRect(left + blackWidth, snap(top + pxPerRow / 2, scale), keysWidth, 1 / scale);
    } else if ([0, 5].includes(pitch % 12)) {
      ctx.fillStyle = palette.barLine;
      ctx.fillRect(left, snap(top + pxPerRow, scale) - 1 / scale, keysWidth, 1 / scale);
    }
  }
  paintKeyNames(ctx, scene, high, low);
  ctx.restore();
}

function paintKeyNames(
  ctx: CanvasRenderingContext2D,
  { geometry, palette }: Scene,
  high: number,
  low: number,
): void {
  const { pxPerRow } = geometry.view;
  const everyKey = pxPerRow >= 13;
  ctx.font = `${Math.min(Math.max(pxPerRow * 0.95, 9), 11)}px ${FONT}`;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.fillStyle = palette.keyText;
  for (let pitch = high; pitch >= low; pitch--) {
    if (pitch % 12 !== 0 && (!everyKey || isBlackKey(pitch))) continue;
    const y = geometry.yOfPitch(pitch) + pxPerRow / 2;
    ctx.fillText(pitchName(pitch), geometry.keysWidth - 4, y + 0.5);
  }
}

function paintDrumNames(ctx: CanvasRenderingContext2D, scene: Scene): void {
  const { geometry, palette } = scene;
  const { y, height } = geometry.drums;
  const { keysWidth, pxPerDrum } = geometry;
  clipTo(ctx, { x: 0, y: y - 5, width: keysWidth, height: height + 5 });
  ctx.fillStyle = palette.ruler;
  ctx.fillRect(0, y - 5, keysWidth, height + 5);
  ctx.font = `${Math.min(Math.max(pxPerDrum * 0.75, 9), 11.5)}px ${FONT}`;
  ctx.textAlign = "right";
  ctx.textBaseline = "middle";
  ctx.fillStyle = palette.rulerText;
  // Where rows are lower than letters, every second or third is named.
  const every = Math.ceil(10 / pxPerDrum);
  geometry.drumPitches.forEach((pitch, row) => {
    if (row % every !== 0) return;
    ctx.fillText(drumName(pitch), keysWidth - 6, y + (row + 0.5) * pxPerDrum + 0.5, keysWidth - 10);
  });
  ctx.restore();
}

function roundBpm(bpm: number): string {
  const rounded = Math.round(bpm * 10) / 10;
  return Number.isInteger(Math.round(bpm * 100) / 100) ? String(Math.round(bpm)) : String(rounded);
}

/** What lies over the roll while it moves: the play-head, and gestures before they are done. */
import type { BarRange, TickRange } from "../core/types.ts";
import type { Box } from "./geometry.ts";
import { CHOSEN, visitNotes } from "./lanes.ts";
import { clipTo } from "./paint_ground.ts";
import { noteBox } from "./paint_notes.ts";
import { hueOf } from "./palette.ts";
import type { Scene } from "./scene.ts";

/** A gesture that is under way. */
export type Preview =
  | { readonly kind: "band"; readonly box: Box }
  | {
      readonly kind: "move";
      readonly ticks: number;
      readonly pitches: number;
      readonly copy: boolean;
    }
  | { readonly kind: "length"; readonly ticks: number }
  | { readonly kind: "velocity"; readonly change: number; readonly x: number; readonly y: number }
  | {
      readonly kind: "draw";
      readonly track: number;
      readonly onset: number;
      readonly duration: number;
      readonly pitch: number;
    }
  | { readonly kind: "bars"; readonly bars: BarRange }
  | { readonly kind: "loop"; readonly range: TickRange };

/** Whether a gesture shows the chosen notes elsewhere, so that they are lifted from their place. */
export function liftsChosen(preview: Preview | null): boolean {
  return preview?.kind === "length" || (preview?.kind === "move" && !preview.copy);
}

/** Paint a gesture over a painted scene. */
export function paintPreview(ctx: CanvasRenderingContext2D, scene: Scene, preview: Preview): void {
  const { geometry, palette } = scene;
  switch (preview.kind) {
    case "band": {
      clipTo(ctx, geometry.notes);
      const { x, y, width, height } = preview.box;
      ctx.fillStyle = palette.selectedBars;
      ctx.fillRect(x, y, width, height);
      ctx.strokeStyle = palette.selected;
      ctx.lineWidth = 1;
      ctx.strokeRect(x + 0.5, y + 0.5, Math.max(width - 1, 0), Math.max(height - 1, 0));
      ctx.restore();
      return;
    }
    case "move":
      paintLifted(ctx, scene, preview.ticks, preview.pitches, 0);
      return;
    case "length":
      paintLifted(ctx, scene, 0, 0, preview.ticks);
      return;
    case "velocity":
      paintBadge(ctx, scene, `velocity ${preview.change > 0 ? "+" : ""}${preview.change}`, preview);
      return;
    case "draw":
      paintDrawn(ctx, scene, preview);
      return;
    case "bars":
    case "loop":
      return; // these are part of the scene itself
  }
}

/** Paint the play-head. */
export function paintPlayhead(ctx: CanvasRenderingContext2D, scene: Scene, tick: number): void {
  const { geometry, palette } = scene;
  const x = geometry.xOfTick(tick);
  if (x < geometry.keysWidth - 1 || x > geometry.width) return;
  ctx.fillStyle = palette.playhead;
  ctx.fillRect(x - 0.75, geometry.rulerHeight - 12, 1.5, geometry.height);
  ctx.beginPath();
  ctx.moveTo(x - 6, geometry.rulerHeight - 14);
  ctx.lineTo(x + 6, geometry.rulerHeight - 14);
  ctx.lineTo(x + 6, geometry.rulerHeight - 9);
  ctx.lineTo(x, geometry.rulerHeight - 2);
  ctx.lineTo(x - 6, geometry.rulerHeight - 9);
  ctx.fill();
}

function paintLifted(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  ticks: number,
  pitches: number,
  longer: number,
): void {
  const { geometry, palette, music } = scene;
  const { start, end } = geometry.tickRange;
  ctx.fillStyle = palette.selected;
  for (const lane of music.lanes) {
    clipTo(ctx, lane.isDrum ? geometry.drums : geometry.pitched);
    visitNotes(lane, start - Math.abs(ticks), end + Math.abs(ticks), (index) => {
      if (!(lane.flags[index] & CHOSEN)) return;
      const box = noteBox(geometry, lane, index, ticks, lane.isDrum ? 0 : pitches);
      const y =
        lane.isDrum && pitches !== 0 ? geometry.yOfDrum(lane.pitch[index] + pitches) : box.y;
      const width = lane.isDrum
        ? box.width
        : Math.max(box.width + longer * geometry.pxPerTick, 1.5);
      if (!Number.isNaN(y)) ctx.fillRect(box.x, y, width, box.height);
    });
    ctx.restore();
  }
}

function paintDrawn(
  ctx: CanvasRenderingContext2D,
  scene: Scene,
  { track, onset, duration, pitch }: Extract<Preview, { kind: "draw" }>,
): void {
  const { geometry, palette, music } = scene;
  const isDrum = music.tracks[track]?.is_drum ?? false;
  const y = isDrum ? geometry.yOfDrum(pitch) : geometry.yOfPitch(pitch);
  const height = isDrum ? geometry.pxPerDrum : geometry.view.pxPerRow;
  clipTo(ctx, isDrum ? geometry.drums : geometry.pitched);
  ctx.fillStyle = hueOf(palette, track, isDrum);
  const width = Math.max(duration * geometry.pxPerTick - 1, 3);
  ctx.fillRect(geometry.xOfTick(onset), y + 0.5, width, height - 1);
  ctx.restore();
}

function paintBadge(
  ctx: CanvasRenderingContext2D,
  { palette, geometry }: Scene,
  text: string,
  { x, y }: { x: number; y: number },
): void {
  ctx.font = "600 12px system-ui, sans-serif";
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const width = ctx.measureText(text).width + 12;
  const left = Math.min(x + 10, geometry.width - width - 4);
  ctx.fillStyle = palette.rulerText;
  ctx.beginPath();
  ctx.roundRect(left, y - 28, width, 20, 4);
  ctx.fill();
  ctx.fillStyle = palette.ground;
  ctx.fillText(text, left + 6, y - 17.5);
}

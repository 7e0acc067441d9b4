/** Paints a whole roll: the ground, the notes, the frame around them. */
import { paintFrame } from "./paint_frame.ts";
import { paintGround } from "./paint_ground.ts";
import { paintNotes } from "./paint_notes.ts";
import type { Scene } from "./scene.ts";

/** Paint a scene onto a context whose units are CSS pixels. */
export function paintScene(ctx: CanvasRenderingContext2D, scene: Scene): void {
  paintGround(ctx, scene);
  paintNotes(ctx, scene);
  paintFrame(ctx, scene);
}

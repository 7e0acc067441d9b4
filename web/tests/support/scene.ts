/** A roll without a canvas, for tests: its scene, and what gestures see of it. */
import { NOTHING } from "../../src/core/selection.ts";
import type { GestureHost, Point } from "../../src/roll/host.ts";
import { fittingView, geometryOf, rowsOf } from "../../src/roll/layout.ts";
import { LIGHT } from "../../src/roll/palette.ts";
import { musicOf, type Scene } from "../../src/roll/scene.ts";
import type { RollCallbacks, RollContent, RollSelection, TrackLook } from "../../src/roll/types.ts";

export function sceneOf(
  content: RollContent,
  focus: number | null = null,
  looks: readonly TrackLook[] = [],
): Scene {
  const music = musicOf(content);
  const rows = rowsOf(music, looks, "all", null);
  const size = { width: 1200, height: 700 };
  const first = geometryOf(music, rows, { tick: 0, pxPerQuarter: 10, row: 0, pxPerRow: 5 }, size);
  const geometry = geometryOf(music, rows, fittingView(music, [], first), size);
  const rest = { looks, selectedBars: null, loop: null, gridStep: 120, scale: 1 };
  return { music, geometry, palette: LIGHT, liftChosen: false, focus, ...rest };
}

export function hostOf(scene: Scene, callbacks: RollCallbacks = {}): GestureHost {
  let selection: RollSelection = { notes: NOTHING, bars: null, tracks: new Set() };
  return {
    // Gestures are given points, and keys and wheel are events on it.
    canvas: new EventTarget() as HTMLCanvasElement,
    callbacks,
    tool: "draw",
    get selection() {
      return selection;
    },
    view: scene.geometry.view,
    scene: () => scene,
    choose(part) {
      selection = { ...selection, ...part };
    },
    show: () => {},
    trackName: String,
  };
}

export function point(x: number, y: number): Point {
  return { x, y, shift: false, ctrl: false, alt: false };
}

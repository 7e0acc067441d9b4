/** What gestures see of the roll they are made on. */
import type { Preview } from "./preview.ts";
import type { Scene } from "./scene.ts";
import type { RollCallbacks, RollSelection, RollTool, RollView } from "./types.ts";

/** The roll as gestures see it. */
export interface GestureHost {
  readonly canvas: HTMLCanvasElement;
  readonly callbacks: RollCallbacks;
  readonly tool: RollTool;
  readonly selection: RollSelection;
  view: RollView;
  scene(): Scene;
  /** Change part of the selection, and report it. */
  choose(part: Partial<RollSelection>): void;
  /** Show a gesture that is under way; null when it is over. */
  show(preview: Preview | null): void;
  trackName(track: number): string;
}

/** A place of the pointer, in CSS pixels from the canvas' corner, and the keys that are held. */
export interface Point {
  readonly x: number;
  readonly y: number;
  /** Shift: off the grid, or add to the choice. */
  readonly shift: boolean;
  /** Ctrl, or Command on a Mac: toggle, or copy. */
  readonly ctrl: boolean;
  /** Alt: velocity. */
  readonly alt: boolean;
}

/** A gesture between press and release. */
export interface Drag {
  move(to: Point): void;
  /** The pointer was released at `to`; `moved` says whether it ever left the place of the press. */
  end(to: Point, moved: boolean): void;
  cancel(): void;
}

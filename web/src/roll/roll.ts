/** The piano roll on a canvas. See `types.ts` for what it shows and tells. */
import type { BarRange, NoteSelection, TickRange } from "../core/types.ts";
import type {
  Palette,
  RollCallbacks,
  RollContent,
  RollOptions,
  RollRows,
  RollSelection,
  RollTool,
  RollView,
  TrackLook,
} from "./types.ts";

/** Size and part of a picture. */
export interface PictureOptions {
  /** CSS pixels; default: as on the screen. */
  readonly width?: number;
  readonly height?: number;
  /** Device pixels a CSS pixel; default 2. */
  readonly scale?: number;
  /** Bars to show; default: the whole piece. */
  readonly bars?: BarRange;
}

/** The interface that `PianoRoll` has; the class is made with `new PianoRoll(canvas, callbacks, options)`. */
export interface Roll {
  /** The part of the music in the window; setting it scrolls and zooms. */
  view: RollView;
  readonly selection: RollSelection;
  setContent(content: RollContent): void;
  setTrackLooks(looks: readonly TrackLook[]): void;
  setSelection(selection: {
    notes?: NoteSelection;
    bars?: BarRange | null;
    tracks?: ReadonlySet<number>;
  }): void;
  setPalette(palette: "light" | "dark" | Palette): void;
  setTool(tool: RollTool): void;
  setRows(rows: RollRows): void;
  setFocus(track: number | null): void;
  setGridStep(ticks: number): void;
  setLoop(range: TickRange | null): void;
  /** Move the play-head; `follow` scrolls so that it stays in view. */
  setPlayhead(tick: number | null, follow?: boolean): void;
  /** Zoom by a factor about the middle (or a point of the canvas, CSS pixels). */
  zoom(horizontal: number, vertical?: number, about?: { x: number; y: number }): void;
  /** Show the whole piece, or some bars. */
  fit(bars?: BarRange): void;
  /** Bring a bar into view. */
  reveal(bar: number): void;
  toPng(options?: PictureOptions): Promise<Blob>;
  /** Stop listening and drawing. */
  destroy(): void;
}

export type PianoRollConstructor = new (
  canvas: HTMLCanvasElement,
  callbacks?: RollCallbacks,
  options?: RollOptions,
) => Roll;

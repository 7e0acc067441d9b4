/**
 * The piano roll on a canvas: music, choices and gestures put together.
 *
 * It owns no music: what is shown is set, what the musician does is reported by callbacks, and
 * the owner sets new content. The picture without the play-head is kept and painted again only
 * when something in it changes, so a running play-head costs one copy of the picture a frame.
 */
import { trackName } from "../core/notes.ts";
import { NOTHING } from "../core/selection.ts";
import type { BarRange, Score, TickRange } from "../core/types.ts";
import { clampView, type Geometry, zoomAbout } from "./geometry.ts";
import { Gestures } from "./gestures.ts";
import type { GestureHost } from "./host.ts";
import { markChosen } from "./lanes.ts";
import { fittingView, geometryOf, type Rows, rowsOf, shownLooks } from "./layout.ts";
import { listenToNavigation } from "./navigation.ts";
import { paintScene } from "./paint.ts";
import { paletteOf } from "./palette.ts";
import { type PictureOptions, pictureOf } from "./picture.ts";
import { liftsChosen, type Preview, paintPlayhead, paintPreview } from "./preview.ts";
import { holdsSameNotes, type Music, musicOf, type Scene } from "./scene.ts";
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

const EMPTY_SCORE: Score = {
  name: "",
  ticks_per_quarter: 480,
  tracks: [],
  tempos: [],
  metres: [],
  bars: [0, 1920],
  key: null,
};
/** Where the play-head stands after the view has turned a page. */
const PAGE_MARGIN = 0.08;

/** A piano roll in a canvas, as large as the page lets the canvas be. */
export class PianoRoll implements GestureHost {
  readonly canvas: HTMLCanvasElement;
  readonly callbacks: RollCallbacks;
  readonly #ctx: CanvasRenderingContext2D;
  readonly #base: CanvasRenderingContext2D;
  readonly #gestures: Gestures;
  readonly #resizes: ResizeObserver;
  readonly #stopNavigation: () => void;
  #music: Music = musicOf({ score: EMPTY_SCORE });
  #rows: Rows = { pitched: true, drums: [] };
  #looks: readonly TrackLook[] = [];
  #looksWanted: readonly TrackLook[] = [];
  #palette: Palette;
  #tool: RollTool;
  #rowsWanted: RollRows;
  #focus: number | null;
  #gridStep: number | null;
  #view: RollView = { tick: 0, pxPerQuarter: 40, row: 40, pxPerRow: 10 };
  #selection: RollSelection = { notes: NOTHING, bars: null, tracks: new Set() };
  #loop: TickRange | null = null;
  #playhead: number | null = null;
  #preview: Preview | null = null;
  #size = { width: 0, height: 0, scale: 1 };
  #scene: Scene | null = null;
  #stale = true;
  #frame = 0;
  #isFitted = false;

  constructor(canvas: HTMLCanvasElement, callbacks: RollCallbacks = {}, options: RollOptions = {}) {
    this.canvas = canvas;
    this.callbacks = callbacks;
    this.#palette = paletteOf(options.palette ?? "light");
    this.#tool = options.tool ?? "select";
    this.#rowsWanted = options.rows ?? "all";
    this.#focus = options.focus ?? null;
    this.#gridStep = options.gridStep ?? null;
    this.#ctx = contextOf(canvas);
    this.#base = contextOf(document.createElement("canvas"));
    canvas.tabIndex = Math.max(canvas.tabIndex, 0);
    this.#gestures = new Gestures(this);
    this.#stopNavigation = listenToNavigation(this);
    this.#resizes = new ResizeObserver(() => this.#resize());
    this.#resizes.observe(canvas);
    this.#resize();
  }

  /** The part of the music in the window; setting it scrolls and zooms. */
  get view(): RollView {
    return this.#view;
  }

  set view(view: RollView) {
    this.#setView(view);
  }

  get tool(): RollTool {
    return this.#tool;
  }

  get selection(): RollSelection {
    return this.#selection;
  }

  /**
   * The music on view. The first content is fitted into the window; later ones keep the view, and
   * those of the same notes what is chosen and the gesture that is under way.
   */
  setContent(content: RollContent): void {
    const isSame = holdsSameNotes(this.#music.content, content);
    if (!isSame) this.#gestures.cancel();
    this.#music = musicOf(content);
    this.setSelection({ notes: isSame ? this.#selection.notes : NOTHING });
    this.#relayout();
    if (!this.#isFitted && this.#size.width > 0 && content.score.tracks.length > 0) this.fit();
    else this.#setView(this.#view);
  }

  setTrackLooks(looks: readonly TrackLook[]): void {
    this.#looksWanted = looks;
    this.#relayout();
  }

  /** Choose notes, bars or tracks, without calling `onSelect`. */
  setSelection(part: Partial<RollSelection>): void {
    this.#selection = { ...this.#selection, ...part };
    if (part.notes !== undefined) markChosen(this.#music.lanes, part.notes);
    this.#repaint();
  }

  choose(part: Partial<RollSelection>): void {
    this.setSelection(part);
    this.callbacks.onSelect?.(this.#selection);
  }

  setPalette(palette: "light" | "dark" | Palette): void {
    this.#palette = paletteOf(palette);
    this.#repaint();
  }

  setTool(tool: RollTool): void {
    this.#tool = tool;
  }

  setRows(rows: RollRows): void {
    this.#rowsWanted = rows;
    this.#relayout();
  }

  /** The selected track, which draws; null for none. */
  setFocus(track: number | null): void {
    this.#focus = track;
    this.#relayout();
  }

  /** The grid of gestures in ticks; 0 is free. */
  setGridStep(ticks: number): void {
    this.#gridStep = ticks;
    this.#repaint();
  }

  setLoop(range: TickRange | null): void {
    this.#loop = range;
    this.#repaint();
  }

  /** Move the play-head; `follow` turns the page when it leaves the view, but not during a gesture. */
  setPlayhead(tick: number | null, follow = false): void {
    this.#playhead = tick;
    if (follow && tick !== null && !this.#gestures.busy) this.#follow(tick);
    this.#request();
  }

  /** Zoom by factors about a point of the canvas (default: the middle). */
  zoom(horizontal: number, vertical = 1, about?: { x: number; y: number }): void {
    const { notes, pitched, keysWidth } = this.#geometry();
    const point = about
      ? { x: about.x - keysWidth, y: about.y - pitched.y }
      : { x: notes.width / 2, y: pitched.height / 2 };
    this.view = zoomAbout(this.#view, { horizontal, vertical }, point, this.#music.ticksPerQuarter);
  }

  /** Show the whole piece, or some bars, with every pitch. */
  fit(bars?: BarRange): void {
    this.#isFitted = true;
    const track = this.#rowsWanted === "focus" ? this.#focus : null;
    this.view = fittingView(this.#music, this.#looks, this.#geometry(), { bars, track });
  }

  /** Bring some bars into view, scrolling no more than needed. */
  reveal(bars: BarRange): void {
    const { start, end } = this.#music.bars.ticksOf(bars);
    const inView = this.#geometry().tickRange;
    if (start >= inView.start && end <= inView.end) return;
    const margin = (inView.end - inView.start) * PAGE_MARGIN;
    const fits = end - start <= inView.end - inView.start - 2 * margin;
    const tick =
      fits && end > inView.end ? end + margin - (inView.end - inView.start) : start - margin;
    this.view = { ...this.#view, tick };
  }

  /** A PNG of the whole piece, or of some bars. */
  toPng(options: PictureOptions = {}): Promise<Blob> {
    const { width, height } = this.#size;
    const size = { width: width || 1600, height: height || 900 };
    return pictureOf(this.#music.content, {
      ...size,
      palette: this.#palette,
      looks: this.#looks,
      ...options,
    });
  }

  /** Stop listening and drawing. */
  destroy(): void {
    cancelAnimationFrame(this.#frame);
    this.#gestures.destroy();
    this.#stopNavigation();
    this.#resizes.disconnect();
  }

  show(preview: Preview | null): void {
    const repaints = [this.#preview, preview].some(
      (one) => one?.kind === "loop" || liftsChosen(one),
    );
    this.#preview = preview;
    if (repaints) this.#repaint();
    this.#request();
  }

  scene(): Scene {
    this.#scene ??= {
      music: this.#music,
      geometry: geometryOf(this.#music, this.#rows, this.#view, this.#size),
      palette: this.#palette,
      looks: this.#looks,
      focus: this.#focus,
      selectedBars: this.#selection.bars,
      loop: this.#preview?.kind === "loop" ? this.#preview.range : this.#loop,
      gridStep: this.#gridStep ?? this.#music.ticksPerQuarter / 4,
      scale: this.#size.scale,
      liftChosen: liftsChosen(this.#preview),
    };
    return this.#scene;
  }

  trackName(track: number): string {
    const { score, overlay } = this.#music.content;
    const found = score.tracks[track] ?? overlay?.[track];
    return found === undefined ? `Track ${track + 1}` : trackName(found);
  }

  #geometry(): Geometry {
    return this.scene().geometry;
  }

  #relayout(): void {
    const n = Math.max(this.#music.nTracks, this.#music.tracks.length);
    this.#looks = shownLooks(this.#looksWanted, this.#rowsWanted, this.#focus, n);
    this.#rows = rowsOf(this.#music, this.#looks, this.#rowsWanted, this.#focus);
    this.#repaint();
  }

  #setView(view: RollView): void {
    this.#scene = null;
    const { notes, pitched } = this.#geometry();
    const { endTick, ticksPerQuarter } = this.#music;
    const limits = { endTick, ticksPerQuarter, width: notes.width, height: pitched.height };
    this.#view = clampView(view, limits);
    this.#repaint();
    this.callbacks.onView?.(this.#view);
  }

  #follow(tick: number): void {
    const { start, end } = this.#geometry().tickRange;
    const page = end - start;
    if (tick >= start && tick < end - page * 0.03) return;
    this.view = { ...this.#view, tick: tick - page * PAGE_MARGIN };
  }

  #resize(): void {
    const scale = globalThis.devicePixelRatio || 1;
    const width = this.canvas.clientWidth;
    const height = this.canvas.clientHeight;
    if (width === 0 || height === 0) return;
    const before = this.#geometry().pitched.height;
    this.#size = { width, height, scale };
    for (const { canvas } of [this.#ctx, this.#base]) {
      canvas.width = Math.round(width * scale);
      canvas.height = Math.round(height * scale);
    }
    this.#scene = null;
    if (!this.#isFitted && this.#music.content.score.tracks.length > 0) this.fit();
    else this.#setView(this.#ofAsManyRows(before));
    this.#paint();
  }

  /** The view of the same pitches as when they had another height, so that none goes out of it. */
  #ofAsManyRows(before: number): RollView {
    const { height } = this.#geometry().pitched;
    const factor = before > 0 && height > 0 ? height / before : 1;
    return { ...this.#view, pxPerRow: this.#view.pxPerRow * factor };
  }

  /** Something in the picture changed. */
  #repaint(): void {
    this.#scene = null;
    this.#stale = true;
    this.#request();
  }

  #request(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const { scale, width } = this.#size;
    if (width === 0) return;
    const scene = this.scene();
    if (this.#stale) {
      this.#stale = false;
      this.#base.setTransform(scale, 0, 0, scale, 0, 0);
      paintScene(this.#base, scene);
      this.callbacks.onPaint?.(scene.geometry);
    }
    this.#ctx.setTransform(1, 0, 0, 1, 0, 0);
    this.#ctx.drawImage(this.#base.canvas, 0, 0);
    this.#ctx.setTransform(scale, 0, 0, scale, 0, 0);
    if (this.#preview !== null) paintPreview(this.#ctx, scene, this.#preview);
    if (this.#playhead !== null) paintPlayhead(this.#ctx, scene, this.#playhead);
  }
}

function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const ctx = canvas.getContext("2d", { alpha: false });
  if (ctx === null)
    throw new Error("This browser draws no pictures: its canvas has no 2D context.");
  return ctx;
}

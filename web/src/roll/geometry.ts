/**
 * Where music is on the canvas: pure, two-way transforms between ticks, rows and CSS pixels.
 *
 * The canvas has a ruler above, keys at the left, the pitched rows, and the drum grid docked below
 * them. Pitched rows scroll; the drums' rows are all in view. Row 0 is pitch 127.
 */

/** The part of the music in the window. */
export interface RollView {
  /** Tick at the left edge of the note area. */
  readonly tick: number;
  /** CSS pixels a quarter. */
  readonly pxPerQuarter: number;
  /** Row at the upper edge, from the top of all rows; a fraction while scrolling. */
  readonly row: number;
  /** CSS pixels a row. */
  readonly pxPerRow: number;
}

export const RULER_HEIGHT = 46;
/** The lower strip of the ruler, where the loop is dragged. */
export const LOOP_STRIP = 13;
export const KEYS_WIDTH = 58;
/** The keys' column when it holds names of drums. */
export const NAMES_WIDTH = 104;
export const TOP_PITCH = 127;
/** The strip between pitched rows and drums that parts them. */
export const DIVIDER = 5;
/** The most of the height that the drum grid takes when there are pitched rows, too. */
const DRUMS_SHARE = 0.42;
const BARE_DRUMS_SHARE = 0.26;
const DRUM_ROW = 15;
const SMALLEST_DRUM_ROW = 5;
/** A drum grid by itself has rows no higher than this, and ground below them. */
const TALLEST_DRUM_ROW = 30;

/** A rectangle in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What the geometry is made from. */
export interface GeometryInput {
  readonly width: number;
  readonly height: number;
  readonly view: RollView;
  readonly ticksPerQuarter: number;
  /** Whether there are pitched rows at all. */
  readonly pitched: boolean;
  /** Drums that have a row, from the top down. */
  readonly drums: readonly number[];
  /** Leave out ruler and keys (small rolls). */
  readonly bare?: boolean;
}

/** One state of the canvas; immutable. */
export class Geometry {
  readonly width: number;
  readonly height: number;
  readonly view: RollView;
  readonly pxPerTick: number;
  /** Pitched rows; of no height if there are none. */
  readonly pitched: Box;
  /** The drum grid; of no height if there is none. */
  readonly drums: Box;
  readonly drumPitches: readonly number[];
  readonly pxPerDrum: number;
  readonly rulerHeight: number;
  readonly keysWidth: number;
  readonly #drumRow: ReadonlyMap<number, number>;

  constructor(input: GeometryInput) {
    const { width, height, view, drums, bare = false } = input;
    this.width = width;
    this.height = height;
    this.view = view;
    this.pxPerTick = view.pxPerQuarter / input.ticksPerQuarter;
    this.rulerHeight = bare ? 0 : RULER_HEIGHT;
    this.keysWidth = bare ? 0 : drums.length > 0 ? NAMES_WIDTH : KEYS_WIDTH;
    this.drumPitches = drums;
    this.#drumRow = new Map(drums.map((pitch, row) => [pitch, row]));

    const x = this.keysWidth;
    const inner = { x, width: Math.max(width - x, 1) };
    const room = Math.max(height - this.rulerHeight, 1);
    const divider = input.pitched && drums.length > 0 && !bare ? DIVIDER : 0;
    const most = input.pitched ? Math.floor(room * (bare ? BARE_DRUMS_SHARE : DRUMS_SHARE)) : room;
    const drumRow = input.pitched ? DRUM_ROW : TALLEST_DRUM_ROW;
    const drumsHeight = Math.min(drums.length * drumRow, most);
    const pitchedHeight = input.pitched ? room - drumsHeight - divider : 0;
    this.pitched = { ...inner, y: this.rulerHeight, height: pitchedHeight };
    const drumsTop = input.pitched ? height - drumsHeight : this.rulerHeight;
    this.drums = { ...inner, y: drumsTop, height: drumsHeight };
    const smallest = bare ? 1 : SMALLEST_DRUM_ROW;
    this.pxPerDrum = drums.length === 0 ? 0 : Math.max(drumsHeight / drums.length, smallest);
  }

  /** Everything right of the keys and below the ruler. */
  get notes(): Box {
    const y = this.rulerHeight;
    return { ...this.pitched, y, height: Math.max(this.height - y, 1) };
  }

  xOfTick(tick: number): number {
    return this.keysWidth + (tick - this.view.tick) * this.pxPerTick;
  }

  tickOfX(x: number): number {
    return this.view.tick + (x - this.keysWidth) / this.pxPerTick;
  }

  /** Upper edge of a pitch's row. */
  yOfPitch(pitch: number): number {
    return this.pitched.y + (TOP_PITCH - pitch - this.view.row) * this.view.pxPerRow;
  }

  /** Upper edge of a drum's row; NaN for a drum without one. */
  yOfDrum(pitch: number): number {
    const row = this.#drumRow.get(pitch);
    return row === undefined ? Number.NaN : this.drums.y + row * this.pxPerDrum;
  }

  /** The pitch whose row is at `y`; may be out of 0-127 beyond the last row. */
  pitchOfY(y: number): number {
    return TOP_PITCH - Math.floor((y - this.pitched.y) / this.view.pxPerRow + this.view.row);
  }

  /** The drum whose row is at `y`, the nearest one above or below all rows. */
  drumOfY(y: number): number {
    const row = Math.floor((y - this.drums.y) / this.pxPerDrum);
    return this.drumPitches[Math.min(Math.max(row, 0), this.drumPitches.length - 1)];
  }

  /** Rows between two drums, upwards positive; 0 if one has no row. */
  rowsBetweenDrums(from: number, to: number): number {
    const a = this.#drumRow.get(from);
    const b = this.#drumRow.get(to);
    return a === undefined || b === undefined ? 0 : a - b;
  }

  /** What part of the canvas a point is in. */
  areaAt(x: number, y: number): "ruler" | "loop" | "keys" | "pitched" | "drums" | "corner" {
    if (y < this.rulerHeight) {
      if (x < this.keysWidth) return "corner";
      return y >= this.rulerHeight - LOOP_STRIP ? "loop" : "ruler";
    }
    if (x < this.keysWidth) return "keys";
    return this.drums.height > 0 && y >= this.drums.y ? "drums" : "pitched";
  }

  /** First and one past the last tick in view. */
  get tickRange(): { start: number; end: number } {
    return { start: this.tickOfX(this.keysWidth), end: this.tickOfX(this.width) };
  }
}

/** Smallest and largest zoom, and how far one may scroll. */
export interface ViewLimits {
  /** The last tick that matters. */
  readonly endTick: number;
  readonly ticksPerQuarter: number;
  /** Width and height of the pitched rows in CSS pixels. */
  readonly width: number;
  readonly height: number;
}

const NARROWEST_QUARTER = 0.25;
const WIDEST_QUARTER = 1200;
export const LOWEST_ROW = 2;
const TALLEST_ROW = 40;
const ROWS = 128;

/** The nearest view that shows something. */
export function clampView(view: RollView, limits: ViewLimits): RollView {
  const pxPerQuarter = clamp(view.pxPerQuarter, NARROWEST_QUARTER, WIDEST_QUARTER);
  const pxPerRow = clamp(view.pxPerRow, Math.max(LOWEST_ROW, limits.height / ROWS), TALLEST_ROW);
  const visible = (limits.width / pxPerQuarter) * limits.ticksPerQuarter;
  const lastTick = Math.max(limits.endTick - visible * 0.5, 0);
  const lastRow = Math.max(ROWS - limits.height / pxPerRow, 0);
  return {
    pxPerQuarter,
    pxPerRow,
    tick: clamp(view.tick, 0, lastTick),
    row: clamp(view.row, 0, lastRow),
  };
}

/** Zoom about a point that stays where it is; `x`, `y` from the corner of the pitched rows. */
export function zoomAbout(
  view: RollView,
  factor: { horizontal: number; vertical: number },
  about: { x: number; y: number },
  ticksPerQuarter: number,
): RollView {
  const pxPerQuarter = clamp(
    view.pxPerQuarter * factor.horizontal,
    NARROWEST_QUARTER,
    WIDEST_QUARTER,
  );
  const pxPerRow = clamp(view.pxPerRow * factor.vertical, LOWEST_ROW, TALLEST_ROW);
  const tick = view.tick + (about.x / view.pxPerQuarter - about.x / pxPerQuarter) * ticksPerQuarter;
  const row = view.row + about.y / view.pxPerRow - about.y / pxPerRow;
  return { tick, row, pxPerQuarter, pxPerRow };
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(high, low));
}

/** What a piano roll shows, and how it reports the musician's gestures. */
import type {
  BarRange,
  Note,
  NoteSelection,
  Region,
  Score,
  TickRange,
  Track,
} from "../core/types.ts";
import type { Geometry, RollView } from "./geometry.ts";

export type { RollView };

/** The music on view. */
export interface RollContent {
  readonly score: Score;
  /** A take's notes, laid over the score: the first tracks line up with its tracks, others are new. */
  readonly overlay?: readonly Track[];
  /** Tracks to draw into that are not in the score yet; they count on after its own. */
  readonly drafts?: readonly Track[];
  /** What is new: its bars get a tinted ground with an edge, its notes an outline. */
  readonly fresh?: Region | null;
  /** Leave out the score's notes in `fresh`, because `overlay` stands in for them. */
  readonly replaces?: boolean;
}

/** How one track is shown; tracks count through the score's and then the overlay's further ones. */
export interface TrackLook {
  readonly muted?: boolean;
  readonly locked?: boolean;
  readonly hidden?: boolean;
}

/** What is chosen. */
export interface RollSelection {
  readonly notes: NoteSelection;
  readonly bars: BarRange | null;
  readonly tracks: ReadonlySet<number>;
}

/** What dragging does: choose and move, choose several one after another, draw, or erase. */
export type RollTool = "select" | "several" | "draw" | "erase";

/** Which rows there are: everything, or the focused track alone. */
export type RollRows = "all" | "focus";

/** What a musician does in the roll. Every one is optional; without `onMove` etc. notes are fixed. */
export interface RollCallbacks {
  onSelect?(selection: RollSelection): void;
  /** Chosen notes were dragged, by ticks and semitones (for drums: from drum to drum). */
  onMove?(notes: NoteSelection, shift: { ticks: number; pitches: number }, copy: boolean): void;
  /** The right edge of chosen notes was dragged. */
  onLengthen?(notes: NoteSelection, ticks: number): void;
  /** A note was drawn, maybe on a draft, or on a first track where there is none. */
  onDraw?(track: number, note: Note): void;
  onDelete?(notes: NoteSelection): void;
  /** Velocity drag (Alt + up/down) over chosen notes. */
  onVelocity?(notes: NoteSelection, change: number): void;
  /** A note, a key at the left or a drum's name was pressed: let it sound. */
  onSound?(track: number, pitch: number, velocity: number): void;
  /** The ruler was clicked: play from here. */
  onSeek?(tick: number): void;
  /** The loop region was dragged in the ruler. */
  onLoop?(range: TickRange | null): void;
  /** The view moved (by wheel, pinch, keys or following the play-head). */
  onView?(view: RollView): void;
  /** The picture was painted anew: where things are on it now. */
  onPaint?(geometry: Geometry): void;
  /** What is under the pointer, in words, or null; for a status line. */
  onHover?(words: string | null): void;
}

/** Everything that can be set when the roll is made; each has a setter of the same name, too. */
export interface RollOptions {
  readonly palette?: "light" | "dark" | Palette;
  readonly tool?: RollTool;
  readonly rows?: RollRows;
  /** Grid of gestures in ticks a step; 0 means free. Default: a sixteenth. */
  readonly gridStep?: number;
  /** The track that draws, and whose notes are on top. */
  readonly focus?: number | null;
}

/** All colours of a roll, as CSS colours; hues are `#rrggbb`. */
export interface Palette {
  readonly dark: boolean;
  /** One hue a track, in order, again from the start after the last. */
  readonly tracks: readonly string[];
  readonly drums: string;
  readonly ground: string;
  readonly blackRow: string;
  readonly drumGround: string;
  readonly rowLine: string;
  readonly barLine: string;
  readonly beatLine: string;
  readonly stepLine: string;
  readonly fresh: string;
  readonly freshEdge: string;
  readonly noteOutline: string;
  readonly selected: string;
  readonly selectedBars: string;
  readonly loop: string;
  readonly playhead: string;
  readonly ruler: string;
  readonly rulerText: string;
  readonly quietText: string;
  readonly whiteKey: string;
  readonly blackKey: string;
  readonly keyText: string;
  readonly hatch: string;
}

/**
 * The music and the tree as server and page exchange them, plus what the page's own parts share.
 *
 * Not behaviour: everything here is plain data, in the names of the server's JSON. Ticks are the
 * score's own; bars count from 0 and ranges are half open (people see them from 1).
 */

/** N notes as columns of equal length, sorted by onset. */
export interface Notes {
  /** Start of each note in ticks. */
  readonly onset: readonly number[];
  /** Length of each note in ticks, at least 1. */
  readonly duration: readonly number[];
  /** MIDI key number, 0-127; in a drum track the drum. */
  readonly pitch: readonly number[];
  /** Loudness, 1-127. */
  readonly velocity: readonly number[];
}

/** One note by itself. */
export interface Note {
  readonly onset: number;
  readonly duration: number;
  readonly pitch: number;
  readonly velocity: number;
}

/** One line of music: an instrument and its notes. */
export interface Track {
  readonly name: string;
  /** General MIDI program, 0-127; of a drum track the kit. */
  readonly program: number;
  readonly is_drum: boolean;
  /** MIDI channel in the file: 0-15 on the first port, 16-31 on the second, and so on. */
  readonly channel: number;
  /** What plays, in words. */
  readonly instrument: string;
  readonly notes: Notes;
}

/** From `tick` on a quarter lasts `us_per_quarter` microseconds. */
export interface TempoEvent {
  readonly tick: number;
  readonly us_per_quarter: number;
}

/** From `tick` on bars are `numerator`/`denominator` long. */
export interface MetreEvent {
  readonly tick: number;
  readonly numerator: number;
  readonly denominator: number;
}

/** Where a section begins: a marker of the file. */
export interface SectionMark {
  readonly tick: number;
  readonly name: string;
}

/** A piece. */
export interface Score {
  readonly name: string;
  readonly ticks_per_quarter: number;
  readonly tracks: readonly Track[];
  readonly tempos: readonly TempoEvent[];
  readonly metres: readonly MetreEvent[];
  /** Bar lines in ticks: the start of each bar, then the end of the last. */
  readonly bars: readonly number[];
  readonly key: string | null;
  /** By their ticks; absent where there are none. */
  readonly sections?: readonly SectionMark[];
}

/** A channel message of the file that is not a note: tick, channel as `Track` has it, status, data. */
export type Controller = readonly [
  tick: number,
  channel: number,
  status: number,
  data1: number,
  data2: number,
];

/** A chord from a tick on. */
export interface ChordMark {
  readonly tick: number;
  /** As in lead sheets: `F#m7b5`, `C/E`, `N.C.`. */
  readonly symbol: string;
}

/** The chords of a piece: named in its file, or read from its notes. */
export interface ChordLine {
  readonly named: boolean;
  /** By time. */
  readonly chords: readonly ChordMark[];
}

/** Bars `[first, last)` of some tracks; `tracks` null means all of them. */
export interface Region {
  readonly first: number;
  readonly last: number;
  readonly tracks: readonly number[] | null;
}

/** How much of some music is in the training corpus, too. */
export interface Novelty {
  readonly longest_notes: number;
  readonly longest_quarters: number;
  readonly share: number;
  /** Longer than almost all new real music of this size has; older programs do not say. */
  readonly deserves_attention?: boolean;
  readonly words: string;
}

/** A version's number within its project. */
export type NodeId = number;

/** How a version of the piece came about. */
export type NodeKind =
  | "root"
  | "continue"
  | "insert"
  | "infill"
  | "morph"
  | "vary"
  | "redo"
  | "accompany"
  | "arrange"
  | "compose"
  | "comp"
  | "edit";

/** A version of the piece, without its music. */
export interface NodeSummary {
  readonly id: NodeId;
  readonly parent: NodeId | null;
  readonly kind: NodeKind;
  readonly label: string;
  readonly name: string | null;
  readonly starred: boolean;
  /** Empty if there is none. */
  readonly note: string;
  /** ISO 8601. */
  readonly created: string;
  readonly region: Region | null;
  readonly n_bars: number;
  readonly n_notes: number;
  readonly novelty: Novelty | null;
}

/** A version of the piece. */
export interface NodeDetail extends NodeSummary {
  readonly score: Score;
  readonly controllers: readonly Controller[];
  readonly warnings: readonly string[];
  readonly chords: ChordLine;
  /** The model that wrote last in it, NAME@CHECKSUM. */
  readonly written_by?: string | null;
}

/** One suggestion; its bars, tempos and metres are those of the piece with it. */
export interface Take extends Pick<Score, "bars" | "tempos" | "metres"> {
  readonly number: number;
  readonly rank: number;
  readonly label: string;
  /** Only what is new: the first tracks line up with the node's, further ones are new. */
  readonly score_tracks: readonly Track[];
  readonly n_notes: number;
  /** The likeliest key of what is new; null without tones. */
  readonly key: string | null;
  /** What the kept file has at the join, so that pedals, bends and fades end with the ending. */
  readonly resets: readonly Controller[];
  readonly novelty: Novelty | null;
  /** Of a take that was stopped: how many of its bars are complete. */
  readonly bars_done?: number | null;
  /** Where it comes from. */
  readonly provenance?: { readonly [name: string]: unknown };
}

/** What an edit changes in one track; what is absent stays. */
export interface TrackChange {
  readonly index: number;
  readonly notes?: Notes;
  readonly program?: number;
  readonly name?: string;
}

/** A track that an edit adds. */
export interface NewTrack {
  readonly name: string;
  readonly program: number;
  readonly is_drum: boolean;
  readonly notes: Notes;
}

/** The body of POST /api/projects/{p}/nodes/{n}/edits. */
export interface EditRequest {
  readonly label: string;
  readonly tracks: readonly TrackChange[];
  readonly new_tracks: readonly NewTrack[];
  readonly chords?: ChordsEdit;
  readonly time?: TimeEdit;
  /** A key signature, in words: `F# minor`. */
  readonly key?: string;
  /** The piece is then these bars, one after another. */
  readonly bars?: readonly BarsOf[];
  /** The tracks in another order, by their numbers. */
  readonly order?: readonly number[];
}

/** Bars of a version; null or absent: of the one that is edited. */
export interface BarsOf extends BarRange {
  readonly node?: NodeId | null;
}

/** Another tempo or metre in some bars; `last` null: to the end. */
export interface TimeEdit {
  readonly first: number;
  readonly last: number | null;
  readonly bpm?: number;
  readonly metre?: readonly [number, number];
}

/** Other chords: some are typed, or all are moved, or cleared. */
export type ChordsEdit =
  | { readonly first: number; readonly text: string }
  | { readonly transpose: number }
  | { readonly clear: true };

/** Notes chosen in the roll: track index to indices into that track's columns. */
export type NoteSelection = ReadonlyMap<number, ReadonlySet<number>>;

/** A half-open range of ticks. */
export interface TickRange {
  readonly start: number;
  readonly end: number;
}

/** A half-open range of bars. */
export interface BarRange {
  readonly first: number;
  readonly last: number;
}

/** Which tracks are heard and how loud; indices of tracks. */
export interface Mix {
  readonly muted: ReadonlySet<number>;
  /** If any track is soloed, only soloed ones are heard. */
  readonly soloed: ReadonlySet<number>;
  /** Gain of a track, 1 as written; absent means 1. */
  readonly volumes: ReadonlyMap<number, number>;
}

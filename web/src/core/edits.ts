/**
 * Edits: pure functions from a score and a choice of notes to another score.
 *
 * Each gives the new score, the same notes chosen in it, a plain label for the tree, and the
 * smallest request that makes the server do the same. What cannot be done throws `EditRefused`,
 * whose message says why and what to do instead. Undo needs nothing of its own: an edit is a node
 * of the tree, and its parent is the piece before it.
 */
import type { EditRequest, Note, NoteSelection, Score } from "./types.ts";

/** What an edit comes to. */
export interface Edit {
  /** For the tree: `moved 3 notes of Bass`. */
  readonly label: string;
  /** The piece afterwards. */
  readonly score: Score;
  /** The edited notes, in the columns of the new score. */
  readonly selection: NoteSelection;
  /** The body of POST .../edits. */
  readonly request: EditRequest;
}

/** An edit that cannot be made; the message is for the musician. */
export class EditRefused extends Error {
  override readonly name = "EditRefused";
}

/** How far notes move: in ticks and in semitones (rows, for drums). */
export interface Shift {
  readonly ticks: number;
  readonly pitches: number;
}

/** A grid to quantise to. */
export interface Quantisation {
  /** Distance of grid lines in ticks, counted from each bar line. */
  readonly step: number;
  /** How far notes go to the grid, 0 (not) to 1 (onto it). */
  readonly strength: number;
  /** Also pull the ends of notes. */
  readonly ends?: boolean;
}

export type MoveNotes = (score: Score, selection: NoteSelection, shift: Shift) => Edit;
export type LengthenNotes = (score: Score, selection: NoteSelection, ticks: number) => Edit;
export type DeleteNotes = (score: Score, selection: NoteSelection) => Edit;
export type DrawNote = (score: Score, track: number, note: Note) => Edit;
export type SetVelocity = (score: Score, selection: NoteSelection, velocity: number) => Edit;
export type ScaleVelocity = (score: Score, selection: NoteSelection, factor: number) => Edit;
export type QuantiseNotes = (score: Score, selection: NoteSelection, q: Quantisation) => Edit;
export type TransposeNotes = (score: Score, selection: NoteSelection, semitones: number) => Edit;
export type ChangeInstrument = (
  score: Score,
  track: number,
  program: number,
  instrument: string,
) => Edit;

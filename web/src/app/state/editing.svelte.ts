/** Edits as the musician makes them: each is shown, heard and kept, or refused with a plain word. */

import type { Instrument } from "../../api/types.ts";
import * as edits from "../../core/edits.ts";
import { chooseTracks, NOTHING, sizeOf } from "../../core/selection.ts";
import * as shaping from "../../core/shaping.ts";
import type { ChordsEdit, Note, NoteSelection, Score, Track } from "../../core/types.ts";
import { keepWritten } from "../../core/written_bars.ts";
import type { Asked, TakeView } from "./asked.svelte.ts";
import type { Desk } from "./desk.svelte.ts";
import { draftOf, PIANO, placedIn, programOf } from "./drafts.ts";
import { type Listening, scoreFor } from "./listening.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Sound } from "./sound.svelte.ts";

export class Editing {
  readonly #piece: Piece;
  readonly #desk: Desk;
  readonly #notices: Notices;
  readonly #sound: Sound;
  readonly #listening: Listening;

  constructor(piece: Piece, desk: Desk, notices: Notices, sound: Sound, listening: Listening) {
    this.#piece = piece;
    this.#desk = desk;
    this.#notices = notices;
    this.#sound = sound;
    this.#listening = listening;
  }

  move(notes: NoteSelection, shift: edits.Shift, copy = false): void {
    this.make((score) => edits.moveNotes(score, notes, shift, copy));
  }

  /** The edit of moving notes, for what moves them as a part of something else. */
  readonly moved = edits.moveNotes;

  lengthen(notes: NoteSelection, ticks: number): void {
    this.make((score) => edits.lengthenNotes(score, notes, ticks));
  }

  remove(notes: NoteSelection = this.#desk.notes): void {
    this.make((score) => edits.deleteNotes(score, notes));
  }

  draw(track: number, note: Note): void {
    const tracks = this.#piece.detail?.score.tracks ?? [];
    const isNew = tracks[track] === undefined;
    const made = isNew
      ? this.#begin(track, [note])
      : this.make((score) => edits.drawNote(score, track, note));
    if (made) this.#sound.note(isNew ? tracks.length : track, note.pitch, note.velocity);
  }

  changeVelocity(change: number, notes: NoteSelection = this.#desk.notes): void {
    this.make((score) => edits.changeVelocity(score, notes, change));
  }

  /** Give notes of a track a loudness each. */
  setVelocities(track: number, velocities: ReadonlyMap<number, number>): void {
    const { notes } = this.#desk;
    this.make((score) => shaping.setVelocities(score, track, velocities));
    this.#desk.notes = notes;
  }

  legato(): void {
    this.make((score) => shaping.legato(score, this.#desk.notes));
  }

  humanise(): void {
    this.make((score) => shaping.humanise(score, this.#desk.notes));
  }

  setVelocity(velocity: number): void {
    this.make((score) => edits.setVelocity(score, this.#desk.notes, velocity));
  }

  quantise(): void {
    this.make((score) =>
      edits.quantiseNotes(score, this.#desk.notes, {
        step: this.#desk.gridTicks(score.ticks_per_quarter),
        strength: 1,
      }),
    );
  }

  transpose(semitones: number): void {
    this.make((score) => edits.transposeNotes(score, this.#desk.notes, semitones));
  }

  /** Move the chosen notes by steps of the grid and by semitones. */
  nudge(steps: number, pitches: number): void {
    const score = this.#piece.detail?.score;
    if (score === undefined) return;
    this.move(this.#desk.notes, { ticks: steps * this.#step(score), pitches });
  }

  stretch(steps: number): void {
    const score = this.#piece.detail?.score;
    if (score !== undefined) this.lengthen(this.#desk.notes, steps * this.#step(score));
  }

  /** Type chords from a bar on; none means that no chord begins there. */
  typeChords(first: number, text: string): void {
    const label = text === "" ? "took a chord away" : `typed the chords ${text}`.slice(0, 120);
    this.#changeChords(label, { first, text });
  }

  /** Move all chords; by 0 those that were read are written into the piece. */
  moveChords(semitones: number): void {
    const words = semitones === 0 ? "kept the chords that were read" : "moved the chords";
    this.#changeChords(words, { transpose: semitones });
  }

  clearChords(): void {
    this.#changeChords("cleared the chords", { clear: true });
  }

  #changeChords(label: string, change: ChordsEdit): void {
    this.make((score) => edits.changeChords(score, label, change));
  }

  changeInstrument(track: number, program: number, instrument: string): void {
    this.make((score) => edits.changeInstrument(score, track, program, instrument));
  }

  renameTrack(track: number, name: string): void {
    this.make((score) => edits.renameTrack(score, track, name));
  }

  /** Write notes into a track; into a new one if there is no such track. */
  addNotes(track: number | null, notes: readonly Note[], label: string): void {
    if (track === null || this.#piece.detail?.score.tracks[track] === undefined) {
      this.#begin(track, notes);
    } else {
      this.make((score) => edits.addNotes(score, track, notes, label));
    }
  }

  /** Whether the complete bars of a take that was stopped can be kept: not of bars put in between. */
  canKeepWritten(asked: Asked, view: TakeView): boolean {
    return asked.region !== null && view.barsDone > 0 && asked.task !== "insert";
  }

  /** Keep the complete bars of a take, by default one that was stopped; false if that cannot be. */
  keepWritten(asked: Asked, view: TakeView, what = "a stopped take"): boolean {
    const { region } = asked;
    if (region === null || !this.canKeepWritten(asked, view)) return false;
    return this.make((score) => {
      const { score: ground } = asked.ground({ score, controllers: [] });
      const timed = scoreFor(asked, view, ground);
      return keepWritten(timed, view.tracks, region, view.barsDone, { was: score, what });
    });
  }

  /** What new tracks were to play was written: the tracks without notes that stood for it go. */
  filled(programs: readonly number[]): void {
    for (const program of programs) {
      const draft = this.#desk.drafts.find((one) => programOf(one) === program);
      if (draft !== undefined) this.#without(draft);
    }
  }

  /** A new track, which is selected. It goes to the server with its first note: files hold no empty ones. */
  addTrack(instrument: Instrument): void {
    const { detail } = this.#piece;
    if (detail === null) return;
    this.#desk.drafts = [...this.#desk.drafts, draftOf(instrument)];
    this.#desk.focus = detail.score.tracks.length + this.#desk.drafts.length - 1;
    this.#listening.again(detail);
  }

  /** Remove a new track that has no notes. */
  dropDraft(draft: Track): void {
    const { detail } = this.#piece;
    if (detail === null) return;
    this.#without(draft);
    if ((this.#desk.focus ?? -1) >= detail.score.tracks.length) this.#desk.focus = null;
    this.#listening.again(detail);
  }

  /** Select all notes of the selected track, or of all tracks; locked ones cannot be edited. */
  chooseAll(): void {
    const score = this.#piece.detail?.score;
    if (score === undefined || this.isElsewhere()) return;
    const { focus, locked } = this.#desk;
    const inFront = [...score.tracks.keys()].filter((i) => focus === null || i === focus);
    const free = inFront.filter((i) => !locked.has(i));
    if (free.length === 0 && inFront.length > 0) {
      this.#notices.problem("The selected track is locked. Unlock it (K) to edit it.");
    }
    this.#desk.notes = chooseTracks(score, free);
  }

  /** The first notes of a new track: of a draft, or of a piano where there is none. */
  #begin(track: number | null, notes: readonly Note[]): boolean {
    const place = this.#piece.detail?.score.tracks.length ?? 0;
    const draft = this.#desk.drafts[(track ?? -1) - place] ?? PIANO;
    return this.make(
      (score) => edits.addTrack(score, placedIn(score, draft), notes),
      () => {
        this.#without(draft);
        this.#desk.focus = place;
      },
    );
  }

  #without(draft: Track): void {
    this.#desk.drafts = this.#desk.drafts.filter((one) => one !== draft);
  }

  #step(score: Score): number {
    return this.#desk.gridTicks(score.ticks_per_quarter) || 1;
  }

  /** While another version is heard its notes are on view, and edits would change those of this one. */
  isElsewhere(): boolean {
    const { heard } = this.#listening;
    if (heard.kind === "take" && heard.asked.task === "insert") {
      this.#notices.problem(
        "Bars are put in here: keep this take, or hear the piece (0), to edit.",
      );
      return true;
    }
    if (heard.kind === "laid") {
      this.#notices.problem("Keep what is put together here, or hear the piece (0), to edit.");
      return true;
    }
    if (heard.kind !== "version") return false;
    this.#notices.problem("This is another version: go to that version to edit it.");
    return true;
  }

  /** Make an edit, and `then` what goes with it; false if it was refused or came to nothing. */
  make(edit: (score: Score) => edits.Edit, then: () => void = () => {}): boolean {
    const { detail } = this.#piece;
    if (detail === null || this.isElsewhere()) return false;
    try {
      const made = edit(detail.score);
      if (!edits.changesAnything(made)) return false;
      this.#piece.edit(made);
      this.#desk.edited(made.score.tracks);
      this.#desk.notes = sizeOf(made.selection) > 0 ? made.selection : NOTHING;
      then();
      this.#listening.changed({ ...detail, score: made.score });
      this.#notices.speak(made.label);
      return true;
    } catch (error) {
      if (!(error instanceof edits.EditRefused)) throw error;
      this.#notices.problem(error);
      return false;
    }
  }
}

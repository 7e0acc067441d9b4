/** Edits as the musician makes them: each is shown, heard and kept, or refused with a plain word. */

import type { Instrument } from "../../api/types.ts";
import * as edits from "../../core/edits.ts";
import { columnsOf } from "../../core/notes.ts";
import { chooseTracks, NOTHING, sizeOf } from "../../core/selection.ts";
import type { Note, NoteSelection, Score } from "../../core/types.ts";
import type { Desk } from "./desk.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Sound } from "./sound.svelte.ts";

/** The program that stands for the drums in the list of instruments. */
export const DRUMS = 128;

export class Editing {
  readonly #piece: Piece;
  readonly #desk: Desk;
  readonly #notices: Notices;
  readonly #sound: Sound;
  readonly #heardAgain: () => void;

  constructor(piece: Piece, desk: Desk, notices: Notices, sound: Sound, heardAgain: () => void) {
    this.#piece = piece;
    this.#desk = desk;
    this.#notices = notices;
    this.#sound = sound;
    this.#heardAgain = heardAgain;
  }

  move(notes: NoteSelection, shift: edits.Shift, copy = false): void {
    this.#make((score) => edits.moveNotes(score, notes, shift, copy));
  }

  lengthen(notes: NoteSelection, ticks: number): void {
    this.#make((score) => edits.lengthenNotes(score, notes, ticks));
  }

  remove(notes: NoteSelection = this.#desk.notes): void {
    this.#make((score) => edits.deleteNotes(score, notes));
  }

  draw(track: number, note: Note): void {
    if (this.#make((score) => edits.drawNote(score, track, note))) {
      this.#sound.note(track, note.pitch, note.velocity);
    }
  }

  changeVelocity(change: number, notes: NoteSelection = this.#desk.notes): void {
    this.#make((score) => edits.changeVelocity(score, notes, change));
  }

  setVelocity(velocity: number): void {
    this.#make((score) => edits.setVelocity(score, this.#desk.notes, velocity));
  }

  quantise(): void {
    this.#make((score) =>
      edits.quantiseNotes(score, this.#desk.notes, {
        step: this.#desk.gridTicks(score.ticks_per_quarter),
        strength: 1,
      }),
    );
  }

  transpose(semitones: number): void {
    this.#make((score) => edits.transposeNotes(score, this.#desk.notes, semitones));
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

  changeInstrument(track: number, program: number, instrument: string): void {
    this.#make((score) => edits.changeInstrument(score, track, program, instrument));
  }

  renameTrack(track: number, name: string): void {
    this.#make((score) => edits.renameTrack(score, track, name));
  }

  addNotes(track: number, notes: readonly Note[], label: string): void {
    this.#make((score) => edits.addNotes(score, track, notes, label));
  }

  /** A new track, with notes or without. */
  addTrack(instrument: Instrument, notes: readonly Note[] = []): void {
    const isDrum = instrument.program === DRUMS;
    const program = isDrum ? 0 : instrument.program;
    const columns = columnsOf(notes);
    const track = { name: instrument.name, program, is_drum: isDrum, notes: columns };
    this.#make((score) => ({
      label: `added ${instrument.name}`,
      score: {
        ...score,
        tracks: [
          ...score.tracks,
          { ...track, channel: isDrum ? 9 : freeChannel(score), instrument: instrument.name },
        ],
      },
      selection: NOTHING,
      request: { label: `added ${instrument.name}`, tracks: [], new_tracks: [track] },
    }));
    this.#desk.focus = (this.#piece.detail?.score.tracks.length ?? 1) - 1;
  }

  /** Choose all notes of the track in front. */
  chooseAll(): void {
    const score = this.#piece.detail?.score;
    if (score === undefined) return;
    const { focus } = this.#desk;
    this.#desk.notes = chooseTracks(score, focus === null ? score.tracks.keys() : [focus]);
  }

  #step(score: Score): number {
    return this.#desk.gridTicks(score.ticks_per_quarter) || 1;
  }

  /** Make an edit; false if it was refused or came to nothing. */
  #make(edit: (score: Score) => edits.Edit): boolean {
    const score = this.#piece.detail?.score;
    if (score === undefined) return false;
    try {
      const made = edit(score);
      if (!edits.changesAnything(made)) return false;
      this.#piece.edit(made);
      this.#desk.notes = sizeOf(made.selection) > 0 ? made.selection : NOTHING;
      this.#heardAgain();
      this.#notices.speak(made.label);
      return true;
    } catch (error) {
      if (!(error instanceof edits.EditRefused)) throw error;
      this.#notices.problem(error);
      return false;
    }
  }
}

/** A channel that no track uses, as far as there is one; the server has the last word. */
function freeChannel(score: Score): number {
  const used = new Set(score.tracks.map((track) => track.channel));
  return Array.from({ length: 16 }, (_, i) => i).find((i) => i !== 9 && !used.has(i)) ?? 0;
}

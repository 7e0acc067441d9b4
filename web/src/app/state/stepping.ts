/** Single notes by keys: one after the other is selected, and drawn at the play-head. */
import { BarGrid } from "../../core/bars.ts";
import { countOf, noteAt } from "../../core/notes.ts";
import { chooseNote, union } from "../../core/selection.ts";
import type { Score } from "../../core/types.ts";
import type { Desk } from "./desk.svelte.ts";
import type { Editing } from "./editing.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Sound } from "./sound.svelte.ts";

const DRAWN_VELOCITY = 90;
const MIDDLE_C = 60;
const BASS_DRUM = 36;

interface Parts {
  readonly desk: Desk;
  readonly editing: Editing;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly sound: Sound;
}

export class Stepping {
  readonly #parts: Parts;
  /** The note that was reached last, among several that are selected. */
  #last: { readonly track: number; readonly index: number } | null = null;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Select the next note of the selected track, or the one before; `also` keeps the others. */
  step(direction: 1 | -1, also = false): void {
    const { desk, editing, notices, piece, sound } = this.#parts;
    const score = piece.detail?.score;
    if (score === undefined || editing.isElsewhere()) return;
    const from = this.#from();
    const track = from?.track ?? desk.focus ?? 0;
    if (score.tracks[track] === undefined || countOf(score.tracks[track].notes) === 0) {
      notices.problem("Select a track with notes first: click its name, or press the arrow keys.");
      return;
    }
    const { notes } = score.tracks[track];
    const index = from === null ? this.#nearest(score, track, direction) : from.index + direction;
    if (index < 0 || index >= countOf(notes)) return;
    const one = chooseNote(track, index);
    desk.notes = also ? union(desk.notes, one) : one;
    this.#last = { track, index };
    const note = noteAt(notes, index);
    sound.note(track, note.pitch, note.velocity);
    const { bar, beat } = new BarGrid(score).positionOf(note.onset);
    notices.speak(`Note ${note.pitch} in bar ${bar}, beat ${beat}, loudness ${note.velocity}.`);
  }

  /** Draw a note at the play-head, as the one before it, and go to its end. */
  draw(): void {
    const { desk, editing, piece, sound } = this.#parts;
    const score = piece.detail?.score;
    if (score === undefined) return;
    const track = desk.focus ?? 0;
    const grid = new BarGrid(score);
    const step = desk.gridTicks(score.ticks_per_quarter) || score.ticks_per_quarter / 4;
    const onset = grid.nearestLine(sound.position, step);
    const pitch = this.#pitchAt(score, track, onset);
    desk.focus ??= track;
    editing.draw(track, { onset, duration: Math.round(step), pitch, velocity: DRAWN_VELOCITY });
    sound.seek(onset + Math.round(step));
  }

  /** The note to go on from: the one reached last, or the first of those selected. */
  #from(): { track: number; index: number } | null {
    const { notes } = this.#parts.desk;
    const last = this.#last;
    if (last !== null && notes.get(last.track)?.has(last.index)) return last;
    for (const [track, indices] of notes) return { track, index: Math.min(...indices) };
    return null;
  }

  /** The first note at or after the play-head, or the last before it. */
  #nearest(score: Score, track: number, direction: 1 | -1): number {
    const { onset } = score.tracks[track].notes;
    const at = onset.findIndex((tick) => tick >= this.#parts.sound.position);
    const after = at < 0 ? onset.length : at;
    return direction > 0 ? Math.min(after, onset.length - 1) : after - 1;
  }

  /** The pitch of the last note before a tick, or of the first one. */
  #pitchAt(score: Score, track: number, tick: number): number {
    const line = score.tracks[track];
    if (line === undefined || countOf(line.notes) === 0) {
      return line?.is_drum ? BASS_DRUM : MIDDLE_C;
    }
    const after = line.notes.onset.findIndex((onset) => onset > tick);
    const index = after < 0 ? line.notes.onset.length - 1 : Math.max(after - 1, 0);
    return line.notes.pitch[index];
  }
}

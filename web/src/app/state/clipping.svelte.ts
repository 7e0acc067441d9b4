/** Cut, copy, paste, repeat and delete: of the selected notes, or else of the selected bars. */
import { BarGrid, formatBars } from "../../core/bars.ts";
import * as clipboard from "../../core/clipboard.ts";
import { EditRefused } from "../../core/edits.ts";
import { count } from "../../core/words.ts";
import type { Desk } from "./desk.svelte.ts";
import type { Editing } from "./editing.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Reshaping } from "./reshaping.svelte.ts";
import type { Sound } from "./sound.svelte.ts";

interface Parts {
  readonly desk: Desk;
  readonly editing: Editing;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly reshaping: Reshaping;
  readonly sound: Sound;
}

export class Clipping {
  /** What was copied last. */
  copied = $state.raw<clipboard.Copied | null>(null);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What cutting and copying are about, in words; null where nothing is selected. */
  get subject(): string | null {
    const { desk } = this.#parts;
    if (desk.nChosen > 0) return count(desk.nChosen, "note");
    return desk.bars === null ? null : formatBars(desk.bars);
  }

  /** What pasting puts in, in words. */
  get pasted(): string | null {
    const { copied } = this;
    if (copied === null) return null;
    if (copied.kind === "bars") return count(copied.last - copied.first, "bar");
    return count(
      copied.parts.reduce((sum, part) => sum + part.notes.length, 0),
      "note",
    );
  }

  async copy(): Promise<void> {
    if (await this.#take()) this.#parts.notices.done(`copied ${this.pasted}`);
  }

  async cut(): Promise<void> {
    if (!(await this.#take())) return;
    if (this.copied?.kind === "bars") await this.removeBars();
    else this.#parts.editing.remove();
  }

  /** Delete the selected bars with everything in them; what follows moves up. */
  async removeBars(): Promise<void> {
    const { desk, notices, reshaping, sound } = this.#parts;
    const { bars } = desk;
    if (bars === null) {
      notices.problem("Select bars first: drag over them in the ruler above the notes.");
      return;
    }
    await reshaping.attempt(() => {
      const { label, bars: left, shown } = clipboard.deleteBars(this.#score, bars);
      return { label, change: { bars: left }, shown };
    });
    // The play-head stands where they were, so that pasting puts them back.
    if (desk.bars === null) sound.seek(this.#startOf(bars));
  }

  /** Put in what was copied: notes at the play-head, bars before the bar that it is in. */
  async paste(): Promise<void> {
    const { desk, editing, notices, piece, reshaping, sound } = this.#parts;
    const { copied } = this;
    const here = piece.detail;
    if (here === null) return;
    if (copied === null) {
      notices.problem("Nothing was copied yet: select notes or bars, and press Ctrl C.");
      return;
    }
    const grid = new BarGrid(here.score);
    if (copied.kind === "notes") {
      const step = desk.gridTicks(here.score.ticks_per_quarter);
      const at = step === 0 ? Math.round(sound.position) : grid.nearestLine(sound.position, step);
      editing.make((score) => clipboard.pasteNotes(score, copied, at, desk.focus));
      return;
    }
    if (copied.project !== piece.id) {
      notices.problem("These bars are of another piece: open it there, and export them as MIDI.");
      return;
    }
    await reshaping.attempt(() => {
      const place = desk.bars?.first ?? grid.barAt(sound.position);
      const { label, bars, shown } = clipboard.pasteBars(here.score, copied, place, here.id);
      return { label, change: { bars }, shown };
    });
  }

  /** The same once more, right behind: notes at the next grid line, bars as bars. */
  async duplicate(): Promise<void> {
    const { desk, editing, reshaping } = this.#parts;
    const { bars } = desk;
    if (desk.nChosen === 0 && bars !== null) {
      await reshaping.attempt(() => {
        const { label, bars: ranges, shown } = clipboard.duplicateBars(this.#score, bars);
        return { label, change: { bars: ranges }, shown };
      });
      return;
    }
    editing.make((score) => {
      const step = desk.gridTicks(score.ticks_per_quarter);
      const { length } = clipboard.copyNotes(score, desk.notes, step);
      return editing.moved(score, desk.notes, { ticks: length, pitches: 0 }, true);
    });
  }

  /** Remember what is selected; false where that cannot be. */
  async #take(): Promise<boolean> {
    const { desk, notices, piece } = this.#parts;
    let isTaken = false;
    await notices.attempt(async () => {
      await piece.settled();
      const here = piece.detail;
      if (here === null || piece.id === null) return;
      if (desk.nChosen === 0 && desk.bars !== null) {
        const bars = clipboard.within(here.score, desk.bars);
        this.copied = { kind: "bars", project: piece.id, node: here.id, ...bars };
      } else {
        const step = desk.gridTicks(here.score.ticks_per_quarter);
        this.copied = clipboard.copyNotes(here.score, desk.notes, step);
      }
      isTaken = true;
    });
    return isTaken;
  }

  get #score() {
    const { detail } = this.#parts.piece;
    if (detail === null) throw new EditRefused("There is no piece yet.");
    return detail.score;
  }

  #startOf({ first }: { first: number }): number {
    return new BarGrid(this.#score).start(first);
  }
}

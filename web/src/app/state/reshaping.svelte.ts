/**
 * Edits of the piece as a whole: its bars, tempo, metre and key, and the order of its tracks.
 *
 * The server makes them, since they move everything that is in the file; the page waits for its
 * answer, so that nothing is edited meanwhile at a place that moves.
 */
import { EditRefused } from "../../core/edits.ts";
import type { BarRange, EditRequest } from "../../core/types.ts";
import type { Desk } from "./desk.svelte.ts";
import type { Editing } from "./editing.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";

/** What an edit changes of the whole piece. */
export type Reshaped = Pick<EditRequest, "bars" | "key" | "order" | "time">;

interface Parts {
  readonly desk: Desk;
  readonly editing: Editing;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly arrived: () => void;
}

export class Reshaping {
  /** Whether the server is at it. */
  busy = $state(false);
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Let the server do it; `shown` are the bars that are selected then. */
  async apply(label: string, change: Reshaped, shown: BarRange | null = null): Promise<void> {
    const { desk, editing, notices, piece, arrived } = this.#parts;
    if (this.busy || piece.detail === null || editing.isElsewhere()) return;
    this.busy = true;
    try {
      await notices.attempt(async () => {
        await piece.reshape({ label, tracks: [], new_tracks: [], ...change });
        desk.loop = null;
        arrived();
        desk.bars = shown;
        notices.done(label);
      });
    } finally {
      this.busy = false;
    }
  }

  /** Another tempo or metre in the selected bars, or from the beginning to the end. */
  async setTime(bpm: number | null, metre: readonly [number, number] | null): Promise<void> {
    const bars = this.#parts.desk.bars;
    const words = [
      ...(bpm === null ? [] : [`set the tempo to ${bpm}`]),
      ...(metre === null ? [] : [`set the metre to ${metre[0]}/${metre[1]}`]),
    ];
    if (words.length === 0) return;
    const where = { first: bars?.first ?? 0, last: bars?.last ?? null };
    const time = {
      ...where,
      ...(bpm === null ? {} : { bpm }),
      ...(metre === null ? {} : { metre }),
    };
    await this.apply(words.join(" and "), { time }, bars);
  }

  async setKey(key: string): Promise<void> {
    await this.apply(`set the key to ${key}`, { key }, this.#parts.desk.bars);
  }

  /** Put a track in another place of the list. */
  async moveTrack(from: number, to: number): Promise<void> {
    const { desk, piece, notices } = this.#parts;
    const tracks = piece.detail?.score.tracks ?? [];
    if (from === to || tracks[from] === undefined || tracks[to] === undefined) return;
    const order = [...tracks.keys()].filter((track) => track !== from);
    order.splice(to, 0, from);
    const name = tracks[from].name || tracks[from].instrument;
    await this.apply(`moved ${name} ${to < from ? "up" : "down"}`, { order }, desk.bars);
    notices.speak(`${name} is track ${to + 1} now.`);
  }

  /** Whether it can be made; what cannot is said. */
  attempt(make: () => { label: string; change: Reshaped; shown: BarRange | null }): Promise<void> {
    try {
      const { label, change, shown } = make();
      return this.apply(label, change, shown);
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error;
      this.#parts.notices.problem(error);
      return Promise.resolve();
    }
  }
}

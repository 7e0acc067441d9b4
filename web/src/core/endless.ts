/**
 * Music that is written on while it plays: what there is of it, and what is to be asked for next.
 *
 * The music grows in chunks. Each goes on from a complete one before it, which the server knows by
 * an id; turning away goes on from an earlier bar. Until what is new is there, what was written before
 * plays on, so that there is no gap. Bars that were heard never change. No clock and no server in here.
 */
import type { Notes, Track } from "./types.ts";

/** How many bars are asked for at once. */
export const CHUNK_BARS = 4;
/** And once so many are written, since each question then takes longer: the piece is read for it. */
export const MANY_BARS = 256;
export const LONG_CHUNK_BARS = 8;
/** How many bars there have to be behind the one that is heard. */
export const AHEAD_BARS = 8;
/** So many complete chunks are gone on from, at most; the server keeps a few more. */
const CHUNKS_KEPT = 4;

/** What is to be asked for: so many bars from `first` on, behind the chunk `after`. */
export interface Wanted {
  /** Null: the version itself. */
  readonly after: string | null;
  readonly first: number;
  readonly bars: number;
}

/** A complete chunk; of its bars those before `last` are still part of the music. */
interface Chunk {
  readonly id: string | null;
  readonly first: number;
  readonly last: number;
}

export class Growth {
  /** The bar with which it begins. */
  readonly first: number;
  /** All notes so far. */
  tracks: readonly Track[] = [];
  /** It is written up to this bar. */
  last: number;
  #chunks: readonly Chunk[];
  #open: { readonly id: string; readonly first: number; readonly last: number } | null = null;

  constructor(first: number) {
    this.first = first;
    this.last = first;
    this.#chunks = [{ id: null, first: 0, last: first }];
  }

  /** The chunk that is being written, or null. */
  get open(): string | null {
    return this.#open?.id ?? null;
  }

  /** What is to be asked for while a bar is heard; null: there is enough. */
  next(heard: number): Wanted | null {
    if (this.#open !== null || this.last - heard > AHEAD_BARS) return null;
    const end = this.#chunks[this.#chunks.length - 1];
    const isLong = end.last - this.first >= MANY_BARS;
    return { after: end.id, first: end.last, bars: isLong ? LONG_CHUNK_BARS : CHUNK_BARS };
  }

  /**
   * What is to be asked for to turn away from a bar on, or from the earliest after it that is
   * possible; null: the chunk that is heard is still being written, so ask again when it is complete.
   */
  turn(from: number): Wanted | null {
    const at = Math.max(Math.min(from, this.last), this.first);
    const chunk = this.#chunks.find(({ last }) => last >= at);
    return chunk === undefined ? null : { after: chunk.id, first: at, bars: CHUNK_BARS };
  }

  /** A chunk was asked for: what was to come in its place does not count any more. */
  begun(id: string, wanted: Wanted): void {
    const { first, bars } = wanted;
    this.#chunks = this.#chunks
      .filter((chunk) => chunk.first < first || chunk.id === null)
      .map((chunk) => ({ ...chunk, last: Math.min(chunk.last, first) }));
    this.#open = { id, first, last: first + bars };
  }

  /**
   * A bar of a chunk came, while another one is heard: `start` is its first tick. A bar that comes too
   * late, because the one before was heard in its place, is left out.
   */
  bar(id: string, bar: number, tracks: readonly Track[], start: number, heard: number): void {
    if (this.#open?.id !== id || (bar < this.last && bar <= heard) || bar > this.last) return;
    this.tracks = joined(this.tracks, tracks, start);
    this.last = bar + 1;
  }

  /** A chunk is complete. */
  ended(id: string): void {
    if (this.#open?.id !== id) return;
    this.#chunks = [...this.#chunks, this.#open].slice(-CHUNKS_KEPT);
    this.#open = null;
  }

  /** A chunk was given up. */
  dropped(id: string): void {
    if (this.#open?.id === id) this.#open = null;
  }
}

/** The notes before a tick, and a bar from there on. */
function joined(before: readonly Track[], bar: readonly Track[], start: number): readonly Track[] {
  const longer = bar.length > before.length ? bar : before;
  return longer.map((track, i) => ({
    ...track,
    notes: follow(before[i]?.notes ?? NOTHING, bar[i]?.notes ?? NOTHING, start),
  }));
}

/** Columns are copied as a whole, since an hour has a hundred thousand notes. */
function follow(a: Notes, b: Notes, start: number): Notes {
  const n = a.onset.findLastIndex((at) => at < start) + 1;
  return {
    onset: a.onset.slice(0, n).concat(b.onset),
    duration: a.duration.slice(0, n).concat(b.duration),
    pitch: a.pitch.slice(0, n).concat(b.pitch),
    velocity: a.velocity.slice(0, n).concat(b.velocity),
  };
}

const NOTHING: Notes = { onset: [], duration: [], pitch: [], velocity: [] };

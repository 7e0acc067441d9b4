/** What page and worker say to each other. */
import type { Music } from "./files.ts";
import type { NewNotes } from "./music.ts";

/** To the worker: write a take of this seed. */
export interface Ask {
  readonly seed: number;
}

/** From the worker. */
export type Told =
  /** All is loaded: the piece, how many bars will be written, what loading took. */
  | {
      readonly what: "ready";
      readonly music: Music;
      readonly bars: number;
      readonly bytes: number;
      readonly loaded_s: number;
    }
  /** So many bars are complete; `added` are all new notes so far. */
  | { readonly what: "bar"; readonly bars: number; readonly added: NewNotes }
  | { readonly what: "take"; readonly events: number; readonly took_s: number }
  | { readonly what: "failed"; readonly why: string };

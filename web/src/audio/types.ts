/** What the player plays, what it is doing, and what can go wrong. */

import type { Controller, Region, Score, Track } from "../core/types.ts";
import type { Bytes } from "./messages.ts";

/** A piece as it is to sound. */
export interface Playable {
  readonly score: Score;
  readonly controllers: readonly Controller[];
  /** A take's notes, laid over: the first tracks line up with the score's, further ones are new. */
  readonly extra?: readonly Track[];
  /** The score's notes that begin in this region are silent (a take stands in for them). */
  readonly replace?: Region | null;
}

/** What the player is doing. */
export type PlayerState = "paused" | "playing" | "needs-click" | "closed";

/** Is called with a channel message, channel included, and the seconds until it is heard. */
export type Listener = (bytes: Bytes, inS: number) => void;

/** Why there is no sound. */
export type AudioProblemCode =
  | "insecure-context"
  | "unsupported"
  | "needs-click"
  | "soundfont"
  | "render";

/** No sound; the message says why and what to do, in plain words. */
export class AudioProblem extends Error {
  override readonly name = "AudioProblem";
  readonly code: AudioProblemCode;

  constructor(code: AudioProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Options of `Player.create`. */
export interface PlayerOptions {
  /** Where the soundfont is; must be of the page's own host. */
  readonly soundfontUrl: string;
  /** A soundfont that is here already, in place of that one. */
  readonly soundfont?: Blob;
  /** Told how much of the soundfont has come, 0 to 1, while it loads. */
  readonly onProgress?: (share: number) => void;
}

/** Sound: plays a piece, exchanges takes without a gap, and renders what is heard. */
import type { Mix, TickRange } from "../core/types.ts";
import type { Playable, PlayerState } from "./types.ts";

/** The interface that `Player` has; made with `await Player.create({ soundfontUrl })`. */
export interface PlayerInterface {
  readonly playing: boolean;
  readonly state: PlayerState;
  /** Load a piece and stand at its beginning, paused. */
  load(playable: Playable): void;
  /** Put another piece in place of the one playing; position and time go on, without a gap. */
  exchange(playable: Playable): void;
  /** Play; rejects with AudioProblem "needs-click" when the browser wants a click first. */
  play(fromTick?: number): Promise<void>;
  pause(): void;
  seek(tick: number): void;
  loop(range: TickRange | null): void;
  /** The tick that is being heard (a fraction), also while paused. */
  position(): number;
  setMix(mix: Mix): void;
  /** Let one note of a track sound for a moment. */
  sound(track: number, pitch: number, velocity?: number): Promise<void>;
  /** Loudness of what is being heard, root mean square, 0 to about 1. */
  rms(): number;
  renderWav(
    playable: Playable,
    mix: Mix,
    onProgress?: (share: number) => void,
    signal?: AbortSignal,
  ): Promise<Blob>;
  /** Called when `state` changes, and at the end of the piece; returns how to stop that. */
  subscribe(listener: (state: PlayerState) => void): () => void;
  close(): Promise<void>;
}

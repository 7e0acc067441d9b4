/** The clock by which keys of a keyboard become notes. */
import { TempoMap } from "../../core/tempo.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Sound } from "./sound.svelte.ts";

/** Ticks by the clock: what is heard where the music plays, and on from there behind its end. */
export class RecordingClock {
  readonly #piece: Piece;
  readonly #sound: Sound;
  readonly #nowMs: () => number;
  #from = { ms: 0, tick: 0 };

  constructor(piece: Piece, sound: Sound, nowMs = () => performance.now()) {
    this.#piece = piece;
    this.#sound = sound;
    this.#nowMs = nowMs;
  }

  /** Count from where the music is. */
  start(): void {
    const tick = this.#sound.player?.position() ?? this.#sound.position;
    this.#from = { ms: this.#nowMs(), tick };
  }

  /** The tick now. */
  now(): number {
    return this.tickAt(this.#nowMs());
  }

  /** The tick at a time of the clock. */
  tickAt(ms: number): number {
    const score = this.#piece.detail?.score;
    if (score === undefined) return 0;
    // Loops and seeks are the player's: it knows better than the clock, as long as it plays.
    if (this.#sound.playing) this.start();
    const tempo = TempoMap.of(score);
    const seconds = tempo.secondsAt(this.#from.tick) + (ms - this.#from.ms) / 1000;
    return Math.max(Math.round(tempo.tickAt(Math.max(seconds, 0))), 0);
  }
}

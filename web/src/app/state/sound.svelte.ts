/** The player as the page sees it: whether there is sound yet, whether it plays, and where it is. */
import type { Listener, Playable, Player } from "../../audio/index.ts";
import type { Mix, TickRange } from "../../core/types.ts";

/** The part of the player that the page uses; tests bring their own. */
export type PlayerInterface = Pick<
  Player,
  | "close"
  | "exchange"
  | "load"
  | "loop"
  | "passOn"
  | "pause"
  | "play"
  | "playing"
  | "position"
  | "press"
  | "release"
  | "renderWav"
  | "rms"
  | "seek"
  | "setMix"
  | "sound"
  | "state"
  | "subscribe"
  | "warning"
>;

/** Makes the player; is called with the share of the soundfont that has been loaded, 0 to 1. */
export type MakePlayer = (onProgress: (share: number) => void) => Promise<PlayerInterface>;

export class Sound {
  state = $state<"loading" | "ready" | "failed">("loading");
  /** Why there is no sound, in plain words. */
  problem = $state<string | null>(null);
  /** How much of the soundfont has come, 0 to 1. */
  share = $state(0);
  playing = $state(false);
  /** Playing was asked for while there was no sound yet: it begins with it. */
  awaited = $state(false);
  /** The browser wants a click before it lets anything sound. */
  needsClick = $state(false);
  /** The tick that is heard; brought up to date by `tick()`, once a frame. */
  position = $state(0);

  /** Where the music ended by itself, as it does at the end of what is written; else null. */
  endedAt: number | null = null;

  /** Told once there is sound. */
  onReady: () => void = () => {};

  #player: PlayerInterface | null = null;
  #playable: Playable | null = null;
  #mix: Mix | null = null;
  #loop: TickRange | null = null;
  #begin = 0;
  #listener: Listener | null = null;

  /** Make the player; what was loaded meanwhile is loaded then. */
  async start(make: MakePlayer): Promise<void> {
    this.state = "loading";
    this.problem = null;
    if (this.#player !== null) {
      this.#begin = this.position;
      this.pause();
      await this.#player.close();
      this.#player = null;
    }
    try {
      const player = await make((share) => {
        this.share = share;
      });
      this.#player = player;
      player.subscribe((state) => {
        if (this.playing && !player.playing) this.endedAt = this.position;
        this.playing = player.playing;
        this.needsClick = state === "needs-click";
      });
      if (this.#playable !== null) player.load(this.#playable);
      if (this.#mix !== null) player.setMix(this.#mix);
      if (this.#loop !== null) player.loop(this.#loop);
      if (this.#begin > 0) player.seek(this.#begin);
      player.passOn(this.#listener);
      this.state = "ready";
      this.onReady();
      if (this.awaited) void this.play();
    } catch (error) {
      this.state = "failed";
      this.awaited = false;
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  get player(): PlayerInterface | null {
    return this.#player;
  }

  /** Another piece, from its beginning. */
  load(playable: Playable): void {
    this.#playable = playable;
    this.#begin = 0;
    this.#player?.load(playable);
    this.playing = false;
    this.position = 0;
  }

  /** Another version or take in place: position and time go on. */
  exchange(playable: Playable): void {
    this.#playable = playable;
    this.#player?.exchange(playable);
  }

  setMix(mix: Mix): void {
    this.#mix = mix;
    this.#player?.setMix(mix);
  }

  loop(range: TickRange | null): void {
    this.#loop = range;
    this.#player?.loop(range);
  }

  /** Tell someone else, too, what is played. */
  passOn(to: Listener | null): void {
    this.#listener = to;
    this.#player?.passOn(to);
  }

  async play(fromTick?: number): Promise<void> {
    if (fromTick !== undefined) this.seek(fromTick);
    this.awaited = this.#player === null && this.state === "loading";
    if (this.#player === null) return;
    this.endedAt = null;
    this.playing = true;
    try {
      await this.#player.play();
    } catch {
      // The player's state says what is missing; the page asks for the click.
      this.needsClick = true;
    }
    this.playing = this.#player.playing;
  }

  pause(): void {
    this.awaited = false;
    this.playing = false;
    this.#player?.pause();
  }

  seek(tick: number): void {
    this.endedAt = null;
    this.#begin = Math.max(tick, 0);
    this.#player?.seek(this.#begin);
    this.position = this.#begin;
  }

  /** Once a frame: bring the position up to date. */
  tick(): void {
    if (this.#player === null) return;
    this.playing = this.#player.playing;
    const now = this.#player.position();
    if (now !== this.position) this.position = now;
  }

  /** Begin a note as a key of a keyboard is pressed; it sounds until it is released. */
  press(track: number, pitch: number, velocity: number): void {
    this.#player?.press(track, pitch, velocity).catch(() => {
      this.needsClick = true;
    });
  }

  release(pitch: number): void {
    this.#player?.release(pitch);
  }

  /** Let one note sound for a moment. */
  note(track: number, pitch: number, velocity?: number): void {
    this.#player?.sound(track, pitch, velocity).catch(() => {
      this.needsClick = true;
    });
  }
}

/**
 * Whether the studio's program answers, and when to ask it again.
 *
 * Backs off from one second to fifteen while it does not. Whoever must go on afterwards waits with
 * `returned()`.
 */

/** The part of the clock that is needed; tests bring their own. */
export interface Timers {
  set(callback: () => void, ms: number): number;
  clear(timer: number): void;
}

export const REAL_TIMERS: Timers = {
  set: (callback, ms) => globalThis.setTimeout(callback, ms) as unknown as number,
  clear: (timer) => globalThis.clearTimeout(timer),
};

const WAITS_S = [1, 2, 4, 8, 15];

export class Connection {
  /** Whether the last call was answered. */
  online = $state(true);
  /** Seconds between the last try and the next one, while gone. */
  waitS = $state(0);

  readonly #ping: () => Promise<unknown>;
  readonly #timers: Timers;
  #tries = 0;
  #timer: number | null = null;
  #waiting: (() => void)[] = [];
  readonly #listeners = new Set<() => void>();

  /** `ping` makes a small call; its answer, or that there is none, must reach `answered`. */
  constructor(ping: () => Promise<unknown>, timers: Timers = REAL_TIMERS) {
    this.#ping = ping;
    this.#timers = timers;
  }

  /** Told of every call whether it was answered. */
  answered(yes: boolean): void {
    if (yes) this.#back();
    else this.#gone();
  }

  /** Resolves when the program answers again; at once if it does. */
  returned(): Promise<void> {
    return this.online
      ? Promise.resolve()
      : new Promise((resolve) => {
          this.#waiting.push(resolve);
        });
  }

  /** Call `listener` each time the program has come back. */
  onReturn(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ask now instead of waiting. */
  retryNow(): void {
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
    this.#ping().catch(() => {
      // Said through `answered`.
    });
  }

  #gone(): void {
    this.online = false;
    if (this.#timer !== null) return;
    this.waitS = WAITS_S[Math.min(this.#tries, WAITS_S.length - 1)];
    this.#tries += 1;
    this.#timer = this.#timers.set(() => {
      this.#timer = null;
      this.retryNow();
    }, this.waitS * 1000);
  }

  #back(): void {
    this.#tries = 0;
    if (this.online) return;
    if (this.#timer !== null) this.#timers.clear(this.#timer);
    this.#timer = null;
    this.online = true;
    for (const resolve of this.#waiting.splice(0)) resolve();
    for (const listener of this.#listeners) listener();
  }
}

/**
 * What the page itself remembers between visits: small things of taste, never music.
 *
 * The music is with the server; only edits that it has not yet confirmed are kept here, too
 * (see `outbox.ts`).
 */

/** The part of the browser's `Storage` that is used. */
export interface Store {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const PREFIX = "segue.";

export class Memory {
  readonly #store: Store | null;

  /** `store` may be null, where the browser gives none; then nothing is remembered. */
  constructor(store: Store | null) {
    this.#store = store;
  }

  /** What was kept under `key`, if `fits` says that it is what is wanted; else `otherwise`. */
  recall<T>(key: string, fits: (value: unknown) => value is T, otherwise: T): T {
    try {
      const text = this.#store?.getItem(PREFIX + key) ?? null;
      if (text === null) return otherwise;
      const value: unknown = JSON.parse(text);
      return fits(value) ? value : otherwise;
    } catch {
      // Unreadable or forbidden: as if nothing had been kept.
      return otherwise;
    }
  }

  keep(key: string, value: unknown): void {
    try {
      this.#store?.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // Full or forbidden: the studio works without.
    }
  }

  forget(key: string): void {
    this.#store?.removeItem(PREFIX + key);
  }
}

export const isString = (value: unknown): value is string => typeof value === "string";
export const isBoolean = (value: unknown): value is boolean => typeof value === "boolean";
export const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => typeof item === "number");

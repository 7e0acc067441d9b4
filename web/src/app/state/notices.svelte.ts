/** Short words to the musician: shown for a while, and read out by screen readers. */
import { Overtaken } from "../../api/problems.ts";
import { sentence } from "../../core/words.ts";
import { REAL_TIMERS, type Timers } from "./connection.svelte.ts";

export type NoticeKind = "done" | "problem";

export interface Notice {
  readonly id: number;
  readonly kind: NoticeKind;
  readonly words: string;
}

const SHOWN_MS: Record<NoticeKind, number> = { done: 4_000, problem: 12_000 };
const AT_MOST = 3;

export class Notices {
  /** Newest last. */
  shown = $state.raw<readonly Notice[]>([]);
  /** What a screen reader says next; not shown. */
  spoken = $state("");

  readonly #timers: Timers;
  #next = 1;

  constructor(timers: Timers = REAL_TIMERS) {
    this.#timers = timers;
  }

  /** Something was done. */
  done(words: string): void {
    this.#show("done", words);
  }

  /** Something cannot be done; `error` is an Error whose message is for people, or such words. */
  problem(error: unknown): void {
    this.#show("problem", error instanceof Error ? error.message : String(error));
  }

  /** Do something; if it fails, say why, unless the musician has gone on to something else. */
  async attempt(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      if (!(error instanceof Overtaken)) this.problem(error);
    }
  }

  /** For ears that cannot see: what the eye sees anyhow. */
  speak(words: string): void {
    this.spoken = words;
  }

  dismiss(id: number): void {
    this.shown = this.shown.filter((notice) => notice.id !== id);
  }

  #show(kind: NoticeKind, said: string): void {
    const words = sentence(said);
    const others = this.shown.filter((notice) => notice.words !== words);
    const id = this.#next++;
    this.shown = [...others, { id, kind, words }].slice(-AT_MOST);
    this.#timers.set(() => this.dismiss(id), SHOWN_MS[kind]);
  }
}

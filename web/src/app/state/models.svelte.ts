/** Which model writes, and learning a new one from a folder of the musician's own music. */
import type { Api } from "../../api/client.ts";
import type { LearningState, ModelChoice } from "../../api/types.ts";
import { REAL_TIMERS, type Timers } from "./connection.svelte.ts";
import { isString, type Memory } from "./memory.ts";
import type { Notices } from "./notices.svelte.ts";

const LOOK_MS = 700;

export interface ModelsNeeds {
  readonly api: Api;
  readonly memory: Memory;
  readonly notices: Notices;
  readonly timers?: Timers;
}

export class Models {
  /** The studio's own model first. */
  choices = $state.raw<readonly ModelChoice[]>([]);
  learning = $state.raw<LearningState | null>(null);
  /** What was chosen; empty: the studio's own. It may be gone. */
  #wish = $state("");

  readonly #needs: ModelsNeeds;
  readonly #timers: Timers;
  #timer: number | null = null;
  /** How often it was asked: an answer that another question has overtaken says what was. */
  #asked = 0;

  constructor(needs: ModelsNeeds) {
    this.#needs = needs;
    this.#timers = needs.timers ?? REAL_TIMERS;
    this.#wish = needs.memory.recall("model", isString, "");
  }

  /** The name of the model that writes; null: the studio's own. */
  get chosen(): string | null {
    const named = this.choices.slice(1).find(({ name }) => name === this.#wish);
    return named?.name ?? null;
  }

  /** The same in words. */
  get writer(): string {
    return this.chosen ?? this.choices[0]?.name ?? "model";
  }

  get isLearning(): boolean {
    return this.learning?.job?.state === "running";
  }

  choose(name: string): void {
    this.#wish = name;
    this.#needs.memory.keep("model", name);
  }

  /** Ask the server which models there are and what is learned. */
  async look(): Promise<void> {
    const { api } = this.#needs;
    const wasLearning = this.isLearning;
    const asked = ++this.#asked;
    const [choices, learning] = await Promise.all([api.models(), api.learning()]);
    if (asked !== this.#asked) return;
    this.choices = choices;
    this.learning = learning;
    if (this.isLearning) this.#later();
    else if (wasLearning) this.#tellEnd();
  }

  async learnFolder(folder: string, name: string): Promise<void> {
    await this.#begin(() => this.#needs.api.learnFolder(folder, name));
  }

  /** Learn from an archive of MIDI files. */
  async learnFiles(archive: Blob, name: string): Promise<void> {
    await this.#begin(() => this.#needs.api.learnFiles(archive, name));
  }

  async cancel(): Promise<void> {
    await this.#needs.notices.attempt(async () => {
      await this.#needs.api.cancelLearning();
      await this.look();
    });
  }

  async #begin(ask: () => Promise<LearningState>): Promise<void> {
    await this.#needs.notices.attempt(async () => {
      this.learning = await ask();
      this.#asked += 1;
      this.#later();
    });
  }

  #later(): void {
    if (this.#timer !== null) return;
    this.#timer = this.#timers.set(() => {
      this.#timer = null;
      // While the program does not answer, it is asked again.
      this.look().catch(() => this.#later());
    }, LOOK_MS);
  }

  #tellEnd(): void {
    const job = this.learning?.job;
    if (job?.state === "done") {
      this.#needs.notices.done(
        job.model === null
          ? "Nothing was gained: no model was made."
          : `The model ${job.model} has learned.`,
      );
    } else if (job?.state === "failed") this.#needs.notices.problem(job.words);
  }
}

/** Takes: asking for them, hearing them, keeping one. */
import type { SuggestionRequest, Task } from "../../api/types.ts";
import type { NodeDetail } from "../../core/types.ts";
import type { Asked } from "./asked.svelte.ts";
import { isBoolean } from "./memory.ts";
import type { Studio } from "./studio.svelte.ts";

/** What of the studio this needs. */
type Host = Pick<
  Studio,
  | "api"
  | "arrived"
  | "ask"
  | "attempt"
  | "desk"
  | "listening"
  | "memory"
  | "notices"
  | "open"
  | "piece"
  | "sound"
  | "state"
  | "suggestions"
>;

export class Takes {
  /** The request is on its way to the server. */
  asking = $state(false);
  /** Whether the musician has asked for takes before, here or on another day. */
  knowsContinue = $state(true);
  /** Play takes as soon as their first bar is there. */
  playsTakes = $state(true);

  /** An earlier suggestion of the current version that is looked at again. */
  #earlier = $state.raw<Asked | null>(null);
  /** Which suggestion will be played when its first bar comes. */
  #toPlay: Asked | null = null;
  readonly #studio: Host;

  constructor(studio: Host) {
    this.#studio = studio;
    this.knowsContinue = studio.memory.recall("knows-continue", isBoolean, false);
    this.playsTakes = studio.memory.recall("plays-takes", isBoolean, true);
    studio.suggestions.onGrowth = (asked, take) => this.#grown(asked, take);
  }

  /** The suggestion whose takes lie below the roll: of the current version, the newest first. */
  get shown(): Asked | null {
    const here = this.#studio.piece.detail;
    if (here === null) return null;
    const earlier = this.#earlier;
    return earlier?.node === here.id ? earlier : this.#studio.suggestions.newestOf(here.id);
  }

  /** Look through the suggestions of this version, from the newest to the oldest and round again. */
  showEarlier(from: Asked): void {
    const all = this.#studio.suggestions.all.filter((one) => one.node === from.node);
    this.hearPiece();
    this.#earlier = all[(all.indexOf(from) - 1 + all.length) % all.length] ?? null;
  }

  /** The same once more, with the same settings. */
  async askAgain(asked: Asked): Promise<void> {
    await this.#ask(asked.task, () => asked.request);
  }

  /** Ask for takes. */
  async askFor(task: Task): Promise<void> {
    const { desk } = this.#studio;
    await this.#ask(task, ({ score }) => {
      const { locked, bars, tracks, focus } = desk;
      return this.#studio.ask.requestFor(task, { score, locked, bars, tracks, focus });
    });
  }

  async #ask(task: Task, requestOn: (detail: NodeDetail) => SuggestionRequest): Promise<void> {
    this.#studio.ask.task = task;
    if (this.asking || this.#studio.state !== "ready") return;
    this.asking = true;
    await this.#studio.attempt(async () => {
      await this.#studio.piece.settled();
      if (task === "compose" && (this.#studio.piece.detail?.n_notes ?? 0) > 0) {
        await this.#studio.open(await this.#studio.api.create({}));
        this.#studio.ask.task = "compose";
      }
      const { id, detail } = this.#studio.piece;
      if (id === null || detail === null) return;
      const request = requestOn(detail);
      await this.stop();
      this.#earlier = null;
      this.#studio.listening.leave(detail);
      const asked = await this.#studio.suggestions.ask(id, detail.id, request);
      this.#toPlay = this.playsTakes ? asked : null;
      this.#studio.notices.speak(`Writing ${asked.takes.length} takes.`);
      this.knowsContinue = true;
      this.#studio.memory.keep("knows-continue", true);
    });
    this.asking = false;
  }

  /** Stop what is being written. */
  async stop(): Promise<void> {
    const open = this.#studio.suggestions.all.filter((asked) => asked.isOpen);
    this.#toPlay = null;
    await Promise.all(
      open.map((asked) => this.#studio.attempt(() => this.#studio.suggestions.cancel(asked))),
    );
  }

  /** Hear a take of what is shown, by its number. */
  async hear(number: number): Promise<void> {
    const { shown } = this;
    const { piece } = this.#studio;
    this.#studio.listening.stop();
    this.#toPlay = null;
    const view = shown?.of(number);
    if (shown === null || piece.detail === null || view === undefined) return;
    if (view.tracks.length === 0) {
      this.#studio.notices.speak(`Take ${number} is not written yet.`);
      return;
    }
    await this.#studio.listening.hear(shown, number, piece.detail);
    const differs = shown.differences(piece.detail.score).get(number)?.join(", ");
    const unfinished = view.state === "stopped" ? "Stopped half way." : "Still being written.";
    this.#studio.notices.speak(`Take ${number}. ${differs ?? unfinished}`);
  }

  hearPiece(): void {
    if (this.#studio.piece.detail !== null) this.#studio.listening.leave(this.#studio.piece.detail);
  }

  async hearAll(): Promise<void> {
    const first = this.shown?.takes.find((view) => view.tracks.length > 0);
    if (this.shown === null || this.#studio.piece.detail === null || first === undefined) return;
    await this.#studio.listening.tour(this.shown, this.#studio.piece.detail, first.number);
  }

  /** Keep a take: it becomes a version of its own, the current one. Music goes on. */
  async keep(
    number: number | null = this.#studio.listening.takeOf(this.shown),
    name?: string,
  ): Promise<void> {
    const { shown } = this;
    if (shown === null || number === null) {
      this.#studio.notices.problem("Hear a take first: press its number, then keep it.");
      return;
    }
    const view = shown.of(number);
    if (view?.take === null) {
      this.#studio.notices.problem(
        view.state === "stopped"
          ? `Take ${number} was stopped before it was finished, so it cannot be kept. Ask again, or keep another.`
          : `Take ${number} is still being written. Keep it when it is finished.`,
      );
      return;
    }
    await this.#studio.attempt(async () => {
      const detail = await this.#studio.api.accept(shown.id, number, name);
      this.#studio.piece.take(detail);
      this.#studio.listening.stop();
      this.#studio.arrived();
      this.#studio.notices.done(`Take ${number} is kept. Go on from here, or go back with undo.`);
    });
  }

  setPlaysTakes(yes: boolean): void {
    this.playsTakes = yes;
    this.#studio.memory.keep("plays-takes", yes);
  }

  /** The tour begins with the first take, as soon as there is something of it and sound. */
  playWhatCame(): void {
    const { listening, piece, sound } = this.#studio;
    const asked = this.#toPlay;
    const first = asked?.takes[0];
    if (asked === null || first === undefined || asked.node !== piece.detail?.id) return;
    if (sound.state === "loading" || first.tracks.length === 0) return;
    this.#toPlay = null;
    void listening.tour(asked, piece.detail, first.number, { leadIn: sound.playing });
  }

  /** The musician does something else: no take begins to play by itself. */
  leaveAlone(): void {
    this.#toPlay = null;
  }

  /** Another piece is open. */
  reset(): void {
    this.#earlier = null;
    this.#toPlay = null;
  }

  #grown(asked: Asked, take: number): void {
    const { detail } = this.#studio.piece;
    if (detail === null || asked.node !== detail.id) return;
    if (this.#toPlay === asked && take === asked.takes[0]?.number) this.playWhatCame();
    else this.#studio.listening.grown(asked, take, detail);
  }
}

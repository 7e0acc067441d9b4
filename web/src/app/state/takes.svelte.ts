/** Takes: asking for them, hearing them, keeping one. */
import type { SuggestionRequest, Task } from "../../api/types.ts";
import { BarGrid } from "../../core/bars.ts";
import type { NodeDetail } from "../../core/types.ts";
import { count } from "../../core/words.ts";
import type { Ask, AskContext } from "./ask.svelte.ts";
import { type Asked, type Suggestions, wholeOf } from "./asked.svelte.ts";
import type { Desk } from "./desk.svelte.ts";
import type { Editing } from "./editing.svelte.ts";
import type { Listening } from "./listening.svelte.ts";
import { isBoolean, type Memory } from "./memory.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Open } from "./shelf.svelte.ts";
import type { Sound } from "./sound.svelte.ts";

/** What takes need. */
export interface TakesNeeds {
  readonly ask: Ask;
  readonly desk: Desk;
  readonly editing: Editing;
  readonly listening: Listening;
  readonly memory: Memory;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly sound: Sound;
  readonly suggestions: Suggestions;
  readonly open: Open;
  /** Another version is current. */
  readonly arrived: () => void;
  /** Whether the page is open and can ask. */
  readonly isReady: () => boolean;
}

export class Takes {
  /** Whether the musician has asked for takes before, here or on another day. */
  knowsContinue = $state(true);
  /** Play takes as soon as their first bar is there. */
  playsTakes = $state(true);

  /** An earlier suggestion of the current version that is looked at again. */
  #earlier = $state.raw<Asked | null>(null);
  /** What ends the request that is on its way to the server. */
  #asking = $state.raw<AbortController | null>(null);
  /** Takes that are being kept, by suggestion and number. */
  readonly #keeping = new Set<string>();
  /** Which suggestion will be played when its first bar comes. */
  #toPlay: Asked | null = null;
  readonly #needs: TakesNeeds;

  constructor(needs: TakesNeeds) {
    this.#needs = needs;
    this.knowsContinue = needs.memory.recall("knows-continue", isBoolean, false);
    this.playsTakes = needs.memory.recall("plays-takes", isBoolean, true);
    needs.suggestions.onGrowth = (asked, take) => this.#grown(asked, take);
  }

  /** The request is on its way to the server. */
  get asking(): boolean {
    return this.#asking !== null;
  }

  /** Whether there is something to stop: takes that are being written, or asked for. */
  get canStop(): boolean {
    return this.asking || (this.shown?.isOpen ?? false);
  }

  /** The suggestion whose takes lie below the roll: of the current version, the newest first. */
  get shown(): Asked | null {
    const here = this.#needs.piece.detail;
    if (here === null) return null;
    const earlier = this.#earlier;
    return earlier?.node === here.id ? earlier : this.#needs.suggestions.newestOf(here.id);
  }

  /** The takes that an edit has left behind, where the version that it made has none of its own. */
  get leftBehind(): Asked | null {
    const { nodes, detail } = this.#needs.piece;
    if (detail === null || this.shown !== null) return null;
    const known = new Map(nodes.map((node) => [node.id, node]));
    let at = known.get(detail.id);
    while (at !== undefined && at.kind === "edit" && at.parent !== null) {
      const asked = this.#needs.suggestions.newestOf(at.parent);
      if (asked !== null) return asked.takes.some((view) => view.tracks.length > 0) ? asked : null;
      at = known.get(at.parent);
    }
    return null;
  }

  /** Show a suggestion of the current version. */
  show(asked: Asked): void {
    this.#earlier = asked;
  }

  /** Look through the suggestions of this version, from the newest to the oldest and round again. */
  showEarlier(from: Asked): void {
    const all = this.#needs.suggestions.all.filter((one) => one.node === from.node);
    this.hearPiece();
    this.#earlier = all[(all.indexOf(from) - 1 + all.length) % all.length] ?? null;
  }

  /** The same once more, with the same settings. */
  async askAgain(asked: Asked): Promise<void> {
    const { request } = asked;
    const like = request.like && { suggestion: request.like.suggestion, take: request.like.take };
    await this.#ask(asked.task, () => (like ? { ...request, like } : request));
  }

  /** Ask for takes; to redo a track that has no notes yet is to write its part. */
  async askFor(wanted: Task): Promise<void> {
    const { desk, piece } = this.#needs;
    const isDraft = (desk.focus ?? -1) >= (piece.detail?.score.tracks.length ?? 0);
    const task = wanted === "redo" && isDraft ? "accompany" : wanted;
    await this.#ask(task, (detail) => this.#needs.ask.requestFor(task, this.contextOf(detail)));
  }

  /** Continue from the bars that are chosen, or from where the play-head is. */
  async continueFromHere(): Promise<void> {
    this.#needs.ask.from = "here";
    await this.askFor("continue");
  }

  /** What a question about a version needs to know. */
  contextOf({ score, chords }: NodeDetail): AskContext {
    const { locked, bars, tracks, focus, drafts } = this.#needs.desk;
    // A take that is heard moves the play-head, and not the place that it was asked for.
    const { heard } = this.#needs.listening;
    const asked = heard.kind === "take" && heard.asked.isInside(score) ? heard.asked.region : null;
    const playhead = asked?.first ?? new BarGrid(score).barAt(this.#needs.sound.position);
    const namesChords = chords.named;
    return { score, locked, bars, tracks, focus, drafts, playhead, namesChords };
  }

  async #ask(task: Task, requestOn: (detail: NodeDetail) => SuggestionRequest): Promise<void> {
    this.#needs.ask.task = task === "insert" ? "continue" : task;
    if (this.asking || !this.#needs.isReady()) return;
    const asking = new AbortController();
    this.#asking = asking;
    await this.#needs.notices.attempt(async () => {
      await this.#needs.piece.settled();
      if (asking.signal.aborted) return;
      if (task === "compose" && (this.#needs.piece.detail?.n_notes ?? 0) > 0) {
        await this.#needs.open(() => this.#needs.piece.api.create({}));
        this.#needs.ask.task = "compose";
      }
      const { id, detail } = this.#needs.piece;
      if (id === null || detail === null) return;
      const request = requestOn(detail);
      await this.#stopWriting();
      this.#earlier = null;
      this.#needs.listening.leave(detail);
      const asked = await this.#needs.suggestions.ask(id, detail.id, request, asking.signal);
      this.#toPlay = this.playsTakes ? asked : null;
      this.#needs.notices.speak(`Writing ${asked.takes.length} takes.`);
      this.knowsContinue = true;
      this.#needs.memory.keep("knows-continue", true);
    });
    if (this.#asking === asking) this.#asking = null;
  }

  /** Stop what is being written, and what is being asked for. */
  async stop(): Promise<void> {
    if (this.#asking !== null) this.#needs.notices.speak("Stopped.");
    this.#asking?.abort();
    this.#asking = null;
    await this.#stopWriting();
  }

  async #stopWriting(): Promise<void> {
    const open = this.#needs.suggestions.all.filter((asked) => asked.isOpen);
    this.#toPlay = null;
    await Promise.all(
      open.map((asked) => this.#needs.notices.attempt(() => this.#needs.suggestions.cancel(asked))),
    );
  }

  /** Hear a take of what is shown, by its number. */
  async hear(number: number): Promise<void> {
    const { shown } = this;
    const { piece } = this.#needs;
    this.#needs.listening.stop();
    this.#toPlay = null;
    const view = shown?.of(number);
    if (shown === null || piece.detail === null || view === undefined) return;
    if (view.tracks.length === 0) {
      this.#needs.notices.speak(`Take ${number} is not written yet.`);
      return;
    }
    await this.#needs.listening.hear(shown, number, piece.detail);
    const differs = shown.differences(piece.detail.score).get(number)?.join(", ");
    const unfinished = view.state === "stopped" ? "Stopped." : "Still being written.";
    this.#needs.notices.speak(`Take ${number}. ${differs ?? unfinished}`);
  }

  hearPiece(): void {
    if (this.#needs.piece.detail !== null) this.#needs.listening.leave(this.#needs.piece.detail);
  }

  async hearAll(): Promise<void> {
    const first = this.shown?.takes.find((view) => view.tracks.length > 0);
    if (this.shown === null || this.#needs.piece.detail === null || first === undefined) return;
    await this.#needs.listening.tour(this.shown, this.#needs.piece.detail, first.number);
  }

  /** Keep a take: it becomes a version of its own, the current one. Music goes on. */
  async keep(
    number: number | null = this.#needs.listening.takeOf(this.shown),
    name?: string,
  ): Promise<void> {
    const { shown } = this;
    if (shown === null || number === null) {
      this.#needs.notices.problem("Hear a take first: press its number, then keep it.");
      return;
    }
    const view = shown.of(number);
    if (view === undefined) return;
    if (wholeOf(view) === null) {
      this.#needs.notices.problem(
        view.state === "stopped"
          ? `Take ${number} was stopped before its first bar was finished. Ask again, or keep another.`
          : `Take ${number} is still being written. Keep it when it is finished, or stop it: its finished bars can be kept.`,
      );
      return;
    }
    const key = `${shown.id}/${number}`;
    if (this.#keeping.has(key)) return;
    this.#keeping.add(key);
    const { piece } = this.#needs;
    await this.#needs.notices.attempt(async () => {
      const detail = await piece.take(async () => {
        const made = await piece.api.accept(shown.id, number, name);
        this.#needs.editing.filled(shown.request.add ?? []);
        return made;
      });
      this.#needs.ask.from = "end";
      this.#needs.listening.stop();
      this.#needs.arrived();
      this.#showPart(detail);
      const what =
        view.take === null
          ? `${count(view.barsDone, "bar")} of take ${number} kept.`
          : `Take ${number} is kept.`;
      this.#needs.notices.done(`${what} Go on from here, or go back with undo.`);
    });
    this.#keeping.delete(key);
  }

  /** Parts of takes were kept: what was asked for is done with. */
  tookParts(): void {
    this.#needs.ask.from = "end";
  }

  /** Ask for four variations of a take that is shown, as near to it as the dial says. */
  async moreLike(number: number | null = this.#needs.listening.takeOf(this.shown)): Promise<void> {
    const { shown } = this;
    const view = number === null ? undefined : shown?.of(number);
    if (shown === null || number === null || view === undefined || wholeOf(view) === null) {
      this.#needs.notices.problem("Hear a finished take first: press its number.");
      return;
    }
    const like = { suggestion: shown.id, take: number };
    await this.#ask("vary", () => this.#needs.ask.likeRequest(like));
  }

  setPlaysTakes(yes: boolean): void {
    this.playsTakes = yes;
    this.#needs.memory.keep("plays-takes", yes);
  }

  /** The tour begins with the first take, as soon as there is something of it and sound. */
  playWhatCame(): void {
    const { listening, piece, sound } = this.#needs;
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

  /** A new part that was kept is selected: it is what is worked on. */
  #showPart({ kind, region }: NodeDetail): void {
    if (kind === "accompany") this.#needs.desk.focus = region?.tracks?.[0] ?? null;
  }

  #grown(asked: Asked, take: number): void {
    const { detail } = this.#needs.piece;
    if (detail === null || asked.node !== detail.id) return;
    if (this.#toPlay === asked && take === asked.takes[0]?.number) this.playWhatCame();
    else this.#needs.listening.grown(asked, take, detail);
  }
}

/** The studio: all state of the page, joined, and what a musician can do with it. */
import { Api, type Fetch } from "../../api/client.ts";
import type { Info, Project, ProjectSummary, SuggestionRequest, Task } from "../../api/types.ts";
import { BarGrid } from "../../core/bars.ts";
import type { NodeDetail, NodeId, TickRange } from "../../core/types.ts";
import { Ask } from "./ask.svelte.ts";
import { type Asked, Suggestions } from "./asked.svelte.ts";
import { Connection, REAL_TIMERS, type Timers } from "./connection.svelte.ts";
import { DawPort } from "./daw_port.svelte.ts";
import { Desk } from "./desk.svelte.ts";
import { Editing } from "./editing.svelte.ts";
import { Listening, passageOf, playableOf } from "./listening.svelte.ts";
import { isBoolean, isString, Memory, type Store } from "./memory.ts";
import { Notices } from "./notices.svelte.ts";
import { Piece } from "./piece.svelte.ts";
import { Sound } from "./sound.svelte.ts";

/** What the studio needs of the browser. */
export interface Outside {
  readonly fetch: Fetch;
  readonly store: Store | null;
  readonly timers?: Timers;
  /** A clock that is not set back. */
  readonly nowMs?: () => number;
  /** A project that the address names. */
  readonly wanted?: string | null;
}

export class Studio {
  readonly api: Api;
  readonly connection: Connection;
  readonly notices: Notices;
  readonly memory: Memory;
  readonly piece: Piece;
  readonly desk: Desk;
  readonly suggestions: Suggestions;
  readonly ask = new Ask();
  readonly sound = new Sound();
  readonly listening: Listening;
  readonly dawPort: DawPort;
  readonly editing: Editing;

  info = $state.raw<Info | null>(null);
  projects = $state.raw<readonly ProjectSummary[]>([]);
  state = $state<"starting" | "ready" | "failed">("starting");
  problem = $state("");
  /** The request is on its way to the server. */
  asking = $state(false);
  /** The version to compare with by ear. */
  marked = $state<NodeId | null>(null);
  /** Whether the musician has asked for takes before, here or on another day. */
  knowsContinue = $state(true);
  /** Play takes as soon as their first bar is there. */
  playsTakes = $state(true);

  /** An earlier suggestion of the current version that is looked at again. */
  #earlier = $state.raw<Asked | null>(null);
  /** Which suggestion will be played when its first bar comes. */
  #toPlay: Asked | null = null;
  readonly #wanted: string | null;

  constructor({ fetch, store, timers = REAL_TIMERS, nowMs = Date.now, wanted = null }: Outside) {
    this.#wanted = wanted;
    this.api = new Api(fetch);
    this.memory = new Memory(store);
    this.notices = new Notices(timers);
    this.connection = new Connection(() => this.api.info(), timers);
    this.piece = new Piece(this.api, this.connection, this.memory);
    this.desk = new Desk(this.memory);
    this.suggestions = new Suggestions(this.api, this.connection);
    this.listening = new Listening(this.sound);
    this.dawPort = new DawPort(this.api, this.sound, nowMs);
    this.dawPort.onProblem = (error) => this.notices.problem(error);
    this.editing = new Editing(this.piece, this.desk, this.notices, this.sound, () =>
      this.#heardAgain(),
    );
    this.knowsContinue = this.memory.recall("knows-continue", isBoolean, false);
    this.playsTakes = this.memory.recall("plays-takes", isBoolean, true);

    this.api.onAnswer = (answered) => this.connection.answered(answered);
    this.connection.onReturn(() => void this.#returned());
    this.piece.onProblem = (error) => {
      this.notices.problem(error);
      this.#heardAgain();
    };
    this.suggestions.onGrowth = (asked, take) => this.#grown(asked, take);
  }

  /** The suggestion whose takes lie below the roll: of the current version, the newest first. */
  get shown(): Asked | null {
    const here = this.piece.detail;
    if (here === null) return null;
    const earlier = this.#earlier;
    return earlier?.node === here.id ? earlier : this.suggestions.newestOf(here.id);
  }

  /** Look through the suggestions of this version, from the newest to the oldest and round again. */
  showEarlier(from: Asked): void {
    const all = this.suggestions.all.filter((one) => one.node === from.node);
    this.hearPiece();
    this.#earlier = all[(all.indexOf(from) - 1 + all.length) % all.length] ?? null;
  }

  /** The same once more, with the same settings. */
  async askAgain(asked: Asked): Promise<void> {
    await this.#ask(asked.task, () => asked.request);
  }

  /** Open the page: the piece of last time, else the newest, else an example. */
  async start(): Promise<void> {
    this.state = "starting";
    try {
      this.info = await this.api.info();
      this.dawPort.know(this.info.midi_port);
      this.projects = await this.api.projects();
      const last = this.#wanted ?? this.memory.recall("piece", isString, "");
      const usable = this.projects.filter((project) => !project.problem);
      const known = usable.find(({ id }) => id === last) ?? usable[0];
      await this.#open(known ? await this.api.project(known.id) : await this.#firstPiece());
      this.state = "ready";
    } catch (error) {
      this.state = "failed";
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async openProject(id: string): Promise<void> {
    await this.#try(async () => this.#open(await this.api.project(id)));
  }

  async openExample(name: string): Promise<void> {
    await this.#try(async () => this.#open(await this.api.create({ example: name })));
  }

  async newPiece(): Promise<void> {
    await this.#try(async () => this.#open(await this.api.create({})));
  }

  async upload(name: string, midi: Blob): Promise<void> {
    const limit = this.info?.limits.upload_bytes ?? Number.POSITIVE_INFINITY;
    await this.#try(async () => {
      if (midi.size > limit) {
        const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
        throw new Error(
          `${name} has ${mb(midi.size)} MB, more than a MIDI file of ${mb(limit)} MB, the most that is read. Is it really MIDI?`,
        );
      }
      await this.#open(await this.api.upload(name, midi));
      this.notices.done(`${this.piece.name} is open.`);
      for (const warning of this.piece.detail?.warnings ?? []) this.notices.problem(warning);
    });
  }

  /** Put a project into the trash folder and go to another. */
  async removeProject(id: string): Promise<void> {
    await this.#try(async () => {
      await this.api.removeProject(id);
      this.projects = await this.api.projects();
      this.notices.done("Moved to the trash folder beside your pieces; nothing is destroyed.");
      if (id !== this.piece.id) return;
      const next = this.projects.find((project) => !project.problem);
      await this.#open(next ? await this.api.project(next.id) : await this.#firstPiece());
    });
  }

  async listProjects(): Promise<void> {
    await this.#try(async () => {
      this.projects = await this.api.projects();
    });
  }

  /** Ask for takes. */
  async askFor(task: Task): Promise<void> {
    const { desk } = this;
    await this.#ask(task, ({ score }) => {
      const { locked, bars, tracks, focus } = desk;
      return this.ask.requestFor(task, { score, locked, bars, tracks, focus });
    });
  }

  async #ask(task: Task, requestOn: (detail: NodeDetail) => SuggestionRequest): Promise<void> {
    this.ask.task = task;
    if (this.asking || this.state !== "ready") return;
    this.asking = true;
    await this.#try(async () => {
      await this.piece.settled();
      if (task === "compose" && (this.piece.detail?.n_notes ?? 0) > 0) {
        await this.#open(await this.api.create({}));
        this.ask.task = "compose";
      }
      const { id, detail } = this.piece;
      if (id === null || detail === null) return;
      const request = requestOn(detail);
      await this.stop();
      this.#earlier = null;
      this.listening.leave(detail);
      const asked = await this.suggestions.ask(id, detail.id, request);
      this.#toPlay = this.playsTakes ? asked : null;
      this.notices.speak(`Writing ${asked.takes.length} takes.`);
      this.knowsContinue = true;
      this.memory.keep("knows-continue", true);
    });
    this.asking = false;
  }

  /** Stop what is being written. */
  async stop(): Promise<void> {
    const open = this.suggestions.all.filter((asked) => asked.isOpen);
    this.#toPlay = null;
    await Promise.all(open.map((asked) => this.#try(() => this.suggestions.cancel(asked))));
  }

  /** Hear a take of what is shown, by its number. */
  async hear(number: number): Promise<void> {
    const { shown, piece } = this;
    this.listening.stop();
    this.#toPlay = null;
    const view = shown?.of(number);
    if (shown === null || piece.detail === null || view === undefined) return;
    if (view.tracks.length === 0) {
      this.notices.speak(`Take ${number} is not written yet.`);
      return;
    }
    await this.listening.hear(shown, number, piece.detail);
    const differs = shown.differences(piece.detail.score).get(number);
    this.notices.speak(`Take ${number}. ${differs?.join(", ") ?? "Still being written."}`);
  }

  hearPiece(): void {
    if (this.piece.detail !== null) this.listening.leave(this.piece.detail);
  }

  async hearAll(): Promise<void> {
    const first = this.shown?.takes.find((view) => view.tracks.length > 0);
    if (this.shown === null || this.piece.detail === null || first === undefined) return;
    await this.listening.tour(this.shown, this.piece.detail, first.number);
  }

  /** Keep a take: it becomes a version of its own, the current one. Music goes on. */
  async keep(
    number: number | null = this.listening.takeOf(this.shown),
    name?: string,
  ): Promise<void> {
    const { shown } = this;
    if (shown === null || number === null) {
      this.notices.problem("Hear a take first: press its number, then keep it.");
      return;
    }
    if (shown.of(number)?.take === null) {
      this.notices.problem(`Take ${number} is still being written. Keep it when it is finished.`);
      return;
    }
    await this.#try(async () => {
      const detail = await this.api.accept(shown.id, number, name);
      this.piece.take(detail);
      this.listening.stop();
      this.#arrived();
      this.notices.done(`Take ${number} is kept. Go on from here, or go back with undo.`);
    });
  }

  async goTo(id: NodeId): Promise<void> {
    await this.#move(() => this.piece.goTo(id));
  }

  async undo(): Promise<void> {
    await this.#move(() => this.piece.undo());
  }

  async redo(): Promise<void> {
    await this.#move(() => this.piece.redo());
  }

  async sibling(step: 1 | -1): Promise<void> {
    await this.#move(() => this.piece.goToSibling(step));
  }

  /** Hear the current version and the marked one in turn, from where the music is. */
  async compare(): Promise<void> {
    const { listening, piece } = this;
    const other = this.#toCompare();
    if (piece.detail === null) return;
    if (other === null) {
      this.notices.problem("There is no other version yet to compare with: keep a take first.");
      return;
    }
    await this.#try(async () => {
      if (listening.heard.kind === "version") {
        listening.leave(this.#detail());
        this.notices.speak("Hearing the current version.");
        return;
      }
      listening.compare(await piece.detailOf(other));
      this.notices.speak("Hearing the other version.");
      if (!this.sound.playing) await this.sound.play();
    });
  }

  async describe(id: NodeId, change: Parameters<Piece["describe"]>[1]): Promise<void> {
    await this.#try(() => this.piece.describe(id, change));
  }

  async rename(name: string): Promise<void> {
    if (name.trim() === "" || name === this.piece.name) return;
    await this.#try(() => this.piece.rename(name.trim()));
  }

  async togglePlay(): Promise<void> {
    this.listening.stop();
    this.#toPlay = null;
    if (this.sound.playing) {
      this.sound.pause();
      return;
    }
    const end = this.end();
    await this.sound.play(this.sound.position >= end - 1 ? 0 : undefined);
  }

  /** Loop the chosen bars (or those of the take that is heard), or no longer. */
  toggleLoop(): void {
    const { desk } = this;
    const range = desk.loop === null ? this.#loopable() : null;
    desk.loop = range;
    this.sound.loop(range);
  }

  setLoop(range: TickRange | null): void {
    this.desk.loop = range;
    this.sound.loop(range);
  }

  stepBars(step: number): void {
    const grid = new BarGrid(this.#detail().score);
    const bar = grid.barAt(this.sound.position + (step > 0 ? 1 : -1));
    this.sound.seek(grid.start(Math.max(step > 0 ? bar + 1 : bar, 0)));
  }

  /** The end of what is heard, in ticks. */
  end(): number {
    const { detail } = this.piece;
    if (detail === null) return 0;
    const { heard } = this.listening;
    if (heard.kind === "take") return passageOf(heard.asked.region, detail.score).end;
    return new BarGrid(detail.score).endTick;
  }

  setPlaysTakes(yes: boolean): void {
    this.playsTakes = yes;
    this.memory.keep("plays-takes", yes);
  }

  /** Once a frame, while the page is seen. */
  frame(): void {
    this.sound.tick();
    if (this.piece.detail !== null) this.listening.advance(this.piece.detail);
  }

  #toCompare(): NodeId | null {
    const here = this.piece.detail;
    if (here === null) return null;
    if (this.marked !== null && this.marked !== here.id) return this.marked;
    const siblings = this.piece.nodes.filter(
      (node) => node.parent === here.parent && node.id !== here.id,
    );
    return siblings.at(-1)?.id ?? here.parent;
  }

  #loopable(): TickRange | null {
    const { score } = this.#detail();
    const grid = new BarGrid(score);
    if (this.desk.bars !== null) return grid.ticksOf(this.desk.bars);
    const { heard } = this.listening;
    if (heard.kind === "take") return passageOf(heard.asked.region, score);
    return { start: 0, end: grid.endTick };
  }

  async #firstPiece(): Promise<Project> {
    const example = this.info?.examples[0];
    return this.api.create(example === undefined ? {} : { example: example.name });
  }

  async #open(project: Project): Promise<void> {
    await this.piece.open(project);
    const detail = this.#detail();
    this.suggestions.open(project.suggestions);
    this.desk.open(project.id);
    this.marked = null;
    this.#earlier = null;
    this.#toPlay = null;
    this.listening.leave(detail);
    this.sound.load(playableOf(this.listening.heard, detail));
    this.sound.loop(null);
    this.sound.setMix(this.desk.mix);
    this.ask.task = detail.n_notes > 0 ? "continue" : "compose";
  }

  async #move(step: () => Promise<void>): Promise<void> {
    await this.#try(async () => {
      const before = this.piece.detail?.id;
      await step();
      if (this.piece.detail?.id === before) return;
      this.listening.stop();
      this.#arrived();
    });
  }

  /** Another version is current: it is heard from where the music is. */
  #arrived(): void {
    const detail = this.#detail();
    this.desk.moved(detail.score.tracks.length);
    this.#toPlay = null;
    this.#heardAgain();
    this.notices.speak(`Now at: ${detail.name ?? detail.label}.`);
  }

  #heardAgain(): void {
    const detail = this.#detail();
    this.listening.heard = { kind: "piece" };
    this.sound.exchange(playableOf(this.listening.heard, detail));
  }

  #grown(asked: Asked, take: number): void {
    const { detail } = this.piece;
    if (detail === null || asked.node !== detail.id) return;
    // The tour begins with the first take, as soon as there is something of it.
    if (this.#toPlay === asked && take === asked.takes[0]?.number) {
      this.#toPlay = null;
      void this.listening.tour(asked, detail, take);
      return;
    }
    this.listening.grown(asked, take, detail);
  }

  async #returned(): Promise<void> {
    if (this.state === "failed") await this.start();
    else await this.#try(() => this.piece.refresh());
  }

  #detail(): NodeDetail {
    if (this.piece.detail === null) throw new Error("No piece is open.");
    return this.piece.detail;
  }

  /** Let a DAW hear what is heard here, or no longer. */
  async toggleDawPort(): Promise<void> {
    const { dawPort } = this;
    await this.#try(() => (dawPort.on ? dawPort.close() : dawPort.open()));
  }

  async #try(step: () => Promise<unknown>): Promise<void> {
    try {
      await step();
    } catch (error) {
      this.notices.problem(error);
    }
  }
}

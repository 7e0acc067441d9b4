/** The studio: all state of the page, joined, and what a musician can do with it. */
import { Api, type Fetch } from "../../api/client.ts";
import type { Info, Project } from "../../api/types.ts";
import { NOTHING } from "../../core/selection.ts";
import type { NodeDetail, NodeId } from "../../core/types.ts";
import { Ask } from "./ask.svelte.ts";
import { Suggestions } from "./asked.svelte.ts";
import { Clipping } from "./clipping.svelte.ts";
import { Comping } from "./comping.svelte.ts";
import { Connection, REAL_TIMERS, type Timers } from "./connection.svelte.ts";
import { DawPort } from "./daw_port.svelte.ts";
import { Desk } from "./desk.svelte.ts";
import { Editing } from "./editing.svelte.ts";
import { Endless } from "./endless.svelte.ts";
import { Listening } from "./listening.svelte.ts";
import { isString, Memory, type Store } from "./memory.ts";
import { Models } from "./models.svelte.ts";
import { Notices } from "./notices.svelte.ts";
import { Piece } from "./piece.svelte.ts";
import { Reshaping } from "./reshaping.svelte.ts";
import { type Open, Shelf } from "./shelf.svelte.ts";
import { Sound } from "./sound.svelte.ts";
import { Stepping } from "./stepping.ts";
import { Takes } from "./takes.svelte.ts";
import { Transport } from "./transport.svelte.ts";

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
  readonly models: Models;
  readonly suggestions: Suggestions;
  readonly ask = new Ask();
  readonly sound = new Sound();
  readonly listening: Listening;
  readonly dawPort: DawPort;
  readonly editing: Editing;
  readonly shelf: Shelf;
  readonly takes: Takes;
  readonly comping: Comping;
  readonly transport: Transport;
  readonly endless: Endless;
  readonly reshaping: Reshaping;
  readonly clipping: Clipping;
  readonly stepping: Stepping;

  info = $state.raw<Info | null>(null);
  state = $state<"starting" | "ready" | "failed">("starting");
  problem = $state("");
  /** The version to compare with by ear. */
  marked = $state<NodeId | null>(null);

  /** What is to end in the open piece before another one is opened. */
  beforeLeaving: (() => void) | null = null;

  readonly #wanted: string | null;

  constructor({ fetch, store, timers = REAL_TIMERS, nowMs = Date.now, wanted = null }: Outside) {
    this.#wanted = wanted;
    this.api = new Api(fetch);
    this.memory = new Memory(store);
    this.notices = new Notices(timers);
    this.connection = new Connection(() => this.api.info(), timers);
    this.piece = new Piece(this.api, this.connection, this.memory);
    this.desk = new Desk(this.memory);
    this.models = new Models({ api: this.api, memory: this.memory, notices: this.notices, timers });
    this.suggestions = new Suggestions(this.api, this.connection);
    this.suggestions.writer = () => this.models.chosen;
    this.listening = new Listening(this.sound, () => this.desk.drafts);
    this.dawPort = new DawPort(this.api, this.sound, nowMs);
    this.dawPort.onProblem = (error) => this.notices.problem(error);
    this.editing = new Editing(this.piece, this.desk, this.notices, this.sound, this.listening);
    this.sound.onReady = () => this.takes.playWhatCame();
    const { api, ask, desk, editing, listening, memory, notices, piece, sound, suggestions } = this;
    const open: Open = (find) => this.open(find);
    this.shelf = new Shelf({ api, notices, piece, open, info: () => this.info });
    this.takes = new Takes({
      ...{ ask, desk, editing, listening, memory, notices, piece, sound, suggestions, open },
      arrived: () => this.arrived(),
      isReady: () => this.state === "ready",
    });
    this.comping = new Comping({
      ...{ desk, listening, notices, piece, suggestions, takes: this.takes },
      arrived: () => this.arrived(),
    });
    this.endless = new Endless({
      ...{ ask, editing, listening, notices, piece, sound, suggestions, takes: this.takes },
      ...{ timers, nowMs, mostBars: () => this.info?.limits.bars ?? 0 },
    });
    const arrived = (): void => this.arrived();
    this.reshaping = new Reshaping({ desk, editing, notices, piece, arrived });
    this.stepping = new Stepping({ desk, editing, notices, piece, sound });
    const { reshaping } = this;
    this.clipping = new Clipping({ desk, editing, notices, piece, reshaping, sound });
    this.transport = new Transport({ desk, listening, piece, sound, takes: this.takes });

    this.api.onAnswer = (answered) => this.connection.answered(answered);
    this.connection.onReturn(() => void this.#returned());
    this.piece.onReplaced = () => this.#renumbered();
    this.piece.onProblem = (error) => {
      this.notices.problem(error);
      this.listening.changed(this.detail());
    };
  }

  /** Open the page: the piece of last time, else the newest, else an example. */
  async start(): Promise<void> {
    this.state = "starting";
    try {
      const [info, projects] = await Promise.all([
        this.api.info(),
        this.api.projects(),
        this.models.look(),
      ]);
      this.info = info;
      this.ask.learn(info.asking);
      this.shelf.projects = projects;
      this.dawPort.know(info.midi_port);
      const last = this.#wanted ?? this.memory.recall("piece", isString, "");
      await this.open(() => this.shelf.firstOf(last));
      this.state = "ready";
    } catch (error) {
      this.state = "failed";
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  async goTo(id: NodeId): Promise<void> {
    await this.#move(() => this.piece.goTo(id));
  }

  async undo(): Promise<void> {
    await this.#step("undone", () => this.piece.undo());
  }

  async redo(): Promise<void> {
    await this.#step("done again", () => this.piece.redo());
  }

  /** Go a step, and say what it takes back or does again. */
  async #step(how: string, step: () => Promise<string | null>): Promise<void> {
    await this.#move(async () => {
      const label = await step();
      if (label !== null) this.notices.done(`${how}: ${label}`);
    });
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
    await this.notices.attempt(async () => {
      if (listening.heard.kind === "version") {
        listening.leave(this.detail());
        this.notices.speak("Hearing the current version.");
        return;
      }
      const version = await piece.detailOf(other);
      this.desk.notes = NOTHING;
      listening.compare(version);
      this.notices.speak("Hearing the other version.");
      if (!this.sound.playing) await this.sound.play();
    });
  }

  async describe(id: NodeId, change: Parameters<Piece["describe"]>[1]): Promise<void> {
    await this.notices.attempt(() => this.piece.describe(id, change));
  }

  async rename(name: string): Promise<void> {
    if (name.trim() === "" || name === this.piece.name) return;
    await this.notices.attempt(() => this.piece.rename(name.trim()));
  }

  /** Once a frame, while the page is seen. */
  frame(): void {
    this.sound.tick();
    if (this.piece.detail !== null) this.listening.advance(this.piece.detail);
    this.endless.step();
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

  /** Put a piece on the page. */
  async open(find: () => Promise<Project>): Promise<void> {
    this.beforeLeaving?.();
    const project = await this.piece.open(find);
    const detail = this.detail();
    this.suggestions.open(project.suggestions);
    this.desk.open(project.id, detail.score.tracks);
    this.marked = null;
    this.takes.reset();
    this.comping.reset();
    this.listening.open(detail);
    this.sound.loop(null);
    this.sound.setMix(this.desk.mix);
    this.ask.task = detail.n_notes > 0 ? "continue" : "compose";
    this.#bringTakes();
  }

  async #move(step: () => Promise<void>): Promise<void> {
    await this.notices.attempt(async () => {
      const before = this.piece.detail?.id;
      await step();
      if (this.piece.detail?.id === before) return;
      this.listening.stop();
      this.arrived();
    });
  }

  /** Another version is current: it is heard from where the music is. */
  arrived(): void {
    const detail = this.detail();
    this.desk.moved(detail.score.tracks);
    this.takes.leaveAlone();
    this.comping.reset();
    this.listening.changed(detail);
    this.sound.setMix(this.desk.mix);
    this.#bringTakes();
    this.notices.speak(`Now at: ${detail.name ?? detail.label}.`);
  }

  /** What was suggested at the current version on another day; nobody waits for it. */
  #bringTakes(): void {
    const { id, detail } = this.piece;
    if (id === null || detail === null) return;
    void this.notices.attempt(() => this.suggestions.arrive(id, detail.id));
  }

  /** Tracks may have other numbers in the server's version: what is set of them goes along. */
  #renumbered(): void {
    // While a piece is being opened the desk is still that of the one before.
    if (!this.desk.isOf(this.piece.id)) return;
    const detail = this.detail();
    if (!this.desk.confirmed(detail.score.tracks)) return;
    this.listening.again(detail);
    this.sound.setMix(this.desk.mix);
  }

  async #returned(): Promise<void> {
    if (this.state === "failed") await this.start();
    else await this.notices.attempt(() => this.piece.refresh());
    this.#bringTakes();
  }

  /** The current version, where there must be one. */
  detail(): NodeDetail {
    if (this.piece.detail === null) throw new Error("No piece is open.");
    return this.piece.detail;
  }

  /** Let a DAW hear what is heard here, or no longer. */
  async toggleDawPort(): Promise<void> {
    const { dawPort } = this;
    await this.notices.attempt(() => (dawPort.on ? dawPort.close() : dawPort.open()));
  }
}

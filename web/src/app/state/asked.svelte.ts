/**
 * Suggestions: what was asked, and its takes as they come in, bar by bar.
 *
 * A stream that breaks off is taken up again where it ended; finished takes are never lost from the
 * page, whatever becomes of the server.
 */
import type { Api } from "../../api/client.ts";
import { Overtaken, Refused, ServerGone } from "../../api/problems.ts";
import type {
  BarEvent,
  Suggestion,
  SuggestionEvent,
  SuggestionRequest,
  SuggestionState,
  Task,
  Time,
} from "../../api/types.ts";
import { distinctions } from "../../core/distinctions.ts";
import { cutOff, type Music, opened } from "../../core/ground.ts";
import type { Controller, NodeId, Region, Score, Take, Track } from "../../core/types.ts";
import type { Connection } from "./connection.svelte.ts";
import { joinTracks } from "./join.ts";

/** One take, finished or not. */
export interface TakeView {
  readonly number: number;
  /** "stopped": not finished, and it will not be. */
  readonly state: "waiting" | "writing" | "done" | "stopped";
  readonly barsDone: number;
  readonly bars: number;
  /** What is written so far: the first tracks line up with the node's, others are new. */
  readonly tracks: readonly Track[];
  /** All about it, once it is finished. */
  readonly take: Take | null;
  /** Its complete bars as a take, where it was stopped and the server has kept them. */
  readonly stopped: Take | null;
}

/** What of it can be kept, or chosen from: all of it, or its complete bars. */
export function wholeOf(view: TakeView): Take | null {
  return view.take ?? view.stopped;
}

/** One suggestion: what was asked, and what has come of it. */
export class Asked {
  readonly id: string;
  readonly node: NodeId;
  readonly task: Task;
  readonly request: SuggestionRequest;
  state = $state<SuggestionState>("queued");
  /** Place in the queue; 1 is next. */
  position = $state<number | null>(null);
  region = $state.raw<Region | null>(null);
  /** The time that its takes will have; known once it runs. */
  time = $state.raw<Time | null>(null);
  /** What is put back at the join, until a take itself says it; known once it runs. */
  resets = $state.raw<readonly Controller[]>([]);
  takes = $state.raw<readonly TakeView[]>([]);
  message = $state<string | null>(null);
  /** The id of the last event seen, from which the stream is taken up again. */
  lastEvent = "";

  constructor(suggestion: Suggestion) {
    this.id = suggestion.id;
    this.node = suggestion.node;
    this.task = suggestion.task;
    this.request = suggestion.asked;
    this.takes = emptyTakes(suggestion.asked.takes ?? 4);
    this.update(suggestion);
  }

  /** Whether takes are still to come. */
  get isOpen(): boolean {
    return this.state === "queued" || this.state === "running";
  }

  get finished(): readonly TakeView[] {
    return this.takes.filter((view) => view.take !== null);
  }

  /** The take of a number; undefined if there is none. */
  of(number: number): TakeView | undefined {
    return this.takes.find((view) => view.number === number);
  }

  /** What sets each finished take apart from the others, in words; `score` is the piece asked of. */
  differences(score: Score): ReadonlyMap<number, readonly string[]> {
    const takes = this.takes.flatMap(({ take }) => take ?? []);
    const { region } = this;
    if (region === null) return new Map();
    const before = this.isInside(score)
      ? cutOff({ score, controllers: [] }, region.first).score
      : score;
    return distinctions(takes, region, before);
  }

  /** The bars of a take: of one that was stopped, only those that are there. */
  regionOf({ stopped, barsDone }: TakeView): Region | null {
    const { region } = this;
    return region === null || stopped === null
      ? region
      : { ...region, last: region.first + barsDone };
  }

  /** What a take (or any of them) is laid over: the version asked of, or that cut off or opened. */
  ground({ score, controllers }: Music, view?: TakeView): Music {
    const region = view === undefined ? this.region : this.regionOf(view);
    const time = view?.stopped ?? this.time ?? this.finished[0]?.take ?? null;
    if (region === null) return { score, controllers };
    if (this.#cutsOff(score)) return cutOff({ score, controllers }, region.first);
    if (time === null || !this.#opens) return { score, controllers };
    return opened({ score, controllers }, region, time);
  }

  /** The bar lines of its takes where they are others than those of the version asked of. */
  lines(score: Score): Pick<Score, "bars" | "metres" | "ticks_per_quarter"> {
    const time = this.time ?? this.finished[0]?.take ?? null;
    return time !== null && this.isInside(score) ? { ...score, ...time } : score;
  }

  /** Whether its takes begin inside the version asked of, and move or drop what follows. */
  isInside(score: Score): boolean {
    return this.#opens || this.#cutsOff(score);
  }

  /** Whether what follows is still there after its bars, and later. */
  get #opens(): boolean {
    return this.#groundTask === "insert";
  }

  /** Whether what follows its first bar is gone. */
  #cutsOff(score: Score): boolean {
    const first = this.region?.first ?? 0;
    return this.#groundTask === "continue" && first > 0 && first < score.bars.length - 1;
  }

  /** Takes like another are laid over what that one is laid over. */
  get #groundTask(): Task {
    return this.request.like?.task ?? this.task;
  }

  /** Bring up to what the server says of it. */
  update(suggestion: Suggestion): void {
    this.position = suggestion.position;
    this.region = suggestion.region ?? this.region;
    this.message = suggestion.message;
    for (const take of suggestion.takes) this.#finish(take);
    this.#turn(suggestion.state);
  }

  apply(event: SuggestionEvent): void {
    switch (event.type) {
      case "queued":
        this.position = event.data.position;
        break;
      case "started":
        this.state = "running";
        this.position = null;
        this.region = event.data.region;
        this.time = event.data;
        this.resets = event.data.resets;
        break;
      case "bar":
        this.#write(event.data);
        break;
      case "take":
        this.#finish(event.data);
        break;
      case "done":
        this.update(event.data);
        break;
      case "cancelled":
      case "failed":
        this.end(event.type, event.data.message);
        break;
    }
  }

  /** It is over before its time. */
  end(state: "cancelled" | "failed", message: string): void {
    this.message = message;
    this.#turn(state);
  }

  #turn(state: SuggestionState): void {
    this.state = state;
    if (this.isOpen) return;
    this.takes = this.takes.map((view) =>
      view.take === null ? { ...view, state: "stopped" } : view,
    );
  }

  #write(bar: BarEvent): void {
    this.state = "running";
    this.#replace(bar.take, (view) =>
      view.take !== null
        ? view
        : {
            ...view,
            state: "writing",
            barsDone: bar.bars_done,
            bars: bar.bars,
            tracks: joinTracks(view.tracks, bar.tracks),
          },
    );
  }

  #finish(take: Take): void {
    const { bars_done: done = null, score_tracks: tracks } = take;
    this.#replace(take.number, (view) => {
      if (done === null) {
        return { ...view, state: "done", barsDone: view.bars, tracks, take, stopped: null };
      }
      const bars = this.region === null ? view.bars : this.region.last - this.region.first;
      return { ...view, state: "stopped", barsDone: done, bars, tracks, stopped: take };
    });
  }

  #replace(number: number, change: (view: TakeView) => TakeView): void {
    const known = this.of(number) === undefined ? [...this.takes, emptyTake(number)] : this.takes;
    this.takes = known.map((view) => (view.number === number ? change(view) : view));
  }
}

function emptyTakes(n: number): TakeView[] {
  return Array.from({ length: n }, (_, i) => emptyTake(i + 1));
}

function emptyTake(number: number): TakeView {
  return { number, state: "waiting", barsDone: 0, bars: 0, tracks: [], take: null, stopped: null };
}

const LOST =
  "The studio's program was restarted while this was being written. " +
  "Takes that were finished are still here; ask again for others.";

/** All suggestions of the open piece. */
export class Suggestions {
  /** Those of a version from the oldest to the newest. */
  all = $state.raw<readonly Asked[]>([]);
  /** Told whenever a take has grown. */
  onGrowth: (asked: Asked, take: number) => void = () => {};
  /** The model that is to write; null: the studio's own. */
  writer: () => string | null = () => null;

  readonly #api: Api;
  readonly #connection: Connection;
  readonly #following = new Map<string, AbortController>();
  /** Versions whose earlier suggestions are here, or on their way. */
  #known = new Set<NodeId>();

  constructor(api: Api, connection: Connection) {
    this.#api = api;
    this.#connection = connection;
  }

  /** Another piece, with its newest suggestions; earlier ones come with their versions (`arrive`). */
  open(suggestions: readonly Suggestion[]): void {
    for (const controller of this.#following.values()) controller.abort();
    this.#following.clear();
    this.#known = new Set();
    // The server lists the latest first.
    this.all = [...suggestions].reverse().map((suggestion) => new Asked(suggestion));
    for (const asked of this.all) if (asked.isOpen) void this.#follow(asked);
  }

  /** At a version: bring what was suggested there on another day. */
  async arrive(project: string, node: NodeId): Promise<void> {
    const known = this.#known;
    if (known.has(node)) return;
    known.add(node);
    try {
      const listed = await this.#api.suggestionsOf(project, node);
      if (known !== this.#known) throw new Overtaken(); // another piece was opened meanwhile
      const here = new Set(this.all.map(({ id }) => id));
      const missing = listed.filter(({ id }) => !here.has(id)).map((one) => new Asked(one));
      // Those that are here came with the piece or were asked since: all others are older.
      this.all = [...missing.reverse(), ...this.all];
      for (const asked of missing) if (asked.isOpen) void this.#follow(asked);
    } catch (error) {
      known.delete(node);
      throw error;
    }
  }

  /** The newest suggestion that was asked of a node. */
  newestOf(node: NodeId): Asked | null {
    return this.all.findLast((asked) => asked.node === node) ?? null;
  }

  /**
   * Ask, and follow what comes. What is not `wanted` any more is not asked; or, where the request is
   * on its way, the server is told to stop as soon as it has answered with a name for it.
   */
  async ask(
    project: string,
    node: NodeId,
    request: SuggestionRequest,
    wanted?: AbortSignal,
  ): Promise<Asked> {
    if (wanted?.aborted) throw new Overtaken();
    const open = this.#known;
    const suggestion = await this.#api.ask(project, node, this.#signed(request));
    if (wanted?.aborted) await this.#api.cancel(suggestion.id);
    // Of another piece it is found when that is opened again.
    if (wanted?.aborted || open !== this.#known) throw new Overtaken();
    const known = this.all.find(({ id }) => id === suggestion.id);
    if (known !== undefined) return known; // it came with its version (`arrive`)
    const asked = new Asked(suggestion);
    this.all = [...this.all, asked];
    void this.#follow(asked);
    return asked;
  }

  /** Ask for music that passes: it is in no list. `told` hears of all that comes, and of the end. */
  async pass(
    project: string,
    node: NodeId,
    request: SuggestionRequest,
    told: (asked: Asked) => void,
  ): Promise<Asked> {
    const asked = new Asked(await this.#api.ask(project, node, this.#signed(request)));
    void this.#follow(asked, () => told(asked)).then(() => told(asked));
    return asked;
  }

  /** With the model that is to write. */
  #signed(request: SuggestionRequest): SuggestionRequest {
    const model = this.writer();
    return model === null ? request : { ...request, model };
  }

  /** Stop at once: the page does not wait for the server to say so. */
  async cancel(asked: Asked): Promise<void> {
    if (!asked.isOpen) return;
    asked.end("cancelled", "Stopped. What is finished can be kept.");
    this.#following.get(asked.id)?.abort();
    this.#following.delete(asked.id);
    asked.update(await this.#api.cancel(asked.id));
  }

  async #follow(
    asked: Asked,
    grown = (take: number): void => this.onGrowth(asked, take),
  ): Promise<void> {
    const controller = new AbortController();
    this.#following.set(asked.id, controller);
    while (asked.isOpen && !controller.signal.aborted) {
      try {
        await this.#listen(asked, controller.signal, grown);
        // An end without a last word: the server is going down, or will say more when asked again.
        if (asked.isOpen) asked.update(await this.#api.suggestion(asked.id));
      } catch (error) {
        if (controller.signal.aborted) break;
        if (error instanceof ServerGone) await this.#connection.returned();
        else
          asked.end(
            "failed",
            error instanceof Refused && error.status === 404 ? LOST : wordsOf(error),
          );
      }
    }
    this.#following.delete(asked.id);
  }

  async #listen(asked: Asked, signal: AbortSignal, grown: (take: number) => void): Promise<void> {
    for await (const { id, event } of this.#api.events(asked.id, asked.lastEvent, signal)) {
      asked.lastEvent = id;
      asked.apply(event);
      if (event.type === "bar") grown(event.data.take);
      if (event.type === "take") grown(event.data.number);
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

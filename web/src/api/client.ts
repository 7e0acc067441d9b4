/** The server's API as methods: one a route, typed, its errors as `Refused` or `ServerGone`. */
import type { CompChoice } from "../core/comp.ts";
import type { BarRange, EditRequest, NodeDetail, NodeId, NodeSummary } from "../core/types.ts";
import { Overtaken, refusalOf, ServerGone } from "./problems.ts";
import { eventsOf } from "./sse.ts";
import type {
  Followed,
  Info,
  LearningState,
  MidiPort,
  ModelChoice,
  NodeChange,
  PortMessage,
  Project,
  ProjectSummary,
  Schemas,
  Suggestion,
  SuggestionEvent,
  SuggestionRequest,
} from "./types.ts";

/** An event with its place in the stream, from which it can be taken up again. */
export interface NumberedEvent {
  readonly id: string;
  readonly event: SuggestionEvent;
}

export type Fetch = (input: string, init?: RequestInit) => Promise<Response>;

/** Calls the server that the page came from. */
export class Api {
  readonly #fetch: Fetch;
  readonly #place: () => unknown;
  /** Told of every answer (true) and every missing one (false). */
  onAnswer: (answered: boolean) => void = () => {};

  constructor(fetch: Fetch, place: () => unknown = () => null) {
    this.#fetch = fetch;
    this.#place = place;
  }

  /** The same calls from a place: an answer that comes when `place` is another is `Overtaken`. */
  from(place: () => unknown): Api {
    const calls = new Api(this.#fetch, place);
    calls.onAnswer = (answered) => this.onAnswer(answered);
    return calls;
  }

  info(): Promise<Info> {
    return this.#json("GET", "/api/info");
  }

  projects(): Promise<ProjectSummary[]> {
    return this.#json("GET", "/api/projects");
  }

  /** A new piece: from an example, or empty. */
  create(from: { name?: string; example?: string }): Promise<Project> {
    return this.#json("POST", "/api/projects", from);
  }

  upload(name: string, midi: Blob): Promise<Project> {
    const path = `/api/projects/upload?name=${encodeURIComponent(name)}`;
    return this.#read("POST", path, { body: midi, headers: { "Content-Type": "audio/midi" } });
  }

  /** A MIDI file that new bars are to follow; it does not become a piece. */
  sendToFollow(name: string, midi: Blob): Promise<Followed> {
    const path = `/api/follow/upload?name=${encodeURIComponent(name)}`;
    return this.#read("POST", path, { body: midi, headers: { "Content-Type": "audio/midi" } });
  }

  /** A piece from a project's file, with all its versions. */
  importProject(name: string, file: Blob): Promise<Project> {
    const path = `/api/projects/import?name=${encodeURIComponent(name)}`;
    const headers = { "Content-Type": "application/octet-stream" };
    return this.#read("POST", path, { body: file, headers });
  }

  project(id: string): Promise<Project> {
    return this.#json("GET", projectPath(id));
  }

  changeProject(id: string, change: { name?: string; current?: NodeId }): Promise<Project> {
    return this.#json("PATCH", projectPath(id), change);
  }

  async removeProject(id: string): Promise<void> {
    await this.#answer("DELETE", projectPath(id));
  }

  node(project: string, node: NodeId): Promise<NodeDetail> {
    return this.#json<Schemas["NodeDetail"]>("GET", nodePath(project, node));
  }

  changeNode(project: string, node: NodeId, change: Partial<NodeChange>): Promise<NodeSummary> {
    return this.#json<Schemas["NodeSummary"]>("PATCH", nodePath(project, node), change);
  }

  edit(project: string, node: NodeId, edit: EditRequest): Promise<NodeDetail> {
    return this.#json<Schemas["NodeDetail"]>("POST", `${nodePath(project, node)}/edits`, edit);
  }

  ask(project: string, node: NodeId, request: SuggestionRequest): Promise<Suggestion> {
    return this.#json("POST", `${nodePath(project, node)}/suggestions`, request);
  }

  /** What was suggested at a version, the latest first. */
  suggestionsOf(project: string, node: NodeId): Promise<Suggestion[]> {
    return this.#json("GET", `${nodePath(project, node)}/suggestions`);
  }

  suggestion(id: string): Promise<Suggestion> {
    return this.#json("GET", suggestionPath(id));
  }

  cancel(id: string): Promise<Suggestion> {
    return this.#json("DELETE", suggestionPath(id));
  }

  accept(id: string, take: number, name?: string): Promise<NodeDetail> {
    const body = name === undefined ? {} : { name };
    return this.#json<Schemas["NodeDetail"]>(
      "POST",
      `${suggestionPath(id)}/takes/${take}/accept`,
      body,
    );
  }

  /** Keep parts of takes as a version. */
  comp(project: string, node: NodeId, choices: readonly CompChoice[]): Promise<NodeDetail> {
    const path = `${nodePath(project, node)}/comps`;
    return this.#json<Schemas["NodeDetail"]>("POST", path, { choices });
  }

  /** Make the MIDI port that DAWs hear. */
  openPort(): Promise<MidiPort> {
    return this.#json("POST", "/api/port");
  }

  /** Have messages sent to the port; times in ms by the page's clock. */
  async sendToPort(sent_ms: number, messages: readonly PortMessage[]): Promise<void> {
    const body = JSON.stringify({ sent_ms, messages });
    const headers = { "Content-Type": "application/json" };
    await this.#answer("POST", "/api/port/messages", { body, headers });
  }

  /** Be silent at the port; also while the page goes. */
  async silencePort(): Promise<void> {
    await this.#answer("DELETE", "/api/port", { keepalive: true });
  }

  models(): Promise<ModelChoice[]> {
    return this.#json("GET", "/api/models");
  }

  learning(): Promise<LearningState> {
    return this.#json("GET", "/api/learning");
  }

  /** Learn from a folder of the program's machine. */
  learnFolder(folder: string, name: string): Promise<LearningState> {
    return this.#json("POST", "/api/learning", { folder, name });
  }

  /** Learn from an archive of MIDI files. */
  learnFiles(archive: Blob, name: string): Promise<LearningState> {
    const path = `/api/learning/upload?name=${encodeURIComponent(name)}`;
    return this.#read("POST", path, {
      body: archive,
      headers: { "Content-Type": "application/octet-stream" },
    });
  }

  async cancelLearning(): Promise<void> {
    await this.#answer("DELETE", "/api/learning");
  }

  /** The events of a suggestion after `lastId`, until the server ends them or `signal` does. */
  async *events(id: string, lastId: string, signal: AbortSignal): AsyncGenerator<NumberedEvent> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (lastId !== "") headers["Last-Event-ID"] = lastId;
    const response = await this.#answer("GET", `${suggestionPath(id)}/events`, { headers, signal });
    if (response.body === null) return;
    try {
      for await (const { id: at, type, data } of eventsOf(response.body)) {
        yield { id: at, event: { type, data: JSON.parse(data) } as SuggestionEvent };
      }
    } catch (error) {
      if (signal.aborted || error instanceof SyntaxError) throw error;
      this.onAnswer(false);
      throw new ServerGone({ cause: error });
    }
  }

  async #json<T>(method: string, path: string, body?: unknown): Promise<T> {
    if (body === undefined) return this.#read(method, path);
    const headers = { "Content-Type": "application/json" };
    return this.#read(method, path, { body: JSON.stringify(body), headers });
  }

  async #read<T>(method: string, path: string, init: RequestInit = {}): Promise<T> {
    const place = this.#place();
    const answer: T = await (await this.#answer(method, path, init)).json();
    if (place !== this.#place()) throw new Overtaken();
    return answer;
  }

  async #answer(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    let response: Response;
    try {
      response = await this.#fetch(path, { ...init, method });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      this.onAnswer(false);
      throw new ServerGone({ cause: error });
    }
    this.onAnswer(true);
    if (!response.ok) throw await refusalOf(response);
    return response;
  }
}

/** Where a version's MIDI is; of some tracks or bars only, if named. */
export function midiPath(
  project: string,
  node: NodeId,
  { tracks, bars }: { tracks?: readonly number[]; bars?: BarRange } = {},
): string {
  const query = new URLSearchParams();
  if (tracks !== undefined) query.set("tracks", tracks.join(","));
  if (bars !== undefined) {
    query.set("first", String(bars.first));
    query.set("last", String(bars.last));
  }
  return `${nodePath(project, node)}/midi${query.size > 0 ? `?${query}` : ""}`;
}

/** Where a take's MIDI is. */
export function takeMidiPath(suggestion: string, take: number): string {
  return `${suggestionPath(suggestion)}/takes/${take}/midi`;
}

/** Where the picture is of what a model wrote before it learned, and after. */
export function modelPicturePath(name: string): string {
  return `/api/models/${encodeURIComponent(name)}/picture`;
}

/** Where the project's own file is. */
export function projectFilePath(project: string): string {
  return `${projectPath(project)}/file`;
}

function projectPath(id: string): string {
  return `/api/projects/${encodeURIComponent(id)}`;
}

function nodePath(project: string, node: NodeId): string {
  return `${projectPath(project)}/nodes/${node}`;
}

function suggestionPath(id: string): string {
  return `/api/suggestions/${encodeURIComponent(id)}`;
}

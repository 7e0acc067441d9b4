/** A server made of a few lines, for tests of the page's state: one project, edits, suggestions. */
import type { Fetch } from "../../src/api/client.ts";
import type {
  Asking,
  LearningState,
  ModelChoice,
  Suggestion,
  SuggestionRequest,
} from "../../src/api/types.ts";
import type { Store } from "../../src/app/state/memory.ts";
import type { CompChoice } from "../../src/core/comp.ts";
import type { EditRequest, NodeDetail, Take, Track } from "../../src/core/types.ts";

export const BAR = 1920;

/** What can be asked: not the real bounds, which no test should know. */
export const ASKING: Asking = {
  bars: { lowest: 1, highest: 99, default: 6 },
  inserted_bars: { lowest: 1, highest: 99, default: 2 },
  takes: { lowest: 1, highest: 5, default: 3 },
  amount: { lowest: 0, highest: 1, default: 0.25 },
  bpm: { lowest: 20, highest: 400, default: 90 },
  temperature: { lowest: 0.1, highest: 2, default: 0.9 },
  section_bars: { lowest: 2, highest: 32, default: 4 },
  loop_bars: { lowest: 1, highest: 16, default: 8 },
  forms: [{ name: "ABA", form: "A B A'", words: "there and back." }],
  choices: [
    { name: "density", title: "How many", values: ["sparser", "denser"], words: "More or fewer." },
    { name: "register", title: "Register", values: ["lower", "higher"], words: "Up or down." },
  ],
};

export function track(name: string, onsets: readonly number[], isDrum = false): Track {
  return {
    name,
    program: 0,
    is_drum: isDrum,
    channel: isDrum ? 9 : 0,
    instrument: isDrum ? "Drums" : "Piano",
    notes: {
      onset: onsets,
      duration: onsets.map(() => 240),
      pitch: onsets.map(() => 60),
      velocity: onsets.map(() => 80),
    },
  };
}

export function node(id: number, parent: number | null, tracks: readonly Track[]): NodeDetail {
  return {
    id,
    parent,
    kind: parent === null ? "root" : "edit",
    label: `version ${id}`,
    name: null,
    starred: false,
    note: "",
    created: `2026-01-01T00:00:${String(id).padStart(2, "0")}Z`,
    region: null,
    n_bars: 2,
    n_notes: tracks.reduce((sum, { notes }) => sum + notes.onset.length, 0),
    novelty: null,
    score: {
      name: "",
      ticks_per_quarter: 480,
      tracks,
      tempos: [{ tick: 0, us_per_quarter: 500_000 }],
      metres: [{ tick: 0, numerator: 4, denominator: 4 }],
      bars: [0, BAR, 2 * BAR],
      key: null,
    },
    controllers: [],
    warnings: [],
    chords: { named: false, chords: [] },
  };
}

export function take(number: number, tracks: readonly Track[]): Take {
  return {
    number,
    rank: number,
    label: `take ${number}`,
    score_tracks: tracks,
    n_notes: 1,
    key: "C major",
    resets: [],
    novelty: null,
    bars: [0, BAR, 2 * BAR, 3 * BAR],
    tempos: [],
    metres: [],
  };
}

/** A store in memory. */
export class MemoryStore implements Store {
  readonly #items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#items.set(key, value);
  }

  removeItem(key: string): void {
    this.#items.delete(key);
  }
}

/** Timers that run when the test says so. */
export class HandTimers {
  #pending = new Map<number, () => void>();
  #next = 1;

  set(callback: () => void): number {
    this.#pending.set(this.#next, callback);
    return this.#next++;
  }

  clear(timer: number): void {
    this.#pending.delete(timer);
  }

  get count(): number {
    return this.#pending.size;
  }

  /** Run everything that waits. */
  run(): void {
    const due = [...this.#pending.values()];
    this.#pending.clear();
    for (const callback of due) callback();
  }
}

export class FakeServer {
  readonly nodes = new Map<number, NodeDetail>();
  current = 1;
  /** No answer, as if the program had ended. */
  isGone = false;
  /** The next edit is refused with these words. */
  refusal: string | null = null;
  /** Why there can be no MIDI port. */
  portProblem: string | null = null;
  /** What was sent to the MIDI port. */
  readonly port: { sent_ms: number; messages: number[][] }[] = [];
  /** The models that there are, and what is learned. */
  models: ModelChoice[] = [{ name: "band", is_personal: false, words: "comes along" }];
  learning: LearningState = { available: true, words: "", takes_paths: true, job: null };
  /** Calls that are answered only when the test lets them, by how they begin. */
  readonly #held = new Map<string, Promise<void>>();
  /** What was asked of the model. */
  readonly asked: SuggestionRequest[] = [];
  /** What was suggested on another day, by version, the latest first. */
  readonly earlier = new Map<number, readonly Suggestion[]>();
  /** What was put together of takes. */
  readonly comps: { choices: CompChoice[] }[] = [];
  /** Edits that were made. */
  readonly edits: EditRequest[] = [];
  readonly calls: string[] = [];
  /** Chunks of the event stream, given out one request after another. */
  readonly streams: string[] = [];
  readonly lastEventIds: (string | null)[] = [];

  constructor(tracks: readonly Track[] = [track("Piano", [0, 480]), track("Bass", [0])]) {
    this.nodes.set(1, node(1, null, tracks));
  }

  readonly fetch: Fetch = async (path, init = {}) => {
    await Promise.resolve();
    if (this.isGone) throw new TypeError("Failed to fetch");
    const method = init.method ?? "GET";
    this.calls.push(`${method} ${path}`);
    // What is asked is done at once; only the answer is late.
    const answer = this.#answer(method, path, init);
    for (const [call, until] of this.#held) if (`${method} ${path}`.startsWith(call)) await until;
    return answer;
  };

  /** Hold back the answers to a call, such as "POST /api/suggestions", until what is given is called. */
  hold(call: string): () => void {
    let release = (): void => {};
    this.#held.set(call, new Promise((done) => (release = done)));
    return () => {
      this.#held.delete(call);
      release();
    };
  }

  /** The project, as one of a name; all have the same versions. */
  project(id = "p"): unknown {
    const nodes = [...this.nodes.values()].map(({ score, controllers, warnings, ...rest }) => rest);
    const times = { created: "", changed: "" };
    return { id, name: "Piece", ...times, current: this.current, nodes, suggestions: [] };
  }

  suggestion(state: string): unknown {
    const request = this.asked.at(-1);
    const first = request?.first ?? 2;
    return {
      id: "s",
      node: this.current,
      task: request?.task ?? "continue",
      state,
      position: state === "queued" ? 1 : null,
      asked: { task: "continue", bars: 1, options: {}, ...request, takes: 2 },
      region: { first, last: first + 1, tracks: null },
      takes: [],
      message: null,
    };
  }

  /** The job of learning, as it stands. */
  job(change: Partial<NonNullable<LearningState["job"]>>): void {
    const begun = {
      name: "mine",
      state: "running",
      stage: "reading",
      done: 0,
      total: null,
    } as const;
    const job = { ...begun, words: "", report: [], model: null, has_picture: false, ...change };
    this.learning = { ...this.learning, job };
  }

  #learning(method: string): Response {
    if (method === "POST") this.job({});
    if (method === "DELETE") {
      this.job({ state: "cancelled", words: "cancelled; nothing was kept" });
      return new Response(null, { status: 204 });
    }
    return json(this.learning, method === "POST" ? 202 : 200);
  }

  #answer(method: string, path: string, init: RequestInit): Response {
    if (path.endsWith("/edits")) return this.#edit(path, JSON.parse(String(init.body)));
    if (path.endsWith("/comps")) {
      this.comps.push(JSON.parse(String(init.body)));
      return json(this.#add(this.current, [track("Piano", [0]), track("Bass", [0])]), 201);
    }
    if (path.endsWith("/suggestions") && method === "GET") {
      return json(this.earlier.get(Number(/nodes\/(\d+)\//.exec(path)?.[1])) ?? []);
    }
    if (path.endsWith("/suggestions")) {
      this.asked.push(JSON.parse(String(init.body)));
      return json(this.suggestion("queued"), 202);
    }
    if (path.endsWith("/events")) {
      this.lastEventIds.push(new Headers(init.headers).get("Last-Event-ID"));
      const body = this.streams.shift();
      return body === undefined ? refuse(404, "no such suggestion") : new Response(body);
    }
    if (path.endsWith("/accept")) return json(this.#add(this.current, [track("Piano", [0])]), 201);
    if (path.startsWith("/api/suggestions/")) {
      return json(this.suggestion(method === "DELETE" ? "cancelled" : "running"));
    }
    const found = /nodes\/(\d+)$/.exec(path);
    if (found !== null) return json(this.nodes.get(Number(found[1])));
    if (path === "/api/projects" && method === "GET") {
      return json([
        { id: "p", name: "Piece", created: "", changed: "", n_nodes: 1, problem: null },
      ]);
    }
    if (path === "/api/projects/p" && method === "PATCH") {
      const change = JSON.parse(String(init.body)) as { current?: number };
      this.current = change.current ?? this.current;
    }
    if (path.startsWith("/api/projects")) return json(this.project());
    const sent = /^\/api\/follow\/upload\?name=(.*)$/.exec(path);
    if (sent !== null) return json({ file: "f", name: decodeURIComponent(sent[1]) }, 201);
    if (path === "/api/models") return json(this.models);
    if (path.startsWith("/api/learning")) return this.#learning(method);
    if (path === "/api/port" && method === "POST") {
      return this.portProblem === null
        ? json({ available: true, words: "the port is open" })
        : refuse(409, this.portProblem);
    }
    if (path === "/api/port/messages") {
      this.port.push(JSON.parse(String(init.body)));
      return json(null);
    }
    if (path === "/api/port") return json(null);
    return json({
      version: "0",
      limits: { upload_bytes: 10, project_bytes: 20 },
      asking: ASKING,
      examples: [],
      instruments: [],
      midi_port: { available: true, words: "it opens when it is switched on" },
    });
  }

  #edit(path: string, edit: EditRequest): Response {
    if (this.refusal !== null) return refuse(422, this.refusal);
    this.edits.push(edit);
    const parent = Number(/nodes\/(\d+)\//.exec(path)?.[1]);
    const tracks = this.nodes.get(parent)?.score.tracks ?? [];
    const changed = tracks.map((old, i) => {
      const { index: _, ...change } = edit.tracks.find(({ index }) => index === i) ?? { index: i };
      return { ...old, ...change };
    });
    const added = edit.new_tracks.map((one, i) => ({
      ...one,
      channel: one.is_drum ? 9 : tracks.length + i + 1,
      instrument: one.name,
    }));
    // No file holds a track without notes.
    const kept = [...changed, ...added].filter(({ notes }) => notes.onset.length > 0);
    return json(this.#add(parent, kept), 201);
  }

  #add(parent: number, tracks: readonly Track[]): NodeDetail {
    const made = node(this.nodes.size + 1, parent, tracks);
    this.nodes.set(made.id, made);
    this.current = made.id;
    return made;
  }
}

/** An event as it stands in a stream. */
export function event(id: number, type: string, data: unknown): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Let everything that is on its way arrive. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 60; i++) await Promise.resolve();
  await new Promise((done) => setTimeout(done, 0));
}

function json(body: unknown, status = 200): Response {
  return Response.json(body ?? null, { status });
}

function refuse(status: number, message: string): Response {
  return json({ error: { code: "refused", message, field: null } }, status);
}

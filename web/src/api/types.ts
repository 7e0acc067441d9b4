/** What server and page exchange beside the music itself (`core/types.ts`), in the server's names. */
import type { NodeId, NodeSummary, Region, Take, Track } from "../core/types.ts";

/** An instrument that may be asked for; program 128 stands for the drums. */
export interface Instrument {
  readonly program: number;
  readonly name: string;
  readonly family: string;
}

/** A prompt that comes along. */
export interface Example {
  readonly name: string;
  readonly title: string;
  readonly words: string;
}

/** What runs behind the page. */
export interface Info {
  readonly version: string;
  readonly model: {
    readonly name: string;
    readonly parameters: number | null;
    readonly ready: boolean;
    readonly problem: string | null;
  };
  readonly limits: {
    readonly upload_bytes: number;
    readonly notes: number;
    readonly bars: number;
    readonly takes: number;
  };
  readonly examples: readonly Example[];
  readonly instruments: readonly Instrument[];
  readonly watch_folder: string | null;
  readonly midi_port: { readonly available: boolean; readonly words: string };
  readonly secure_hint: string | null;
}

export interface ProjectSummary {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly changed: string;
  readonly n_nodes: number;
  /** Why it cannot be opened; null if it can. */
  readonly problem: string | null;
}

export interface Project {
  readonly id: string;
  readonly name: string;
  readonly created: string;
  readonly changed: string;
  readonly current: NodeId;
  readonly nodes: readonly NodeSummary[];
  readonly suggestions: readonly Suggestion[];
}

export type Task = "continue" | "infill" | "vary" | "redo" | "compose";
export type Density = "sparser" | "same" | "denser";

export interface SuggestionOptions {
  temperature?: number;
  density?: Density;
  instruments?: number[];
  new_instruments?: boolean;
  key?: string;
}

export interface SuggestionRequest {
  task: Task;
  bars?: number;
  first?: number;
  last?: number;
  tracks?: number[] | null;
  amount?: number;
  takes?: number;
  seed?: number;
  options?: SuggestionOptions;
  bpm?: number;
  metre?: [number, number];
}

export type SuggestionState = "queued" | "running" | "done" | "cancelled" | "failed";

export interface Suggestion {
  readonly id: string;
  readonly node: NodeId;
  readonly task: Task;
  readonly state: SuggestionState;
  readonly position: number | null;
  readonly asked: SuggestionRequest;
  readonly region: Region | null;
  readonly takes: readonly Take[];
  readonly message: string | null;
}

/** One bar of one take, as it is written. */
export interface BarEvent {
  readonly take: number;
  readonly bar: number;
  readonly bars_done: number;
  readonly bars: number;
  readonly tracks: readonly Track[];
}

/** What a suggestion's event stream tells. */
export type SuggestionEvent =
  | { readonly type: "queued"; readonly data: { readonly position: number } }
  | { readonly type: "started"; readonly data: { readonly region: Region; readonly takes: number } }
  | { readonly type: "bar"; readonly data: BarEvent }
  | { readonly type: "take"; readonly data: Take }
  | { readonly type: "done"; readonly data: Suggestion }
  | { readonly type: "cancelled"; readonly data: { readonly message: string } }
  | { readonly type: "failed"; readonly data: { readonly message: string } };

/**
 * What server and page exchange, in the server's names.
 *
 * The shapes come from the server's own description (`schema.d.ts`, made by `npm run types`); that
 * they are the music of `core/types.ts` is checked by the compiler wherever one is used as the other.
 * Only the events of a suggestion's stream are written by hand, since OpenAPI has no words for them.
 */
import type { Region, Take, Track } from "../core/types.ts";
import type { components } from "./schema.d.ts";

/** Every shape of the API by its name. */
export type Schemas = components["schemas"];

export type Info = Schemas["Info"];
export type Example = Schemas["Example"];
/** Program 128 stands for the drums. */
export type Instrument = Schemas["Instrument"];
export type Project = Schemas["Project"];
export type ProjectSummary = Schemas["ProjectSummary"];
export type NodeChange = Schemas["NodeChange"];
export type Suggestion = Schemas["Suggestion"];
export type SuggestionState = Suggestion["state"];
export type Task = Suggestion["task"];

type Asked = Schemas["SuggestionRequest"];
type Options = Schemas["SuggestionOptions"];
/** What is left out is as the server has it. */
export type SuggestionOptions = Partial<Options>;
export type SuggestionRequest = Partial<Omit<Asked, "options" | "task">> &
  Pick<Asked, "task"> & { options?: SuggestionOptions };
export type Density = NonNullable<Options["density"]>;

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

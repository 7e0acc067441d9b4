/**
 * What server and page exchange, in the server's names.
 *
 * The shapes come from the server's own description (`schema.d.ts`, made by `npm run types`); that
 * they are the music of `core/types.ts` is checked by the compiler wherever one is used as the other.
 * Which event of a suggestion's stream holds which of them is written by hand: OpenAPI has no words
 * for that.
 */
import type { Region, Take, Track } from "../core/types.ts";
import type { components } from "./schema.d.ts";

/** Every shape of the API by its name. */
export type Schemas = components["schemas"];

export type Info = Schemas["Info"];
/** What can be asked, within which bounds, and what holds where nothing is. */
export type Asking = Schemas["Asking"];
export type Example = Schemas["Example"];
/** Program 128 stands for the drums. */
export type Instrument = Schemas["Instrument"];
export type LearningState = Schemas["LearningState"];
export type MidiPort = Schemas["MidiPort"];
export type ModelChoice = Schemas["ModelChoice"];
/** When it is heard, in ms, and its three bytes. */
export type PortMessage = readonly [at: number, status: number, data1: number, data2: number];
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
/** Another piece that new bars are like, and what it is called. */
export type Followed = (Schemas["FileToFollow"] | Schemas["VersionToFollow"]) & {
  readonly name: string;
};
export type SuggestionRequest = Partial<Omit<Asked, "like" | "options" | "task">> &
  Pick<Asked, "task"> & {
    options?: SuggestionOptions;
    /** The server says what that take was. */
    like?: { suggestion: string; take: number; task?: Task | null } | null;
  };

/** One bar of one take, as it is written. */
export type BarEvent = Omit<Schemas["BarEvent"], "tracks"> & { readonly tracks: readonly Track[] };

/** Bar lines, tempos and metres of the piece with a take. */
export type Time = Pick<Take, "bars" | "tempos" | "metres">;

/** What a suggestion's event stream reports. */
export type SuggestionEvent =
  | { readonly type: "queued"; readonly data: Schemas["QueuedEvent"] }
  | {
      readonly type: "started";
      readonly data: Pick<Schemas["StartedEvent"], "takes"> &
        Pick<Take, "resets"> &
        Time & { readonly region: Region };
    }
  | { readonly type: "bar"; readonly data: BarEvent }
  | { readonly type: "take"; readonly data: Take }
  | { readonly type: "done"; readonly data: Suggestion }
  | { readonly type: "cancelled"; readonly data: Schemas["EndedEvent"] }
  | { readonly type: "failed"; readonly data: Schemas["EndedEvent"] };

/** How components come to the studio that they show. */
import { createContext } from "svelte";
import type { Recorder } from "./state/recorder.svelte.ts";
import type { RecordingClock } from "./state/recording_clock.ts";
import type { Studio } from "./state/studio.svelte.ts";
import type { Ui } from "./ui.svelte.ts";

export interface Page {
  readonly studio: Studio;
  readonly ui: Ui;
  readonly recorder: Recorder;
  readonly clock: RecordingClock;
  /** Fetch the soundfont and make the player; once more after a failure. */
  readonly startSound: () => void;
}

export const [usePage, providePage] = createContext<Page>();

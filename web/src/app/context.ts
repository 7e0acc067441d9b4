/** How components come to the studio that they show. */
import { createContext } from "svelte";
import type { OwnSounds } from "./state/own_sounds.svelte.ts";
import type { Recorder } from "./state/recorder.svelte.ts";
import type { RecordingClock } from "./state/recording_clock.ts";
import type { Studio } from "./state/studio.svelte.ts";
import type { Ui } from "./ui.svelte.ts";

export interface Page {
  readonly studio: Studio;
  readonly ui: Ui;
  readonly recorder: Recorder;
  readonly clock: RecordingClock;
  readonly ownSounds: OwnSounds;
  /** Fetch the soundfont and make the player; once more after a failure, or for other sounds. */
  readonly startSound: () => void;
}

export const [usePage, providePage] = createContext<Page>();

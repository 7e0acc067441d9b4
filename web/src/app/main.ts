/** Where the page begins: the studio is joined with the browser and shown. */
import { mount } from "svelte";
import type { RequestMidiAccess } from "../core/midi_input.ts";
import "./app.css";
import App from "./App.svelte";
import type { Page } from "./context.ts";
import { keptSounds } from "./kept_sounds.ts";
import type { Store } from "./state/memory.ts";
import { OwnSounds } from "./state/own_sounds.svelte.ts";
import { Recorder } from "./state/recorder.svelte.ts";
import { RecordingClock } from "./state/recording_clock.ts";
import { Studio } from "./state/studio.svelte.ts";
import { Ui } from "./ui.svelte.ts";

/** The browser's store, or null where it gives none. */
function storeOfBrowser(): Store | null {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

const studio = new Studio({
  fetch: (input, init) => fetch(input, init),
  store: storeOfBrowser(),
  nowMs: () => performance.timeOrigin + performance.now(),
  wanted: new URLSearchParams(location.search).get("project"),
});
addEventListener("pagehide", () => studio.dawPort.leave());
const ui = new Ui(studio.memory);
const clock = new RecordingClock(studio.piece, studio.sound);
const recorder = new Recorder({
  requestMidi: (navigator as { requestMIDIAccess?: RequestMidiAccess }).requestMIDIAccess?.bind(
    navigator,
  ),
  isSecure: globalThis.isSecureContext,
  tickAt: (ms) => clock.tickAt(ms),
  press: (pitch, velocity) => studio.sound.press(studio.desk.focus ?? 0, pitch, velocity),
  release: (pitch) => studio.sound.release(pitch),
});
const ownSounds = new OwnSounds(keptSounds(globalThis.indexedDB));
const page: Page = {
  studio,
  ownSounds,
  ui,
  recorder,
  clock,
  startSound: () =>
    void studio.sound.start(async (onProgress) => {
      const { Player } = await import("../audio/index.ts");
      const options = { soundfontUrl: "/sound/gm.sf3", onProgress };
      const soundfont = await ownSounds.recall();
      if (soundfont === null) return Player.create(options);
      try {
        return await Player.create({ ...options, soundfont });
      } catch (error) {
        studio.notices.problem(error);
        await ownSounds.forget();
        return Player.create(options);
      }
    }),
};

const dark = matchMedia("(prefers-color-scheme: dark)");
ui.prefersDark = dark.matches;
dark.addEventListener("change", () => {
  ui.prefersDark = dark.matches;
});

const target = document.getElementById("app");
if (target === null) throw new Error("The page has no place for the studio.");
mount(App, { target, props: { page } });
// Notes first: the synthesizer and its sounds are by far the most to load.
void studio
  .start()
  .then(drawn)
  .then(() => page.startSound());

/** Once what has changed is seen; at once in a page that is not seen. */
function drawn(): Promise<unknown> {
  const frame = new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const patience = new Promise((done) => setTimeout(done, 500));
  return Promise.race([frame, patience]);
}

/** The page: a button, a piano roll, and what the worker tells. */
import type { Music } from "./files.ts";
import type { Ask, Told } from "./messages.ts";
import { midiFile } from "./midi.ts";
import type { NewNotes } from "./music.ts";
import { paint } from "./roll.ts";
import { play } from "./sound.ts";

/** A download has begun by then. */
const A_MINUTE_MS = 60_000;

const goOn = element("continue", HTMLButtonElement);
const listen = element("play", HTMLButtonElement);
const download = element("download", HTMLButtonElement);
const progress = element("progress", HTMLProgressElement);
const status = element("status", HTMLElement);
const canvas = element("roll", HTMLCanvasElement);

const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
let music: Music | null = null;
let added: NewNotes = [];
let seed = 0;
let silence: (() => void) | null = null;

worker.addEventListener("message", ({ data }: MessageEvent<Told>) => {
  if (data.what === "ready") ready(data);
  else if (data.what === "bar") barWritten(data.bars, data.added);
  else if (data.what === "take") takeWritten(data.events, data.took_s);
  else say(`It does not work here: ${data.why}`);
});
worker.addEventListener("error", (event) => say(`It does not work here: ${event.message}`));

goOn.addEventListener("click", () => {
  silence?.();
  seed += 1;
  setBusy(true);
  added = [];
  draw();
  progress.value = 0;
  say(`Reading the piece, then writing take ${seed} …`);
  worker.postMessage({ seed } satisfies Ask);
});

listen.addEventListener("click", () => {
  if (silence !== null) return silence();
  if (music === null) return;
  listen.textContent = "Stop";
  silence = play(music, added, () => {
    silence = null;
    listen.textContent = "Play";
  });
});

download.addEventListener("click", () => {
  if (music === null) return;
  const href = URL.createObjectURL(new Blob([midiFile(music, added)], { type: "audio/midi" }));
  Object.assign(document.createElement("a"), { href, download: `take-${seed}.mid` }).click();
  setTimeout(() => URL.revokeObjectURL(href), A_MINUTE_MS);
});

window.addEventListener("resize", draw);

function ready(told: Extract<Told, { what: "ready" }>): void {
  music = told.music;
  progress.max = told.bars;
  goOn.disabled = false;
  draw();
  say(`Ready: ${(told.bytes / 1e6).toFixed(1)} MB loaded in ${told.loaded_s.toFixed(1)} s.`);
}

function barWritten(bars: number, notes: NewNotes): void {
  added = notes;
  progress.value = bars;
  say(`Bar ${bars} of ${progress.max} is written.`);
  draw();
}

function takeWritten(events: number, seconds: number): void {
  setBusy(false);
  say(`Take ${seed}: ${progress.max} bars, ${events} events in ${seconds.toFixed(1)} s.`);
}

function setBusy(busy: boolean): void {
  goOn.disabled = busy;
  listen.disabled = busy;
  download.disabled = busy;
}

function draw(): void {
  if (music !== null) paint(canvas, music, added);
}

function say(text: string): void {
  status.textContent = text;
}

function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

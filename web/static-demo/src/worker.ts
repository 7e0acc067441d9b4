/** Computes takes beside the page, so that the page stays awake. */
import factory from "onnxruntime-web/ort-wasm-simd-threaded.mjs";
import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { Decoder, type Model } from "./decoder.ts";
import type { Event, Prompt } from "./files.ts";
import { fetched, load } from "./load.ts";
import type { Ask, Told } from "./messages.ts";
import { notesOf } from "./music.ts";
import { dice } from "./sampling.ts";
import { Writer } from "./writer.ts";

/** Beside the page that made this worker. */
const FILES = new URL("../", self.location.href);

let decoder: Decoder | null = null;

const loaded = begin();
loaded.catch(failed);

self.addEventListener("message", ({ data }: MessageEvent<Ask>) => {
  loaded.then(({ model, prompt }) => write(model, prompt, data.seed)).catch(failed);
});

async function begin(): Promise<{ model: Model; prompt: Prompt }> {
  const began = performance.now();
  let bytes = 0;
  const counted = async (url: URL) => {
    const file = await fetched(url);
    bytes += file.byteLength;
    return file;
  };
  const found = await load(factory, await counted(new URL(wasm, self.location.href)), (name) =>
    counted(new URL(name, FILES)),
  );
  const { music, written } = found.prompt;
  tell({ what: "ready", music, bars: written.length, bytes, loaded_s: secondsSince(began) });
  return found;
}

async function write(model: Model, prompt: Prompt, seed: number): Promise<void> {
  const began = performance.now();
  if (decoder === null) {
    decoder = new Decoder(model, prompt);
    await decoder.begin(prompt.visible);
  }
  decoder.rewind(prompt.visible.length); // what other takes begin with, too
  const written: Event[] = [];
  let bars = 0;
  for await (const notes of new Writer(decoder, model.about, prompt, dice(seed)).bars()) {
    written.push(...notes);
    bars += 1;
    tell({ what: "bar", bars, added: notesOf(written, model.about, prompt) });
  }
  tell({ what: "take", events: written.length + bars, took_s: secondsSince(began) });
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}

function failed(error: unknown): void {
  tell({ what: "failed", why: error instanceof Error ? error.message : String(error) });
}

function tell(message: Told): void {
  self.postMessage(message);
}

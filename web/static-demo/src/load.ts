/** Opens what a take needs. */
import type { Model } from "./decoder.ts";
import type { About, Prompt } from "./files.ts";
import { type OrtFactory, Runtime } from "./runtime.ts";
import { readTables } from "./tables.ts";

/** Gives a file by its name, relative to the page. */
export type Fetch = (name: string) => Promise<ArrayBuffer>;

/** A model and the prompt, from the files that `scripts/write_static_demo.py` wrote. */
export async function load(
  factory: OrtFactory,
  wasm: ArrayBuffer,
  fetchFile: Fetch,
): Promise<{ model: Model; prompt: Prompt }> {
  const runtime = await Runtime.start(factory, wasm);
  const about = await json<About>(fetchFile, "model/onnx.json");
  const graph = async (name: string) => runtime.graph(name, await fetchFile(`model/${name}`));
  const heads = [];
  for (const attribute of Object.keys(about.attributes)) {
    heads.push(await graph(`head-${attribute}.onnx`));
  }
  const tables = readTables(await fetchFile("model/tables.safetensors"));
  const model = { runtime, about, tables, body: await graph("body.onnx"), heads };
  return { model, prompt: await json<Prompt>(fetchFile, "prompt.json") };
}

async function json<T>(fetchFile: Fetch, name: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await fetchFile(name))) as T;
}

/** A file from where the page is from. */
export async function fetched(url: string | URL): Promise<ArrayBuffer> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} is not there (${response.status})`);
  return response.arrayBuffer();
}

/** The page without a server: it counts as Python does, and writes bars in the browser. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type PreviewServer, preview } from "vite";
import { Decoder } from "../static-demo/src/decoder.ts";
import type { Event } from "../static-demo/src/files.ts";
import { load } from "../static-demo/src/load.ts";
import type { OrtFactory } from "../static-demo/src/runtime.ts";
import { Writer } from "../static-demo/src/writer.ts";
import { PYTHON } from "./program.ts";
import { expect, test } from "./studio.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const PAGE = resolve(import.meta.dirname, "../static-demo");
const CONFIG = resolve(import.meta.dirname, "../vite.static.config.ts");
const RUNTIME = "onnxruntime-web/ort-wasm-simd-threaded";
/** Of logits that go up to 30: what the order of sums and another exponential make. */
const CLOSE = 1e-3;
/** Below this, a logit says that something cannot be. */
const FORBIDDEN = -1e8;
const GOLDEN_EVENTS = 24;
const NEW_BARS = 2;

let folder = "";

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "segue-static-"));
  const script = join(ROOT, "scripts/write_static_demo.py");
  const options = ["--bars", String(NEW_BARS), "--golden", String(GOLDEN_EVENTS)];
  const env = { ...process.env, OMP_NUM_THREADS: "1" };
  execFileSync(PYTHON, [script, folder, ...options], { cwd: ROOT, env });
});

test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("logits and draws are those of Python for the same random numbers", async () => {
  const golden = readGolden();
  const { model, prompt, decoder } = await opened("golden");
  const rolls = golden.rolls.flat();
  const drawn: { attribute: number; logits: Float32Array; value: number }[] = [];
  const writer = new Writer(
    decoder,
    model.about,
    prompt,
    () => rolls.shift() ?? 0,
    (attribute, logits, value) => drawn.push({ attribute, logits, value }),
  );
  for await (const _ of writer.bars()) if (rolls.length === 0) break;

  expect(rolls, "the bars need as many events as were compared").toEqual([]);
  let event = -1;
  for (const { attribute, logits, value } of drawn) {
    if (attribute === 0) event += 1;
    if (event === GOLDEN_EVENTS) break;
    const far = differences(logits, golden.logits[event][attribute]);
    expect(Math.max(...far), `event ${event}, attribute ${attribute}`).toBeLessThan(CLOSE);
    expect(value, `event ${event}, attribute ${attribute}`).toBe(golden.values[event][attribute]);
  }
  expect(event).toBe(GOLDEN_EVENTS);
});

test("whole numbers of 8 bits are no farther from Python's than from no rounding", async () => {
  const golden = readGolden();
  const { decoder } = await opened("");
  const fromPython: number[] = [];
  const ofRounding: number[] = [];
  for (const [event, values] of golden.values.entries()) {
    await decoder.read(golden.events[event]);
    await decoder.next((attribute, logits) => {
      const rounded = golden.rounded[event][attribute];
      fromPython.push(...differences(logits, rounded));
      ofRounding.push(...differences(rounded, golden.logits[event][attribute]));
      return values[attribute];
    });
  }
  expect(fromPython.length).toBeGreaterThan(GOLDEN_EVENTS);
  expect(mean(fromPython)).toBeLessThan(mean(ofRounding));
});

test.describe("in the browser", () => {
  let server: PreviewServer;

  test.beforeAll(async () => {
    const outDir = folder;
    await build({ configFile: CONFIG, logLevel: "error", build: { outDir } });
    server = await preview({
      configFile: CONFIG,
      build: { outDir },
      preview: { host: "127.0.0.1", port: 5182 },
    });
  });

  test.afterAll(() => server.close());

  test("a piece goes on by new bars, which can be heard and kept", async ({
    page,
    complaints: _,
  }) => {
    await page.goto(server.resolvedUrls?.local[0] ?? "");
    const goOn = page.getByRole("button", { name: "Continue" });
    await expect(goOn).toBeEnabled({ timeout: 60_000 });
    await goOn.click();
    await expect(goOn).toBeDisabled();
    const status = page.getByRole("status");
    await expect(status).toContainText(`Take 1: ${NEW_BARS} bars`, { timeout: 200_000 });
    await expect(page.getByRole("progressbar")).toHaveJSProperty("value", NEW_BARS);

    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download as MIDI" }).click();
    const file = await (await download).path();
    expect(notesAfterPrompt(file)).toBeGreaterThan(0);

    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await expect(page.getByRole("button", { name: "Play" })).toBeVisible();
  });
});

/** How many notes a take has after the example's bars, by Segue's own reader. */
function notesAfterPrompt(file: string): number {
  const program = `
import sys, segue
from segue.examples import example_path
take, prompt = (segue.read_midi(path).score for path in (sys.argv[1], example_path("band")))
assert [t.name for t in take.tracks] == [t.name for t in prompt.tracks]
assert all(len(a.notes) >= len(b.notes) for a, b in zip(take.tracks, prompt.tracks))
assert take.n_bars <= prompt.n_bars + ${NEW_BARS}
print(take.n_notes - prompt.n_notes)
`;
  return Number(execFileSync(PYTHON, ["-c", program, file], { encoding: "utf8" }));
}

/** What Python said of the first events of a take; see `scripts/write_static_demo.py`. */
interface Golden {
  readonly rolls: number[][];
  readonly events: Event[];
  readonly values: number[][];
  /** By event and attribute, of the model without rounding. */
  readonly logits: number[][][];
  /** And of the model as it is exported. */
  readonly rounded: number[][][];
}

function readGolden(): Golden {
  return JSON.parse(readFileSync(join(folder, "golden/golden.json"), "utf8"));
}

/** The page's decoder on the files of a folder, here in Node; it has read the prompt. */
async function opened(of: string) {
  const inPage = createRequire(join(PAGE, "package.json"));
  const { default: factory }: { default: OrtFactory } = await import(
    inPage.resolve(`${RUNTIME}.mjs`)
  );
  const wasm = bytes(inPage.resolve(`${RUNTIME}.wasm`));
  const found = await load(factory, wasm, async (name) => bytes(join(folder, of, name)));
  const decoder = new Decoder(found.model, found.prompt);
  await decoder.begin(found.prompt.visible);
  return { ...found, decoder };
}

/** How far logits are apart where they are allowed; what is forbidden must be so in both. */
function differences(found: ArrayLike<number>, expected: readonly number[]): number[] {
  expect(found.length).toBe(expected.length);
  return expected.flatMap((value, i) => {
    const [mine, theirs] = [found[i] > FORBIDDEN, value > FORBIDDEN];
    if (mine !== theirs) return [Number.POSITIVE_INFINITY];
    return mine ? [Math.abs(found[i] - value)] : [];
  });
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function bytes(path: string): ArrayBuffer {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer;
}

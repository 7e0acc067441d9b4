/**
 * The figures of benchmarks/studio: from the program's start to a page that can be used and to one
 * that sounds, from the key to the first new bar heard (nothing else sounds before), and the page's
 * heap over many suggestions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { Program } from "./program.ts";
import { expect, listen, loudness, open, openSilent, test } from "./studio.ts";

const RESULT = resolve(import.meta.dirname, "../../benchmarks/studio/page.json");
const STARTS = 5;
/** So many questions after the first are measured, with the model there. */
const LATER_ASKS = 5;
const SUGGESTIONS = Number(process.env.SUGGESTIONS ?? 20);
/** As many as somebody asks for in an hour, of a bar each, so that it does not take one. */
const HOUR = Number(process.env.HOUR ?? 500);
const TELL_EVERY = 50;

/** Heap in MB after a garbage collection. */
async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  await session.send("Performance.enable");
  const { metrics } = await session.send("Performance.getMetrics");
  await session.detach();
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 1e6;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Adds to what other tests of this file have found. */
function keep(found: Record<string, unknown>): void {
  let before: Record<string, unknown> = {};
  try {
    before = JSON.parse(readFileSync(RESULT, "utf8")) as Record<string, unknown>;
  } catch {
    // The first result.
  }
  const machine = { processors: cpus().length, model: cpus()[0]?.model };
  writeFileSync(RESULT, `${JSON.stringify({ ...before, machine, ...found }, null, 2)}\n`);
}

/** The loudness of any moment since, at least this is sound. */
const AUDIBLE = 1e-4;

/** Begin to wait for sound; the analyser is looked at from within the page, every few ms. */
async function waitForSound(page: Page): Promise<void> {
  await page.waitForFunction(
    (audible) => {
      const samples = new Float32Array(512);
      window.tap?.getFloatTimeDomainData(samples);
      return samples.some((sample) => Math.abs(sample) > audible);
    },
    AUDIBLE,
    { polling: 10, timeout: 120_000 },
  );
}

/** Wait until nothing has been heard for a while. */
async function waitForSilence(page: Page): Promise<void> {
  await expect.poll(() => loudness(page, 400), { timeout: 30_000 }).toBeLessThan(AUDIBLE / 10);
}

test("from the start to a page that can be used", async ({ browser }) => {
  const programS: number[] = [];
  const pageS: number[] = [];
  const soundS: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const before = performance.now();
    const program = await Program.start();
    const answered = performance.now();
    const context = await browser.newContext();
    const page = await context.newPage();
    await openSilent(page, program.url);
    const usable = performance.now();
    await expect(page.getByRole("button", { name: /^Play/ })).toBeEnabled();
    const sounding = performance.now();
    await context.close();
    await program.end();
    programS.push((answered - before) / 1000);
    pageS.push((usable - answered) / 1000);
    soundS.push((sounding - answered) / 1000);
  }
  keep({
    program_answers_s: median(programS),
    page_usable_s: median(pageS),
    sound_ready_s: median(soundS),
    starts: STARTS,
  });
});

/** From the key to sound and, before it, to the first bar that was written; in seconds. */
async function askAndHear(page: Page): Promise<{ writtenS: number; heardS: number }> {
  const suggestion = page.waitForResponse(/\/suggestions$/);
  const before = performance.now();
  await page.keyboard.press("c");
  const id = ((await (await suggestion).json()) as { id: string }).id;
  // A card of this suggestion that can be heard: those of the one before are gone by now.
  const written = page
    .locator(`section[data-suggestion="${id}"] article canvas`)
    .first()
    .waitFor({ timeout: 120_000 })
    .then(() => performance.now());
  await waitForSound(page);
  const heard = performance.now();
  return { writtenS: ((await written) - before) / 1000, heardS: (heard - before) / 1000 };
}

test("from the key to the first new bar that sounds, and the heap over many suggestions", async ({
  page,
  program,
}) => {
  test.setTimeout(3_600_000);
  await page.addInitScript(listen);
  await open(page, program.url);
  const written: number[] = [];
  const heard: number[] = [];
  const heaps: number[] = [await heapMb(page)];
  for (let i = 0; i < SUGGESTIONS; i++) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    if (i <= LATER_ASKS) {
      await waitForSilence(page);
      const { writtenS, heardS } = await askAndHear(page);
      written.push(writtenS);
      heard.push(heardS);
    } else {
      await page.keyboard.press("c");
    }
    await expect(page.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
    await page.keyboard.press("0");
    if (await page.getByRole("button", { name: /^Pause/ }).isVisible()) {
      await page.keyboard.press(" ");
    }
    heaps.push(await heapMb(page));
  }
  const later = heard.slice(1);
  keep({
    first_ask_written_s: written[0],
    first_ask_heard_s: heard[0],
    later_asks_written_s: median(written.slice(1)),
    later_asks_heard_s: median(later),
    later_asks_heard_slowest_s: Math.max(...later),
    suggestions: heaps.length - 1,
    heap_mb: heaps.map((mb) => Math.round(mb * 10) / 10),
  });
});

test("the heap over an hour of suggestions, each of which is heard and kept", async ({
  page,
  program,
}) => {
  test.setTimeout(3_600_000);
  await open(page, program.url);
  await page.getByRole("spinbutton", { name: "Bars to write" }).fill("1");
  await page.getByRole("spinbutton", { name: "Bars to write" }).press("Enter");
  const heaps: Record<number, number> = { 0: await heapMb(page) };
  for (let i = 1; i <= HOUR; i++) {
    const suggestion = page.waitForResponse(/\/suggestions$/);
    await page.keyboard.press("c");
    const { id } = (await (await suggestion).json()) as { id: string };
    // Those of the suggestion before are still there for a moment.
    const takes = page.locator(`section[data-suggestion="${id}"]`);
    await expect(takes.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
    await page.keyboard.press("2");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("treeitem")).toHaveCount(i + 1);
    await page.keyboard.press("Control+z");
    await expect(page.getByRole("treeitem").first()).toHaveAttribute("aria-current", "true");
    if (i % TELL_EVERY === 0) heaps[i] = Math.round((await heapMb(page)) * 10) / 10;
  }
  keep({ hour_suggestions: HOUR, hour_heap_mb: heaps });
});

/**
 * The figures of benchmarks/studio: from the program's start to a page that can be used, from the key
 * to the first bar heard, and the page's heap over many suggestions.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { Program } from "./program.ts";
import { expect, listen, open, test } from "./studio.ts";

const RESULT = resolve(import.meta.dirname, "../../benchmarks/studio/page.json");
const STARTS = 5;
const SUGGESTIONS = Number(process.env.SUGGESTIONS ?? 20);

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

test("from the start to a page that can be used", async ({ browser }) => {
  const programS: number[] = [];
  const pageS: number[] = [];
  for (let i = 0; i < STARTS; i++) {
    const before = performance.now();
    const program = await Program.start();
    const answered = performance.now();
    const context = await browser.newContext();
    await open(await context.newPage(), program.url);
    const usable = performance.now();
    await context.close();
    await program.end();
    programS.push((answered - before) / 1000);
    pageS.push((usable - answered) / 1000);
  }
  keep({ program_answers_s: median(programS), page_usable_s: median(pageS), starts: STARTS });
});

test("from the key to the first bar heard, and the heap over many suggestions", async ({
  page,
  program,
}) => {
  test.setTimeout(3_600_000);
  await page.addInitScript(listen);
  await open(page, program.url);
  let writtenS = 0;
  let heardS = 0;
  const heaps: number[] = [await heapMb(page)];
  for (let i = 0; i < SUGGESTIONS; i++) {
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    const before = performance.now();
    await page.keyboard.press("c");
    if (i === 0) {
      // Later, cards of the takes before are there at once, and sound may linger.
      await expect(page.locator("article canvas").first()).toBeVisible({ timeout: 120_000 });
      writtenS = (performance.now() - before) / 1000;
      await page.waitForFunction(
        () => {
          const samples = new Float32Array(512);
          window.tap?.getFloatTimeDomainData(samples);
          return samples.some((sample) => Math.abs(sample) > 1e-4);
        },
        null,
        { polling: 20, timeout: 120_000 },
      );
      heardS = (performance.now() - before) / 1000;
    }
    await expect(page.getByRole("button", { name: "Keep" })).toHaveCount(4, { timeout: 200_000 });
    await page.keyboard.press("0");
    await page.keyboard.press(" ");
    heaps.push(await heapMb(page));
  }
  keep({
    first_ask_written_s: writtenS,
    first_ask_heard_s: heardS,
    suggestions: heaps.length - 1,
    heap_mb: heaps.map((mb) => Math.round(mb * 10) / 10),
  });
});

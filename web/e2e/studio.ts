/** What the journeys share: a studio that is open, what it complained of, and ears. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test as base, expect, type Page } from "@playwright/test";
import { Program } from "./program.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../src/segue/examples");

/** What should not happen. */
export interface Complaints {
  readonly errors: string[];
  readonly foreign: string[];
}

declare global {
  interface Window {
    /** Everything that goes to the loudspeakers, tapped; put there by `listen`. */
    tap?: AnalyserNode;
  }
}

export const test = base.extend<{ studio: Page; complaints: Complaints }, { program: Program }>({
  program: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of the fixtures here.
    async ({}, use) => {
      const program = await Program.start();
      await use(program);
      await program.end();
    },
    { scope: "worker" },
  ],
  complaints: async ({ page }, use) => {
    const complaints: Complaints = { errors: [], foreign: [] };
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.errors.push(message.text());
    });
    page.on("pageerror", (error) => complaints.errors.push(String(error)));
    page.on("request", (request) => {
      const { protocol, hostname, href } = new URL(request.url());
      if (protocol.startsWith("http") && hostname !== "127.0.0.1") complaints.foreign.push(href);
    });
    await use(complaints);
    expect(complaints.foreign, "requests that left the host").toEqual([]);
    expect(complaints.errors, "errors in the console").toEqual([]);
  },
  studio: async ({ page, program, complaints: _ }, use) => {
    await page.addInitScript(listen);
    await open(page, program.url);
    await use(page);
  },
});

export { expect };

/** The page, with music on it and a question that can be asked. */
export async function openSilent(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(page.getByRole("application")).toBeVisible();
  await expect(page.getByRole("button", { name: /^(Continue|Compose)/ })).toBeEnabled();
}

/** The page, with music on it and sound ready. */
export async function open(page: Page, url: string): Promise<void> {
  await openSilent(page, url);
  await expect(page.getByText(/^Sound is coming/)).toBeHidden();
  await expect(page.getByRole("button", { name: /^Play/ })).toBeEnabled();
}

/** Runs in the page before all else: taps what goes to the loudspeakers. */
export function listen(): void {
  const connect = AudioNode.prototype.connect as (...to: unknown[]) => AudioNode;
  const tapped = function (this: AudioNode, ...to: unknown[]): AudioNode {
    if (to[0] instanceof AudioDestinationNode && this.context instanceof AudioContext) {
      window.tap = this.context.createAnalyser();
      connect.call(this, window.tap);
    }
    return connect.apply(this, to);
  };
  AudioNode.prototype.connect = tapped as typeof AudioNode.prototype.connect;
}

/** The greatest loudness (root mean square) within some time. */
export async function loudness(page: Page, ms = 1500): Promise<number> {
  return page.evaluate(async (time) => {
    const samples = new Float32Array(2048);
    let most = 0;
    for (const end = performance.now() + time; performance.now() < end; ) {
      window.tap?.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      most = Math.max(most, Math.sqrt(power));
      await new Promise((done) => setTimeout(done, 30));
    }
    return most;
  }, ms);
}

/** Wait until there is sound. On a busy machine it may come late. */
export async function expectSound(page: Page, what: string): Promise<void> {
  await expect
    .poll(() => loudness(page), { message: what, timeout: 15_000 })
    .toBeGreaterThan(0.001);
}

/** Wait for two seconds that are quiet from the first to the last. */
export async function expectSilence(page: Page, what: string): Promise<void> {
  await expect
    .poll(() => loudness(page, 2000), { message: what, timeout: 20_000 })
    .toBeLessThan(0.01);
}

/** Drop a MIDI file on the page, as from a folder. */
export async function drop(page: Page, example: string, name = `${example}.mid`): Promise<void> {
  const bytes = readFileSync(join(EXAMPLES, `${example}.mid`)).toString("base64");
  await page.evaluate(
    ({ data, called }) => {
      const file = new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], called);
      const transfer = new DataTransfer();
      transfer.items.add(file);
      for (const type of ["dragover", "drop"]) {
        const event = new DragEvent(type, {
          dataTransfer: transfer,
          bubbles: true,
          cancelable: true,
        });
        document.body.dispatchEvent(event);
      }
    },
    { data: bytes, called: name },
  );
}

/** Ask by key, and wait until every take is there. */
export async function ask(page: Page, key: string, { takes = 4, bars = 2 } = {}): Promise<void> {
  await setBars(page, bars);
  await page.locator("body").press(key);
  await expect(page.getByRole("button", { name: /^Keep/ })).toHaveCount(takes, {
    timeout: 200_000,
  });
}

/** How many bars are asked for, where that can be said: many are still being written a while later. */
export async function setBars(page: Page, bars: number): Promise<void> {
  const field = page.getByRole("spinbutton", { name: "Bars to write" });
  if (!(await field.isVisible())) return;
  await field.fill(String(bars));
  await field.press("Enter");
}

/** The versions in the tree, as they stand. */
export function versions(page: Page) {
  return page.getByRole("treeitem");
}

/** So many frames of the page go by. */
export async function frames(page: Page, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => done(null))));
  }
}

/** The current version's number and music, as the server has them. */
export async function current(page: Page): Promise<{
  project: string;
  node: number;
  score: {
    tracks: { name: string; notes: { onset: number[]; pitch: number[] } }[];
    bars: number[];
  };
  chords: { named: boolean; chords: { tick: number; symbol: string }[] };
}> {
  return page.evaluate(async () => {
    const get = async (path: string) => (await fetch(path)).json();
    const id = JSON.parse(localStorage.getItem("segue.piece") ?? "null");
    const project = await get(`/api/projects/${id}`);
    const detail = await get(`/api/projects/${id}/nodes/${project.current}`);
    return { project: id, node: project.current, score: detail.score, chords: detail.chords };
  });
}

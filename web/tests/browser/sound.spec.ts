import { expect, type Page, test } from "@playwright/test";
import type { DevHandle } from "../../dev/main.ts";

declare const segue: DevHandle;

/** Requests that left the host, and what the page complained of. */
async function openPage(page: Page): Promise<{ foreign: string[]; complaints: string[] }> {
  const seen = { foreign: [] as string[], complaints: [] as string[] };
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.hostname !== "127.0.0.1")
      seen.foreign.push(url.href);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) seen.complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) seen.complaints.push(message.text());
  });
  await page.goto("/");
  return seen;
}

test("a piece sounds, stops at once, and goes on where it was sought", async ({ page }) => {
  const seen = await openPage(page);
  const heard = await page.evaluate(async () => {
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    const loudest = async (ms: number): Promise<number> => {
      let most = 0;
      for (const end = performance.now() + ms; performance.now() < end; await wait(20)) {
        most = Math.max(most, player.rms());
      }
      return most;
    };
    const player = await segue.playerOf();
    await player.play(0);
    const playing = await loudest(1500);
    const before = player.position();
    player.pause();
    await wait(250);
    const paused = await loudest(300);
    player.seek(6 * 4 * segue.TPQ);
    await player.play();
    await wait(400);
    const sought = player.position();
    player.pause();
    await wait(300);
    await player.sound(0, 40, 100);
    const clicked = await loudest(400);
    await wait(1500);
    await player.press(0, 40, 100);
    await wait(700);
    const held = await loudest(200);
    player.release(40);
    await wait(1500);
    const released = await loudest(200);
    return { playing, before, paused, sought, clicked, held, released, state: player.state };
  });
  expect(heard.playing).toBeGreaterThan(0.01);
  expect(heard.before).toBeGreaterThan(480);
  expect(heard.paused).toBeLessThan(1e-4);
  expect(heard.sought).toBeGreaterThan(6 * 4 * 480);
  expect(heard.clicked).toBeGreaterThan(0.003);
  expect(heard.held).toBeGreaterThan(10 * heard.released);
  expect(heard.state).toBe("paused");
  expect(seen.foreign).toEqual([]);
  expect(seen.complaints).toEqual([]);
});

test("exchanging takes while playing leaves no gap", async ({ page }) => {
  await openPage(page);
  const result = await page.evaluate(async () => {
    const player = await segue.playerOf();
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    // Record all that passes, sample by sample.
    const context = player.output.context as AudioContext;
    const tap = context.createScriptProcessor(1024, 2, 1);
    const blocks: Float32Array[] = [];
    tap.onaudioprocess = (event) => {
      blocks.push(event.inputBuffer.getChannelData(0).slice());
    };
    player.output.connect(tap).connect(context.destination);
    const withTake = (number: number) => ({ ...segue.playable(), extra: segue.take(number) });
    player.exchange(withTake(0));
    await player.play(8 * 4 * segue.TPQ);
    await wait(600);
    const ticks: number[] = [];
    for (let i = 1; i <= 12; i++) {
      player.exchange(withTake(i % 3));
      await wait(170);
      ticks.push(player.position());
    }
    player.pause();
    tap.onaudioprocess = null;
    // The beginning is silent until the first note; what matters is after it.
    const samples = blocks.flatMap((block) => [...block]);
    const first = samples.findIndex((sample) => Math.abs(sample) > 1e-3);
    let run = 0;
    let longest = 0;
    const last = samples.length - Math.round(context.sampleRate * 0.2);
    for (let i = first; i < last; i++) {
      run = Math.abs(samples[i]) < 1e-4 ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    const seconds = (last - first) / context.sampleRate;
    return { gapMs: (1000 * longest) / context.sampleRate, seconds, ticks };
  });
  expect(result.seconds).toBeGreaterThan(1.5);
  expect(result.gapMs).toBeLessThan(30);
  const rising = [...result.ticks].sort((a, b) => a - b);
  expect(result.ticks).toEqual(rising);
});

test("a WAV file holds what is heard", async ({ page }) => {
  const seen = await openPage(page);
  const wav = await page.evaluate(async () => {
    const player = await segue.playerOf();
    const shares: number[] = [];
    const everything = { muted: new Set<number>(), soloed: new Set<number>(), volumes: new Map() };
    const started = performance.now();
    const blob = await player.renderWav(segue.playable(), everything, (share) =>
      shares.push(share),
    );
    const took = (performance.now() - started) / 1000;
    const all = new Set([0, 1, 2, 3, 4, 5, 6]);
    const muted = await player.renderWav(segue.playable(), { ...everything, muted: all });
    const rmsOf = async (file: Blob): Promise<number> => {
      const samples = new Int16Array((await file.arrayBuffer()).slice(44));
      let sum = 0;
      for (const sample of samples) sum += (sample / 32768) ** 2;
      return Math.sqrt(sum / samples.length);
    };
    const abort = new AbortController();
    const given = player.renderWav(segue.playable(), everything, undefined, abort.signal);
    abort.abort();
    const aborted = await given.then(
      () => "finished",
      (error: Error) => error.name,
    );
    return {
      type: blob.type,
      bytes: blob.size,
      rms: await rmsOf(blob),
      silence: await rmsOf(muted),
      shares,
      took,
      aborted,
    };
  });
  const seconds = wav.bytes / 4 / 44_100;
  test.info().annotations.push({
    type: "rendering",
    description: `${seconds.toFixed(1)} s of sound in ${wav.took.toFixed(1)} s`,
  });
  expect(wav.type).toBe("audio/wav");
  expect(seconds).toBeGreaterThan(25);
  expect(wav.rms).toBeGreaterThan(0.01);
  expect(wav.silence).toBe(0);
  expect(wav.shares.at(-1)).toBe(1);
  expect(wav.shares).toEqual([...wav.shares].sort((a, b) => a - b));
  expect(wav.aborted).toBe("AbortError");
  expect(seen.foreign).toEqual([]);
  expect(seen.complaints).toEqual([]);
});

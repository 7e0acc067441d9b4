// Frame times of the piano roll at 1,000, 20,000 and 100,000 notes, in headless Chromium.
//
//   npm run bench:roll
//
// Each figure is the CPU time of the page's main thread a frame (Chromium's thread clock, so other
// work on the machine counts little), the mean of 120 frames, without the compositor's thread.
// "scroll" moves the view by a few pixels and repaints the picture, with 16 bars in view; "zoom"
// changes its size a little; "play-head" moves the play-head over a picture that stays; "edit" moves
// one note by a semitone and shows the new music. "whole piece" scrolls with everything in view,
// "edit in it" edits there.
import { chromium } from "@playwright/test";
import { createServer } from "vite";

const server = await createServer({ configFile: "vite.dev.config.ts", logLevel: "error" });
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
await page.goto(server.resolvedUrls.local[0]);

const FRAMES = 120;
const devtools = await page.context().newCDPSession(page);
await devtools.send("Performance.enable", { timeDomain: "threadTicks" });

/** Milliseconds of CPU that a function takes on the page. */
async function cpuOf(run, argument) {
  const taken = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return 1000 * metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const before = await taken();
  await page.evaluate(run, argument);
  return (await taken()) - before;
}

// These run on the page.
const makeNotes = (count) => {
  globalThis.score = globalThis.segue.manyNotes(count);
};
const setContent = () => globalThis.segue.roll.setContent({ score: globalThis.score });
const fitBars = () => globalThis.segue.roll.fit({ first: 0, last: 16 });
const fitAll = () => globalThis.segue.roll.fit();
const scroll = async (frames) => {
  const { roll } = globalThis.segue;
  for (let i = 0; i < frames; i++) {
    roll.view = { ...roll.view, tick: i * 10 };
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
};
const zoom = async (frames) => {
  for (let i = 0; i < frames; i++) {
    globalThis.segue.roll.zoom(i % 2 === 0 ? 1.06 : 1 / 1.06);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
};
const edit = async (frames) => {
  const { roll, moveNotes } = globalThis.segue;
  const notes = new Map([[2, new Set([10])]]);
  for (let i = 0; i < frames; i++) {
    const made = moveNotes(globalThis.score, notes, { ticks: 0, pitches: i % 2 === 0 ? 1 : -1 });
    globalThis.score = made.score;
    roll.setContent({ score: made.score });
    roll.setSelection({ notes: made.selection });
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
};
const movePlayhead = async (frames) => {
  const { roll } = globalThis.segue;
  for (let i = 0; i < frames; i++) {
    roll.setPlayhead(i * 30);
    await new Promise((resolve) => requestAnimationFrame(resolve));
  }
};

const NAMES = ["set once", "scroll", "zoom", "play-head", "edit", "whole piece", "edit in it"];
const line = (cells) => `${cells.map((cell) => String(cell).padStart(12)).join("")}\n`;
process.stdout.write("Milliseconds of CPU a frame.\n");
process.stdout.write(line(["notes", ...NAMES]));
for (const count of [1000, 20_000, 100_000]) {
  await page.evaluate(makeNotes, count);
  const found = [await cpuOf(setContent)];
  await page.evaluate(fitBars);
  for (const run of [scroll, zoom, movePlayhead, edit]) {
    found.push((await cpuOf(run, FRAMES)) / FRAMES);
  }
  await page.evaluate(fitAll);
  for (const run of [scroll, edit]) found.push((await cpuOf(run, FRAMES)) / FRAMES);
  process.stdout.write(line([count, ...found.map((ms) => ms.toFixed(1))]));
}
await browser.close();
await server.close();

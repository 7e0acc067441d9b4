import { expect, type Page, test } from "@playwright/test";
import type { DevHandle } from "../../dev/main.ts";

declare const segue: DevHandle;

/** Where a note of the score is on the page. */
async function placeOf(
  page: Page,
  track: number,
  index: number,
): Promise<{ x: number; y: number }> {
  return page.evaluate(
    ([t, i]) => {
      const { geometry, music } = segue.roll.scene();
      const lane = music.lanes[t];
      const box = segue.roll.canvas.getBoundingClientRect();
      const pitch = lane.pitch[i];
      const height = lane.isDrum ? geometry.pxPerDrum : geometry.view.pxPerRow;
      const y = (lane.isDrum ? geometry.yOfDrum(pitch) : geometry.yOfPitch(pitch)) + height / 2;
      return { x: box.left + geometry.xOfTick(lane.onset[i]) + 3, y: box.top + y };
    },
    [track, index],
  );
}

function notesOf(
  page: Page,
  track: number,
): Promise<{ onset: number[]; pitch: number[]; duration: number[] }> {
  return page.evaluate((t) => {
    const { onset, pitch, duration } = segue.roll.scene().music.content.score.tracks[t].notes;
    return { onset: [...onset], pitch: [...pitch], duration: [...duration] };
  }, track);
}

test.beforeEach(async ({ page }) => {
  await page.goto("/?take=no&bars=0-4");
});

test("a note is dragged on the grid and lengthened at its end", async ({ page }) => {
  const before = await notesOf(page, 0);
  const at = await placeOf(page, 0, 0);
  const { pxPerQuarter, pxPerRow } = await page.evaluate(() => segue.roll.view);
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + pxPerQuarter / 2 + 4, at.y - 2 * pxPerRow, { steps: 4 });
  await page.mouse.up();
  const after = await notesOf(page, 0);
  expect(after.onset[0]).toBe(before.onset[0] + 240);
  expect(after.pitch[0]).toBe(before.pitch[0] + 2);
  await expect(page.locator("#status")).toHaveText(/moved 1 note of Bass|Bass/);

  const moved = await placeOf(page, 0, 0);
  const endX = moved.x - 3 + (after.duration[0] / 480) * pxPerQuarter - 4;
  await page.mouse.move(endX, moved.y);
  await page.mouse.down();
  await page.mouse.move(endX + pxPerQuarter, moved.y, { steps: 4 });
  await page.mouse.up();
  expect((await notesOf(page, 0)).duration[0]).toBeGreaterThan(after.duration[0] + 300);
});

test("a band chooses notes, and what keys do to them is left to the page", async ({ page }) => {
  const before = await notesOf(page, 0);
  const first = await placeOf(page, 0, 0);
  const box = await page.locator("#roll").boundingBox();
  if (box === null) throw new Error("no roll");
  await page.mouse.move(first.x - 2, first.y - 6);
  await page.mouse.down();
  await page.mouse.move(first.x + 150, first.y + 12, { steps: 5 });
  await page.mouse.up();
  const chosen = await page.evaluate(() => segue.roll.selection.notes.get(0)?.size ?? 0);
  expect(chosen).toBeGreaterThan(0);
  await page.evaluate(() => {
    addEventListener("keydown", (event) => {
      document.title += ` ${event.key}${event.defaultPrevented ? " taken" : ""}`;
    });
    document.title = "";
  });
  for (const key of ["ArrowUp", "Delete", "PageDown"]) await page.keyboard.press(key);
  expect(await page.title()).toBe("ArrowUp Delete");
  expect(await notesOf(page, 0)).toEqual(before);
});

test("drawing writes a note on the grid, into the drum grid too, and a double click takes it away", async ({
  page,
}) => {
  const before = await notesOf(page, 5);
  await page.click("#tool");
  const kick = await placeOf(page, 5, 0);
  const { pxPerQuarter } = await page.evaluate(() => segue.roll.view);
  const x = kick.x + pxPerQuarter * 0.55;
  const row = await placeOf(page, 5, before.pitch.indexOf(36));
  await page.mouse.click(x, row.y);
  const drawn = await notesOf(page, 5);
  expect(drawn.onset.length).toBe(before.onset.length + 1);
  expect(drawn.onset.every((onset) => onset % 120 === 0)).toBe(true);
  await page.click("#tool");
  await page.click("#tool");
  const index = drawn.onset.findIndex((onset, i) => onset === 240 && drawn.pitch[i] === 36);
  const place = await placeOf(page, 5, index);
  await page.mouse.dblclick(place.x, place.y);
  expect((await notesOf(page, 5)).onset.length).toBe(before.onset.length);
});

test("the ruler chooses bars and sets the loop; the wheel scrolls and zooms about the pointer", async ({
  page,
}) => {
  const box = await page.locator("#roll").boundingBox();
  if (box === null) throw new Error("no roll");
  const barX = await page.evaluate(() => {
    const { geometry, music } = segue.roll.scene();
    return [0, 1, 2].map((bar) => geometry.xOfTick(music.bars.start(bar)));
  });
  await page.mouse.move(box.x + barX[0] + 10, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + barX[1] + 20, box.y + 10, { steps: 4 });
  await page.mouse.up();
  expect(await page.evaluate(() => segue.roll.selection.bars)).toEqual({ first: 0, last: 2 });
  await page.mouse.move(box.x + barX[1] + 2, box.y + 40);
  await page.mouse.down();
  await page.mouse.move(box.x + barX[2] - 4, box.y + 40, { steps: 4 });
  await page.mouse.up();
  expect(await page.evaluate(() => segue.roll.scene().loop)).toEqual({ start: 1920, end: 3840 });

  const pointer = { x: box.x + 600, y: box.y + 300 };
  await page.mouse.move(pointer.x, pointer.y);
  const tickThere = (): Promise<number> =>
    page.evaluate((x) => segue.roll.scene().geometry.tickOfX(x), pointer.x - box.x);
  const before = await tickThere();
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -300);
  await page.keyboard.up("Control");
  await expect.poll(() => page.evaluate(() => segue.roll.view.pxPerQuarter)).toBeGreaterThan(75);
  expect(Math.abs((await tickThere()) - before)).toBeLessThan(2);
  await page.keyboard.down("Shift");
  await page.mouse.wheel(0, 200);
  await page.keyboard.up("Shift");
  await expect.poll(tickThere).toBeGreaterThan(before + 100);
});

test("the play-head turns the page, and a picture is a PNG", async ({ page }) => {
  const seen = await page.evaluate(async () => {
    segue.roll.fit({ first: 0, last: 2 });
    segue.roll.setPlayhead(3 * 1920, true);
    const { start, end } = segue.roll.scene().geometry.tickRange;
    const png = await segue.roll.toPng({ width: 800, height: 400, scale: 1 });
    const picture = await createImageBitmap(png);
    const head = new Uint8Array(await png.slice(1, 4).arrayBuffer());
    return {
      start,
      end,
      type: String.fromCharCode(...head),
      size: [picture.width, picture.height],
    };
  });
  expect(seen.start).toBeLessThan(3 * 1920);
  expect(seen.end).toBeGreaterThan(3 * 1920);
  expect(seen.type).toBe("PNG");
  expect(seen.size).toEqual([800, 400]);
});

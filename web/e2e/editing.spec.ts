/** What people expect of an editor: copy and paste, bars, tempo, order, loudness, single notes, touch. */
import type { Page } from "@playwright/test";
import { current, drop, expect, openSilent, test, versions } from "./studio.ts";

async function open(page: Page, url: string, name: string): Promise<void> {
  await openSilent(page, url);
  await drop(page, "band", `${name}.mid`);
  await expect(page.getByRole("button", { name: new RegExp(name) })).toBeVisible();
}

async function score(page: Page) {
  return (await current(page)).score;
}

test("notes are copied, cut, pasted and shaped by keys alone", async ({
  page: studio,
  program,
  complaints: _,
}, info) => {
  await open(studio, program.url, "Single");
  const before = await score(studio);
  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("Control+ArrowRight");
  await studio.keyboard.press("Control+Shift+ArrowRight");
  await expect(studio.getByRole("application")).toHaveAccessibleName(/ 2 notes selected/);
  await studio.screenshot({ path: info.outputPath("two-notes.png") });
  await studio.keyboard.press("Control+c");
  await expect(studio.getByText("Copied 2 notes.")).toBeVisible();
  await studio.keyboard.press("Escape");
  await studio.keyboard.press("ArrowRight");
  await studio.keyboard.press("Control+v");
  const bass = async () => (await score(studio)).tracks[1].notes.onset.length;
  const n = before.tracks[1].notes.onset.length;
  await expect.poll(bass).toBe(n + 2);
  await studio.keyboard.press("Control+d");
  await expect.poll(bass).toBe(n + 4);
  await studio.keyboard.press("Control+x");
  await expect.poll(bass).toBe(n + 2);
  await studio.keyboard.press("Control+z");
  await expect(studio.getByText(/^Undone: deleted 2 notes of Bass/)).toBeVisible();
  await expect(studio.getByRole("button", { name: /^Redo: deleted 2 notes/ })).toBeEnabled();
  await studio.screenshot({ path: info.outputPath("undone.png") });

  await studio.keyboard.press("Control+a");
  await studio.keyboard.press("j");
  await expect(versions(studio).last()).toContainText(/joined/);
  await studio.keyboard.press("h");
  await expect(versions(studio).last()).toContainText(/humanised/);
  await studio.keyboard.press("Escape");
  await studio.keyboard.press("Shift+D");
  await studio.keyboard.press("ArrowUp");
  await expect(versions(studio).last()).toContainText(/moved 1 note/);
});

test("bars are deleted, repeated, cut and pasted with everything in them", async ({
  page: studio,
  program,
  complaints: _,
}, info) => {
  await open(studio, program.url, "Stretches");
  const bars = async () => (await score(studio)).bars.length - 1;
  const n = await bars();
  const ruler = await studio.getByRole("application").boundingBox();
  if (ruler === null) throw new Error("There is no roll.");
  await studio.mouse.move(ruler.x + 130, ruler.y + 10);
  await studio.mouse.down();
  await studio.mouse.move(ruler.x + 200, ruler.y + 10, { steps: 5 });
  await studio.mouse.up();
  const edit = studio.getByRole("button", { name: "Edit", exact: true });
  await edit.click();
  await expect(studio.getByRole("button", { name: /^Copy bars? / })).toBeEnabled();
  await studio.screenshot({ path: info.outputPath("menu.png") });
  await studio.getByRole("button", { name: /^Repeat bars? / }).click();
  await expect.poll(bars).toBeGreaterThan(n);
  const longer = await bars();
  await expect(studio.getByText(/^Repeated bars?/)).toBeVisible();
  await studio.keyboard.press("Control+x");
  await expect.poll(bars).toBe(n);
  await studio.keyboard.press("Home");
  await studio.keyboard.press("Control+v");
  await expect.poll(bars).toBe(longer);
  await studio.keyboard.press("Control+Delete");
  await expect.poll(bars).toBe(n);
  await expect(versions(studio).last()).toContainText(/deleted bars?/);
});

test("tempo, metre, key and the order of tracks", async ({
  page: studio,
  program,
  complaints: _,
}, info) => {
  await open(studio, program.url, "Time");
  const edit = studio.getByRole("button", { name: "Edit", exact: true });
  await edit.click();
  const tempo = studio.getByRole("spinbutton", { name: "Tempo, quarters a minute" });
  await tempo.fill("93");
  await tempo.press("Enter");
  await expect(studio.getByText(/^Set the tempo to 93/)).toBeVisible();
  await edit.click();
  await expect(tempo).toHaveValue("93");
  await studio.getByRole("combobox", { name: "Metre" }).selectOption("3/4");
  await expect(studio.getByText(/^Set the metre to 3\/4/)).toBeVisible();
  const found = await score(studio);
  expect(found.bars[1] - found.bars[0]).toBe((found.bars[2] - found.bars[1]) | 0);
  await edit.click();
  await studio
    .getByRole("combobox", { name: "Key signature of the whole piece" })
    .selectOption("F# minor");
  await expect(studio.getByText(/^Set the key to F# minor/)).toBeVisible();

  const names = async () => (await score(studio)).tracks.map(({ name }) => name);
  const [first, second, ...others] = await names();
  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("Control+ArrowDown");
  await expect.poll(names).toEqual([second, first, ...others]);
  await expect(studio.getByRole("button", { name: first, exact: true })).toHaveAttribute(
    "aria-current",
    "true",
  );
  const row = (name: string) => studio.getByRole("button", { name, exact: true });
  await row(first).dragTo(row(second));
  await expect.poll(names).toEqual([first, second, ...others]);
  await studio.screenshot({ path: info.outputPath("order.png") });
});

test("the loudness of notes is drawn below them", async ({
  page: studio,
  program,
  complaints: _,
}, info) => {
  await open(studio, program.url, "Loud");
  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("u");
  const lane = studio.getByRole("group", { name: /^Loudness of/ });
  const box = await lane.boundingBox();
  if (box === null) throw new Error("The loudness is not on view.");
  await studio.mouse.move(box.x + 120, box.y + 60);
  await studio.mouse.down();
  await studio.mouse.move(box.x + 400, box.y + 20, { steps: 10 });
  await studio.screenshot({ path: info.outputPath("drawing.png") });
  await studio.mouse.up();
  await expect(versions(studio).last()).toContainText(/drew the loudness of \d+ notes/);
  for (const [width, height] of [
    [390, 844],
    [1024, 768],
    [1920, 1080],
  ]) {
    await studio.setViewportSize({ width, height });
    await expect(lane).toBeVisible();
    await studio.getByRole("button", { name: "Edit", exact: true }).click();
    await studio.screenshot({ path: info.outputPath(`at-${width}.png`) });
    await studio.keyboard.press("Escape");
  }
});

/** The five large things by keys alone: no pointer is used, and the focus goes where Tab takes it. */
import type { Locator, Page } from "@playwright/test";
import { current, drop, expect, openSilent, test, versions } from "./studio.ts";
import { violations } from "./violations.ts";

const MOST_TABS = 140;

/** Press Tab until something has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let i = 0; i < MOST_TABS; i++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab did not come to ${wanted}`);
}

async function typeInto(page: Page, field: Locator, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** Ask for two takes of two bars at most, and wait for them. */
async function few(page: Page, bars: number | null): Promise<void> {
  await typeInto(page, page.getByRole("spinbutton", { name: "Takes" }), "2");
  if (bars !== null) {
    await typeInto(page, page.getByRole("spinbutton", { name: "Bars to write" }), String(bars));
  }
}

async function takes(page: Page, count: number): Promise<void> {
  const keep = page.getByRole("button", { name: /^Keep/ });
  await expect(keep).toHaveCount(count, { timeout: 400_000 });
}

test.beforeEach(async ({ page, program }) => {
  test.slow();
  await openSilent(page, program.url);
});

test("continue from a bar, comp two takes, add a part", async ({ page, complaints: _ }, info) => {
  await drop(page, "chiptune", "Without a mouse.mid");
  await expect(page.getByRole("button", { name: /Without a mouse/ })).toBeVisible();
  const before = await current(page);
  await few(page, 2);
  for (let bar = 1; bar < 5; bar++) await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Shift+C");
  await takes(page, 2);
  await page.keyboard.press("1");
  await page.keyboard.press("o");
  expect(await violations(page), "comping").toEqual([]);
  const lane = page
    .getByRole("group", { name: "What to take from take 2" })
    .getByRole("button")
    .first();
  await tabTo(page, lane);
  await page.keyboard.press(" ");
  await expect(lane).toHaveAttribute("aria-pressed", "true");
  await tabTo(page, page.getByRole("button", { name: /^Keep comp/ }));
  await page.screenshot({ path: info.outputPath("comp-by-keys.png") });
  await page.keyboard.press("Enter");
  await expect(versions(page)).toHaveCount(2);
  const after = await current(page);
  expect(after.score.bars.length - 1, "four bars of mine and two new ones").toBe(6);
  expect(after.score.bars.slice(0, 5)).toEqual(before.score.bars.slice(0, 5));

  await page.keyboard.press("Escape");
  await tabTo(page, page.getByRole("button", { name: "+ Add a track" }));
  await page.keyboard.press("Enter");
  const choice = page.getByRole("combobox", { name: "What the new track is played by" });
  await tabTo(page, choice);
  await page.keyboard.type("Violin");
  await page.keyboard.press("Enter");
  if ((await choice.count()) > 0) await page.keyboard.press("Tab");
  expect(await violations(page), "a new track").toEqual([]);
  await page.screenshot({ path: info.outputPath("part-by-keys.png") });
  await page.keyboard.press("Escape");
  await page.keyboard.press("p");
  await takes(page, 2);
  await page.keyboard.press("2");
  await page.keyboard.press("Enter");
  await expect(versions(page)).toHaveCount(3);
  expect((await current(page)).score.tracks.length).toBe(after.score.tracks.length + 1);
});

test("type chords, follow them, and make a song", async ({ page, complaints: _ }, info) => {
  await drop(page, "chiptune", "Still without.mid");
  await expect(page.getByRole("button", { name: /Still without/ })).toBeVisible();
  await tabTo(page, page.getByRole("button", { name: "Chords", exact: true }));
  await page.keyboard.press("Enter");
  expect(await violations(page), "the menu of chords").toEqual([]);
  await tabTo(page, page.getByRole("button", { name: "Type chords" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("textbox", { name: /^Chords of bar/ })).toBeFocused();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Dm | G7");
  expect(await violations(page), "typing chords").toEqual([]);
  await page.screenshot({ path: info.outputPath("chords-by-keys.png") });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Chords, yours" })).toBeVisible();
  expect((await current(page)).chords.chords.slice(0, 2).map(({ symbol }) => symbol)).toEqual([
    "Dm",
    "G7",
  ]);

  await page.keyboard.press("g");
  await expect(page.getByRole("radio", { name: "Make a song" })).toBeChecked();
  await typeInto(page, page.getByRole("spinbutton", { name: "Takes" }), "1");
  const form = page.getByRole("textbox", { name: /^Sections/ });
  await tabTo(page, form);
  await page.keyboard.press("Control+a");
  await page.keyboard.type("A B");
  expect(await violations(page), "a form").toEqual([]);
  await page.screenshot({ path: info.outputPath("song-by-keys.png") });
  await page.keyboard.press("Escape");
  await tabTo(page, page.getByRole("button", { name: /^Make song/ }));
  await page.keyboard.press("Enter");
  await takes(page, 1);
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  const sections = page.getByRole("group", { name: "Sections" });
  await expect(sections.getByRole("button", { name: /^Section/ })).toHaveText(["A", "B"]);
});

test("the menu of edits and the lane of loudness keep nobody out", async ({
  page,
  complaints: _,
}) => {
  await page.keyboard.press("u");
  await tabTo(page, page.getByRole("button", { name: "Edit", exact: true }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^Paste/ })).toBeVisible();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await violations(page), colorScheme).toEqual([]);
  }
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: /^Paste/ })).toBeHidden();
});

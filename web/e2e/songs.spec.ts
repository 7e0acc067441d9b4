/** A loop becomes a song: a form is typed, sections come one after another, and each can be varied. */
import { current, drop, expect, test, versions } from "./studio.ts";

test("a loop becomes a song whose sections can be selected and varied", async ({ studio }) => {
  test.slow();
  await drop(studio, "chiptune", "Hook.mid");
  await expect(studio.getByRole("button", { name: /Hook/ })).toBeVisible();
  const before = await current(studio);
  const loop = before.score.bars.length - 1;

  await studio.keyboard.press("g");
  await expect(studio.getByRole("radio", { name: "Make a song" })).toBeChecked();
  const takes = studio.getByRole("spinbutton", { name: "Takes" });
  await takes.fill("1");
  await takes.press("Enter");
  await studio.getByRole("combobox", { name: "Form of the song" }).selectOption("verse-chorus");
  const form = studio.getByRole("textbox", { name: /^Sections/ });
  await expect(form).toHaveValue("A B A' B' C B''");
  await form.fill("A A'");
  await studio.getByRole("button", { name: "Make song" }).click();
  const card = studio.getByRole("article", { name: "Take 1" });
  await expect(card.getByRole("button", { name: /^Keep/ })).toBeVisible({ timeout: 600_000 });
  await studio.screenshot({ path: "node_modules/.e2e/song-take.png" });
  await card.getByRole("button", { name: /^Keep/ }).click();

  await expect(versions(studio)).toHaveCount(2);
  const sections = studio.getByRole("group", { name: "Sections" });
  await expect(sections.getByRole("button")).toHaveText(["A", "A'"]);
  const song = await current(studio);
  expect(song.score.bars.length - 1).toBe(2 * loop);
  const own = (score: typeof song.score) =>
    score.tracks.map(({ notes }) => notes.onset.filter((at) => at < before.score.bars[loop]));
  expect(own(song.score), "the loop itself").toEqual(own(before.score));

  await sections.getByRole("button", { name: /^Section A',/ }).click();
  await expect(studio.getByText(`bars ${loop + 1}-${2 * loop}`).first()).toBeVisible();
  await studio.screenshot({ path: "node_modules/.e2e/song-section.png" });
  await sections.getByRole("button", { name: "Vary section A'" }).click();
  const redone = studio.getByRole("article", { name: "Take 1" });
  await expect(redone.getByRole("button", { name: /^Keep/ })).toBeVisible({ timeout: 600_000 });
  await redone.getByRole("button", { name: /^Keep/ }).click();
  await expect(versions(studio)).toHaveCount(3);
  await expect(sections.getByRole("button", { name: /^Section/ })).toHaveText(["A", "A'"]);

  await studio.setViewportSize({ width: 390, height: 844 });
  await studio.keyboard.press("g");
  await expect(form).toBeVisible();
  await studio.screenshot({ path: "node_modules/.e2e/song-phone.png" });
});

test("a song follows the chords that are typed behind its loop, each in its own bar", async ({
  studio,
}, info) => {
  test.slow();
  await drop(studio, "chiptune", "Refrain.mid");
  await expect(studio.getByRole("button", { name: /Refrain/ })).toBeVisible();
  const { score } = await current(studio);
  const loop = score.bars.length - 1;

  await studio.getByRole("button", { name: "Chords", exact: true }).click();
  await studio.getByRole("button", { name: "Type chords" }).click();
  const field = studio.getByRole("textbox", { name: /^Chords of bar/ });
  for (let bar = 1; bar <= loop; bar++) await field.press("Tab");
  await expect(field).toHaveAccessibleName(`Chords of bar ${loop + 1}`);
  await field.fill("Dm G | Em | F | E7");
  await field.press("Enter");
  await expect(studio.getByRole("list", { name: "Chords, yours" })).toBeVisible();

  await studio.keyboard.press("g");
  await expect(studio.getByRole("checkbox", { name: "Follow the chords" })).toBeChecked();
  const form = studio.getByRole("textbox", { name: /^Sections/ });
  await form.fill("A B");
  await expect(
    studio.getByText(`${2 * loop} bars, your chords in bars ${loop + 1}-${loop + 4} (B)`),
  ).toBeVisible();
  const takes = studio.getByRole("spinbutton", { name: "Takes" });
  await takes.fill("1");
  await takes.press("Enter");
  await studio.screenshot({ path: info.outputPath("chords-of-a-song.png") });
  await studio.getByRole("button", { name: "Make song" }).click();
  const keep = studio
    .getByRole("article", { name: "Take 1" })
    .getByRole("button", { name: /^Keep/ });
  await expect(keep).toBeVisible({ timeout: 600_000 });
  await keep.click();
  await expect(versions(studio)).toHaveCount(3);

  const song = await current(studio);
  const at = (bar: number) => song.score.bars[bar];
  const inBars = (first: number, last: number) =>
    song.chords.chords.filter(({ tick }) => tick >= at(first) && tick < at(last));
  expect(inBars(loop, loop + 4).map(({ symbol }) => symbol)).toEqual(["Dm", "G", "Em", "F", "E7"]);
  expect(inBars(loop + 4, 2 * loop).length, "the last one does not go on").toBeGreaterThan(0);
  await studio.screenshot({ path: info.outputPath("song-over-chords.png") });
});

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

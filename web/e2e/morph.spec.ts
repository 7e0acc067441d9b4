import { ask, current, drop, expect, expectSound, test, versions } from "./studio.ts";

test("a morph leads from the bar before into the bar after, and all else stays", async ({
  studio,
}) => {
  await drop(studio, "band", "Morphed.mid");
  await expect(studio.getByRole("button", { name: /Morphed/ })).toBeVisible();
  await studio.getByRole("radio", { name: "Morph" }).check({ force: true });
  await expect(studio.getByText("select the bars between first")).toBeVisible();
  await studio.keyboard.press("Shift+M");
  await expect(studio.getByText(/^Select the bars between first: drag/)).toBeVisible();

  await studio.getByRole("textbox", { name: /^Bars/ }).fill("5-9");
  await studio.getByRole("textbox", { name: /^Bars/ }).press("Enter");
  await studio.keyboard.press("Shift+M");
  await expect(studio.getByText(/^Leave a bar before the selected ones/)).toBeVisible();

  await studio.getByRole("textbox", { name: /^Bars/ }).fill("3-6");
  await studio.getByRole("textbox", { name: /^Bars/ }).press("Enter");
  const before = await current(studio);
  const asked = studio.waitForRequest((request) => request.url().endsWith("/suggestions"));
  await ask(studio, "Shift+M");
  expect((await asked).postDataJSON()).toMatchObject({ task: "morph", first: 2, last: 6 });
  await studio.keyboard.press("1");
  await expectSound(studio, "take 1 is heard");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  await expect(studio.getByRole("treeitem", { name: /bars 3-6 morphed/ })).toBeVisible();

  const after = await current(studio);
  const [begin, end] = [before.score.bars[2], before.score.bars[6]];
  const outside = (score: typeof before.score, track: number) =>
    score.tracks[track].notes.onset.filter((tick) => tick < begin || tick >= end);
  before.score.tracks.forEach((_, track) => {
    expect(outside(after.score, track)).toEqual(outside(before.score, track));
  });
  const notes = (score: typeof before.score) => score.tracks.map((track) => track.notes.onset);
  expect(notes(after.score)).not.toEqual(notes(before.score));
});

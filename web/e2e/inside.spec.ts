import { current, drop, expect, test, versions } from "./studio.ts";

test("a musician goes on from a bar, then puts bars in between", async ({ studio }) => {
  await drop(studio, "quartet", "Inside.mid");
  await expect(studio.getByRole("button", { name: /Inside/ })).toBeVisible();
  const given = await current(studio);
  const line = given.score.bars[2];

  // Two bars on from the beginning: what follows goes, what is before stays.
  await studio.keyboard.press("ArrowRight");
  await studio.keyboard.press("ArrowRight");
  await studio.getByRole("spinbutton", { name: "Bars to write" }).fill("1");
  await studio.getByRole("spinbutton", { name: "Bars to write" }).press("Enter");
  await studio.locator("body").press("Shift+C");
  await expect(studio.getByRole("combobox", { name: "Where to continue" })).toHaveValue("here");
  await expect(studio.getByText(/^in place of bars 3-/)).toBeVisible();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await studio.keyboard.press("2");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  const cut = await current(studio);
  expect(cut.score.bars).toEqual(given.score.bars.slice(0, 4));
  given.score.tracks.forEach(({ notes }, i) => {
    const kept = notes.onset.filter((tick) => tick < line);
    expect(cut.score.tracks[i].notes.onset.slice(0, kept.length)).toEqual(kept);
  });
  await expect(studio.getByRole("combobox", { name: "Where to continue" })).toHaveValue("end");

  // Back to the whole piece: a bar between bars 2 and 3, and nothing is lost.
  await studio.keyboard.press("Control+z");
  await expect(versions(studio).first()).toHaveAttribute("aria-current", "true");
  await studio.keyboard.press("Home");
  await studio.keyboard.press("ArrowRight");
  await studio.keyboard.press("ArrowRight");
  await studio.getByRole("combobox", { name: "Where to continue" }).selectOption("between");
  await studio.getByRole("spinbutton", { name: "Bars to write" }).fill("1");
  await studio.getByRole("spinbutton", { name: "Bars to write" }).press("Enter");
  await studio.getByRole("button", { name: /^Continue/ }).click();
  await expect(studio.getByRole("heading", { name: "Bars between" })).toBeVisible();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await studio.keyboard.press("1");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(3);
  const longer = await current(studio);
  expect(longer.score.bars.length).toBe(given.score.bars.length + 1);
  // The sound may go on meanwhile, so that the new bar is before the bar that is heard.
  const length = longer.score.bars[1];
  const movedFrom = (start: number) =>
    given.score.tracks.every(({ notes }, i) => {
      const onsets = longer.score.tracks[i].notes.onset;
      const outside = onsets.filter((tick) => tick < start || tick >= start + length);
      const expected = notes.onset.map((tick) => (tick < start ? tick : tick + length));
      return JSON.stringify(outside) === JSON.stringify(expected);
    });
  expect(given.score.bars.slice(1).some(movedFrom)).toBe(true);
});

test("a musician adds a track and has its part written", async ({ studio }) => {
  await drop(studio, "chiptune", "Along.mid");
  await expect(studio.getByRole("button", { name: /Along/ })).toBeVisible();
  const given = await current(studio);
  await studio.getByRole("button", { name: "+ Add a track" }).click();
  const choice = studio.getByRole("combobox", { name: "What the new track is played by" });
  await choice.selectOption({ label: "String Ensemble 1" });
  await studio.getByRole("button", { name: "Write this part" }).click();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await expect(studio.getByRole("radio", { name: "Add part" })).toBeChecked();
  for (const card of await studio.getByRole("article").all()) {
    await expect(card).not.toContainText(/than before|adds|without/);
  }
  await studio.keyboard.press("1");
  await expect(studio.getByRole("article", { name: "Take 1" })).toHaveClass(/heard/);
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  const kept = await current(studio);
  expect(kept.score.tracks.slice(0, -1)).toEqual(given.score.tracks);
  expect(kept.score.tracks.at(-1)?.name).toBe("String Ensemble 1");
  await expect(studio.getByRole("button", { name: "Write this part" })).toBeHidden();
});

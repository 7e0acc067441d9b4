/** Music goes on and on: it is kept as far as it was heard, and turns away when asked to. */
import { current, drop, expect, test, versions } from "./studio.ts";

test("music is written on while it plays, kept as far as it was heard, and turned away", async ({
  studio,
}) => {
  test.slow();
  await drop(studio, "chiptune", "Forever.mid");
  await expect(studio.getByRole("button", { name: /Forever/ })).toBeVisible();
  const before = await current(studio);
  const nBars = before.score.bars.length - 1;

  await studio.getByRole("button", { name: "Endless" }).click();
  const bar = studio.getByRole("group", { name: "Endless" });
  await expect(bar).toBeVisible();
  await expect(bar.getByText(/bars? ahead/)).toBeVisible({ timeout: 900_000 });
  const place = studio.locator(".place strong");
  const heard = async () => Number((await place.textContent())?.split(".")[0]);
  await expect.poll(heard, { timeout: 900_000 }).toBeGreaterThan(nBars + 1);
  await studio.screenshot({ path: "node_modules/.e2e/endless.png" });

  await studio.keyboard.press("t");
  await expect(bar.getByText("other bars are on their way")).toBeVisible();
  await expect(bar.getByText(/bars? ahead/)).toBeVisible({ timeout: 900_000 });

  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  await expect(bar, "it goes on").toBeVisible();
  await studio.keyboard.press("Escape");
  await expect(bar).toBeHidden();
  await expect(studio.getByRole("button", { name: /^Play/ })).toBeVisible();
  await expect
    .poll(async () => (await current(studio)).score.bars.length - 1)
    .toBeGreaterThan(nBars);
  const kept = await current(studio);
  const own = (score: typeof kept.score) =>
    score.tracks.map(({ notes }) => notes.onset.filter((at) => at < before.score.bars[nBars]));
  expect(own(kept.score), "the piece itself").toEqual(own(before.score));
  // What passed is in no list.
  const listed = await studio.evaluate(async ({ project, node }) => {
    const answer = await fetch(`/api/projects/${project}/nodes/${node}/suggestions`);
    return (await answer.json()) as unknown[];
  }, before);
  expect(listed).toEqual([]);
});

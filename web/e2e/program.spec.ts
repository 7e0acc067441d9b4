import { ask, current, drop, expect, open, test, versions } from "./studio.ts";

test("the program is killed, and nothing is lost", async ({ page, program }) => {
  // Not the fixture that forbids errors: a browser writes every failed request into the console.
  await open(page, program.url);
  await drop(page, "chiptune", "Survivor.mid");
  await expect(page.getByRole("button", { name: /Survivor/ })).toBeVisible();
  await ask(page, "c");
  await page.keyboard.press("1");
  await page.keyboard.press("Enter");
  await expect(versions(page)).toHaveCount(2);
  const kept = await current(page);

  await page.keyboard.press("c");
  await expect(page.getByRole("button", { name: /^Stop/ })).toBeVisible();
  await program.kill();
  await expect(page.getByText("Segue's program does not answer.")).toBeVisible();

  await page.getByRole("treeitem").nth(1).focus();
  const tracks = kept.score.tracks.map((track) => track.name);
  await page.getByRole("button", { name: tracks[0], exact: true }).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Shift+ArrowRight");
  await expect(page.getByText(/your last edits wait/)).toBeVisible();

  await program.run();
  await expect(page.getByText("Segue's program does not answer.")).toBeHidden({ timeout: 30_000 });
  await expect(versions(page), "the edit has arrived").toHaveCount(3);
  await expect(page.getByRole("button", { name: /^Stop/ })).toBeHidden();
  const after = await current(page);
  expect(after.node).not.toBe(kept.node);

  await page.reload();
  await expect(versions(page)).toHaveCount(3);
  expect(await current(page)).toEqual(after);
});

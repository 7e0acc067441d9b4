/** Learning from a folder: a musician's files become a model, which then writes. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { ask, current, expect, test } from "./studio.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../src/segue/examples");
const PATIENCE_MS = 240_000;

test("a model is learned from files, and the takes that it writes say so", async ({ studio }) => {
  test.setTimeout(2 * PATIENCE_MS);
  // A few steps are enough to try it.
  await studio.route("**/api/learning/upload*", async (route) => {
    await route.continue({ url: `${route.request().url()}&steps=4` });
  });
  await studio.getByRole("button", { name: /^Model:/ }).click();
  await studio.getByRole("textbox", { name: "Name of the model" }).fill("my songs");
  const files = ["band", "quartet", "chiptune"].map((name) => ({
    name: `${name}.mid`,
    mimeType: "audio/midi",
    buffer: readFileSync(join(EXAMPLES, `${name}.mid`)),
  }));
  await studio.getByLabel("Choose files…").setInputFiles(files);
  const bar = studio.getByRole("progressbar", { name: "Learning my songs" });
  await expect(bar).toBeVisible();
  await studio.getByRole("button", { name: "Cancel" }).click();
  await expect(studio.getByText(/cancelled; nothing was kept/)).toBeVisible();

  await studio.getByLabel("Choose files…").setInputFiles(files);
  await expect(bar).toBeVisible();
  await expect(bar).toBeHidden({ timeout: PATIENCE_MS });
  await expect(studio.getByText(/^Learned from 2 songs/)).toBeVisible();
  await studio.getByRole("button", { name: "Let my songs write" }).click();
  await expect(studio.getByRole("radio", { name: /^my songs/ })).toBeChecked();
  await studio.keyboard.press("Escape");
  await ask(studio, "c", { takes: 4, bars: 2 });
  await studio.getByRole("button", { name: /^Keep/ }).first().click();
  await expect(studio.getByText("Written by the model my songs.")).toBeVisible();
  expect((await current(studio)).node).toBeGreaterThan(1);
});

/** Continue follows another piece: a file that is chosen, then a piece of the library. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { ask, drop, expect, test } from "./studio.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../src/segue/examples");

/** A file as the chooser gives it. */
function midi(example: string, name: string) {
  const buffer = readFileSync(join(EXAMPLES, `${example}.mid`));
  return { name, mimeType: "audio/midi", buffer };
}

function settings(studio: Page) {
  return studio.getByRole("group", { name: "Play like another piece…" });
}

test("new bars follow a file, the take says which, and the choice can be cleared", async ({
  studio,
  complaints,
}, info) => {
  await drop(studio, "band", "Song.mid");
  await expect(studio.getByRole("button", { name: /Song/ })).toBeVisible();
  await studio.getByRole("button", { name: /^More/ }).click();
  const chooser = settings(studio).getByLabel("Choose a file…");
  await chooser.setInputFiles({ name: "notes.txt", mimeType: "", buffer: Buffer.from("Dear") });
  await expect(studio.getByText(/notes\.txt.* MIDI/)).toBeVisible();
  complaints.errors.length = 0; // the browser tells of the answer that refused it
  await chooser.setInputFiles(midi("chiptune", "Other.mid"));
  await expect(settings(studio).getByText("Other.mid", { exact: true })).toBeVisible();
  await studio.screenshot({ path: info.outputPath("chosen.png") });
  await studio.keyboard.press("Escape");
  await expect(studio.getByText("follows Other.mid")).toBeVisible();

  const takes = studio.getByRole("spinbutton", { name: "Takes" });
  await takes.fill("2");
  await takes.press("Enter");
  await ask(studio, "c", { takes: 2 });
  for (const name of ["Take 1", "Take 2"]) {
    await expect(studio.getByRole("article", { name })).toContainText("follows Other.mid");
  }
  await studio.screenshot({ path: info.outputPath("takes.png") });
  await studio.setViewportSize({ width: 390, height: 844 });
  await studio.screenshot({ path: info.outputPath("phone.png") });
  await studio.setViewportSize({ width: 1280, height: 720 });

  await studio.getByRole("button", { name: "Follow Other.mid no longer" }).click();
  const [asked] = await Promise.all([
    studio.waitForRequest((request) => request.url().endsWith("/suggestions")),
    studio.getByRole("button", { name: /^Continue/ }).click(),
  ]);
  expect(asked.postDataJSON()).not.toHaveProperty("follow");
  await studio.keyboard.press("Escape");
});

test("new bars follow a piece of the library, and one in another metre is refused", async ({
  studio,
  complaints,
}) => {
  for (const [example, name] of [
    ["quartet", "Waltz"],
    ["chiptune", "Hook"],
    ["band", "Ballad"],
  ]) {
    await drop(studio, example, `${name}.mid`);
    await expect(studio.getByRole("button", { name: new RegExp(`^Piece: ${name}`) })).toBeVisible();
  }
  const more = studio.getByRole("button", { name: /^More/ });
  const pieces = settings(studio).getByRole("combobox", { name: "Or one of your pieces" });
  await more.click();
  await pieces.selectOption("Waltz");
  await studio.keyboard.press("Escape");
  await studio.keyboard.press("c");
  await expect(studio.getByText(/Waltz have 3 quarters, and the new ones 4/)).toBeVisible();
  complaints.errors.length = 0;

  await more.click();
  await expect(pieces).not.toContainText("Ballad");
  await pieces.selectOption("Hook");
  await studio.keyboard.press("Escape");
  const [asked] = await Promise.all([
    studio.waitForResponse((response) => response.url().endsWith("/suggestions")),
    studio.keyboard.press("c"),
  ]);
  expect((await asked.json()).asked.follow.name).toBe("Hook");
  await studio.keyboard.press("Escape");
  await more.click();
  await settings(studio).getByRole("button", { name: "Follow no other piece" }).click();
  await expect(settings(studio).getByText("Hook", { exact: true })).toBeHidden();
});

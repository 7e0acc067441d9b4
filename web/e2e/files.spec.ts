import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { ask, current, drop, expect, loudness, open, test, versions } from "./studio.ts";

const SOUNDS = resolve(import.meta.dirname, "../../src/segue/sound/gm.sf3");

test("a musician takes a take, new bars and stems out", async ({ studio }) => {
  await drop(studio, "quartet", "Evening.mid");
  await expect(studio.getByRole("button", { name: /Evening/ })).toBeVisible();
  await ask(studio, "c");
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4);

  const card = studio.getByRole("article", { name: "Take 2" });
  const dragged = await card.evaluate((element) => {
    const dataTransfer = new DataTransfer();
    element.dispatchEvent(new DragEvent("dragstart", { dataTransfer, bubbles: true }));
    return dataTransfer.getData("DownloadURL");
  });
  const [, kind, name, address] = /^([^:]+):([^:]+):(.+)$/.exec(dragged) ?? [];
  expect([kind, name]).toEqual(["audio/midi", "Evening take 2.mid"]);
  const answer = await studio.request.get(address);
  expect((await answer.body()).subarray(0, 4).toString()).toBe("MThd");

  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  const kept = await current(studio);
  await studio.keyboard.press(" ");

  await studio.keyboard.press("x");
  const [midi] = await Promise.all([
    studio.waitForEvent("download"),
    studio.getByRole("link", { name: /only the new bars/ }).click(),
  ]);
  const nBars = kept.score.bars.length - 1;
  expect(midi.suggestedFilename()).toBe(`Evening bars ${nBars - 1}-${nBars}.mid`);
  expect(
    readFileSync(await midi.path())
      .subarray(0, 4)
      .toString(),
  ).toBe("MThd");

  const [zip] = await Promise.all([
    studio.waitForEvent("download", { timeout: 200_000 }),
    studio.getByRole("button", { name: /^Stems/ }).click(),
  ]);
  expect(zip.suggestedFilename()).toBe("Evening stems.zip");
  const bytes = readFileSync(await zip.path());
  const names = bytes.toString("latin1").match(/\d\d [\w ]+\.wav/g) ?? [];
  const sounding = kept.score.tracks.filter((track) => track.notes.onset.length > 0);
  expect(new Set(names).size).toBe(sounding.length);
  expect(bytes.length, "of seconds of sound").toBeGreaterThan(500_000 * sounding.length);
});

test("a musician's own soundfont plays, and is remembered", async ({ studio, program }) => {
  await studio.getByRole("button", { name: /^Piece/ }).click();
  const chooser = studio.getByLabel(/your own soundfont/);
  await chooser.setInputFiles({ name: "song.sf2", mimeType: "", buffer: Buffer.from("MThd") });
  await expect(studio.getByText(/song.sf2 is not a soundfont/)).toBeVisible();
  await chooser.setInputFiles({ name: "Mine.sf3", mimeType: "", buffer: readFileSync(SOUNDS) });
  await expect(studio.getByText(/Mine.sf3 plays, now and at your next visit/)).toBeVisible();

  await open(studio, program.url);
  await studio.getByRole("button", { name: /^Piece/ }).click();
  await expect(studio.getByText("Mine.sf3", { exact: true })).toBeVisible();
  await studio.keyboard.press("Escape");
  await studio.getByRole("button", { name: /^Play/ }).click();
  await expect.poll(() => loudness(studio), "the other sounds are heard").toBeGreaterThan(0.001);

  await studio.getByRole("button", { name: /^Piece/ }).click();
  await studio.getByRole("button", { name: "Use Segue's sounds" }).click();
  await expect(studio.getByText("Segue's own General MIDI sounds")).toBeVisible();
  await expect(studio.getByText(/^Sound is coming/)).toBeHidden();
});

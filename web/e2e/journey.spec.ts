import { readdirSync, readFileSync, statSync } from "node:fs";
import {
  ask,
  current,
  drop,
  expect,
  expectSound,
  frames,
  loudness,
  test,
  versions,
} from "./studio.ts";

test("a musician drops a file, hears four ways on, keeps one, branches, and exports", async ({
  studio,
  program,
}) => {
  await drop(studio, "quartet", "Evening.mid");
  await expect(studio.getByRole("button", { name: /Evening/ })).toBeVisible();
  const given = await current(studio);

  await ask(studio, "c");
  await expectSound(studio, "takes play as they come");
  await studio.keyboard.press("2");
  await expect(studio.getByRole("article", { name: "Take 2" })).toHaveClass(/heard/);
  await expectSound(studio, "take 2 is heard");
  await studio.keyboard.press("3");
  expect(await loudness(studio, 400), "take 3 goes on without a gap").toBeGreaterThan(0.0005);

  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  const kept = await current(studio);
  expect(kept.score.bars.length).toBe(given.score.bars.length + 2);
  kept.score.tracks.slice(0, given.score.tracks.length).forEach((track, i) => {
    const { onset } = given.score.tracks[i].notes;
    expect(track.notes.onset.slice(0, onset.length), "what was given stays").toEqual(onset);
  });
  expect(readdirSync(program.watched).length, "written for the DAW").toBeGreaterThan(0);

  await studio.keyboard.press("Control+z");
  await expect(versions(studio).first()).toHaveAttribute("aria-current", "true");
  await expect(
    studio.getByRole("button", { name: /^Keep/ }),
    "the takes are still there",
  ).toHaveCount(4);
  await studio.getByRole("button", { name: /^Keep/ }).first().click();
  await expect(versions(studio)).toHaveCount(3);
  await studio.keyboard.press(",");
  await expect(versions(studio).nth(1)).toHaveAttribute("aria-current", "true");
  await studio.keyboard.press("b");
  await expect(studio.getByRole("button", { name: /Compare/ }).first()).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await expectSound(studio, "the other branch is heard");
  await studio.keyboard.press("b");
  await studio.keyboard.press(" ");

  await studio.keyboard.press("x");
  const [midi] = await Promise.all([
    studio.waitForEvent("download"),
    studio.getByRole("link", { name: /the whole piece/ }).click(),
  ]);
  expect(midi.suggestedFilename()).toBe("Evening.mid");
  expect(
    readFileSync(await midi.path())
      .subarray(0, 4)
      .toString(),
  ).toBe("MThd");
  const [wav] = await Promise.all([
    studio.waitForEvent("download", { timeout: 120_000 }),
    studio.getByRole("button", { name: /^WAV/ }).click(),
  ]);
  expect(
    readFileSync(await wav.path())
      .subarray(0, 4)
      .toString(),
  ).toBe("RIFF");
  expect(statSync(await wav.path()).size).toBeGreaterThan(500_000);
  const [picture] = await Promise.all([
    studio.waitForEvent("download"),
    studio.getByRole("button", { name: /picture/ }).click(),
  ]);
  expect(
    readFileSync(await picture.path())
      .subarray(1, 4)
      .toString(),
  ).toBe("PNG");

  const before = await current(studio);
  await studio.reload();
  await expect(versions(studio)).toHaveCount(3);
  expect((await current(studio)).score).toEqual(before.score);
  await studio.keyboard.press("[");
  await expect(
    studio.getByRole("button", { name: /^Keep/ }),
    "the takes of the version before are still there",
  ).toHaveCount(4);
});

test("infill leaves a locked track alone, and an edit can be undone", async ({ studio }) => {
  await drop(studio, "band", "Locked.mid");
  await expect(studio.getByRole("button", { name: /Locked/ })).toBeVisible();
  await studio.getByRole("button", { name: /^Lock Drums/ }).click();
  await studio.getByRole("radio", { name: "Infill" }).check({ force: true });
  await studio.getByRole("textbox", { name: /^Bars/ }).fill("3-4");
  await studio.getByRole("textbox", { name: /^Bars/ }).press("Enter");
  const before = await current(studio);
  const asked = studio.waitForRequest((request) => request.url().endsWith("/suggestions"));
  await ask(studio, "i");
  const { tracks, first, last } = (await asked).postDataJSON();
  expect({ tracks, first, last }).toEqual({ tracks: [1, 2, 3, 4], first: 2, last: 4 });
  await studio.keyboard.press("1");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  const after = await current(studio);
  const drums = before.score.tracks.findIndex((track) => track.name === "Drums");
  expect(after.score.tracks[drums].notes).toEqual(before.score.tracks[drums].notes);
  const outside = (score: typeof before.score, track: number) =>
    score.tracks[track].notes.onset.filter((tick) => tick < score.bars[2]);
  expect(outside(after.score, 1)).toEqual(outside(before.score, 1));

  await studio.getByRole("button", { name: "Bass", exact: true }).click();
  await studio.keyboard.press("Control+a");
  await studio.keyboard.press("Shift+ArrowUp");
  await expect(versions(studio)).toHaveCount(3);
  await expect(studio.getByText("saving…")).toBeHidden();
  const edited = await current(studio);
  const bass = edited.score.tracks.findIndex((track) => track.name === "Bass");
  expect(edited.score.tracks[bass].notes.pitch).toEqual(
    after.score.tracks[bass].notes.pitch.map((pitch) => pitch + 12),
  );
  await studio.keyboard.press("Control+z");
  await expect.poll(async () => (await current(studio)).node).toBe(after.node);
  await studio.keyboard.press("Control+Shift+z");
  await expect.poll(async () => (await current(studio)).node).toBe(edited.node);
});

test("stopping waits for no answer, and a new piece can be composed", async ({ studio }) => {
  await drop(studio, "chiptune", "Halt.mid");
  await expect(studio.getByRole("button", { name: /Halt/ })).toBeVisible();
  const bars = studio.getByRole("spinbutton", { name: "Bars to write" });
  await bars.fill("64");
  await bars.press("Enter");
  await studio.locator("body").press("c");
  await expect(studio.getByRole("button", { name: /^Stop/ })).toBeVisible();
  let answer = (): void => {};
  const seen = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await studio.route("**/api/suggestions/*", async (route) => {
    if (route.request().method() === "DELETE") await seen;
    await route.continue();
  });
  await studio.keyboard.press("Escape");
  await expect(studio.getByRole("button", { name: /^Continue/ })).toBeVisible();
  answer();
  await expect(studio.getByText(/Stopped\.|Cancelled;/)).toBeVisible();

  await studio.keyboard.press("n");
  await bars.fill("2");
  await bars.press("Enter");
  await studio.getByRole("button", { name: "Compose" }).click();
  // Until then the takes that were stopped are there, and can be kept.
  await expect(studio.getByRole("button", { name: /New piece/ })).toBeVisible();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await studio.getByRole("button", { name: /^Keep/ }).last().click();
  await expect(versions(studio)).toHaveCount(2);
});

test("an empty piece is drawn into, and a new track takes the notes that come next", async ({
  studio,
}) => {
  const tracks = async () =>
    (await current(studio)).score.tracks.map(({ name, notes }) => [name, notes.onset.length]);
  await studio.getByRole("button", { name: /^Piece:/ }).click();
  await studio.getByRole("button", { name: /An empty piece/ }).click();
  await expect(studio.getByText("An empty piece.")).toBeVisible();
  const roll = studio.getByRole("application");
  await studio.keyboard.press("d");
  // A click that is under way when the new piece is put on the roll draws nothing.
  await frames(studio, 3);
  await roll.click({ position: { x: 200, y: 150 } });
  await expect.poll(tracks).toEqual([["Acoustic Grand Piano", 1]]);

  await studio.getByRole("button", { name: "+ Add a track" }).click();
  await studio
    .getByRole("combobox", { name: "What the new track is played by" })
    .selectOption({ label: "Flute" });
  await expect(studio.getByText("Empty: draw, record, or")).toBeVisible();
  await roll.click({ position: { x: 300, y: 150 } });
  await expect.poll(tracks).toEqual([
    ["Acoustic Grand Piano", 1],
    ["Flute", 1],
  ]);
});

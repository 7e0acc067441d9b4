import { readFileSync } from "node:fs";
import { current, drop, expect, openSilent, test } from "./studio.ts";

test("chords are read, typed over, moved, followed by what is asked next, and exported", async ({
  page: studio,
  program,
  complaints,
}, info) => {
  await openSilent(studio, program.url);
  await drop(studio, "quartet", "Minuet.mid");
  await expect(studio.getByRole("button", { name: /Minuet/ })).toBeVisible();
  const chords = studio.getByRole("list", { name: /^Chords/ });
  await expect(chords).toHaveAccessibleName("Chords, read from the notes");
  await expect(chords.getByRole("listitem").first()).toHaveText("D");
  await studio.screenshot({ path: info.outputPath("read.png") });

  const menu = studio.getByRole("button", { name: "Chords", exact: true });
  const field = studio.getByRole("textbox", { name: /^Chords of bar/ });
  await menu.click();
  await studio.getByRole("button", { name: "Type chords" }).click();
  await expect(field).toBeFocused();
  await studio.screenshot({ path: info.outputPath("typing.png") });
  await field.fill("Bm | A G . | F#m7b5/C | Em | Bm | G | Em F#7 . | Bm | G | A");
  await field.press("Enter");
  await expect(chords).toHaveAccessibleName("Chords, yours");
  await expect(chords.getByRole("listitem").first()).toHaveText("Bm");
  await studio.screenshot({ path: info.outputPath("typed.png") });

  // A bar that is pressed is typed into; what is no chord changes nothing.
  const box = await chords.boundingBox();
  if (box === null) throw new Error("The chords are not on view.");
  await studio.mouse.click(box.x + box.width - 60, box.y + 12);
  await field.fill("Hmm");
  await field.press("Enter");
  await expect(studio.getByText(/'Hmm' is not a chord; write e\.g\. Am7/)).toBeVisible();
  complaints.errors.length = 0; // the browser tells of the answer that refused it
  const firstChord = async () => (await current(studio)).chords.chords[0].symbol;
  expect(await firstChord()).toBe("Bm");

  await menu.click();
  await studio.getByRole("button", { name: "A semitone up" }).click();
  await expect.poll(firstChord).toBe("Cm");
  await studio.keyboard.press("Control+z");
  await expect.poll(firstChord).toBe("Bm");

  const follow = studio.getByRole("checkbox", { name: "Follow the chords" });
  await expect(follow).toBeChecked();
  const [asked] = await Promise.all([
    studio.waitForRequest((request) => request.url().endsWith("/suggestions")),
    studio.getByRole("button", { name: /^Continue/ }).click(),
  ]);
  expect(asked.postDataJSON()).toMatchObject({ task: "continue", follow_chords: true });
  await studio.keyboard.press("Escape");

  expect((await current(studio)).chords.named).toBe(true);
  await studio.keyboard.press("x");
  const [midi] = await Promise.all([
    studio.waitForEvent("download"),
    studio.getByRole("link", { name: /the whole piece/ }).click(),
  ]);
  const bytes = readFileSync(await midi.path()).toString("latin1");
  for (const marker of ["Bm", "F#m7b5/C", "A"]) {
    expect(bytes).toContain(`\xff\x06${String.fromCharCode(marker.length)}${marker}`);
  }
  await studio.keyboard.press("Escape");
  for (const [width, height] of [
    [390, 800],
    [1280, 720],
  ]) {
    await studio.setViewportSize({ width, height });
    await expect(chords).toBeVisible();
    await studio.screenshot({ path: info.outputPath(`at-${width}.png`) });
  }

  for (let i = 0; i < 16; i++) await studio.keyboard.press("+");
  await expect(
    chords.getByRole("listitem").first(),
    "a chord that goes on is seen from within",
  ).toBeVisible();

  await menu.click();
  await studio.getByRole("button", { name: /^Clear/ }).click();
  await expect(chords).toHaveAccessibleName("Chords, read from the notes");
});

import type { Page } from "@playwright/test";
import { ask, current, drop, expect, expectSound, test, versions } from "./studio.ts";

const card = (page: Page, number: number) => page.getByRole("article", { name: `Take ${number}` });

/** A track of a take on its card. */
const lane = (page: Page, number: number, name: string) =>
  card(page, number).getByRole("button", { name: new RegExp(`^${name}`) });

/** The notes of a track that begin in some bars, as the server has them. */
async function notesIn(page: Page, name: string, first: number, last: number) {
  const { score } = await current(page);
  const { notes } = score.tracks.find((track) => track.name === name) ?? score.tracks[0];
  return notes.onset.flatMap((onset, i) =>
    onset >= score.bars[first] && onset < score.bars[last] ? [[onset, notes.pitch[i]]] : [],
  );
}

test("the drums of one take go with the bass of another, before and after keeping, by keys", async ({
  studio,
}) => {
  await drop(studio, "band", "Parts.mid");
  await expect(studio.getByRole("button", { name: /Parts/ })).toBeVisible();
  await ask(studio, "c", { bars: 4 });
  await studio.keyboard.press("1");
  await studio.keyboard.press(" ");
  await studio.keyboard.press("o");
  const status = studio.getByRole("status").filter({ hasText: /take 1/ });
  await expect(status, "it begins with what is heard").toHaveText(/Drums, .*: take 1$/);

  // By keys alone: to the bass of take 2, in the last two bars.
  const field = studio.getByRole("textbox", { name: /^Only bars/ });
  await field.focus();
  await studio.keyboard.type("11-12");
  await studio.keyboard.press("Enter");
  await lane(studio, 2, "Bass").focus();
  await studio.keyboard.press(" ");
  await expect(lane(studio, 2, "Bass")).toHaveAttribute("aria-pressed", "true");
  await expect(
    studio.getByRole("status").filter({ hasText: /Bass: take 2, bars 11-12/ }),
  ).toBeVisible();
  await studio.locator("body").press("o");
  await expect(studio.getByRole("button", { name: /^Hear comp/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await expectSound(studio, "the comp is heard");
  await studio.getByRole("button", { name: /^Keep comp/ }).press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  await expect(versions(studio).nth(1)).toHaveText(/of take 1.*Bass of take 2, bars 11-12/);
  const bass = await notesIn(studio, "Bass", 8, 12);
  const drums = await notesIn(studio, "Drums", 8, 12);
  const before = await notesIn(studio, "Bass", 0, 8);

  // After keeping: the drums of take 3 into what was kept.
  await studio.getByRole("button", { name: /^Take parts of earlier takes/ }).click();
  await studio.getByRole("button", { name: "All bars" }).click();
  await lane(studio, 3, "Drums").click();
  await studio.getByRole("button", { name: /^Keep comp/ }).click();
  await expect(versions(studio)).toHaveCount(3);
  await expect(versions(studio).nth(2)).toHaveText(/^Drums of take 3/);
  expect(await notesIn(studio, "Bass", 8, 12)).toEqual(bass);
  expect(await notesIn(studio, "Bass", 0, 8)).toEqual(before);
  expect(await notesIn(studio, "Drums", 8, 12)).not.toEqual(drums);
  await studio.keyboard.press("Control+z");
  await expect.poll(() => notesIn(studio, "Drums", 8, 12)).toEqual(drums);
});

test("four more takes like one are written beside it, and can be mixed with it", async ({
  studio,
}) => {
  await drop(studio, "quartet", "Alike.mid");
  await expect(studio.getByRole("button", { name: /Alike/ })).toBeVisible();
  await ask(studio, "c", { bars: 2 });
  await studio.getByRole("button", { name: "More like this, take 2" }).click();
  await expect(studio.getByRole("heading", { name: "More like take 2" })).toBeVisible();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await expect(versions(studio), "nothing is kept by it").toHaveCount(1);
  await studio.keyboard.press("3");
  await expectSound(studio, "a variation is heard");
  await studio.keyboard.press(" ");
  await studio.getByRole("button", { name: /^Earlier takes/ }).click();
  await expect(studio.getByRole("heading", { name: "Continue" })).toBeVisible();
  await studio.keyboard.press("o");
  await card(studio, 2).getByRole("button", { name: "All", exact: true }).click();
  await studio.getByRole("combobox", { name: "Takes to choose from" }).selectOption({ index: 0 });
  await card(studio, 3).getByRole("group").getByRole("button").first().click();
  await studio.getByRole("button", { name: /^Keep comp/ }).click();
  await expect(versions(studio)).toHaveCount(2);
  await expect(versions(studio).nth(1)).toHaveText(
    /of take 3 \(bars 9-10 varied\); .* of take 2 \(/,
  );
});

test("the finished bars of a take that was stopped are a version like any other", async ({
  studio,
}) => {
  await drop(studio, "chiptune", "Cut short.mid");
  await expect(studio.getByRole("button", { name: /Cut short/ })).toBeVisible();
  const given = await current(studio);
  const bars = studio.getByRole("spinbutton", { name: "Bars to write" });
  await bars.fill("64");
  await bars.press("Enter");
  await studio.locator("body").press("c");
  await expect(card(studio, 1).getByText(/bar [2-9] of 64 is written/)).toBeVisible({
    timeout: 120_000,
  });
  await studio.keyboard.press("Escape");
  const keep = card(studio, 1).getByRole("button", { name: /^Keep \d+ bars/ });
  await expect(keep).toBeVisible();
  const n = Number(/\d+/.exec((await keep.textContent()) ?? "")?.[0]);
  await keep.click();
  await expect(versions(studio)).toHaveCount(2);
  await expect(versions(studio).nth(1)).toHaveText(
    new RegExp(`^${n} (more bars|bars more), take 1`),
  );
  const kept = await current(studio);
  expect(kept.score.bars.length).toBe(given.score.bars.length + n);
});

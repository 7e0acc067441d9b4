/** Fingers: notes are selected by taps and boxes, moved and deleted; one finger pans, two zoom. */
import type { CDPSession, Locator, Page } from "@playwright/test";
import { current, drop, expect, openSilent, test, versions } from "./studio.ts";

test.use({ hasTouch: true, viewport: { width: 1280, height: 720 } });

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Fingers on the screen, one after the other or several at once, as the browser's input sends them. */
class Hand {
  readonly #session: CDPSession;

  constructor(session: CDPSession) {
    this.#session = session;
  }

  static async on(page: Page): Promise<Hand> {
    return new Hand(await page.context().newCDPSession(page));
  }

  down(...places: readonly Place[]): Promise<unknown> {
    return this.#send("touchStart", places);
  }

  move(...places: readonly Place[]): Promise<unknown> {
    return this.#send("touchMove", places);
  }

  up(): Promise<unknown> {
    return this.#send("touchEnd", []);
  }

  /** Each finger goes along its path and is lifted; none waits for the page, as no real one does. */
  async go(...paths: readonly (readonly Place[])[]): Promise<void> {
    const steps = Math.max(...paths.map((path) => path.length));
    const at = (step: number) => paths.map((path) => path[Math.min(step, path.length - 1)]);
    const sent = [this.down(...at(0))];
    for (let step = 1; step < steps; step++) sent.push(this.move(...at(step)));
    await Promise.all([...sent, this.up()]);
  }

  tap(place: Place): Promise<void> {
    return this.go([place]);
  }

  #send(type: "touchStart" | "touchMove" | "touchEnd", places: readonly Place[]) {
    const touchPoints = places.map((place, id) => ({ ...place, id }));
    return this.#session.send("Input.dispatchTouchEvent", { type, touchPoints });
  }
}

/** From one place to another in small steps. */
function way(from: Place, to: Place, steps = 8): Place[] {
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: from.x + ((to.x - from.x) * i) / steps,
    y: from.y + ((to.y - from.y) * i) / steps,
  }));
}

/** A piece on a roll that stands still, and a hand. */
async function begin(page: Page, url: string, name: string) {
  await openSilent(page, url);
  await drop(page, "chiptune", `${name}.mid`);
  await expect(page.getByRole("button", { name: new RegExp(`^Piece: ${name}`) })).toBeVisible();
  // Words lie over notes until they go by themselves.
  await expect(page.getByRole("button", { name: "Dismiss" })).toHaveCount(0);
  return { roll: page.getByRole("application"), hand: await Hand.on(page) };
}

/**
 * Tap a button until what it does is done.
 *
 * On a busy machine Chromium now and then gives the page all events of a tap but its click.
 */
async function press(button: Locator, isDone: () => Promise<void>): Promise<void> {
  await expect(async () => {
    if (await button.isVisible()) await button.tap();
    await isDone();
  }).toPass();
}

/** Take a tool, and wait until it is the roll's. */
async function take(page: Page, name: RegExp): Promise<void> {
  const tool = page.getByRole("button", { name });
  await press(tool, () => expect(tool).toHaveAttribute("aria-pressed", "true", { timeout: 2000 }));
}

/** Places well inside notes of the roll, far from each other: where its cursor says that there is one. */
async function notePlaces(roll: Locator, most: number): Promise<Place[]> {
  return roll.evaluate((canvas: HTMLElement, count) => {
    const box = canvas.getBoundingClientRect();
    const found: { x: number; y: number }[] = [];
    const isNote = (x: number, y: number): boolean => {
      const place = { clientX: x, clientY: y, pointerType: "mouse" };
      canvas.dispatchEvent(new PointerEvent("pointermove", place));
      return ["pointer", "grab"].includes(canvas.style.cursor);
    };
    for (let y = Math.round(box.top) + 60; y < box.bottom - 20; y += 2) {
      for (let x = Math.round(box.left) + 120; x < box.right - 140; x += 4) {
        const isFar = found.every((one) => Math.hypot(one.x - x, one.y - y) > 60);
        if (!isFar || !isNote(x, y)) continue;
        if (!isNote(x - 2, y) || !isNote(x, y - 1) || !isNote(x, y + 1)) continue;
        found.push({ x, y });
        if (found.length === count) return found;
      }
    }
    return found;
  }, most);
}

/** The same once they no longer change: the view of a new piece is fitted a frame later. */
async function steadyPlaces(roll: Locator, most = 3): Promise<Place[]> {
  let found: Place[] = [];
  await expect(async () => {
    const before = found;
    found = await notePlaces(roll, most);
    expect(found).toHaveLength(most);
    expect(found).toEqual(before);
  }).toPass();
  return found;
}

/** Every note of the current version, as text. */
async function notesOf(page: Page): Promise<string[]> {
  const { score } = await current(page);
  return score.tracks.flatMap(({ name, notes }) =>
    notes.onset.map((onset, i) => `${name} ${onset} ${notes.pitch[i]}`),
  );
}

function without(some: readonly string[], others: readonly string[]): string[] {
  const rest = [...others];
  return some.filter((one) => {
    const place = rest.indexOf(one);
    if (place >= 0) rest.splice(place, 1);
    return place < 0;
  });
}

/** How many notes are selected, as the roll says. */
async function nChosen(roll: Locator): Promise<number> {
  return Number((await roll.getAttribute("aria-label"))?.match(/(\d+) notes? selected/)?.[1]);
}

/** What of the view is in the page's own elements: which chords are seen, and where. */
function chordsOf(page: Page): () => Promise<string[]> {
  const chords = page.getByRole("list", { name: /^Chords/ }).getByRole("listitem");
  return () => chords.evaluateAll((all) => all.map(({ style }) => style.left));
}

test("fingers select several notes", async ({ page: studio, program, complaints: _ }, info) => {
  const { roll, hand } = await begin(studio, program.url, "Taps");
  const box = await roll.boundingBox();
  if (box === null) throw new Error("There is no roll.");

  await take(studio, /^Select several/);
  const [first, second, third] = await steadyPlaces(roll);
  await hand.tap(first);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);
  expect(await roll.boundingBox(), "the roll stays where it is").toEqual(box);
  await hand.tap(second);
  await expect(roll).toHaveAccessibleName(/ 2 notes selected/);
  await hand.tap(first);
  await expect(roll, "a second tap takes it out").toHaveAccessibleName(/ 1 note selected/);

  // A box that begins on a note selects as well, and moves nothing.
  const corner = { x: box.x + box.width - 10, y: box.y + box.height - 10 };
  await hand.go(way(third, corner));
  await expect(roll).not.toHaveAccessibleName(/ [012] notes? selected/);
  await studio.screenshot({ path: info.outputPath("several.png") });

  // With the first tool a tap selects that note alone, whether or not it was selected.
  await take(studio, /^Select and move/);
  await hand.tap(second);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);
  await expect(versions(studio)).toHaveCount(1);
});

test("a finger moves what is selected, and the button deletes it", async ({
  page: studio,
  program,
  complaints: _,
}) => {
  const { roll, hand } = await begin(studio, program.url, "Shifted");
  await take(studio, /^Select several/);
  const [first, second] = await steadyPlaces(roll);
  await hand.tap(first);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);
  await hand.tap(second);
  await expect(roll).toHaveAccessibleName(/ 2 notes selected/);

  const before = await notesOf(studio);
  await take(studio, /^Select and move/);
  await hand.go(way(first, { x: first.x + 120, y: first.y }));
  await expect(versions(studio).last()).toContainText(/moved 2 notes/);
  await expect(roll, "they stay selected").toHaveAccessibleName(/ 2 notes selected/);
  const after = await notesOf(studio);
  expect(without(before, after), "taken from where they were").toHaveLength(2);
  expect(without(after, before), "put elsewhere").toHaveLength(2);

  await press(studio.getByRole("button", { name: "Delete", exact: true }), () =>
    expect(roll).toHaveAccessibleName(/ 0 notes selected/, { timeout: 2000 }),
  );
  await expect(versions(studio).last()).toContainText(/deleted 2 notes/);
  expect(without(before, await notesOf(studio))).toEqual(without(before, after));
});

test("the program's answer to an edit does not end the gesture that is under way", async ({
  page: studio,
  program,
  complaints: _,
}) => {
  const { roll, hand } = await begin(studio, program.url, "Answer");
  const [first] = await steadyPlaces(roll, 1);
  await hand.tap(first);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);

  let answer: () => void = () => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  await studio.route("**/edits", async (route) => {
    await held;
    await route.continue();
  });
  await hand.go(way(first, { x: first.x + 60, y: first.y }));
  await expect(studio.getByText("saving…")).toBeVisible();
  await take(studio, /^Select several/);
  const box = await roll.boundingBox();
  if (box === null) throw new Error("There is no roll.");
  const along = (share: number) => ({
    x: box.x + 120 + share * (box.width - 160),
    y: box.y + 60 + share * (box.height - 80),
  });
  await hand.down(along(0));
  await hand.move(along(0.5));
  await expect.poll(() => nChosen(roll)).toBeGreaterThan(1);
  const half = await nChosen(roll);
  answer();
  await expect(versions(studio)).toHaveCount(2);
  await expect(studio.getByText("saving…")).toBeHidden();
  await hand.move(along(1));
  await expect.poll(() => nChosen(roll), { message: "the box grows" }).toBeGreaterThan(half);
  await hand.up();
});

test("one finger pans, two pan and zoom, and neither changes what is selected or the music", async ({
  page: studio,
  program,
  complaints: _,
}) => {
  const { roll, hand } = await begin(studio, program.url, "Near and far");
  const box = await roll.boundingBox();
  if (box === null) throw new Error("There is no roll.");
  const node = (await current(studio)).node;
  const chords = chordsOf(studio);
  const at = (x: number, y = 0) => ({
    x: box.x + box.width / 2 + x,
    y: box.y + box.height / 3 + y,
  });

  const [first] = await steadyPlaces(roll, 1);
  await hand.tap(first);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);
  const wide = await chords();
  await hand.go(way(at(-80), at(-240)), way(at(80), at(240)));
  await expect
    .poll(async () => (await chords()).length, { message: "closer: fewer bars" })
    .toBeLessThan(wide.length);

  const near = await chords();
  await hand.go(way(at(200, 90), at(-150, 90)));
  await expect.poll(chords, { message: "one finger pans" }).not.toEqual(near);
  const panned = await chords();
  await hand.go(way(at(-60), at(40)), way(at(60), at(160)));
  await expect.poll(chords, { message: "two fingers pan" }).not.toEqual(panned);

  // The first finger has drawn a box already when the second one comes: it was not meant.
  await take(studio, /^Select several/);
  const still = await chords();
  await hand.down(at(-80));
  await hand.move(at(-150, 60));
  await expect(roll).toHaveAccessibleName(/selected/);
  await hand.down(at(-150, 60), at(80));
  await hand.move(at(-100, 60), at(30));
  await hand.move(at(-80, 60), at(10));
  await hand.up();
  await expect.poll(chords, { message: "farther" }).not.toEqual(still);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);
  expect((await current(studio)).node).toBe(node);
});

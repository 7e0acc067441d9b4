/** What a demanding musician's hands do: keys after clicks, stopping, deleting, renaming, small screens. */
import {
  ask,
  current,
  drop,
  expect,
  expectSilence,
  frames,
  openSilent,
  test,
  versions,
} from "./studio.ts";

test("keys mean the studio's after a click, and the element's where a key led", async ({
  studio,
}) => {
  await drop(studio, "band", "Hands.mid");
  await expect(studio.getByRole("button", { name: /Hands/ })).toBeVisible();
  const mute = studio.getByRole("button", { name: "Mute Bass" });
  await mute.click();
  await expect(mute).toHaveAttribute("aria-pressed", "true");
  await studio.keyboard.press(" ");
  await expect(studio.getByRole("button", { name: /^Pause/ })).toBeVisible();
  await expect(mute, "Space plays").toHaveAttribute("aria-pressed", "true");
  await studio.keyboard.press(" ");
  await expect(studio.getByRole("button", { name: /^Play/ })).toBeVisible();

  await studio.getByRole("button", { name: "Solo Bass" }).focus();
  await studio.keyboard.press("Shift+Tab");
  await expect(mute).toBeFocused();
  await studio.keyboard.press(" ");
  await expect(mute, "Space presses what Tab came to").toHaveAttribute("aria-pressed", "false");

  await ask(studio, "c", { bars: 1 });
  const card = studio.getByRole("article", { name: "Take 2" });
  await card.getByRole("button", { name: /^Hear take/ }).click();
  await expect(card).toHaveClass(/heard/);
  const all = studio.getByRole("button", { name: /^Hear all/ });
  const alone = studio.getByRole("button", { name: /^Piece alone/ });
  await all.click();
  await expect(all).toHaveAttribute("aria-pressed", "true");
  await expect(alone).toHaveAttribute("aria-pressed", "false");
  await alone.click();
  await expect(all).toHaveAttribute("aria-pressed", "false");
  await expect(alone).toHaveAttribute("aria-pressed", "true");
  await card.getByRole("button", { name: /^Hear take/ }).click();
  await studio.keyboard.press("Enter");
  await expect(versions(studio), "Enter keeps").toHaveCount(2);
});

test("Escape in the bar before a take ends the sound", async ({ studio }) => {
  await drop(studio, "band", "Stop.mid");
  await expect(studio.getByRole("button", { name: /Stop/ })).toBeVisible();
  await ask(studio, "c", { bars: 1 });
  await studio.keyboard.press("1");
  // It is short: over and over, so that a slow machine still finds it playing.
  await studio.keyboard.press("l");
  await studio.keyboard.press(" ");
  await studio.keyboard.press("1");
  await expect(studio.getByRole("button", { name: /^Pause/ })).toBeVisible();
  await studio.keyboard.press("Escape");
  await expect(studio.getByRole("button", { name: /^Play/ })).toBeVisible();
  await expectSilence(studio, "the sound ends");
  await expect(studio.getByRole("article", { name: "Take 1" })).not.toHaveClass(/heard/);
});

test("only what is seen is deleted, a new name stands alone, and an edit says where takes are", async ({
  studio,
}) => {
  await drop(studio, "band", "Seen.mid");
  await expect(studio.getByRole("button", { name: /Seen/ })).toBeVisible();
  await ask(studio, "c", { bars: 1 });
  const before = await current(studio);
  await studio.getByRole("button", { name: "Bass", exact: true }).click();
  await studio.getByRole("button", { name: "Only this track" }).click();
  const roll = studio.getByRole("application");
  const box = await roll.boundingBox();
  if (box === null) throw new Error("there is no roll");
  // A band over all that is seen, from the end to before the beginning.
  await studio.mouse.move(box.x + box.width - 8, box.y + box.height - 8);
  await studio.mouse.down();
  await studio.mouse.move(box.x + 4, box.y + 4, { steps: 4 });
  await studio.mouse.up();
  await studio.keyboard.press("Delete");
  await expect.poll(async () => (await current(studio)).node).not.toBe(before.node);
  const after = await current(studio);
  const notesOf = ({ score }: typeof before) =>
    score.tracks.filter(({ name }) => name !== "Bass").map(({ notes }) => notes);
  expect(notesOf(after), "what is not seen").toEqual(notesOf(before));
  const count = ({ score }: typeof before) =>
    score.tracks.find(({ name }) => name === "Bass")?.notes.onset.length ?? 0;
  expect(count(after), "what is seen").toBeLessThan(count(before));

  await expect(studio.getByText("The 4 takes belong to the version before it")).toBeVisible();
  await studio.getByRole("button", { name: "Go back to them" }).click();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4);

  // The bass is still selected.
  await studio.keyboard.press("F2");
  await expect(studio.getByRole("textbox", { name: "Name of the track" })).toBeFocused();
  await studio.keyboard.type("Low");
  await studio.keyboard.press("Enter");
  await expect(studio.getByRole("button", { name: "Low", exact: true })).toBeVisible();
});

test("Space while the sound is coming is not lost", async ({ page, program }) => {
  let come: () => void = () => {};
  const held = new Promise<void>((done) => {
    come = done;
  });
  await page.route("**/sound/gm.sf3", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto(program.url);
  await expect(page.getByRole("application")).toBeVisible();
  await expect(page.getByText("Sound is coming…")).toBeVisible();
  await page.keyboard.press(" ");
  await expect(page.getByText("Sound is coming, then it plays")).toBeVisible();
  come();
  await expect(page.getByText(/^Sound is coming/)).toBeHidden({ timeout: 60_000 });
  await expect(page.getByRole("button", { name: /^Pause/ })).toBeVisible();
});

for (const [width, height] of [
  [390, 844],
  [768, 1024],
] as const) {
  test(`nothing overlaps at ${width} pixels`, async ({ studio }) => {
    await studio.setViewportSize({ width, height });
    const crossing = await studio.evaluate(() => {
      const shown = [...document.querySelectorAll("header button, .ask button, .ask .tasks label")]
        .map((element) => ({ element, box: element.getBoundingClientRect() }))
        .filter(({ box }) => box.width > 0 && box.height > 0);
      const words = (element: Element) => element.getAttribute("aria-label") ?? element.textContent;
      return shown.flatMap(({ element: a, box: one }, i) =>
        shown.slice(i + 1).flatMap(({ element: b, box: other }) => {
          const across = Math.min(one.right, other.right) - Math.max(one.left, other.left);
          const down = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
          return across > 1 && down > 1 ? [`${words(a)} and ${words(b)}`] : [];
        }),
      );
    });
    expect(crossing).toEqual([]);
    for (const task of ["Vary", "Infill", "Add part", "Compose", "Continue"]) {
      await studio.getByRole("radio", { name: task }).check({ force: true });
      const bar = await studio.locator(".ask").boundingBox();
      expect(bar?.height, task).toBeLessThan(width < 600 ? 240 : 100);
      const words = studio.locator(".ask .where");
      if ((await words.count()) > 0) {
        const isCut = await words.evaluate((one) => one.scrollWidth > one.clientWidth);
        expect(isCut, `the words of ${task} are cut`).toBe(false);
      }
      const wide = await studio.evaluate(() => document.documentElement.scrollWidth);
      expect(wide).toBeLessThanOrEqual(width);
    }
    const cut = await studio.evaluate(() => {
      const tools = document.querySelector('[aria-label="Notes"] .tools');
      return tools === null || tools.scrollWidth > tools.clientWidth;
    });
    expect(cut, "the tools are cut").toBe(false);
  });
}

test.describe("on a phone", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });

  test("all that can be asked for is seen and touched without scrolling", async ({
    page: studio,
    program,
    complaints: _,
  }) => {
    await openSilent(studio, program.url);
    const radios = studio.getByRole("radiogroup", { name: "What to ask for" });
    const tasks = await radios.locator("label").all();
    const button = studio.locator("#ask-for-takes");
    for (const width of [360, 390, 430]) {
      await studio.setViewportSize({ width, height: 844 });
      for (const task of tasks) {
        await expect(task).toBeInViewport({ ratio: 1 });
        // The click of a tap is lost now and then where the machine is busy.
        await expect(async () => {
          await task.tap();
          await expect(task.getByRole("radio")).toBeChecked({ timeout: 2000 });
        }).toPass();
        await expect(button).toBeInViewport({ ratio: 1 });
      }
      const sideways = await radios.evaluate((one) => one.scrollWidth - one.clientWidth);
      expect(sideways, `pixels to scroll at ${width}`).toBeLessThanOrEqual(0);
    }
    const cut = await studio.evaluate(() => {
      const tools = document.querySelector('[aria-label="Notes"] .tools');
      return tools === null || tools.scrollWidth > tools.clientWidth;
    });
    expect(cut, "the tools are cut").toBe(false);
  });
});

test("the first Tab leads past everything to the button that asks", async ({ studio }) => {
  await studio.keyboard.press("Tab");
  await expect(studio.getByRole("link", { name: "Skip to the takes" })).toBeFocused();
  await studio.keyboard.press("Enter");
  await expect(studio.getByRole("button", { name: /^(Continue|Compose)/ })).toBeFocused();
});

for (const width of [390, 768, 1280, 1920]) {
  test(`every menu opens inside the page at ${width} pixels`, async ({ studio }) => {
    await studio.setViewportSize({ width, height: 844 });
    const openers = studio.locator(".menu > button:visible");
    expect(await openers.count()).toBeGreaterThan(1);
    for (const opener of await openers.all()) {
      await opener.click();
      const panel = studio.locator(".menu > .panel");
      await expect(panel).toBeVisible();
      const box = await panel.boundingBox();
      const words = await opener.textContent();
      expect(box?.x, words ?? "").toBeGreaterThanOrEqual(0);
      expect((box?.x ?? 0) + (box?.width ?? 0), words ?? "").toBeLessThanOrEqual(width);
      await studio.keyboard.press("Escape");
      await expect(panel).toHaveCount(0);
    }
  });
}

test("the same notes are in view when the window changes its height", async ({ studio }) => {
  const painted = async () => {
    const roll = studio.getByRole("application");
    await expect(roll).toBeVisible();
    await frames(studio, 1);
    // Where the roll has notes: pixels of any hue, away from the ruler, the keys and the drums.
    return roll.evaluate((canvas: HTMLCanvasElement) => {
      const copy = new OffscreenCanvas(canvas.width, canvas.height);
      const context = copy.getContext("2d", { willReadFrequently: true });
      context?.drawImage(canvas, 0, 0);
      const height = Math.floor(canvas.height * 0.45);
      const pixels = context?.getImageData(110, 50, canvas.width - 120, height - 50).data ?? [];
      let hued = 0;
      for (let i = 0; i < pixels.length; i += 4) {
        const rgb = [pixels[i], pixels[i + 1], pixels[i + 2]];
        if (Math.max(...rgb) - Math.min(...rgb) > 60) hued++;
      }
      return hued;
    });
  };
  const before = await painted();
  await studio.setViewportSize({ width: 1280, height: 1400 });
  await studio.waitForTimeout(300);
  await studio.setViewportSize({ width: 1280, height: 720 });
  await studio.waitForTimeout(300);
  expect(await painted()).toBeGreaterThan(before * 0.9);
});

test("the take that ranks first is marked", async ({ studio }) => {
  await ask(studio, "c", { bars: 1 });
  await expect(studio.getByText("ranks first")).toHaveCount(1);
  await ask(studio, "v");
  await expect(studio.getByText("ranks first"), "no critic judges variations").toHaveCount(0);
});

test("all further settings are seen at once on a laptop", async ({ studio }) => {
  await studio.getByRole("button", { name: /^More/ }).first().click();
  const panel = studio.locator(".menu > .panel");
  await expect(panel).toBeVisible();
  const hidden = await panel.evaluate((one) => one.scrollHeight - one.clientHeight);
  expect(hidden).toBeLessThanOrEqual(1);
});

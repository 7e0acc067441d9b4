import { current, drop, expect, expectSound, test, versions } from "./studio.ts";

test("everything that matters goes by keys alone, with the focus to be seen", async ({
  studio,
}) => {
  await drop(studio, "band", "Keys.mid");
  await expect(studio.getByRole("button", { name: /Keys/ })).toBeVisible();
  await studio.keyboard.press("?");
  await expect(studio.getByRole("dialog")).toBeVisible();
  await studio.keyboard.press("Escape");
  await expect(studio.getByRole("dialog")).toBeHidden();

  // Tab reaches the first controls, and each shows that it has the focus.
  for (let i = 0; i < 12; i++) {
    await studio.keyboard.press("Tab");
    const shown = await studio.evaluate(() => {
      const at = document.activeElement;
      if (at === null || at === document.body) return "nothing has the focus";
      const style = getComputedStyle(at);
      const label = at.closest("label");
      const outer = label === null ? null : getComputedStyle(label);
      const isSeen = [style, outer].some((one) => one !== null && one.outlineStyle !== "none");
      return isSeen ? "" : `no outline on ${at.outerHTML.slice(0, 120)}`;
    });
    expect(shown).toBe("");
  }
  await studio.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());

  await studio.keyboard.press("c");
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await studio.keyboard.press("4");
  await expectSound(studio, "it plays");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  await studio.keyboard.press("*");
  await expect(studio.getByText("starred")).toBeAttached();
  await studio.keyboard.press(" ");
  await studio.keyboard.press("[");
  await expect(versions(studio).first()).toHaveAttribute("aria-current", "true");
  await studio.keyboard.press("]");
  await expect(versions(studio).nth(1)).toHaveAttribute("aria-current", "true");

  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("k");
  await studio.keyboard.press("m");
  const bass = studio.getByRole("button", { name: "Mute Bass" });
  await expect(bass).toHaveAttribute("aria-pressed", "true");
  await expect(studio.getByRole("button", { name: /^Lock Bass/ })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await studio.keyboard.press("r");
  await expect(studio.getByRole("alert").getByText(/Bass is locked/)).toBeVisible();

  await studio.keyboard.press("F2");
  const name = studio.getByRole("textbox", { name: "Name of the track" });
  await expect(name).toBeFocused();
  await name.fill("Low");
  await name.press("Enter");
  await expect(studio.getByRole("button", { name: "Low", exact: true })).toBeVisible();
  await expect(studio.getByText("saving…")).toBeHidden();
  await studio.keyboard.press("Control+z");

  // A menu that a key opens is walked by keys, and gives the keys back.
  await studio.keyboard.press("x");
  await expect(studio.getByRole("link", { name: /the whole piece/ })).toBeFocused();
  await studio.keyboard.press("Escape");
  await expect(studio.getByRole("link", { name: /the whole piece/ })).toBeHidden();

  // The tree by its own keys.
  await versions(studio).nth(1).focus();
  await studio.keyboard.press("ArrowUp");
  await studio.keyboard.press("Enter");
  await expect(versions(studio).first()).toHaveAttribute("aria-current", "true");
  expect((await current(studio)).node).toBe(1);
});

test("keys mean the same while the roll has the focus", async ({ studio }) => {
  await drop(studio, "band", "Roll.mid");
  await expect(studio.getByRole("button", { name: /Roll/ })).toBeVisible();
  const before = await current(studio);
  const roll = studio.getByRole("application");
  await roll.focus();
  await studio.keyboard.press("ArrowDown");
  const { name } = before.score.tracks[0];
  await expect(studio.getByRole("button", { name, exact: true })).toHaveAttribute(
    "aria-current",
    "true",
  );
  await studio.keyboard.press("Control+a");
  await studio.keyboard.press("Shift+ArrowUp");
  await expect
    .poll(async () => (await current(studio)).score.tracks[0].notes.pitch)
    .toEqual(before.score.tracks[0].notes.pitch.map((pitch) => pitch + 12));
  await studio.keyboard.press("Escape");
  await expect(roll).toHaveAccessibleName(/ 0 notes selected/);
});

test("a list that was used with the mouse gives the keys back, one used by keys keeps them", async ({
  studio,
}) => {
  await drop(studio, "band", "Lists.mid");
  await expect(studio.getByRole("button", { name: /Lists/ })).toBeVisible();
  const grid = studio.getByRole("combobox", { name: "Grid" });
  // Its label gives it the focus as the mouse does, without the list of the system before the page.
  await studio.getByText("Grid", { exact: true }).click();
  await expect(grid).toBeFocused();
  await grid.selectOption({ label: "1/8" });
  await expect(grid).not.toBeFocused();

  await studio.getByRole("button", { name: /^Erase notes/ }).focus();
  await studio.keyboard.press("Tab");
  await expect(grid).toBeFocused();
  await grid.selectOption({ label: "1/4" });
  await expect(grid).toBeFocused();
});

test("a browser without MIDI says so in plain words", async ({ studio }) => {
  await studio.evaluate(() => {
    Object.defineProperty(navigator, "requestMIDIAccess", {
      value: () => Promise.reject(new DOMException("no", "NotAllowedError")),
    });
  });
  await studio.keyboard.press("Shift+R");
  await expect(studio.getByRole("alert").getByText(/MIDI/)).toBeVisible();
});

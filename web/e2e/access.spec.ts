import { ask, drop, expect, test } from "./studio.ts";
import { violations } from "./violations.ts";

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing keeps anybody out, ${colorScheme}`, async ({ studio }) => {
    await drop(studio, "band", `Seen in ${colorScheme}.mid`);
    await expect(studio.getByRole("button", { name: /Seen in/ })).toBeVisible();
    await studio.emulateMedia({ colorScheme });
    expect(await violations(studio), "at first").toEqual([]);
    await ask(studio, "c", { bars: 1 });
    await studio.keyboard.press("2");
    expect(await violations(studio), "with takes").toEqual([]);
    await studio.keyboard.press(" ");
    await studio.keyboard.press("o");
    expect(await violations(studio), "comping").toEqual([]);
    await studio.setViewportSize({ width: 390, height: 844 });
    expect(await violations(studio), "comping on a phone").toEqual([]);
    await studio.getByRole("button", { name: "Close the comp" }).click();
    for (const side of ["Tracks", "Versions"]) {
      await studio.getByRole("button", { name: side, exact: true }).click();
      expect(await violations(studio), `${side} on a phone`).toEqual([]);
      await studio.getByRole("button", { name: side, exact: true }).click();
    }
    await studio.setViewportSize({ width: 1280, height: 720 });
    await studio.keyboard.press("2");
    await studio.keyboard.press(" ");
    await studio.keyboard.press("Enter");
    for (const task of ["Infill", "Morph", "Vary", "Redo track", "Compose"]) {
      await studio.getByRole("radio", { name: task }).check({ force: true });
      expect(await violations(studio), task).toEqual([]);
    }
    for (const name of [/^More/, /^Export/, /^Piece/]) {
      await studio.getByRole("button", { name }).first().click();
      expect(await violations(studio), String(name)).toEqual([]);
      await studio.keyboard.press("Escape");
    }
    await studio.keyboard.press("?");
    expect(await violations(studio), "help").toEqual([]);
  });
}

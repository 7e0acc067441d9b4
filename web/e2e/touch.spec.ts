/** Fingers: several notes are selected by taps and by boxes. */
import type { CDPSession, Page } from "@playwright/test";
import { drop, expect, openSilent, test, versions } from "./studio.ts";

test.use({ hasTouch: true, viewport: { width: 1280, height: 720 } });

interface Place {
  readonly x: number;
  readonly y: number;
}

/** A finger that goes from place to place and is lifted; several fingers side by side. */
async function fingers(session: CDPSession, ...paths: (readonly Place[])[]): Promise<void> {
  const at = (step: number) =>
    paths.map((path, id) => ({ ...path[Math.min(step, path.length - 1)], id }));
  const steps = Math.max(...paths.map((path) => path.length));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step < steps; step++) {
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step) });
  }
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** From one place to another in small steps. */
function way(from: Place, to: Place, steps = 8): Place[] {
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: from.x + ((to.x - from.x) * i) / steps,
    y: from.y + ((to.y - from.y) * i) / steps,
  }));
}

/** Places of notes in the roll, far from each other: where its cursor says that there is one. */
async function notePlaces(page: Page): Promise<Place[]> {
  return page.getByRole("application").evaluate((canvas: HTMLElement) => {
    const box = canvas.getBoundingClientRect();
    const found: { x: number; y: number }[] = [];
    const isNote = (x: number, y: number): boolean => {
      const place = { clientX: x, clientY: y, pointerType: "mouse" };
      canvas.dispatchEvent(new PointerEvent("pointermove", place));
      return canvas.style.cursor === "pointer";
    };
    for (let y = Math.round(box.top) + 60; y < box.bottom - 20; y += 2) {
      for (let x = Math.round(box.left) + 120; x < box.right - 40; x += 3) {
        // Inside a note, not at its edge.
        const isInside = isNote(x, y) && isNote(x - 2, y) && isNote(x, y - 1) && isNote(x, y + 1);
        if (isInside && found.every((one) => Math.hypot(one.x - x, one.y - y) > 60)) {
          found.push({ x, y });
        }
      }
    }
    return found;
  });
}

test("fingers select several notes", async ({ page: studio, program, complaints: _ }, info) => {
  await openSilent(studio, program.url);
  await drop(studio, "chiptune", "Touch.mid");
  await expect(studio.getByRole("button", { name: /Touch/ })).toBeVisible();
  // Words lie over notes until they go by themselves.
  await expect(studio.getByRole("button", { name: "Dismiss" })).toHaveCount(0);
  const session = await studio.context().newCDPSession(studio);
  const roll = studio.getByRole("application");
  const box = await roll.boundingBox();
  if (box === null) throw new Error("There is no roll.");

  await studio.getByRole("button", { name: /^Select several/ }).tap();
  const [first, second, third] = await notePlaces(studio);
  await studio.touchscreen.tap(first.x, first.y);
  await expect(roll).toHaveAccessibleName(/ 1 note selected/);
  await studio.touchscreen.tap(second.x, second.y);
  await expect(roll).toHaveAccessibleName(/ 2 notes selected/);
  await studio.touchscreen.tap(first.x, first.y);
  await expect(roll, "a second tap takes it out").toHaveAccessibleName(/ 1 note selected/);

  // A box that begins on a note selects as well, and moves nothing.
  const corner = { x: box.x + box.width - 10, y: box.y + box.height - 10 };
  await fingers(session, way(third, corner));
  await expect(roll).not.toHaveAccessibleName(/ [01] notes? selected/);
  await expect(versions(studio)).toHaveCount(1);
  await studio.screenshot({ path: info.outputPath("several.png") });
});

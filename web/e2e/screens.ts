/** The pictures in docs/studio: every state of the page, on Segue's own examples. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "@playwright/test";
import { PYTHON } from "./program.ts";
import { ask, drop, expect, setBars, test, versions } from "./studio.ts";

/** So many bars take longer to write than a picture to make, on any machine. */
const MANY_BARS = 64;
/** Enough of them for a picture of those that are there already. */
const SOME_BARS = 24;

const FOLDER = resolve(import.meta.dirname, "../../docs/studio");

async function shoot(page: Page, name: string): Promise<void> {
  // Short words over the page go, and what moves stands still.
  await page.mouse.move(2, 2);
  await page.waitForTimeout(400);
  const notices = page.getByRole("button", { name: "Dismiss" });
  // One may go by itself between being counted and being clicked.
  while ((await notices.count()) > 0)
    await notices
      .first()
      .click({ timeout: 500 })
      .catch(() => {});
  await page.waitForTimeout(400);
  await page.screenshot({ path: resolve(FOLDER, `${name}.png`), animations: "disabled" });
}

/** Once all are made: palettes of 256 colours, which are plenty here and a third of the size. */
test.afterAll(() => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".png"));
  const code =
    "import sys; from PIL import Image\n" +
    "for path in sys.argv[1:]:\n" +
    "    image = Image.open(path).convert('RGB')\n" +
    "    image.quantize(256, dither=Image.Dither.NONE).save(path, optimize=True)\n";
  execFileSync(PYTHON, ["-c", code, ...names.map((name) => resolve(FOLDER, name))]);
});

test("first use, asking, hearing, keeping", async ({ studio }) => {
  await shoot(studio, "first-use");
  await setBars(studio, SOME_BARS);
  await studio.locator("body").press("c");
  await expect(studio.getByText(/bar ([4-9]|1\d) of 24 is written/).first()).toBeVisible({
    timeout: 90_000,
  });
  await shoot(studio, "writing");
  await studio.locator("body").press("Escape");
  await setBars(studio, 8);
  await studio.keyboard.press("Shift+F");
  await studio.locator("body").press("c");
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await studio.keyboard.press("2");
  await studio.waitForTimeout(1500);
  await shoot(studio, "takes");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(2);
  await studio.keyboard.press("[");
  await expect(versions(studio).first()).toHaveAttribute("aria-current", "true");
  await studio.getByRole("button", { name: /^Keep/ }).nth(2).click();
  await expect(versions(studio)).toHaveCount(3);
  await ask(studio, "c", { bars: 4 });
  await studio.keyboard.press("1");
  await studio.keyboard.press("Enter");
  await expect(versions(studio)).toHaveCount(4);
  await studio.keyboard.press("*");
  await studio.getByRole("textbox", { name: "Name of this version" }).fill("The calm one");
  await studio.getByRole("textbox", { name: "Name of this version" }).press("Enter");
  await studio.getByRole("textbox", { name: "Note on this version" }).fill("Try it with brushes");
  await studio.getByRole("textbox", { name: "Note on this version" }).press("Escape");
  await versions(studio).nth(1).focus();
  await studio.keyboard.press("Enter");
  await studio.getByRole("button", { name: "Mark to compare with" }).click();
  await versions(studio).nth(2).click();
  await studio.keyboard.press(" ");
  await studio.keyboard.press("Shift+F");
  await shoot(studio, "versions");
  await studio.keyboard.press("b");
  await shoot(studio, "comparing");
  await studio.keyboard.press("b");
  await studio.emulateMedia({ colorScheme: "dark" });
  await shoot(studio, "dark");
});

test("changing what is there", async ({ studio }) => {
  await drop(studio, "quartet", "Evening quartet.mid");
  await expect(studio.getByRole("button", { name: /Evening/ })).toBeVisible();
  await studio.getByRole("button", { name: /^Lock/ }).first().click();
  await studio.getByRole("radio", { name: "Infill" }).check({ force: true });
  await studio.getByRole("textbox", { name: /^Bars/ }).fill("3-4");
  await studio.getByRole("textbox", { name: /^Bars/ }).press("Enter");
  await ask(studio, "i");
  await studio.keyboard.press("1");
  await studio.waitForTimeout(600);
  await shoot(studio, "infill");
  await studio.keyboard.press("Escape");
  await studio.getByRole("radio", { name: "Vary" }).check({ force: true });
  await shoot(studio, "vary");
  const names = studio.getByRole("complementary").first().getByRole("listitem");
  await names.nth(1).getByRole("button").first().click();
  await studio.keyboard.press("Control+a");
  await shoot(studio, "editing");
  await studio.keyboard.press("Escape");
  await studio.getByRole("button", { name: /^More/ }).first().click();
  await shoot(studio, "settings");
  await studio.keyboard.press("Escape");
  await studio
    .getByRole("button", { name: /^Export/ })
    .first()
    .click();
  await shoot(studio, "export");
  await studio.keyboard.press("Escape");
  await studio.getByRole("button", { name: /^Piece:/ }).click();
  await shoot(studio, "pieces");
  await studio.getByRole("button", { name: /An empty piece/ }).click();
  await expect(studio.getByText("No tracks yet.")).toBeVisible();
  await shoot(studio, "empty");
  await studio.keyboard.press("?");
  await shoot(studio, "help");
});

test("inside a piece", async ({ studio }) => {
  await drop(studio, "band", "Evening band.mid");
  await expect(studio.getByRole("button", { name: /Evening band/ })).toBeVisible();
  for (let bar = 1; bar < 5; bar++) await studio.keyboard.press("ArrowRight");
  await studio.getByRole("combobox", { name: "Where to continue" }).selectOption("here");
  await ask(studio, "c", { bars: 4 });
  await studio.keyboard.press("1");
  await studio.waitForTimeout(600);
  await shoot(studio, "from-a-bar");
  await studio.keyboard.press("Escape");
  await studio.getByRole("button", { name: "+ Add a track" }).click();
  const choice = studio.getByRole("combobox", { name: "What the new track is played by" });
  await choice.selectOption({ label: "String Ensemble 1" });
  await ask(studio, "p");
  await studio.keyboard.press("2");
  await studio.waitForTimeout(600);
  await shoot(studio, "new-part");
});

test("comping, chords, a song, and editing", async ({ studio }) => {
  await drop(studio, "chiptune", "Chip tune.mid");
  await expect(studio.getByRole("button", { name: /Chip tune/ })).toBeVisible();
  await studio.getByRole("spinbutton", { name: "Takes" }).fill("2");
  await studio.getByRole("spinbutton", { name: "Takes" }).press("Enter");
  await ask(studio, "c", { takes: 2, bars: 4 });
  await studio.keyboard.press("1");
  await studio.keyboard.press("o");
  await studio
    .getByRole("group", { name: "What to take from take 2" })
    .getByRole("button")
    .nth(1)
    .click();
  await shoot(studio, "comp");
  await studio.getByRole("button", { name: "Close the comp" }).click();
  await studio.keyboard.press("0");
  await studio.getByRole("button", { name: "Chords", exact: true }).click();
  await studio.getByRole("button", { name: "Type chords" }).click();
  await studio.getByRole("textbox", { name: /^Chords of bar/ }).fill("Dm | G7 | Am F | C");
  await shoot(studio, "chords");
  await studio.getByRole("textbox", { name: /^Chords of bar/ }).press("Enter");
  await studio.keyboard.press("ArrowDown");
  await studio.keyboard.press("u");
  await studio.keyboard.press("Control+ArrowRight");
  await studio.keyboard.press("Control+Shift+ArrowRight");
  await studio.getByRole("button", { name: "Edit", exact: true }).click();
  await shoot(studio, "edit-menu");
  await studio.keyboard.press("Escape");
  await studio.keyboard.press("u");
  await studio.keyboard.press("Escape");
  await studio.keyboard.press("g");
  await studio.getByRole("spinbutton", { name: "Takes" }).fill("1");
  await studio.getByRole("spinbutton", { name: "Takes" }).press("Enter");
  await studio.getByRole("textbox", { name: /^Sections/ }).fill("A A' B");
  await studio.getByRole("button", { name: "Make song" }).click();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(1, { timeout: 600_000 });
  await studio.keyboard.press("1");
  await studio.keyboard.press("Enter");
  await studio.keyboard.press(" ");
  await studio.keyboard.press("Shift+F");
  await expect(studio.getByRole("group", { name: "Sections" })).toBeVisible();
  await shoot(studio, "song");
});

test("waiting in the queue", async ({ studio }) => {
  await drop(studio, "band", "Evening band.mid");
  await expect(studio.getByRole("button", { name: /Evening band/ })).toBeVisible();
  await setBars(studio, MANY_BARS);
  await studio.locator("body").press("c");
  await expect(studio.getByRole("button", { name: /^Stop/ })).toBeVisible();
  await drop(studio, "quartet", "Morning quartet.mid");
  await expect(studio.getByRole("button", { name: /Morning quartet/ })).toBeVisible();
  await studio.locator("body").press("c");
  await expect(studio.getByText("In the queue: 1 before this.")).toBeVisible();
  await shoot(studio, "queued");
  await studio.locator("body").press("Escape");
});

test("eight takes, a loop, and a file over the page", async ({ studio }) => {
  await drop(studio, "chiptune", "Eight ways.mid");
  await expect(studio.getByRole("button", { name: /Eight ways/ })).toBeVisible();
  await studio.getByRole("spinbutton", { name: "Takes" }).fill("8");
  await studio.getByRole("spinbutton", { name: "Takes" }).press("Enter");
  await ask(studio, "c", { takes: 8 });
  await studio.keyboard.press("7");
  await studio.keyboard.press("l");
  await shoot(studio, "eight-takes");
  await studio.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["x"], "song.mid"));
    document.body.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true }));
  });
  await studio.waitForTimeout(200);
  await studio.screenshot({ path: resolve(FOLDER, "dropping.png"), animations: "disabled" });
});

test("on a tablet", async ({ studio }) => {
  await drop(studio, "chiptune", "Chip tune.mid");
  await expect(studio.getByRole("button", { name: /Chip tune/ })).toBeVisible();
  await studio.setViewportSize({ width: 1024, height: 768 });
  await studio.keyboard.press("Shift+F");
  await studio.getByRole("button", { name: "Tracks" }).click();
  await shoot(studio, "tablet");
});

test("when something is in the way", async ({ studio, program, complaints }) => {
  await drop(studio, "chiptune", "Chip tune.mid");
  await expect(studio.getByRole("button", { name: /Chip tune/ })).toBeVisible();
  await studio.route("**/api/projects/*/nodes/*/suggestions", (route) =>
    route.fulfill({
      status: 503,
      json: {
        error: {
          code: "busy",
          message:
            "16 suggestions wait already; ask again in 6 s, or cancel one that is no longer needed",
          field: null,
        },
      },
    }),
  );
  await studio.locator("body").press("c");
  await expect(studio.getByRole("alert").getByText(/16 suggestions wait already/)).toBeVisible();
  await studio.screenshot({ path: resolve(FOLDER, "refused.png"), animations: "disabled" });
  await studio.unroute("**/api/projects/*/nodes/*/suggestions");
  await setBars(studio, MANY_BARS);
  await studio.locator("body").press("c");
  await expect(studio.getByRole("button", { name: /^Stop/ })).toBeVisible();
  await program.kill();
  await expect(studio.getByText("Segue's program does not answer.")).toBeVisible();
  await shoot(studio, "program-gone");
  await program.run();
  await expect(studio.getByText(/ended while|restarted/)).toBeVisible({ timeout: 60_000 });
  await shoot(studio, "interrupted");
  // A browser writes every failed request into its console; here they are wanted.
  complaints.errors.length = 0;
});

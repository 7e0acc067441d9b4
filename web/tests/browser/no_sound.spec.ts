import { expect, test } from "@playwright/test";

/** As the browser comes: without leave to sound before a click, and with a name that is elsewhere. */
test.use({
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--autoplay-policy=document-user-activation-required",
      "--host-resolver-rules=MAP studio.test 127.0.0.1",
    ],
  },
});

test("before a click the page says that it needs one, and with it there is sound", async ({
  page,
}) => {
  // Whatever Playwright asks of a page counts as a gesture: so nothing is asked until it has tried.
  const refused = page.waitForEvent("console", (message) =>
    /not allowed to start/.test(message.text()),
  );
  await page.goto("/?autoplay");
  await refused;
  await expect(page.locator("#status")).toHaveText(/only after a click/);
  await page.click("#play");
  await expect(page.locator("#play")).toHaveText("Pause");
});

test("at a name that is not this computer, without https, the page says why it is silent", async ({
  page,
}) => {
  await page.goto("http://studio.test:5181/");
  await page.click("#play");
  await expect(page.locator("#status")).toHaveText(/only on this computer or over https/);
});

test("a soundfont that is missing or none is named", async ({ page }) => {
  await page.goto("/?soundfont=/sound/none.sf3");
  await page.click("#play");
  await expect(page.locator("#status")).toHaveText(
    /could not be loaded: .*not a soundfont|answered 404/,
  );
});

test("a finger pans, a pinch zooms", async ({ browser }) => {
  const context = await browser.newContext({ hasTouch: true, deviceScaleFactor: 2 });
  const page = await context.newPage();
  await page.goto("/?take=no&bars=0-4");
  const devtools = await context.newCDPSession(page);
  const touch = (type: "touchStart" | "touchMove" | "touchEnd", points: [number, number][]) =>
    devtools.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([x, y], id) => ({ x, y, id })),
    });
  const view = () =>
    page.evaluate("segue.roll.view") as Promise<{ tick: number; pxPerQuarter: number }>;
  const before = await view();
  await touch("touchStart", [[700, 300]]);
  for (const x of [680, 650, 600]) await touch("touchMove", [[x, 300]]);
  await touch("touchEnd", []);
  const panned = await view();
  expect(panned.tick).toBeCloseTo(before.tick + (100 / before.pxPerQuarter) * 480, -1);
  expect(panned.pxPerQuarter).toBe(before.pxPerQuarter);
  await touch("touchStart", [[500, 300]]);
  await touch("touchStart", [
    [500, 300],
    [700, 300],
  ]);
  await touch("touchMove", [
    [450, 300],
    [750, 300],
  ]);
  await touch("touchEnd", []);
  expect((await view()).pxPerQuarter).toBeCloseTo(before.pxPerQuarter * 1.5, 0);
  const scale = await page.evaluate("segue.roll.canvas.width / segue.roll.canvas.clientWidth");
  expect(scale).toBe(2);
  await context.close();
});

import { ask, current, drop, expect, setBars, test, versions } from "./studio.ts";

test("a take that is kept while another piece opens is kept in its own piece", async ({
  studio,
}) => {
  await drop(studio, "chiptune", "Mine.mid");
  await expect(studio.getByRole("button", { name: /Mine/ })).toBeVisible();
  await ask(studio, "c");
  const { project } = await current(studio);
  let answer = (): void => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  await studio.route("**/accept", async (route) => {
    const kept = await route.fetch();
    await held;
    await route.fulfill({ response: kept });
  });
  const kept = studio.waitForRequest("**/accept");
  await studio.getByRole("button", { name: /^Keep/ }).first().click();
  await kept;
  await studio.getByRole("button", { name: /^Piece:/ }).click();
  await studio.getByRole("button", { name: /An empty piece/ }).click();
  await expect(studio.getByText("An empty piece.")).toBeVisible();
  const answered = studio.waitForResponse("**/accept");
  answer();
  await answered;
  await expect(versions(studio)).toHaveCount(1);

  await studio.getByRole("button", { name: /^Piece:/ }).click();
  await studio.getByRole("button", { name: /^Mine/ }).click();
  await expect(versions(studio)).toHaveCount(2);
  expect(await current(studio)).toMatchObject({ project, node: 2 });
});

test("what is stopped before the server has answered is not written", async ({ studio }) => {
  await drop(studio, "chiptune", "Never.mid");
  await expect(studio.getByRole("button", { name: /Never/ })).toBeVisible();
  await setBars(studio, 64);
  const { project } = await current(studio);
  let answer = (): void => {};
  const held = new Promise<void>((done) => {
    answer = done;
  });
  await studio.route("**/suggestions", async (route) => {
    if (route.request().method() === "POST") await held;
    await route.continue();
  });
  await studio.locator("body").press("c");
  await expect(studio.getByRole("button", { name: /^Stop/ })).toBeVisible();
  await studio.keyboard.press("Escape");
  await expect(studio.getByRole("button", { name: /^Continue/ })).toBeEnabled();
  const cancelled = studio.waitForResponse((found) => found.request().method() === "DELETE");
  answer();
  expect(await (await cancelled).json()).toMatchObject({ state: "cancelled" });
  await expect(studio.getByRole("article")).toHaveCount(0);
  expect((await current(studio)).project).toBe(project);
});

test("a double click asks once, and keeps once; undo pressed twice goes back twice", async ({
  studio,
}) => {
  await drop(studio, "chiptune", "Twice.mid");
  await expect(studio.getByRole("button", { name: /Twice/ })).toBeVisible();
  await setBars(studio, 2);
  await studio.getByRole("button", { name: /^Continue/ }).dblclick();
  await expect(studio.getByRole("button", { name: /^Keep/ })).toHaveCount(4, { timeout: 200_000 });
  await studio.getByRole("button", { name: /^Keep/ }).first().dblclick();
  await expect(studio.getByText("Take 1 is kept.")).toBeVisible();
  await expect(versions(studio)).toHaveCount(2);

  await studio.keyboard.press("Control+a");
  await studio.keyboard.press("Shift+ArrowUp");
  await expect(versions(studio)).toHaveCount(3);
  await expect(studio.getByText("saving…")).toBeHidden();
  await studio.keyboard.press("Control+z");
  await studio.keyboard.press("Control+z");
  await expect(versions(studio).first()).toHaveAttribute("aria-current", "true");
  await expect.poll(async () => (await current(studio)).node).toBe(1);
});

/** The virtual MIDI port: what is heard in the page arrives at whatever a DAW would be. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { PYTHON } from "./program.ts";
import { expect, test } from "./studio.ts";

/** Connects to the port as a DAW does, and writes every message as a line of numbers. */
const DAW = `
import sys, time, rtmidi
listener = rtmidi.MidiIn(rtapi=rtmidi.API_UNIX_JACK, name="daw")
name = next(i for i, name in enumerate(listener.get_ports()) if "Segue" in name)
listener.set_callback(lambda event, _: print(*event[0], flush=True))
listener.open_port(name)
print("ready", flush=True)
sys.stdin.read()
`;

/** A JACK server without sound, and a Python that can reach it; why not, else. */
function jack(): ChildProcess | string {
  try {
    execFileSync("jackd", ["--version"]);
    execFileSync(PYTHON, ["-c", "import rtmidi; rtmidi.API_UNIX_JACK"], { stdio: "ignore" });
  } catch {
    return "needs jackd and python-rtmidi";
  }
  return spawn("jackd", ["-r", "-d", "dummy", "-r", "44100", "-p", "1024"], { stdio: "ignore" });
}

test("what is heard in the page arrives at a DAW, and ends there when it is switched off", async ({
  studio,
}) => {
  const server = jack();
  test.skip(typeof server === "string", String(server));
  if (typeof server === "string") return;
  let daw: ChildProcess | null = null;
  try {
    await studio.waitForTimeout(1500);
    await studio.keyboard.press("x");
    const port = studio.getByRole("switch", { name: /To a DAW/ });
    await port.click();
    await expect(port).toHaveAttribute("aria-checked", "true");
    await expect(studio.getByText(/MIDI input named Segue is there/)).toBeVisible();
    daw = spawn(PYTHON, ["-c", DAW], { stdio: ["pipe", "pipe", "inherit"] });
    let heard = "";
    daw.stdout?.on("data", (data: Buffer) => {
      heard += data.toString();
    });
    await expect.poll(() => heard).toContain("ready");
    await studio.keyboard.press("Escape");
    await studio.getByRole("button", { name: /^Play/ }).click();
    const noteOns = () =>
      heard.split("\n").filter((line) => /^(14[4-9]|15\d) \d+ [1-9]/.test(line));
    await expect.poll(() => noteOns().length).toBeGreaterThan(20);
    expect(heard, "programs come before notes").toMatch(/^(19[2-9]|20[0-7]) \d+$/m);
    await studio.keyboard.press("x");
    await port.click();
    await expect(port).toHaveAttribute("aria-checked", "false");
    await expect.poll(() => heard.trim().split("\n").at(-1)).toBe("191 120 0");
    const before = heard;
    await studio.waitForTimeout(500);
    expect(heard, "playing goes on here alone").toBe(before);
    await expect(studio.getByRole("button", { name: /^Pause/ })).toBeVisible();
  } finally {
    daw?.kill("SIGKILL");
    server.kill("SIGTERM");
  }
});

test("where there can be no port, the page says how to get one", async ({ page, program }) => {
  await page.route("**/api/info", async (route) => {
    const response = await route.fetch();
    const info = await response.json();
    const words =
      "sending to a DAW's MIDI input needs python-rtmidi: pip install 'segue-music[midi-port]'";
    await route.fulfill({ json: { ...info, midi_port: { available: false, words } } });
  });
  await page.goto(program.url);
  await page
    .getByRole("button", { name: /^Export/ })
    .first()
    .click();
  await expect(page.getByRole("switch", { name: /To a DAW/ })).toBeDisabled();
  await expect(page.getByText(/needs python-rtmidi: pip install/)).toBeVisible();
});

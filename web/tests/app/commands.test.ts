import { beforeEach, describe, expect, test } from "vitest";
import { run } from "../../src/app/commands.ts";
import type { Page } from "../../src/app/context.ts";
import { commandOf } from "../../src/app/keys.ts";
import { Memory } from "../../src/app/state/memory.ts";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import { Ui } from "../../src/app/ui.svelte.ts";
import { FakeServer, HandTimers, MemoryStore } from "./server.ts";

let studio: Studio;
let ui: Ui;

/** Press a key that is nothing but itself. */
function press(key: string): void {
  const plain = { ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };
  const pressed = commandOf({ key, ...plain }, studio.desk.nChosen > 0);
  if (pressed !== null) run({ studio, ui } as Page, pressed.command, pressed.digit);
}

const lastWords = (): string | undefined => studio.notices.shown.at(-1)?.words;

beforeEach(async () => {
  const { fetch } = new FakeServer();
  studio = new Studio({ fetch, store: new MemoryStore(), timers: new HandTimers() });
  ui = new Ui(new Memory(null));
  await studio.start();
});

describe("keys for the track in front", () => {
  test("ask for one where there is none", () => {
    press("F2");
    expect([ui.renaming, lastWords()]).toEqual([
      null,
      expect.stringMatching(/Select a track first/),
    ]);
  });

  test("F2 renames it, where it can be seen", () => {
    studio.desk.focus = 1;
    press("F2");
    expect([ui.renaming, ui.showsTracks]).toEqual([1, true]);
  });

  test("leave a new one alone that has no notes yet, but arrows come to it", () => {
    studio.editing.addTrack({ family: "Pipe", name: "Flute", program: 73 });
    for (const key of ["F2", "m", "k"]) press(key);
    expect([ui.renaming, studio.desk.mix.muted.size, studio.desk.locked.size]).toEqual([
      null,
      0,
      0,
    ]);
    expect(lastWords()).toMatch(/no notes yet/);
    press("ArrowDown");
    expect(studio.desk.focus).toBe(0);
    press("ArrowUp");
    expect(studio.desk.focus).toBe(2);
  });
});

test("a panel knows whether a key has opened it", () => {
  press("x");
  expect([ui.overlay, ui.openedByKey]).toEqual(["export", true]);
  ui.toggle("pieces");
  expect([ui.overlay, ui.openedByKey]).toEqual(["pieces", false]);
});

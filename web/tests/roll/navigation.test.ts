import { describe, expect, test } from "vitest";
import { KEYBOARD } from "../../src/app/keyboard.ts";
import { listenToNavigation } from "../../src/roll/navigation.ts";
import { note, score, TPQ, track } from "../support/music.ts";
import { hostOf, sceneOf } from "../support/scene.ts";

/** Press a key on a roll whose notes are chosen; what it does to the roll, and whether it is taken. */
function press(key: string, { ctrlKey = false, shiftKey = false } = {}) {
  const called: string[] = [];
  const host = hostOf(sceneOf({ score: score([track([note(0), note(4 * TPQ)])]) }), {
    onMove: () => called.push("move"),
    onDelete: () => called.push("delete"),
  });
  const notes = new Map([[0, new Set([0])]]);
  host.choose({ notes });
  const before = host.view;
  const stop = listenToNavigation(host);
  const event = new Event("keydown", { cancelable: true });
  const modifiers = { ctrlKey, shiftKey, metaKey: false, altKey: false };
  host.canvas.dispatchEvent(Object.assign(event, { key, ...modifiers }));
  stop();
  const isStill = called.length === 0 && host.selection.notes === notes;
  return { isTaken: event.defaultPrevented, isStill, isMoved: host.view !== before };
}

describe("keys on the roll", () => {
  test("that the page has a meaning for are left to it, but for those that zoom", () => {
    const names: Record<string, string> = {
      arrowleft: "ArrowLeft",
      arrowright: "ArrowRight",
      arrowup: "ArrowUp",
      arrowdown: "ArrowDown",
      home: "Home",
      escape: "Escape",
      delete: "Delete",
      backspace: "Backspace",
      enter: "Enter",
    };
    const zooms = ["zoom-in", "zoom-out"];
    for (const { command, keys } of KEYBOARD.flatMap(({ bindings }) => bindings)) {
      for (const binding of zooms.includes(command) ? [] : keys) {
        const name = binding.replace("mod+", "").replace("shift+", "");
        const seen = press(names[name] ?? name, {
          ctrlKey: binding.includes("mod+"),
          shiftKey: binding.includes("shift+"),
        });
        expect(seen, binding).toEqual({ isTaken: false, isStill: true, isMoved: false });
      }
    }
  });

  test("scroll by pages and to the end, and zoom", () => {
    for (const key of ["PageUp", "PageDown", "End", "+", "-"]) {
      expect(press(key), key).toEqual({ isTaken: true, isStill: true, isMoved: true });
    }
  });
});

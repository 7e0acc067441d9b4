import { describe, expect, test } from "vitest";
import { fileName } from "../../src/app/files.ts";
import { KEYBOARD } from "../../src/app/keyboard.ts";
import { commandOf, type Press } from "../../src/app/keys.ts";
import { Connection } from "../../src/app/state/connection.svelte.ts";
import { Desk } from "../../src/app/state/desk.svelte.ts";
import { isNumbers, Memory, type Store } from "../../src/app/state/memory.ts";
import { Notices } from "../../src/app/state/notices.svelte.ts";
import { linesOf } from "../../src/app/versions.ts";
import { HandTimers, MemoryStore, node, track } from "./server.ts";

const press = (key: string, more: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...more,
});

test("notes that are not seen are not selected", () => {
  const desk = new Desk(new Memory(null));
  const both = new Map([
    [0, new Set([0])],
    [1, new Set([0, 1])],
  ]);
  desk.focus = 1;
  desk.notes = both;
  desk.rows = "focus";
  expect([...desk.notes.keys()]).toEqual([1]);
  desk.focus = 0;
  expect(desk.nChosen).toBe(0);
  desk.rows = "all";
  desk.notes = both;
  expect(desk.nChosen).toBe(3);
});

describe("the keyboard", () => {
  test("no key means two things at the same time", () => {
    for (const withNotes of [false, true]) {
      const keys = KEYBOARD.flatMap(({ bindings }) => bindings)
        .filter((binding) => (binding.withNotes ?? false) === withNotes)
        .flatMap((binding) => binding.keys);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });

  test("arrows are about notes while some are chosen, else about time and tracks", () => {
    expect(commandOf(press("ArrowLeft"), true)?.command).toBe("nudge-left");
    expect(commandOf(press("ArrowLeft"), false)?.command).toBe("bar-back");
    expect(commandOf(press("Delete"), false)).toBeNull();
  });

  test("numbers, capitals and signs that need Shift are read as they are meant", () => {
    expect(commandOf(press("3"), false)).toEqual({ command: "hear-take", digit: 3 });
    expect(commandOf(press("9"), false)).toBeNull();
    expect(commandOf(press("C"), false)?.command, "Caps Lock").toBe("continue");
    expect(commandOf(press("?", { shiftKey: true }), false)?.command).toBe("help");
    expect(commandOf(press("S", { shiftKey: true }), false)?.command).toBe("solo");
    expect(commandOf(press("z", { metaKey: true }), false)?.command).toBe("undo");
    expect(commandOf(press("Z", { ctrlKey: true, shiftKey: true }), false)?.command).toBe("redo");
  });

  test("what belongs to the browser is left to it", () => {
    for (const key of ["r", "f", "l", "n"]) {
      expect(commandOf(press(key, { ctrlKey: true }), false)).toBeNull();
    }
    expect(commandOf(press("ArrowLeft", { altKey: true }), true)).toBeNull();
  });
});

describe("the connection", () => {
  test("tries less and less often, and goes on when the program is back", async () => {
    const timers = new HandTimers();
    let pings = 0;
    const connection = new Connection(async () => {
      pings += 1;
      connection.answered(pings > 5);
    }, timers);
    const waits: number[] = [];
    let returned = 0;
    connection.onReturn(() => {
      returned += 1;
    });
    connection.answered(false);
    const waiting = connection.returned();
    for (let i = 0; i < 6; i++) {
      waits.push(connection.waitS);
      expect(timers.count).toBe(1);
      timers.run();
    }
    await waiting;
    expect(waits).toEqual([1, 2, 4, 8, 15, 15]);
    expect([connection.online, returned, timers.count]).toEqual([true, 1, 0]);
  });
});

describe("what is remembered", () => {
  test("mix and locks come back with their piece, and only with it", () => {
    const memory = new Memory(new MemoryStore());
    const desk = new Desk(memory);
    const tracks = ["A", "B", "C", "D"].map((name) => track(name, [0]));
    desk.open("a", tracks);
    desk.mute(1);
    desk.lock(2);
    desk.volume(3, 0.5);
    desk.open("b", tracks);
    expect([desk.mix.muted.size, desk.locked.size, desk.mix.volumes.size]).toEqual([0, 0, 0]);
    desk.open("a", tracks);
    expect([...desk.mix.muted, ...desk.locked, ...desk.mix.volumes]).toEqual([1, 2, [3, 0.5]]);
    desk.open("a", tracks.slice(1));
    const settings = [...desk.mix.muted, ...desk.locked, ...desk.mix.volumes];
    expect(settings, "with its tracks, where one has left meanwhile").toEqual([0, 1, [2, 0.5]]);
  });

  test("what cannot be read counts as nothing", () => {
    const store = new MemoryStore();
    store.setItem("segue.x", "{broken");
    store.setItem("segue.y", '"text"');
    const memory = new Memory(store);
    expect(memory.recall("x", isNumbers, [1])).toEqual([1]);
    expect(memory.recall("y", isNumbers, [2])).toEqual([2]);
    const full: Store = {
      getItem: () => null,
      setItem: () => {
        throw new Error("QuotaExceededError");
      },
      removeItem: () => {},
    };
    expect(() => new Memory(full).keep("z", 1)).not.toThrow();
  });

  test("another version drops choices that it has no tracks for", () => {
    const desk = new Desk(new Memory(null));
    const tracks = ["A", "B", "C", "D"].map((name) => track(name, [0]));
    desk.open("a", tracks);
    desk.focus = 3;
    desk.tracks = new Set([0, 3]);
    desk.moved(tracks.slice(0, 2));
    expect([desk.focus, ...desk.tracks]).toEqual([null, 0]);
  });

  test("locks and mix go along with their tracks where a version has others before them", () => {
    const desk = new Desk(new Memory(null));
    const [a, b, c] = ["A", "B", "C"].map((name, channel) => ({ ...track(name, [0]), channel }));
    desk.open("p", [a, b, c]);
    desk.lock(2);
    desk.mute(1);
    desk.solo(2);
    desk.volume(2, 0.5);
    desk.focus = 2;
    desk.moved([b, c]);
    const { muted, soloed, volumes } = desk.mix;
    expect([...desk.locked, ...muted, ...soloed, ...volumes]).toEqual([1, 0, 1, [1, 0.5]]);
    expect(desk.focus).toBe(1);
    desk.moved([a]);
    expect([desk.locked.size, desk.mix.muted.size], "no other track inherits them").toEqual([0, 0]);
    desk.open("q", [a]);
    desk.open("p", [a]);
    expect(desk.locked.size, "nor after a reload").toBe(0);
  });

  test("a new track in front stays in front when the piece has more tracks", () => {
    const desk = new Desk(new Memory(null));
    const [a, b] = ["A", "B"].map((name) => track(name, [0]));
    desk.open("p", [a]);
    desk.drafts = [track("New", [])];
    desk.focus = 1;
    desk.moved([a, b]);
    expect(desk.focus).toBe(2);
  });
});

describe("words", () => {
  test("are shown once, few at a time, and go away", () => {
    const timers = new HandTimers();
    const notices = new Notices(timers);
    for (const words of ["a", "a", "b", "c", "d"]) notices.done(words);
    expect(notices.shown.map(({ words }) => words)).toEqual(["B.", "C.", "D."]);
    timers.run();
    expect(notices.shown).toEqual([]);
  });

  test("file names suit every system", () => {
    expect(fileName("My: piece / 2?", "mid")).toBe("My piece 2.mid");
    expect(fileName("..", "mid")).toBe("Segue.mid");
    expect(fileName("x".repeat(300), "wav").length).toBe(84);
  });
});

describe("the tree's lines", () => {
  test("only forks are indented, and each branch stands below where it begins", () => {
    const parents: [number, number | null][] = [
      [1, null],
      [2, 1],
      [3, 2],
      [4, 2],
      [5, 3],
      [6, 4],
    ];
    const nodes = parents.map(([id, parent]) => ({
      ...node(id, parent, []),
      kind: "vary" as const,
    }));
    const lines = linesOf(nodes, 5);
    expect(lines.map((line) => [line.node.id, line.indent, line.parentLine])).toEqual([
      [1, 0, null],
      [2, 0, 0],
      [3, 1, 1],
      [5, 1, 2],
      [4, 1, 1],
      [6, 1, 4],
    ]);
  });
});

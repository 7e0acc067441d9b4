/** A musician who does not wait: answers that come when something else has been done meanwhile. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Project } from "../../src/api/types.ts";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import {
  BAR,
  event,
  FakeServer,
  HandTimers,
  MemoryStore,
  node,
  settle,
  take,
  track,
} from "./server.ts";

const PART = { first: 2, last: 3, tracks: null };
const TIME = { bars: [0, BAR, 2 * BAR, 3 * BAR], tempos: [], metres: [] };
const TAKES =
  event(1, "started", { ...TIME, region: PART, takes: 2, resets: [] }) +
  event(2, "take", take(1, [track("Piano", [2 * BAR])])) +
  event(3, "take", take(2, [track("Piano", [2 * BAR])]));

let server: FakeServer;
let studio: Studio;

/** Another piece, which has the version 1 alone. */
const openOther = () =>
  studio.open(async () => {
    const { nodes, ...other } = server.project("q") as Project;
    return { ...other, name: "Another", current: 1, nodes: nodes.slice(0, 1) };
  });
const problems = () => studio.notices.shown.filter(({ kind }) => kind === "problem");
const lengthen = () => {
  studio.editing.chooseAll();
  studio.editing.stretch(1);
};
const place = () => [studio.piece.id, studio.piece.detail?.id, studio.piece.nodes.length];

beforeEach(async () => {
  server = new FakeServer();
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  await studio.start();
  expect(studio.problem).toBe("");
});

async function takes(): Promise<void> {
  server.streams.push(TAKES);
  await studio.takes.askFor("continue");
  await settle();
  expect(studio.takes.shown?.finished).toHaveLength(2);
}

describe("an answer never lands in another piece", () => {
  const STEPS: Record<string, { call: string; step: () => Promise<void> }> = {
    "a take that is kept": { call: "POST /api/suggestions", step: () => studio.takes.keep(1) },
    "a comp that is kept": {
      call: "POST /api/projects/p/nodes/1/comps",
      step: () => {
        const asked = studio.takes.shown;
        if (asked !== null) studio.comping.choose(asked, 1, ["0"]);
        return studio.comping.keep();
      },
    },
    "an edit by the server": {
      call: "POST /api/projects/p/nodes/1/edits",
      step: () => studio.reshaping.setKey("C major"),
    },
    "another version": { call: "GET /api/projects/p/nodes/9", step: () => studio.goTo(9) },
    "a version to compare with": {
      call: "GET /api/projects/p/nodes/9",
      step: () => {
        studio.marked = 9;
        return studio.compare();
      },
    },
    "a name of the piece": { call: "PATCH /api/projects/p", step: () => studio.rename("Other") },
    "a name of a version": {
      call: "PATCH /api/projects/p/nodes/1",
      step: () => studio.describe(1, { name: "Verse" }),
    },
  };

  test.each(Object.entries(STEPS))("%s", async (_, { call, step }) => {
    await takes();
    server.nodes.set(9, node(9, 1, [track("Piano", [0])]));
    const answer = server.hold(call);
    const stepping = step();
    await settle();
    expect(server.calls.some((made) => made.startsWith(call))).toBe(true);
    await openOther();
    const before = [place(), studio.piece.name, studio.listening.heard, studio.piece.nodes];
    answer();
    await stepping;
    await settle();
    expect([place(), studio.piece.name, studio.listening.heard, studio.piece.nodes]).toEqual(
      before,
    );
    expect(place()).toEqual(["q", 1, 1]);
    expect(problems()).toEqual([]);
    const wrong = server.calls.filter((made) => /\/q\/nodes\/[2-9]/.test(made));
    expect(wrong, "nothing is asked of a version that the piece does not have").toEqual([]);
  });

  test("the music of its versions is its own", async () => {
    server.nodes.set(9, node(9, 1, [track("Piano", [0])]));
    const answer = server.hold("GET /api/projects/p/nodes/9");
    const going = studio.goTo(9);
    await settle();
    await openOther();
    answer();
    await going;
    await studio.piece.detailOf(9);
    expect(server.calls).toContain("GET /api/projects/q/nodes/9");
  });

  test("takes that were asked for wait in their own piece", async () => {
    const answer = server.hold("POST /api/projects/p/nodes/1/suggestions");
    const asking = studio.takes.askFor("continue");
    await settle();
    await openOther();
    answer();
    await asking;
    await settle();
    expect([studio.takes.shown, studio.takes.asking]).toEqual([null, false]);
    expect(server.calls.filter((call) => call.startsWith("DELETE"))).toEqual([]);
    expect(problems()).toEqual([]);
  });
});

test("of pieces that are opened at a time the last is shown, whichever comes first", async () => {
  let come = (_: Project): void => {};
  const first = studio.notices.attempt(() =>
    studio.open(() => new Promise((done) => (come = done))),
  );
  await settle();
  await openOther();
  come(server.project("r") as Project);
  await first;
  expect(studio.piece.id).toBe("q");
  expect(studio.desk.isOf("q")).toBe(true);
  expect(problems()).toEqual([]);
});

describe("stopping while takes are being asked for", () => {
  const CANCELLED = "DELETE /api/suggestions/s";

  test("cancels them as soon as they have a name, and shows none", async () => {
    const answer = server.hold("POST /api/projects/p/nodes/1/suggestions");
    const asking = studio.takes.askFor("continue");
    await settle();
    expect([studio.takes.asking, studio.takes.canStop]).toEqual([true, true]);
    await studio.transport.halt();
    expect([studio.takes.asking, studio.takes.canStop]).toEqual([false, false]);
    expect(server.calls).not.toContain(CANCELLED);
    answer();
    await asking;
    expect(server.calls).toContain(CANCELLED);
    expect(studio.takes.shown).toBeNull();
    expect(problems()).toEqual([]);
  });

  test("sends nothing where an edit is still on its way", async () => {
    const answer = server.hold("POST /api/projects/p/nodes/1/edits");
    lengthen();
    const asking = studio.takes.askFor("continue");
    await settle();
    await studio.takes.stop();
    answer();
    await asking;
    expect(server.asked).toEqual([]);
  });

  test("leaves alone what is asked for next", async () => {
    const answer = server.hold("POST /api/projects/p/nodes/1/suggestions");
    const first = studio.takes.askFor("continue");
    await settle();
    await studio.takes.stop();
    const second = studio.takes.askFor("vary");
    await settle();
    expect(server.asked.map(({ task }) => task)).toEqual(["continue", "vary"]);
    expect(studio.takes.asking).toBe(true);
    answer();
    await Promise.all([first, second]);
    expect(studio.takes.shown?.task).toBe("vary");
  });
});

describe("steps between versions", () => {
  beforeEach(async () => {
    for (let i = 0; i < 3; i++) lengthen();
    await studio.piece.settled();
    expect(place()).toEqual(["p", 4, 4]);
  });

  test("that are made at once are all made", async () => {
    await Promise.all([studio.undo(), studio.undo(), studio.undo()]);
    expect([studio.piece.detail?.id, server.current]).toEqual([1, 1]);
    await Promise.all([studio.redo(), studio.redo()]);
    expect([studio.piece.detail?.id, server.current]).toEqual([3, 3]);
  });

  test("go on from a take that is being kept", async () => {
    await takes();
    const answer = server.hold("POST /api/suggestions");
    const keeping = studio.takes.keep(1);
    const undoing = studio.undo();
    await settle();
    answer();
    await Promise.all([keeping, undoing]);
    expect(place()).toEqual(["p", 4, 5]);
  });

  test("end with their piece", async () => {
    const answer = server.hold("PATCH /api/projects/p");
    const undoing = [studio.undo(), studio.undo()];
    await settle();
    await openOther();
    answer();
    await Promise.all(undoing);
    expect(place()).toEqual(["q", 1, 1]);
  });

  test.each([
    ["PATCH /api/projects/p", () => studio.undo()],
    ["POST /api/projects/p/nodes/4/edits", () => studio.reshaping.setKey("C major")],
  ])("leave an edit that was made meanwhile where it was made (%s)", async (call, step) => {
    const answer = server.hold(call);
    const stepping = step();
    await settle();
    lengthen();
    const { detail } = studio.piece;
    answer();
    await stepping;
    await studio.piece.settled();
    expect(studio.piece.detail?.parent).toBe(4);
    expect(studio.piece.detail?.score).toEqual(detail?.score);
  });
});

test("a take that is kept by a double click is kept once", async () => {
  await takes();
  await Promise.all([studio.takes.keep(1), studio.takes.keep(1)]);
  expect(server.calls.filter((call) => call.endsWith("/accept"))).toHaveLength(1);
});

test("edits that waited over a reload are on the page that is opened then", async () => {
  const store = new MemoryStore();
  const again = async () => {
    studio = new Studio({ fetch: server.fetch, store, timers: new HandTimers() });
    await studio.start();
  };
  await again();
  server.isGone = true;
  lengthen();
  await settle();
  server.isGone = false;
  await again();
  expect(place()).toEqual(["p", 2, 2]);
});

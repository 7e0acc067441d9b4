import { beforeEach, describe, expect, test } from "vitest";
import type { Suggestion } from "../../src/api/types.ts";
import { playableOf } from "../../src/app/state/listening.svelte.ts";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import { BAR, event, FakeServer, HandTimers, MemoryStore, settle, take, track } from "./server.ts";

const REGION = { first: 2, last: 4, tracks: null };
const TIME = { bars: [0, BAR, 2 * BAR, 3 * BAR, 4 * BAR], tempos: [], metres: [] };

/** Two takes of two bars: a note a bar of each track, on pitches of their own. */
function takes() {
  return [1, 2].map((number) => ({
    ...take(number, [
      track("Piano", [2 * BAR, 3 * BAR + number]),
      track("Bass", [2 * BAR, 3 * BAR + number]),
    ]),
    ...TIME,
    resets: [[2 * BAR, 0, 0xb0, 64, 0] as const],
  }));
}

let server: FakeServer;
let studio: Studio;

beforeEach(async () => {
  server = new FakeServer();
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  await studio.start();
  const [one, two] = takes();
  server.streams.push(
    event(1, "started", { ...TIME, region: REGION, takes: 2, resets: [] }) +
      event(2, "take", one) +
      event(3, "take", two) +
      event(4, "cancelled", { message: "" }),
  );
  await studio.takes.askFor("continue");
  await settle();
});

const words = () => studio.notices.shown.at(-1)?.words;
const shown = () => {
  const asked = studio.comping.shown;
  if (asked === null) throw new Error("nothing is shown");
  return asked;
};
const heard = () => playableOf(studio.listening.heard, studio.detail());

test("parts of takes are heard together, and kept as one version", async () => {
  await studio.comping.open();
  expect(studio.comping.isOpen).toBe(true);
  studio.comping.choose(shown(), 1, ["0"]);
  studio.desk.bars = { first: 3, last: 4 };
  studio.comping.choose(shown(), 2, ["1"]);
  expect(studio.comping.words).toBe("Piano: take 1 · Bass: take 2, bar 4");
  expect(heard().extra?.map(({ notes }) => notes.onset)).toEqual([
    [2 * BAR, 3 * BAR + 1],
    [3 * BAR + 2],
  ]);
  expect(heard().score.bars).toEqual(TIME.bars);
  expect(heard().controllers).toEqual([[2 * BAR, 0, 0xb0, 64, 0]]);
  await studio.comping.keep();
  expect(server.comps).toEqual([
    {
      choices: [
        { suggestion: "s", take: 1, tracks: [0], first: 2, last: 4 },
        { suggestion: "s", take: 2, tracks: [1], first: 3, last: 4 },
      ],
    },
  ]);
  expect(studio.piece.detail?.id).toBe(2);
  expect([studio.comping.isOpen, studio.comping.picks.size]).toEqual([false, 0]);
  expect(studio.listening.heard.kind).toBe("piece");
  expect(words()).toMatch(/^The comp is kept. Piano: take 1/);
});

test("it begins with all of the take that is heard, less what is taken back", async () => {
  await studio.takes.hear(2);
  await studio.comping.open();
  expect(studio.comping.words).toBe("Piano and Bass: take 2");
  studio.comping.choose(shown(), 2, ["1"]);
  expect(studio.comping.words).toBe("Piano: take 2");
  studio.comping.choose(shown(), 2, ["0"]);
  expect(studio.comping.words).toBe("");
  expect(studio.listening.heard.kind).toBe("piece");
});

test("what cannot be done says what to do first", async () => {
  await studio.comping.open();
  await studio.comping.hear();
  expect(words()).toBe("Nothing is chosen yet: press a track on one of the cards.");
  await studio.comping.keep();
  expect(server.comps).toEqual([]);
  studio.comping.choose(shown(), 1, ["0"]);
  studio.editing.draw(0, { onset: 0, duration: 10, pitch: 61, velocity: 80 });
  expect(words()).toBe("Keep what is put together here, or hear the piece (0), to edit.");
  studio.comping.close();
  expect(studio.listening.heard.kind).toBe("piece");
  await studio.open(() => studio.api.create({}));
  studio.suggestions.open([]);
  await studio.comping.open();
  expect(words()).toBe("There are no takes to choose parts from yet. Ask for some first.");
});

describe("after keeping", () => {
  test("parts of the takes before go into the version that came of them", async () => {
    await studio.takes.keep(1);
    expect(studio.comping.hasEarlier).toBe(true);
    await studio.comping.open();
    expect(shown().node).toBe(1);
    expect(studio.comping.shownOn?.id).toBe(1);
    studio.comping.choose(shown(), 2, ["0"]);
    const { heard: now } = studio.listening;
    if (now.kind !== "laid") throw new Error("the comp is not heard");
    expect(now.laid.score.tracks[0].notes.onset).toEqual([0]);
    expect(now.laid.overlay[0].notes.onset).toEqual([2 * BAR, 3 * BAR + 2]);
    await studio.comping.hearTake(2);
    expect(studio.listening.takeOf(shown())).toBe(2);
    await studio.comping.keep();
    expect(server.comps[0].choices).toEqual([
      { suggestion: "s", take: 2, tracks: [0], first: 2, last: 4 },
    ]);
    expect(server.calls.filter((call) => call.endsWith("/comps"))).toEqual([
      "POST /api/projects/p/nodes/2/comps",
    ]);
  });

  test("takes of another day are offered, too", async () => {
    await studio.takes.keep(1);
    studio.suggestions.open([]);
    const earlier = { ...(server.suggestion("done") as Suggestion), node: 1, takes: takes() };
    server.earlier.set(1, [{ ...earlier, region: REGION } as unknown as Suggestion]);
    await studio.comping.open();
    expect(studio.comping.offered).toHaveLength(1);
  });
});

test("more like a take asks for four variations of it by the dial, shown as new takes", async () => {
  studio.ask.amount = 0.4;
  await studio.takes.moreLike();
  expect(words()).toBe("Hear a finished take first: press its number.");
  await studio.takes.hear(2);
  await studio.takes.moreLike();
  expect(server.asked.at(-1)).toEqual({
    task: "vary",
    like: { suggestion: "s", take: 2 },
    amount: 0.4,
    takes: 4,
    options: {},
  });
});

import { beforeEach, describe, expect, test } from "vitest";
import type { Suggestion } from "../../src/api/types.ts";
import type { PlayerInterface } from "../../src/app/state/sound.svelte.ts";
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

const REGION = { first: 2, last: 3, tracks: null };
const TIME = { bars: [0, BAR, 2 * BAR, 3 * BAR], tempos: [], metres: [] };
const BAR_COMES =
  event(1, "started", { ...TIME, region: REGION, takes: 2, resets: [] }) +
  event(2, "bar", { take: 1, bar: 2, bars_done: 1, bars: 1, tracks: [track("Piano", [2 * BAR])] });

let server: FakeServer;
let studio: Studio;
let playedFrom: number[];
let comes: (player: PlayerInterface) => void;

/** A player that only remembers from where it was to play. */
function player(): PlayerInterface {
  let at = 0;
  const fake = {
    playing: false,
    seek: (tick: number) => {
      at = tick;
    },
    play: async () => {
      fake.playing = true;
      playedFrom.push(at);
    },
    ...Object.fromEntries(
      ["load", "exchange", "loop", "setMix", "subscribe", "passOn", "pause"].map((name) => [
        name,
        () => {},
      ]),
    ),
  };
  return fake as unknown as PlayerInterface;
}

beforeEach(async () => {
  server = new FakeServer();
  playedFrom = [];
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  await studio.start();
  expect(studio.problem).toBe("");
  void studio.sound.start(
    () =>
      new Promise((done) => {
        comes = done;
      }),
  );
});

test("the page can be used before there is sound", () => {
  expect(studio.state).toBe("ready");
  expect(studio.sound.state).toBe("loading");
});

test("the first bar of a take plays as soon as it is there, without a bar before it", async () => {
  comes(player());
  await settle();
  server.streams.push(BAR_COMES);
  await studio.takes.askFor("continue");
  await settle();
  expect(playedFrom).toEqual([2 * BAR]);
});

test("a take that came before there was sound plays once there is", async () => {
  server.streams.push(BAR_COMES);
  await studio.takes.askFor("continue");
  await settle();
  expect(playedFrom).toEqual([]);
  comes(player());
  await settle();
  expect(playedFrom).toEqual([2 * BAR]);
});

test("a take that came before there was sound is not played over what was chosen since", async () => {
  server.streams.push(BAR_COMES);
  await studio.takes.askFor("continue");
  await settle();
  studio.takes.leaveAlone();
  comes(player());
  await settle();
  expect(playedFrom).toEqual([]);
});

describe("playing that is asked for before there is sound", () => {
  test("begins with the sound", async () => {
    await studio.transport.togglePlay();
    expect([studio.sound.playing, studio.sound.awaited]).toEqual([false, true]);
    comes(player());
    await settle();
    expect([playedFrom, studio.sound.awaited]).toEqual([[0], false]);
  });

  test("can be taken back", async () => {
    await studio.transport.togglePlay();
    await studio.transport.togglePlay();
    comes(player());
    await settle();
    expect(playedFrom).toEqual([]);
  });

  test("is one of the takes where those came first", async () => {
    await studio.transport.togglePlay();
    server.streams.push(BAR_COMES);
    await studio.takes.askFor("continue");
    await settle();
    comes(player());
    await settle();
    expect(playedFrom).toEqual([2 * BAR]);
  });
});

test("stopping ends the sound of the take, too, in the bar before it as well", async () => {
  const made = player();
  comes(made);
  await settle();
  server.streams.push(BAR_COMES);
  await studio.takes.askFor("continue");
  await settle();
  await studio.takes.hear(1);
  expect(studio.sound.playing).toBe(true);
  await studio.transport.halt();
  expect([studio.sound.playing, studio.takes.shown?.isOpen]).toEqual([false, false]);
});

test("an edit leaves takes behind, and says where they are", async () => {
  server.streams.push(BAR_COMES);
  await studio.takes.askFor("continue");
  await settle();
  const asked = studio.takes.shown;
  expect(studio.takes.leftBehind).toBeNull();
  for (const pitch of [61, 62]) {
    studio.editing.draw(0, { onset: 0, duration: 10, pitch, velocity: 80 });
    await studio.piece.settled();
    expect([studio.takes.shown, studio.takes.leftBehind]).toEqual([null, asked]);
  }
  await studio.goTo(1);
  expect([studio.takes.shown, studio.takes.leftBehind]).toEqual([asked, null]);
});

describe("takes of another day", () => {
  const earlier = (id: string, node: number) =>
    ({
      ...(server.suggestion("done") as Suggestion),
      id,
      node,
      takes: [take(1, [track("Piano", [2 * BAR])])],
    }) as Suggestion;

  test("are there again at every version that one comes to", async () => {
    server.nodes.set(2, node(2, 1, [track("Piano", [0])]));
    server.current = 2;
    server.earlier.set(1, [earlier("p.2", 1), earlier("p.1", 1)]);
    server.earlier.set(2, [earlier("p.3", 2)]);
    await studio.start();
    await settle();
    expect(studio.takes.shown?.id).toBe("p.3");
    await studio.undo();
    await settle();
    const { shown } = studio.takes;
    expect(shown?.id).toBe("p.2");
    if (shown !== null) studio.takes.showEarlier(shown);
    expect(studio.takes.shown?.id).toBe("p.1");
    expect(studio.takes.shown?.finished).toHaveLength(1);
  });

  test("come once, and before those of today", async () => {
    server.earlier.set(1, [earlier("s", 1), earlier("p.1", 1)]);
    server.streams.push(BAR_COMES);
    await studio.takes.askFor("continue");
    await studio.suggestions.arrive("p", 2);
    studio.suggestions.open([server.suggestion("done") as Suggestion]);
    await studio.suggestions.arrive("p", 1);
    await studio.suggestions.arrive("p", 1);
    expect(studio.suggestions.all.map(({ id }) => id)).toEqual(["p.1", "s"]);
    const asked = server.calls.filter((call) => call === "GET /api/projects/p/nodes/1/suggestions");
    expect(asked).toHaveLength(2);
  });

  test("are asked for again when the program did not answer", async () => {
    studio.suggestions.open([]);
    server.isGone = true;
    await expect(studio.suggestions.arrive("p", 1)).rejects.toThrow();
    server.isGone = false;
    server.earlier.set(1, [earlier("p.1", 1)]);
    await studio.suggestions.arrive("p", 1);
    expect(studio.suggestions.all).toHaveLength(1);
  });
});

describe("a new part", () => {
  const BASS = { family: "bass", name: "Acoustic Bass", program: 32 };
  const PART = { first: 0, last: 2, tracks: [2] };
  const take_ = { ...take(1, [track("Piano", []), track("Bass", []), track("New", [0])]) };

  test("is written for an empty track that is selected, and takes its place when it is kept", async () => {
    studio.editing.addTrack(BASS);
    server.streams.push(
      event(1, "started", { ...TIME, region: PART, takes: 2, resets: [] }) +
        event(2, "take", { ...take_, number: 1 }),
    );
    await studio.takes.askFor("redo");
    await settle();
    expect(server.asked).toMatchObject([{ task: "accompany", add: [32], first: 0, last: 2 }]);
    expect(studio.ask.task).toBe("accompany");
    expect(studio.desk.drafts).toHaveLength(1);
    await studio.takes.keep(1);
    expect(studio.desk.drafts).toEqual([]);
  });

  test("needs an instrument", async () => {
    await studio.takes.askFor("accompany");
    expect(server.asked).toEqual([]);
    expect(studio.notices.shown.at(-1)?.words).toBe("Choose the new part's instrument first.");
  });
});

test("from here is where the play-head is, once; then Continue is from the end again", async () => {
  comes(player());
  await settle();
  studio.sound.seek(BAR + 10);
  const region = { first: 1, last: 2, tracks: null };
  server.streams.push(
    event(1, "started", { ...TIME, region, takes: 2, resets: [] }) +
      event(2, "take", take(1, [track("Piano", [BAR])])),
  );
  await studio.takes.continueFromHere();
  await settle();
  expect(server.asked).toMatchObject([{ task: "continue", first: 1 }]);
  const detail = studio.detail();
  const long = { ...detail.score, tracks: [track("Piano", [0, BAR, BAR + 480])] };
  const ground = studio.takes.shown?.ground({ score: long, controllers: [] });
  expect(ground?.score.tracks[0].notes.onset).toEqual([0]);
  await studio.takes.hear(1);
  studio.sound.seek(0);
  expect(studio.takes.contextOf(detail).playhead, "the place of the take").toBe(1);
  await studio.takes.keep(1);
  expect(studio.ask.from).toBe("end");
});

describe("keeping", () => {
  const problem = () => studio.notices.shown.at(-1)?.words;

  test("says of a take that is not finished whether it will be", async () => {
    server.streams.push(BAR_COMES);
    await studio.takes.askFor("continue");
    await studio.takes.keep(1);
    expect(problem()).toMatch(/^Take 1 is still being written/);
    await studio.takes.stop();
    await studio.takes.keep(1);
    await studio.takes.keep(2);
    expect(problem()).toMatch(/^Take 2 was stopped before its first bar was finished/);
    expect(server.calls.filter((call) => call.endsWith("/accept"))).toEqual([]);
  });

  test("of a stopped take is keeping the bars that the server has of it", async () => {
    const bars = { ...take(1, [track("Piano", [2 * BAR])]), bars_done: 1 };
    server.streams.push(
      BAR_COMES + event(3, "take", bars) + event(4, "cancelled", { message: "Stopped." }),
    );
    await studio.takes.askFor("continue");
    await settle();
    const view = studio.takes.shown?.of(1);
    expect([view?.state, view?.barsDone, view?.take]).toEqual(["stopped", 1, null]);
    await studio.takes.keep(1);
    expect(server.calls).toContain("POST /api/suggestions/s/takes/1/accept");
    expect(studio.piece.detail?.id).toBe(2);
    expect(problem()).toMatch(/^1 bar of take 1 kept\./);
  });

  test("that is refused says so in a sentence", () => {
    studio.notices.problem(new Error("there is no take 9 of this suggestion"));
    expect(problem()).toBe("There is no take 9 of this suggestion.");
  });
});

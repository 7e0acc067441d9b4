import { beforeEach, describe, expect, test } from "vitest";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import type { Playable } from "../../src/audio/index.ts";
import { chooseTracks } from "../../src/core/selection.ts";
import type { Mix } from "../../src/core/types.ts";
import { fakePlayer } from "./player.ts";
import { FakeServer, HandTimers, MemoryStore, settle, track } from "./server.ts";

const NOTE = { onset: 480, duration: 240, pitch: 62, velocity: 90 };
const FLUTE = { family: "Pipe", name: "Flute", program: 73 };
const DRUMS = { family: "Drums", name: "Drums", program: 128 };

let server: FakeServer;
let studio: Studio;
let playing: Playable[];

async function open(tracks = [track("Piano", [0, 480]), track("Bass", [0])]): Promise<void> {
  server = new FakeServer(tracks);
  playing = [];
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  await studio.start();
  expect(studio.problem).toBe("");
  await studio.sound.start(async () => fakePlayer({ exchange: (one) => playing.push(one) }));
}

const names = (): string[] =>
  studio.piece.detail?.score.tracks.map(({ name, notes }) => `${name} ${notes.onset.length}`) ?? [];

beforeEach(() => open());

describe("a new track", () => {
  test("is in front at once and heard as what it is, and makes no version", async () => {
    studio.editing.addTrack(FLUTE);
    await settle();
    expect([studio.desk.drafts.map(({ name }) => name), studio.desk.focus]).toEqual([["Flute"], 2]);
    expect(playing.at(-1)?.score.tracks[2].program).toBe(73);
    expect([server.nodes.size, studio.piece.unsaved]).toEqual([1, 0]);
  });

  test("becomes one of the piece with its first note, and stays in front", async () => {
    studio.editing.addTrack(FLUTE);
    studio.editing.draw(2, NOTE);
    expect(names()).toEqual(["Piano 2", "Bass 1", "Flute 1"]);
    expect([studio.desk.drafts.length, studio.desk.focus]).toEqual([0, 2]);
    studio.editing.draw(2, { ...NOTE, pitch: 64 });
    await studio.piece.settled();
    expect(names()).toEqual(["Piano 2", "Bass 1", "Flute 2"]);
    expect(server.nodes.size).toBe(3);
  });

  test("of several takes the note that was drawn into it, and the others wait", async () => {
    studio.editing.addTrack(FLUTE);
    studio.editing.addTrack(DRUMS);
    studio.editing.draw(3, { ...NOTE, pitch: 38 });
    await studio.piece.settled();
    expect(studio.piece.detail?.score.tracks.at(-1)).toMatchObject({
      name: "Drums",
      is_drum: true,
    });
    expect([studio.desk.drafts.map(({ name }) => name), studio.desk.focus]).toEqual([["Flute"], 2]);
  });

  test("takes what is recorded while it is in front", async () => {
    studio.editing.addTrack(FLUTE);
    studio.editing.addNotes(studio.desk.focus, [NOTE], "recorded 1 note");
    await studio.piece.settled();
    expect(names()).toEqual(["Piano 2", "Bass 1", "Flute 1"]);
  });

  test("can be put away, and is not taken along to another piece", async () => {
    studio.editing.addTrack(FLUTE);
    studio.editing.dropDraft(studio.desk.drafts[0]);
    expect([studio.desk.drafts.length, studio.desk.focus]).toEqual([0, null]);
    studio.editing.addTrack(FLUTE);
    await studio.shelf.open("p");
    expect(studio.desk.drafts).toEqual([]);
  });

  test("has nothing to choose by key", () => {
    studio.editing.addTrack(FLUTE);
    studio.editing.chooseAll();
    expect(studio.desk.nChosen).toBe(0);
  });
});

test("the first note of an empty piece begins a piano", async () => {
  await open([]);
  studio.desk.pick("draw");
  studio.editing.draw(0, NOTE);
  await studio.piece.settled();
  expect(names()).toEqual(["Acoustic Grand Piano 1"]);
  expect([server.nodes.size, studio.desk.focus]).toEqual([2, 0]);
});

describe("locks, mix and what is in front", () => {
  const LINES = [track("Piano", [0, 480]), track("Bass", [0]), track("Lead", [0, 240])];

  test("stay with their tracks when one loses its notes and so leaves the piece", async () => {
    const mixes: Mix[] = [];
    await open(LINES);
    Object.assign(studio.sound.player ?? {}, { setMix: (mix: Mix) => mixes.push(mix) });
    studio.desk.lock(2);
    studio.desk.mute(2);
    studio.desk.lock(0);
    studio.desk.focus = 2;
    studio.editing.remove(chooseTracks(studio.detail().score, [0]));
    studio.desk.notes = new Map([[2, new Set([1])]]);
    expect([...studio.desk.locked], "until the server has done it").toEqual([2, 0]);
    await studio.piece.settled();
    expect(names()).toEqual(["Bass 1", "Lead 2"]);
    expect([[...studio.desk.locked], studio.desk.focus]).toEqual([[1], 1]);
    expect([...studio.desk.notes.keys()]).toEqual([1]);
    expect([...(mixes.at(-1)?.muted ?? [])]).toEqual([1]);
    expect(playing.at(-1)?.score.tracks).toHaveLength(2);
  });

  test("stay with a track that has another name", async () => {
    await open(LINES);
    studio.desk.lock(1);
    studio.editing.renameTrack(1, "Low");
    await studio.piece.settled();
    expect(names()[1]).toBe("Low 1");
    expect([...studio.desk.locked]).toEqual([1]);
    await studio.undo();
    expect(names()[1]).toBe("Bass 1");
    expect([...studio.desk.locked], "also where it has its old name again").toEqual([1]);
  });

  test("stay with a new track, wherever the server puts it", async () => {
    studio.editing.addTrack(FLUTE);
    studio.editing.draw(2, NOTE);
    studio.desk.lock(2);
    await studio.piece.settled();
    expect([[...studio.desk.locked], studio.desk.focus]).toEqual([[2], 2]);
  });

  test("are as before when an edit is refused", async () => {
    await open(LINES);
    studio.desk.lock(1);
    server.refusal = "no";
    studio.editing.addTrack(FLUTE);
    studio.editing.draw(3, NOTE);
    await settle();
    expect(names()).toEqual(["Piano 2", "Bass 1", "Lead 2"]);
    expect([[...studio.desk.locked], studio.desk.focus]).toEqual([[1], null]);
  });
});

test("a locked track is not chosen by key, and that is said", async () => {
  studio.desk.lock(1);
  studio.editing.chooseAll();
  expect([...studio.desk.notes.keys()]).toEqual([0]);
  studio.desk.focus = 1;
  studio.editing.chooseAll();
  expect(studio.desk.nChosen).toBe(0);
  expect(studio.notices.shown.at(-1)?.words).toMatch(/locked/);
});

describe("while another version is heard", () => {
  beforeEach(async () => {
    studio.editing.draw(0, NOTE);
    await studio.piece.settled();
    studio.desk.notes = chooseTracks(studio.detail().score, [0]);
    await studio.compare();
    expect(studio.listening.heard.kind).toBe("version");
  });

  test("nothing is chosen, and edits are refused with the way out", async () => {
    expect(studio.desk.nChosen).toBe(0);
    const before = studio.detail();
    studio.editing.chooseAll();
    studio.editing.draw(0, { ...NOTE, pitch: 70 });
    studio.editing.remove(chooseTracks(before.score, [0]));
    await settle();
    expect([studio.desk.nChosen, studio.detail(), server.nodes.size]).toEqual([0, before, 2]);
    expect(studio.notices.shown.at(-1)?.words).toMatch(/go to that version/);
    expect(studio.listening.heard.kind, "one hears on").toBe("version");
  });

  test("editing goes on when the piece is heard again", async () => {
    await studio.compare();
    studio.editing.draw(0, { ...NOTE, pitch: 70 });
    await studio.piece.settled();
    expect(server.nodes.size).toBe(3);
  });
});

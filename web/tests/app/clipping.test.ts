import { beforeEach, expect, test } from "vitest";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import { chooseTracks } from "../../src/core/selection.ts";
import { fakePlayer } from "./player.ts";
import { BAR, FakeServer, HandTimers, MemoryStore, settle, track } from "./server.ts";

let server: FakeServer;
let studio: Studio;

beforeEach(async () => {
  server = new FakeServer([track("Piano", [0, 480, BAR]), track("Bass", [0])]);
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  await studio.start();
  await studio.sound.start(async () => fakePlayer({}));
});

const onsets = (at: number): readonly number[] =>
  studio.piece.detail?.score.tracks[at].notes.onset ?? [];
const problem = (): string | undefined =>
  studio.notices.shown.findLast(({ kind }) => kind === "problem")?.words;

function choose(...tracks: number[]): void {
  const { detail } = studio.piece;
  if (detail !== null) studio.desk.notes = chooseTracks(detail.score, tracks);
}

test("notes are copied, and pasted at the play-head", async () => {
  choose(1);
  await studio.clipping.copy();
  studio.sound.seek(BAR + 10);
  await studio.clipping.paste();
  expect(onsets(1)).toEqual([0, BAR]);
  expect([...studio.desk.notes.keys()]).toEqual([1]);
  expect(studio.desk.nChosen).toBe(1);
});

test("notes are cut, and repeated right behind", async () => {
  choose(0);
  await studio.clipping.duplicate();
  expect(onsets(0)).toEqual([0, 480, BAR, BAR + 240, BAR + 720, 2 * BAR + 240]);
  choose(1);
  await studio.clipping.cut();
  expect(onsets(1)).toEqual([]);
  expect(studio.clipping.pasted).toBe("1 note");
});

test("bars are cut as bars, and pasted as those of the version before", async () => {
  studio.desk.bars = { first: 0, last: 1 };
  await studio.clipping.cut();
  expect(server.edits.at(-1)?.bars).toEqual([{ first: 1, last: 2 }]);
  expect(studio.desk.bars).toBeNull();
  await studio.clipping.paste();
  expect(server.edits.at(-1)?.bars).toEqual([
    { first: 0, last: 1, node: 1 },
    { first: 0, last: 2 },
  ]);
  expect(studio.desk.bars).toEqual({ first: 0, last: 1 });
  expect(studio.piece.nodes.map(({ id, parent }) => [id, parent])).toEqual([
    [1, null],
    [2, 1],
    [3, 2],
  ]);
});

test("what cannot be done is said, and changes nothing", async () => {
  await studio.clipping.paste();
  expect(problem()).toMatch(/Nothing was copied yet/);
  await studio.clipping.removeBars();
  expect(problem()).toMatch(/Select bars first/);
  studio.desk.bars = { first: 0, last: 2 };
  await studio.clipping.removeBars();
  expect(problem()).toMatch(/all bars of the piece/);
  expect(server.edits).toEqual([]);
});

test("tempo, metre and key are those of the selected bars, or of the whole piece", async () => {
  await studio.reshaping.setTime(93.5, null);
  studio.desk.bars = { first: 1, last: 2 };
  await studio.reshaping.setTime(null, [3, 4]);
  await studio.reshaping.setKey("F# minor");
  expect(server.edits.map(({ time, key }) => time ?? key)).toEqual([
    { first: 0, last: null, bpm: 93.5 },
    { first: 1, last: 2, metre: [3, 4] },
    "F# minor",
  ]);
});

test("a track is moved in the list", async () => {
  await studio.reshaping.moveTrack(1, 0);
  expect(server.edits.at(-1)).toMatchObject({ label: "moved Bass up", order: [1, 0] });
  await studio.reshaping.moveTrack(0, -1);
  expect(server.edits).toHaveLength(1);
});

test("notes are selected one after another by keys, and drawn at the play-head", async () => {
  studio.desk.focus = 0;
  studio.stepping.step(1);
  expect([...(studio.desk.notes.get(0) ?? [])]).toEqual([0]);
  studio.stepping.step(1);
  studio.stepping.step(1, true);
  expect([...(studio.desk.notes.get(0) ?? [])]).toEqual([1, 2]);
  studio.stepping.step(-1);
  expect([...(studio.desk.notes.get(0) ?? [])]).toEqual([1]);
  studio.desk.focus = 1;
  studio.sound.seek(960);
  studio.stepping.draw();
  studio.stepping.draw();
  expect(onsets(1)).toEqual([0, 960, 1080]);
});

test("undo and redo name what they take back and do again", async () => {
  choose(1);
  studio.editing.transpose(2);
  expect(studio.piece.undone).toBe("transposed 1 note of Bass up 2 semitones");
  await settle();
  await studio.undo();
  expect(studio.notices.shown.at(-1)?.words).toMatch(/^Undone: /);
  expect(studio.piece.undone).toBeNull();
  expect(studio.piece.redone).not.toBeNull();
});

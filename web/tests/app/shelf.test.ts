import { beforeEach, expect, test } from "vitest";
import { Studio } from "../../src/app/state/studio.svelte.ts";
import { FakeServer, HandTimers, MemoryStore } from "./server.ts";

let server: FakeServer;
let studio: Studio;

beforeEach(async () => {
  server = new FakeServer();
  studio = new Studio({ fetch: server.fetch, store: new MemoryStore(), timers: new HandTimers() });
  await studio.start();
  server.calls.length = 0;
});

const file = (bytes: number) => new Blob([new Uint8Array(bytes)]);
const words = () => studio.notices.shown.map((notice) => notice.words);

test("a MIDI file and a project's file each go to where they are read", async () => {
  await studio.shelf.bring("My song.mid", file(10));
  await studio.shelf.bring("My song.SEGUE", file(20));
  expect(server.calls.filter((call) => call.startsWith("POST"))).toEqual([
    "POST /api/projects/upload?name=My%20song.mid",
    "POST /api/projects/import?name=My%20song.SEGUE",
  ]);
  expect(words()).toEqual(["Opened: Piece."]);
});

test("a file to follow is sent, and becomes no piece", async () => {
  const found = await studio.shelf.sendToFollow("My song.mid", file(10));
  expect(found).toEqual({ file: "f", name: "My song.mid" });
  expect(server.calls).toEqual(["POST /api/follow/upload?name=My%20song.mid"]);
  expect(words()).toEqual([]);
});

test("a file that is too large is not sent, and the words say what to do", async () => {
  expect(await studio.shelf.sendToFollow("song.mid", file(11))).toBe(null);
  await studio.shelf.bring("song.mid", file(11));
  await studio.shelf.bring("song.segue", file(21));
  expect(server.calls).toEqual([]);
  expect(words()[0]).toMatch(/^song\.mid has .* Is it really MIDI\?$/);
  expect(words()[1]).toMatch(/^song\.segue has .* put it into the folder of your pieces\.$/);
});

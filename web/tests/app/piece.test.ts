import { beforeEach, describe, expect, test } from "vitest";
import { Api } from "../../src/api/client.ts";
import type { Project } from "../../src/api/types.ts";
import { Connection } from "../../src/app/state/connection.svelte.ts";
import { Memory } from "../../src/app/state/memory.ts";
import { Piece } from "../../src/app/state/piece.svelte.ts";
import { deleteNotes, lengthenNotes } from "../../src/core/edits.ts";
import { chooseTracks } from "../../src/core/selection.ts";
import { FakeServer, HandTimers, MemoryStore, settle } from "./server.ts";

let server: FakeServer;
let store: MemoryStore;
let timers: HandTimers;

function makePiece(): Piece {
  const api = new Api(server.fetch);
  const connection = new Connection(() => api.info(), timers);
  api.onAnswer = (answered) => connection.answered(answered);
  return new Piece(api, connection, new Memory(store));
}

async function openPiece(): Promise<Piece> {
  const piece = makePiece();
  await piece.open(async () => server.project() as Project);
  return piece;
}

function lengthen(piece: Piece): void {
  const score = piece.detail?.score;
  if (score === undefined) throw new Error("no piece is open");
  piece.edit(lengthenNotes(score, chooseTracks(score, [0]), 10));
}

beforeEach(() => {
  server = new FakeServer();
  store = new MemoryStore();
  timers = new HandTimers();
});

describe("edits", () => {
  test("are seen at once, and become versions in their order", async () => {
    const piece = await openPiece();
    for (let i = 0; i < 3; i++) lengthen(piece);
    expect(piece.detail?.score.tracks[0].notes.duration).toEqual([270, 270]);
    expect(piece.unsaved).toBe(3);
    await piece.settled();
    expect(piece.unsaved).toBe(0);
    expect(piece.nodes.map(({ id, parent }) => [id, parent])).toEqual([
      [1, null],
      [2, 1],
      [3, 2],
      [4, 3],
    ]);
    expect(server.nodes.get(4)?.score.tracks[0].notes.duration).toEqual([270, 270]);
  });

  test("that are confirmed leave the very notes that are on the page, so nothing is made again", async () => {
    const piece = await openPiece();
    lengthen(piece);
    const shown = piece.detail?.score;
    await piece.settled();
    expect(piece.detail?.id).toBe(2);
    expect(piece.detail?.score).toBe(shown);
    expect(piece.detail?.score).toEqual(server.nodes.get(2)?.score);
  });

  test("wait while the program is gone, and arrive when it is back", async () => {
    const piece = await openPiece();
    server.isGone = true;
    lengthen(piece);
    lengthen(piece);
    await settle();
    expect(server.nodes.size).toBe(1);
    server.isGone = false;
    timers.run();
    await piece.settled();
    expect(server.nodes.size).toBe(3);
    expect(piece.detail?.id).toBe(3);
  });

  test("survive that the page is closed while the program is gone", async () => {
    const before = await openPiece();
    server.isGone = true;
    lengthen(before);
    await settle();
    server.isGone = false;
    await openPiece();
    expect(server.nodes.get(2)?.score.tracks[0].notes.duration).toEqual([250, 250]);
  });

  test("that are refused leave the piece as it was, and say why", async () => {
    const piece = await openPiece();
    const problems: unknown[] = [];
    piece.onProblem = (error) => problems.push(error);
    server.refusal = "too many notes";
    lengthen(piece);
    await settle();
    expect(piece.detail).toEqual(server.nodes.get(1));
    expect(String(problems[0])).toMatch(/too many notes/);
    server.refusal = null;
    lengthen(piece);
    await piece.settled();
    expect(server.nodes.size).toBe(2);
  });

  test("that change nothing make no version", async () => {
    const piece = await openPiece();
    const score = server.nodes.get(1)?.score;
    if (score === undefined) throw new Error("no score");
    piece.edit(lengthenNotes(score, chooseTracks(score, [0]), 0));
    await piece.settled();
    expect(server.nodes.size).toBe(1);
  });
});

describe("the tree", () => {
  test("undo goes to the parent, redo to the child that was left last", async () => {
    const piece = await openPiece();
    lengthen(piece);
    await piece.undo();
    const score = piece.detail?.score;
    if (score === undefined) throw new Error("no score");
    piece.edit(deleteNotes(score, chooseTracks(score, [1])));
    await piece.settled();
    await piece.goTo(2);
    await piece.undo();
    expect(piece.detail?.id).toBe(1);
    await piece.redo();
    expect(piece.detail?.id, "2 was left last, though 3 is newer").toBe(2);
    expect(piece.canRedo).toBe(false);
  });

  test("siblings come round in a circle", async () => {
    const piece = await openPiece();
    for (let i = 0; i < 3; i++) {
      await piece.goTo(1);
      lengthen(piece);
      await piece.settled();
    }
    const seen: (number | undefined)[] = [];
    for (let i = 0; i < 3; i++) {
      await piece.goToSibling(1);
      seen.push(piece.detail?.id);
    }
    expect(seen).toEqual([2, 3, 4]);
    expect(server.current).toBe(4);
  });

  test("undo comes after the edits that are on their way", async () => {
    const piece = await openPiece();
    lengthen(piece);
    await piece.undo();
    expect(piece.detail?.id).toBe(1);
    expect(server.nodes.size).toBe(2);
  });
});

import { expect, test } from "vitest";
import { cutOff } from "../../src/core/ground.ts";
import { keepWritten } from "../../src/core/written_bars.ts";
import { drums, note, score, TPQ, track } from "../support/music.ts";

const BAR = 4 * TPQ;
const flute = track([note(8 * BAR, 80)], { name: "Flute", program: 73 });
const piece = score([track([note(0), note(7 * BAR)]), drums([note(0, 36)])], {
  bars: Array.from({ length: 11 }, (_, bar) => bar * BAR),
});

test("new bars are added, further tracks too, and nothing rings past the last that is there", () => {
  const written = [track([note(8 * BAR, 64), note(9 * BAR, 65, 9 * BAR)]), drums([]), flute];
  const region = { first: 8, last: 16, tracks: null };
  const { request, score: after } = keepWritten(piece, written, region, 2);
  expect(request.label).toBe("the finished bars 9-10 of a stopped take");
  expect(request.tracks.map(({ index }) => index)).toEqual([0]);
  expect(request.tracks[0].notes).toMatchObject({
    onset: [0, 7 * BAR, 8 * BAR, 9 * BAR],
    duration: [240, 240, 240, BAR],
  });
  expect(request.new_tracks).toEqual([
    { name: "Flute", program: 73, is_drum: false, notes: flute.notes },
  ]);
  expect(after.tracks.map(({ name }) => name)).toEqual(["Bass", "Drums", "Flute"]);
});

test("bars that go on from an earlier one take the place of all that followed", () => {
  const cut = cutOff({ score: piece, controllers: [] }, 4).score;
  const lines = { ...cut, bars: Array.from({ length: 6 }, (_, bar) => bar * BAR) };
  const written = [track([note(4 * BAR, 64)]), drums([])];
  const region = { first: 4, last: 8, tracks: null };
  const { request } = keepWritten(lines, written, region, 1, { was: piece });
  expect(request.tracks).toEqual([
    { index: 0, notes: expect.objectContaining({ onset: [0, 4 * BAR], pitch: [60, 64] }) },
  ]);
});

test("of an infill the bars that were not reached stay as they were, and other tracks wholly", () => {
  const full = score([
    track([note(0), note(BAR), note(2 * BAR)]),
    track([note(BAR, 70)], { name: "Piano" }),
  ]);
  const written = [track([note(0, 50), note(BAR, 51)]), track([])];
  const { request } = keepWritten(full, written, { first: 0, last: 3, tracks: [0] }, 1);
  expect(request.tracks).toEqual([
    { index: 0, notes: expect.objectContaining({ onset: [0, BAR, 2 * BAR], pitch: [50, 60, 60] }) },
  ]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  copyNotes,
  deleteBars,
  duplicateBars,
  pasteBars,
  pasteNotes,
} from "../../src/core/clipboard.ts";
import { EditRefused } from "../../src/core/edits.ts";
import { chooseNote, chooseTracks, chosenNotes } from "../../src/core/selection.ts";
import { anyChoice, drums, note, score, TPQ, track } from "../support/music.ts";

const BASS = [note(100), note(480, 62), note(960, 64)];

describe("notes", () => {
  test("are pasted as far from each other as they were, and are selected", () => {
    fc.assert(
      fc.property(
        anyChoice,
        fc.integer({ min: 0, max: 9000 }),
        ({ score: piece, selection }, at) => {
          const copied = copyNotes(piece, selection, 0);
          const pasted = pasteNotes(piece, copied, at, null);
          const before = chosenNotes(piece, selection);
          const first = Math.min(...before.map(({ onset }) => onset));
          const order = (notes: typeof before) => notes.map((one) => JSON.stringify(one)).sort();
          expect(order(chosenNotes(pasted.score, pasted.selection))).toEqual(
            order(before.map((one) => ({ ...one, onset: one.onset - first + at }))),
          );
        },
      ),
    );
  });

  test("keep their place in the grid that they were copied from", () => {
    const piece = score([track(BASS)]);
    const copied = copyNotes(piece, chooseNote(0, 0), TPQ / 2);
    expect(copied).toMatchObject({ length: 480, parts: [{ notes: [{ onset: 100 }] }] });
  });

  test("of one track go into the selected one, if it is of their kind", () => {
    const piece = score([
      track(BASS),
      track([note(0, 72)], { name: "Lead" }),
      drums([note(0, 36)]),
    ]);
    const copied = copyNotes(piece, chooseTracks(piece, [0]), 0);
    expect(pasteNotes(piece, copied, 0, 1).request.tracks.map(({ index }) => index)).toEqual([1]);
    expect(pasteNotes(piece, copied, 0, 2).request.tracks.map(({ index }) => index)).toEqual([0]);
    expect(pasteNotes(piece, copied, 0, 1).label).toBe("pasted 3 notes into Lead");
    const beat = copyNotes(piece, chooseTracks(piece, [2]), 0);
    expect(() => pasteNotes(score([track(BASS)]), beat, 0, 0)).toThrow(/These are drums/);
  });

  test("of a piece in other ticks are pasted in time", () => {
    const copied = copyNotes(score([track(BASS)]), chooseNote(0, 1), TPQ);
    const slow = score([track([note(0)])], { ticks_per_quarter: 96 });
    const { score: after } = pasteNotes(slow, { ...copied, ticksPerQuarter: TPQ }, 96, 0);
    expect(after.tracks[0].notes).toMatchObject({ onset: [0, 96], duration: [240, 48] });
  });

  test("that are not selected cannot be copied", () => {
    expect(() => copyNotes(score([track(BASS)]), new Map(), 0)).toThrow(EditRefused);
  });
});

describe("bars", () => {
  const piece = score([track(BASS)]);

  test("that are deleted are left out", () => {
    expect(deleteBars(piece, { first: 2, last: 4 })).toEqual({
      label: "deleted bars 3-4",
      bars: [
        { first: 0, last: 2 },
        { first: 4, last: 8 },
      ],
      shown: null,
    });
    expect(deleteBars(piece, { first: 6, last: 20 }).bars).toEqual([{ first: 0, last: 6 }]);
    expect(() => deleteBars(piece, { first: 0, last: 8 })).toThrow(/all bars of the piece/);
    expect(() => deleteBars(piece, { first: 9, last: 10 })).toThrow(/behind the end/);
  });

  test("that are repeated come twice, and the second ones are seen", () => {
    const { bars, shown } = duplicateBars(piece, { first: 2, last: 4 });
    expect(bars).toEqual([
      { first: 0, last: 4 },
      { first: 2, last: 8 },
    ]);
    expect(shown).toEqual({ first: 4, last: 6 });
  });

  test("that are pasted are those of the version that they were copied from", () => {
    const copied = { kind: "bars", project: "p", node: 3, first: 1, last: 3 } as const;
    expect(pasteBars(piece, copied, 5, 4)).toEqual({
      label: "pasted 2 bars before bar 6",
      bars: [
        { first: 0, last: 5 },
        { first: 1, last: 3, node: 3 },
        { first: 5, last: 8 },
      ],
      shown: { first: 5, last: 7 },
    });
    expect(pasteBars(piece, copied, 20, 3).bars.at(-1)).toEqual({ first: 1, last: 3, node: null });
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addNotes,
  changeInstrument,
  changesAnything,
  changeVelocity,
  deleteNotes,
  drawNote,
  type Edit,
  EditRefused,
  lengthenNotes,
  moveNotes,
  quantiseNotes,
  setVelocity,
  transposeNotes,
} from "../../src/core/edits.ts";
import { columnsOf, listOf } from "../../src/core/notes.ts";
import {
  chooseBars,
  chooseNote,
  chooseTracks,
  chosenNotes,
  sizeOf,
} from "../../src/core/selection.ts";
import type { Score } from "../../src/core/types.ts";
import { anyChoice, anyNote, drums, note, score, TPQ, track } from "../support/music.ts";

const DELTA = fc.record({
  ticks: fc.integer({ min: 0, max: 2000 }),
  pitches: fc.integer({ min: -20, max: 20 }),
});

/** What the server makes of an edit's request. */
function applied(before: Score, edit: Edit): Score {
  const tracks = before.tracks.map((line, index) => {
    const change = edit.request.tracks.find((one) => one.index === index);
    return change?.notes === undefined ? line : { ...line, notes: change.notes };
  });
  return { ...before, tracks };
}

function unlessRefused(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
  }
}

describe("edits", () => {
  test("moving there and back gives the piece and the choice back", () => {
    fc.assert(
      fc.property(anyChoice, DELTA, ({ score: piece, selection }, shift) => {
        unlessRefused(() => {
          const there = moveNotes(piece, selection, shift);
          const back = { ticks: -shift.ticks, pitches: -shift.pitches };
          const again = moveNotes(there.score, there.selection, back);
          expect(again.score).toEqual(piece);
          expect(chosenNotes(again.score, again.selection)).toEqual(chosenNotes(piece, selection));
        });
      }),
    );
  });

  test("the request makes the server do the same, and names only tracks that change", () => {
    fc.assert(
      fc.property(anyChoice, DELTA, ({ score: piece, selection }, shift) => {
        unlessRefused(() => {
          const edit = moveNotes(piece, selection, shift);
          expect(applied(piece, edit)).toEqual(edit.score);
          const moves = shift.ticks !== 0 || shift.pitches !== 0;
          expect(edit.request.tracks.length).toBeLessThanOrEqual(moves ? selection.size : 0);
          expect(edit.request.label).toBe(edit.label);
        });
      }),
    );
  });

  test("columns stay sorted as the server sorts them", () => {
    fc.assert(
      fc.property(
        anyChoice,
        fc.integer({ min: 1, max: 900 }),
        ({ score: piece, selection }, step) => {
          const edit = quantiseNotes(piece, selection, { step, strength: 1 });
          for (const { notes } of edit.score.tracks)
            expect(columnsOf(listOf(notes))).toEqual(notes);
        },
      ),
    );
  });

  test("quantising twice does no more than once", () => {
    const step = fc.oneof(fc.integer({ min: 1, max: 960 }), fc.constantFrom(TPQ / 7, 2.5, TPQ / 3));
    fc.assert(
      fc.property(anyChoice, step, fc.boolean(), ({ score: piece, selection }, width, ends) => {
        const grid = { step: width, strength: 1, ends };
        const once = quantiseNotes(piece, selection, grid);
        const twice = quantiseNotes(once.score, once.selection, grid);
        expect(twice.score).toEqual(once.score);
        expect(changesAnything(twice)).toBe(false);
      }),
    );
  });

  test("quantising by half goes half of the way, by nothing nowhere", () => {
    const piece = score([track([note(100)])]);
    const chosen = chooseNote(0, 0);
    const half = quantiseNotes(piece, chosen, { step: 240, strength: 0.5 });
    expect(half.score.tracks[0].notes.onset).toEqual([50]);
    expect(half.label).toBe("quantised 1 note of Bass by 50 %");
    expect(changesAnything(quantiseNotes(piece, chosen, { step: 240, strength: 0 }))).toBe(false);
  });

  test("deleting takes just the chosen notes", () => {
    fc.assert(
      fc.property(anyChoice, ({ score: piece, selection }) => {
        const edit = deleteNotes(piece, selection);
        const before = sizeOf(chooseTracks(piece, piece.tracks.keys()));
        const after = sizeOf(chooseTracks(edit.score, piece.tracks.keys()));
        expect(after).toBe(before - sizeOf(selection));
        expect(edit.selection.size).toBe(0);
      }),
    );
  });

  test("a drawn note is chosen and can be deleted again", () => {
    fc.assert(
      fc.property(anyChoice, anyNote, ({ score: piece }, drawn) => {
        const edit = drawNote(piece, 0, drawn);
        expect(chosenNotes(edit.score, edit.selection)).toEqual([drawn]);
        expect(deleteNotes(edit.score, edit.selection).score).toEqual(piece);
      }),
    );
  });

  test("a copy leaves the originals and chooses the copies", () => {
    const piece = score([track([note(0)])]);
    const edit = moveNotes(piece, chooseNote(0, 0), { ticks: 480, pitches: 0 }, true);
    expect(edit.score.tracks[0].notes.onset).toEqual([0, 480]);
    expect(edit.selection).toEqual(chooseNote(0, 1));
    expect(edit.label).toBe("copied 1 note of Bass");
  });

  test("lengths and velocities stay within what MIDI can say", () => {
    const piece = score([track([note(0), note(480, 64, 10, 120)])]);
    const all = chooseTracks(piece, [0]);
    expect(lengthenNotes(piece, all, -100).score.tracks[0].notes.duration).toEqual([140, 1]);
    expect(changeVelocity(piece, all, 20).score.tracks[0].notes.velocity).toEqual([100, 127]);
    expect(setVelocity(piece, all, 0).score.tracks[0].notes.velocity).toEqual([1, 1]);
  });

  test("labels say what was done as a musician would", () => {
    const piece = score([track([note(0), note(480), note(2000)]), drums([note(0, 36)])]);
    const firstBar = chooseBars(piece, { first: 0, last: 1 });
    expect(moveNotes(piece, firstBar, { ticks: 10, pitches: 0 }).label).toBe(
      "moved 3 notes of 2 tracks",
    );
    expect(deleteNotes(piece, chooseTracks(piece, [0])).label).toBe("deleted all notes of Bass");
    expect(transposeNotes(piece, chooseNote(0, 1), 12).label).toBe(
      "transposed 1 note of Bass up an octave",
    );
    expect(changeInstrument(piece, 0, 4, "Electric Piano 1").label).toBe(
      "changed Bass to Electric Piano 1",
    );
  });

  test("what cannot be is refused in plain words", () => {
    const piece = score([track([note(0, 120)]), drums([note(0, 36)])]);
    const high = chooseNote(0, 0);
    expect(() => transposeNotes(piece, chooseNote(1, 0), 1)).toThrow(/drum track/);
    expect(() => transposeNotes(piece, high, 12)).toThrow(/higher than MIDI can say/);
    expect(() => moveNotes(piece, high, { ticks: -1, pitches: 0 })).toThrow(/before the beginning/);
    expect(() => deleteNotes(piece, new Map())).toThrow(/Select some notes/);
    expect(() => quantiseNotes(piece, high, { step: 0, strength: 1 })).toThrow(/Choose a grid/);
    expect(() => changeInstrument(piece, 1, 3, "Piano")).toThrow(/stays one/);
    expect(() => changeInstrument(piece, 0, 128, "Drums")).toThrow(/cannot become drums/);
    expect(() => addNotes(piece, 0, [note(-1)], "recorded")).toThrow(/does not fit/);
  });
});

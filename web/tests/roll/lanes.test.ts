import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noteAtPoint, wordsAtPoint } from "../../src/roll/hit.ts";
import {
  CHOSEN,
  drumsOf,
  FRESH,
  lanesOf,
  markChosen,
  SKIPPED,
  visitNotes,
} from "../../src/roll/lanes.ts";
import { noteBox } from "../../src/roll/paint_notes.ts";
import { holdsSameNotes } from "../../src/roll/scene.ts";
import { anyChoice, anyScore, drums, note, score, TPQ, track } from "../support/music.ts";
import { sceneOf } from "../support/scene.ts";

describe("lanes", () => {
  test("a window visits just the notes that sound in it", () => {
    fc.assert(
      fc.property(anyScore, fc.nat(16_000), fc.nat(4000), (piece, start, length) => {
        for (const lane of lanesOf({ score: piece })) {
          const visited: number[] = [];
          visitNotes(lane, start, start + length, (index) => visited.push(index));
          const expected = [...lane.onset.keys()].filter(
            (i) => lane.onset[i] < start + length && lane.end[i] > start,
          );
          expect(visited).toEqual(expected);
        }
      }),
    );
  });

  test("chosen notes are marked, and only those", () => {
    fc.assert(
      fc.property(anyChoice, ({ score: piece, selection }) => {
        const lanes = lanesOf({ score: piece });
        markChosen(lanes, new Map([[0, new Set(piece.tracks[0].notes.onset.keys())]]));
        markChosen(lanes, selection);
        for (const lane of lanes) {
          const marked = [...lane.flags.keys()].filter((i) => lane.flags[i] & CHOSEN);
          expect(new Set(marked)).toEqual(selection.get(lane.track) ?? new Set());
        }
      }),
    );
  });

  test("a take stands in for the notes of its bars and tracks", () => {
    const piece = score([track([note(0), note(4 * TPQ)]), track([note(4 * TPQ)])]);
    const fresh = { first: 1, last: 2, tracks: [0] };
    const [first, second, overlay] = lanesOf({
      score: piece,
      fresh,
      replaces: true,
      overlay: [track([note(4 * TPQ, 64)]), track([])],
    });
    expect([...first.flags]).toEqual([0, SKIPPED]);
    expect([...second.flags]).toEqual([0]);
    expect([overlay.track, overlay.source, ...overlay.flags]).toEqual([0, "overlay", FRESH]);
    expect([...lanesOf({ score: piece, fresh })[0].flags]).toEqual([0, FRESH]);
  });

  test("drums have rows from cymbals to bass drum, with places for what is not there yet", () => {
    const lanes = lanesOf({
      score: score([drums([note(0, 36), note(0, 49)]), track([note(0, 99)])]),
    });
    expect(drumsOf(lanes, [38])).toEqual([49, 38, 36]);
  });
});

describe("hitting", () => {
  test("a note is hit in its middle, unless another one lies over it", () => {
    fc.assert(
      fc.property(anyScore, (piece) => {
        const scene = sceneOf({ score: piece });
        for (const lane of scene.music.lanes) {
          for (const index of lane.onset.keys()) {
            const box = noteBox(scene.geometry, lane, index);
            const x = box.x + box.width / 2;
            const hit = noteAtPoint(scene, x, box.y + box.height / 2);
            expect(hit).not.toBeNull();
            expect(hit?.lane.pitch[hit.index]).toBe(lane.pitch[index]);
          }
        }
      }),
    );
  });

  test("the whole piece is in view when fitted, drums by their rows", () => {
    const piece = score([
      track([note(0, 30), note(30 * TPQ, 90)]),
      drums([note(0, 36), note(TPQ, 49)]),
    ]);
    const { geometry, music } = sceneOf({ score: piece });
    for (const lane of music.lanes) {
      const area = lane.isDrum ? geometry.drums : geometry.pitched;
      for (const index of lane.onset.keys()) {
        const { x, y, width, height } = noteBox(geometry, lane, index);
        expect(x).toBeGreaterThanOrEqual(area.x - 0.01);
        expect(x + width).toBeLessThanOrEqual(area.x + area.width + 0.01);
        expect(y).toBeGreaterThanOrEqual(area.y - 0.01);
        expect(y + height).toBeLessThanOrEqual(area.y + area.height + 0.01);
      }
    }
  });

  test("what is under the pointer is said as a musician would", () => {
    const scene = sceneOf({
      score: score([track([note(5 * TPQ, 40, 480, 96)]), drums([note(0, 38)])]),
    });
    const middle = (lane: number): [number, number] => {
      const { x, y, width, height } = noteBox(scene.geometry, scene.music.lanes[lane], 0);
      return [x + width / 2, y + height / 2];
    };
    const name = (index: number): string => ["Bass", "Drums"][index];
    expect(wordsAtPoint(scene, ...middle(0), name)).toBe("Bass · E2 · bar 2, beat 2 · velocity 96");
    expect(wordsAtPoint(scene, ...middle(1), name)).toBe(
      "Drums · Acoustic Snare · bar 1, beat 1 · velocity 80",
    );
  });
});

test("contents hold the same notes where tracks, drafts and overlay do, one by one", () => {
  const piece = score([track([note(0)]), drums([note(0, 36)])]);
  const other = score([track([note(0)]), piece.tracks[1]]);
  const fresh = { first: 0, last: 1, tracks: null };
  expect(holdsSameNotes({ score: piece }, { score: { ...piece, key: "C major" }, fresh })).toBe(
    true,
  );
  expect(holdsSameNotes({ score: piece }, { score: piece, overlay: [], drafts: [] })).toBe(true);
  expect(holdsSameNotes({ score: piece }, { score: other })).toBe(false);
  expect(holdsSameNotes({ score: piece }, { score: piece, overlay: [track([])] })).toBe(false);
  expect(holdsSameNotes({ score: piece, drafts: [track([])] }, { score: piece })).toBe(false);
});

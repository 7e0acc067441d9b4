import fc from "fast-check";
import { expect, test } from "vitest";
import { cutOff, opened } from "../../src/core/ground.ts";
import { listOf } from "../../src/core/notes.ts";
import type { Controller } from "../../src/core/types.ts";
import { anyScore, note, score, TPQ, track } from "../support/music.ts";

const BAR = 4 * TPQ;
const CONTROLLERS: Controller[] = [
  [0, 0, 0xb0, 7, 90],
  [2 * BAR, 0, 0xb0, 7, 50],
];

test("what is cut off is gone, and what sounds there ends", () => {
  const piece = score([track([note(0), note(BAR, 60, 3 * BAR), note(2 * BAR)])], {
    tempos: [
      { tick: 0, us_per_quarter: 500_000 },
      { tick: 2 * BAR, us_per_quarter: 400_000 },
    ],
  });
  const { score: cut, controllers } = cutOff({ score: piece, controllers: CONTROLLERS }, 2);
  expect(listOf(cut.tracks[0].notes)).toEqual([note(0), note(BAR, 60, BAR)]);
  expect(cut.bars).toEqual([0, BAR, 2 * BAR]);
  expect(cut.tempos).toEqual(piece.tempos.slice(0, 1));
  expect(controllers).toEqual(CONTROLLERS.slice(0, 1));
});

test("bars that are put in move all that follows, and lose none of it", () => {
  fc.assert(
    fc.property(anyScore, fc.integer({ min: 1, max: 7 }), (piece, first) => {
      const region = { first, last: first + 2, tracks: null };
      const bars = Array.from({ length: 11 }, (_, bar) => bar * BAR);
      const time = { bars, tempos: piece.tempos, metres: piece.metres };
      const made = opened({ score: piece, controllers: CONTROLLERS }, region, time);
      const tick = first * BAR;
      made.score.tracks.forEach(({ notes }, i) => {
        const expected = listOf(piece.tracks[i].notes).map((one) =>
          one.onset < tick
            ? { ...one, duration: Math.min(one.duration, tick - one.onset) }
            : { ...one, onset: one.onset + 2 * BAR },
        );
        expect(listOf(notes)).toEqual(expected);
      });
      const moved = 2 * BAR >= tick ? 4 * BAR : 2 * BAR;
      expect(made.controllers.map(([at]) => at)).toEqual([0, moved]);
    }),
  );
});

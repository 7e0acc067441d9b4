import fc from "fast-check";
import { expect, test } from "vitest";
import type { BarRange } from "../../src/core/types.ts";
import { Geometry } from "../../src/roll/geometry.ts";
import { paintGround } from "../../src/roll/paint_ground.ts";
import { LIGHT } from "../../src/roll/palette.ts";
import { musicOf } from "../../src/roll/scene.ts";
import { note, score, TPQ, track } from "../support/music.ts";

const BAR = 4 * TPQ;
const PIECE = score([track([note(0)])]);

/** The ranges of ticks that are painted in the colour of chosen bars. */
function chosenGround(selectedBars: BarRange | null, fresh: BarRange | null): number[][] {
  const geometry = new Geometry({
    view: { tick: 0, pxPerQuarter: 20, row: 40, pxPerRow: 10 },
    drums: [],
    width: 2000,
    height: 400,
    ticksPerQuarter: TPQ,
    pitched: true,
  });
  const painted: number[][] = [];
  const context = {
    fillStyle: "",
    fillRect(x: number, _y: number, width: number) {
      if (this.fillStyle !== LIGHT.selectedBars) return;
      painted.push([geometry.tickOfX(x), geometry.tickOfX(x + width)].map(Math.round));
    },
    save() {},
    restore() {},
    beginPath() {},
    rect() {},
    clip() {},
  };
  paintGround(context as unknown as CanvasRenderingContext2D, {
    music: musicOf({ score: PIECE, fresh: fresh && { ...fresh, tracks: null } }),
    geometry,
    palette: LIGHT,
    looks: [],
    focus: null,
    selectedBars,
    loop: null,
    gridStep: 0,
    scale: 1,
    liftChosen: false,
  });
  return painted;
}

test("chosen bars have a ground of their own, but not where bars are new", () => {
  const chosen = { first: 2, last: 6 };
  expect(chosenGround(null, null)).toEqual([]);
  expect(chosenGround(chosen, null)).toEqual([[2 * BAR, 6 * BAR]]);
  expect(chosenGround(chosen, chosen)).toEqual([]);
  expect(chosenGround(chosen, { first: 3, last: 4 })).toEqual([
    [2 * BAR, 3 * BAR],
    [4 * BAR, 6 * BAR],
  ]);
});

test("never is the one colour over the other", () => {
  const anyBars = fc
    .tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 1, max: 8 }))
    .map(([first, length]) => ({ first, last: Math.min(first + length, 8) }));
  fc.assert(
    fc.property(anyBars, anyBars, (chosen, fresh) => {
      for (const [start, end] of chosenGround(chosen, fresh)) {
        expect(end <= fresh.first * BAR || start >= fresh.last * BAR).toBe(true);
      }
    }),
  );
});

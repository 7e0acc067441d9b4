import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  clampView,
  Geometry,
  KEYS_WIDTH,
  RULER_HEIGHT,
  zoomAbout,
} from "../../src/roll/geometry.ts";

const anyView = fc.record({
  tick: fc.double({ min: 0, max: 1e5, noNaN: true }),
  pxPerQuarter: fc.double({ min: 0.5, max: 1000, noNaN: true }),
  row: fc.double({ min: 0, max: 100, noNaN: true }),
  pxPerRow: fc.double({ min: 2, max: 40, noNaN: true }),
});
const anyDrums = fc
  .uniqueArray(fc.integer({ min: 0, max: 127 }), { maxLength: 20 })
  .map((pitches) => pitches.sort((a, b) => b - a));
const anyGeometry = fc
  .record({
    view: anyView,
    drums: anyDrums,
    width: fc.integer({ min: 200, max: 3000 }),
    height: fc.integer({ min: 200, max: 2000 }),
    ticksPerQuarter: fc.constantFrom(24, 96, 480, 960),
  })
  .map((input) => new Geometry({ ...input, pitched: true }));

describe("geometry", () => {
  test("ticks come back from where they are drawn", () => {
    fc.assert(
      fc.property(anyGeometry, fc.integer({ min: 0, max: 100_000 }), (geometry, tick) => {
        expect(geometry.tickOfX(geometry.xOfTick(tick))).toBeCloseTo(tick, 3);
      }),
    );
  });

  test("a pitch is the row it is drawn in, all through the row", () => {
    fc.assert(
      fc.property(
        anyGeometry,
        fc.integer({ min: 0, max: 127 }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (geometry, pitch, within) => {
          const y = geometry.yOfPitch(pitch) + within * geometry.view.pxPerRow;
          expect(geometry.pitchOfY(y)).toBe(pitch);
        },
      ),
    );
  });

  test("a drum is the row it is drawn in, and areas do not overlap", () => {
    fc.assert(
      fc.property(anyGeometry, (geometry) => {
        for (const pitch of geometry.drumPitches) {
          expect(geometry.drumOfY(geometry.yOfDrum(pitch) + geometry.pxPerDrum / 2)).toBe(pitch);
        }
        const bottom = geometry.pitched.y + geometry.pitched.height;
        if (geometry.drumPitches.length > 0) expect(bottom).toBeLessThanOrEqual(geometry.drums.y);
        else expect(bottom).toBe(geometry.height);
      }),
    );
  });

  test("points are distinguished by what is there", () => {
    const view = { tick: 0, pxPerQuarter: 40, row: 0, pxPerRow: 10 };
    const input = {
      view,
      width: 800,
      height: 600,
      ticksPerQuarter: 480,
      pitched: true,
      drums: [38, 36],
    };
    const geometry = new Geometry(input);
    const x = geometry.keysWidth + 5;
    expect(geometry.areaAt(5, 5)).toBe("corner");
    expect(geometry.areaAt(x, 5)).toBe("ruler");
    expect(geometry.areaAt(x, RULER_HEIGHT - 2)).toBe("loop");
    expect(geometry.areaAt(5, 200)).toBe("keys");
    expect(geometry.areaAt(x, 200)).toBe("pitched");
    expect(geometry.areaAt(x, 599)).toBe("drums");
    expect(new Geometry({ ...input, drums: [] }).keysWidth).toBe(KEYS_WIDTH);
  });
});

describe("zooming", () => {
  test("what is under the pointer stays there, up to the ends of the zoom", () => {
    const factor = fc.double({ min: 0.5, max: 2, noNaN: true });
    fc.assert(
      fc.property(anyGeometry, factor, fc.integer({ min: 0, max: 150 }), (geometry, by, at) => {
        const about = { x: at, y: at };
        const view = zoomAbout(geometry.view, { horizontal: by, vertical: by }, about, 480);
        const before = geometry.view.tick + (at / geometry.view.pxPerQuarter) * 480;
        expect(view.tick + (at / view.pxPerQuarter) * 480).toBeCloseTo(before, 3);
        const row = geometry.view.row + at / geometry.view.pxPerRow;
        expect(view.row + at / view.pxPerRow).toBeCloseTo(row, 6);
      }),
    );
  });

  test("a clamped view shows music and is left alone when clamped again", () => {
    const limits = { endTick: 50_000, ticksPerQuarter: 480, width: 1000, height: 500 };
    fc.assert(
      fc.property(anyView, (view) => {
        const once = clampView(view, limits);
        expect(clampView(once, limits)).toEqual(once);
        expect(once.tick).toBeLessThan(limits.endTick);
        expect(once.row + limits.height / once.pxPerRow).toBeLessThanOrEqual(128 + 1e-6);
      }),
    );
  });
});

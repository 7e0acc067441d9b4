import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BarGrid, formatBars, formatSeconds } from "../../src/core/bars.ts";
import { TempoMap } from "../../src/core/tempo.ts";
import { score, TPQ } from "../support/music.ts";

const anyTempos = fc.array(
  fc.record({
    tick: fc.integer({ min: 0, max: 100_000 }),
    us_per_quarter: fc.integer({ min: 60_000, max: 4_000_000 }),
  }),
  { maxLength: 8 },
);

describe("tempo map", () => {
  test("a tick comes back from its seconds", () => {
    fc.assert(
      fc.property(anyTempos, fc.integer({ min: 0, max: 200_000 }), (tempos, tick) => {
        const map = new TempoMap(tempos, TPQ);
        expect(map.tickAt(map.secondsAt(tick))).toBeCloseTo(tick, 4);
      }),
    );
  });

  test("time never runs backwards", () => {
    fc.assert(
      fc.property(anyTempos, fc.array(fc.nat(200_000), { minLength: 2 }), (tempos, ticks) => {
        const map = new TempoMap(tempos, TPQ);
        const seconds = ticks.sort((a, b) => a - b).map((tick) => map.secondsAt(tick));
        expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
      }),
    );
  });

  test("without an event a quarter lasts half a second, and the last of one tick counts", () => {
    expect(new TempoMap([], TPQ).secondsAt(TPQ)).toBe(0.5);
    const twice = [
      { tick: 0, us_per_quarter: 500_000 },
      { tick: 0, us_per_quarter: 1_000_000 },
    ];
    expect(new TempoMap(twice, TPQ).secondsAt(TPQ)).toBe(1);
    expect(new TempoMap(twice, TPQ).bpmAt(5)).toBe(60);
  });
});

describe("bar grid", () => {
  // Two bars of 4/4, one of 3/4, a pickup-like short one, then on in 6/8.
  const bars = [0, 1920, 3840, 5280, 5760];
  const metres = [
    { tick: 0, numerator: 4, denominator: 4 },
    { tick: 3840, numerator: 3, denominator: 4 },
    { tick: 5280, numerator: 6, denominator: 8 },
  ];
  const grid = new BarGrid(score([], { bars, metres }));

  test("every tick is in the bar that begins at or before it", () => {
    fc.assert(
      fc.property(fc.nat(20_000), (tick) => {
        const bar = grid.barAt(tick);
        expect(grid.start(bar)).toBeLessThanOrEqual(tick);
        expect(grid.start(bar + 1)).toBeGreaterThan(tick);
      }),
    );
  });

  test("a position comes back as its tick", () => {
    fc.assert(
      fc.property(fc.nat(20_000), (tick) => {
        expect(grid.tickOf(grid.positionOf(tick))).toBe(tick);
      }),
    );
  });

  test("bars go on past the end in the last metre", () => {
    expect(grid.start(5)).toBe(5760 + 1440);
    expect(grid.barAt(5760 + 1440)).toBe(5);
    expect(grid.beatLength(5760)).toBe(240);
  });

  test("the bars of ticks hold them and no more", () => {
    expect(grid.barsOf({ start: 10, end: 1920 })).toEqual({ first: 0, last: 1 });
    expect(grid.barsOf({ start: 10, end: 1921 })).toEqual({ first: 0, last: 2 });
    expect(grid.barsOf({ start: 1920, end: 1920 })).toEqual({ first: 1, last: 2 });
  });

  test("people count bars from 1", () => {
    expect(formatBars({ first: 8, last: 12 })).toBe("bars 9-12");
    expect(formatBars({ first: 8, last: 9 })).toBe("bar 9");
    expect(formatSeconds(67.46)).toBe("1:07.5");
  });
});

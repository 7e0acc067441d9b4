import { expect, test } from "vitest";
import { BarGrid } from "../../src/core/bars.ts";
import { barsBehind, barText, chordAt } from "../../src/core/chords.ts";

const BAR = 1920;
const grid = new BarGrid({ bars: [0, BAR, 2 * BAR], metres: [], ticks_per_quarter: 480 });
const at = (bar: number, beat: number, symbol: string) => ({
  tick: bar * BAR + beat * 480,
  symbol,
});

test("a bar's chords are typed as the server reads them", () => {
  const chords = [at(0, 0, "Am"), at(1, 0, "C"), at(1, 2, "G/B"), at(2, 3, "F"), at(4, 0, "E7")];
  expect(barText(chords, grid, 0)).toBe("Am");
  expect(barText(chords, grid, 1)).toBe("| C G/B |");
  expect(barText(chords, grid, 2), "what goes on comes first").toBe("| G/B . . F |");
  expect(barText(chords, grid, 3), "what goes on").toBe("F");
  expect(barText([], grid, 0)).toBe("");
});

test("the chord at a tick is the last that has begun", () => {
  const chords = [at(0, 1, "Am"), at(1, 0, "C")];
  expect(chordAt(chords, 0)).toBeNull();
  expect(chordAt(chords, BAR - 1)?.symbol).toBe("Am");
  expect(chordAt(chords, BAR)?.symbol).toBe("C");
});

test("chords behind the music are in bars of their own", () => {
  expect(barsBehind([at(1, 0, "Am")], grid, 8), "the last chord of the music").toBeNull();
  const typed = [at(0, 0, "C"), at(3, 0, "Am"), at(5, 2, "F"), at(6, 0, "N.C.")];
  expect(barsBehind(typed, grid, 8)).toEqual({ first: 3, last: 6 });
  expect(barsBehind(typed, grid, 5), "as far as a song goes").toEqual({ first: 3, last: 5 });
  expect(barsBehind(typed, grid, 3), "all of them after its end").toBeNull();
});

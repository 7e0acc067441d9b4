import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  choicesOf,
  comped,
  lanesOf,
  NO_PICKS,
  type Picks,
  picksInWords,
  type Source,
  shareOf,
  toggled,
} from "../../src/core/comp.ts";
import { drums, note, score, TPQ, track } from "../support/music.ts";

const BAR = 4 * TPQ;
const lines = (n: number) => Array.from({ length: n + 1 }, (_, bar) => bar * BAR);
const piece = score([track([note(0), note(BAR)]), drums([note(0, 36)])], { bars: lines(4) });

function source(number: number, pitch: number, further: boolean = false): Source {
  const tracks = [
    track([note(2 * BAR, pitch), note(3 * BAR, pitch)]),
    drums([note(2 * BAR, pitch), note(3 * BAR, pitch)]),
    ...(further ? [track([note(2 * BAR, 90)], { name: "Flute", program: 73, channel: 5 })] : []),
  ];
  const lanes = lanesOf(tracks, piece);
  return { suggestion: "s.1", number, tracks, lanes, bars: { first: 2, last: 4 } };
}

const one = source(1, 50);
const two = source(2, 60, true);
const BOTH = { first: 2, last: 4 };

test("tracks that takes add have lanes of their own, the same for the same instrument", () => {
  expect(one.lanes).toEqual(["0", "1"]);
  expect(two.lanes).toEqual(["0", "1", "73 Flute"]);
});

test("the drums of one take with the bass of another, bar by bar", () => {
  let picks = toggled(NO_PICKS, ["1"], one, BOTH);
  picks = toggled(picks, ["0"], two, { first: 3, last: 4 });
  picks = toggled(picks, ["73 Flute"], two, BOTH);
  const made = comped(piece, picks);
  expect(made?.bars).toEqual({ first: 2, last: 4 });
  expect(made?.overlay.map(({ name, notes }) => [name, notes.onset, notes.pitch])).toEqual([
    ["Bass", [3 * BAR], [60]],
    ["Drums", [2 * BAR, 3 * BAR], [50, 50]],
    ["Flute", [2 * BAR], [90]],
  ]);
  expect(made?.score.tracks.map(({ notes }) => notes.onset)).toEqual([[0, BAR], [0]]);
  expect(choicesOf(picks)).toEqual([
    { suggestion: "s.1", take: 1, tracks: [1], first: 2, last: 4 },
    { suggestion: "s.1", take: 2, tracks: [0], first: 3, last: 4 },
    { suggestion: "s.1", take: 2, tracks: [2], first: 2, last: 4 },
  ]);
  expect(picksInWords(picks, piece)).toBe("Drums: take 1 · Bass: take 2, bar 4 · Flute: take 2");
});

test("a lane has one take a bar: the later choice takes its place, and again takes it back", () => {
  let picks = toggled(NO_PICKS, ["0", "1"], one, BOTH);
  picks = toggled(picks, ["0"], two, { first: 3, last: 4 });
  expect(shareOf(picks, "0", one, BOTH)).toBe("some");
  expect(shareOf(picks, "0", two, { first: 3, last: 4 })).toBe("all");
  expect(shareOf(picks, "1", two, BOTH)).toBe("none");
  picks = toggled(picks, ["0"], two, { first: 3, last: 4 });
  expect(shareOf(picks, "0", two, BOTH)).toBe("none");
  expect(comped(piece, toggled(NO_PICKS, [], one, BOTH))).toBeNull();
});

test("a held note ends where the piece begins its pitch again", () => {
  const here = score([track([note(0, 60), note(BAR, 60)])], { bars: lines(2) });
  const tracks = [track([note(0, 60, 2 * BAR)])];
  const held = { ...one, tracks, lanes: lanesOf(tracks, here), bars: { first: 0, last: 1 } };
  const made = comped(here, toggled(NO_PICKS, ["0"], held, { first: 0, last: 1 }));
  expect(made?.overlay[0].notes.duration).toEqual([BAR]);
  expect(made?.score.tracks[0].notes.onset).toEqual([BAR]);
});

describe("for any choices", () => {
  const cell = fc.record({
    lane: fc.constantFrom("0", "1"),
    bar: fc.integer({ min: 2, max: 3 }),
    from: fc.constantFrom(one, two),
  });
  const cells = fc.uniqueArray(cell, { selector: ({ lane, bar }) => `${lane} ${bar}` });
  type Cell = { lane: string; bar: number; from: Source };
  const picked = (chosen: readonly Cell[]): Picks =>
    chosen.reduce<Picks>(
      (picks, { lane, bar, from }) => toggled(picks, [lane], from, { first: bar, last: bar + 1 }),
      NO_PICKS,
    );

  test("the order does not matter where they do not overlap", () => {
    fc.assert(
      fc.property(cells, (chosen) => {
        expect(comped(piece, picked(chosen))).toEqual(comped(piece, picked([...chosen].reverse())));
      }),
    );
  });

  test("all of a take is the take, and notes outside stay", () => {
    fc.assert(
      fc.property(cells, (chosen) => {
        const made = comped(piece, picked(chosen));
        if (made !== null) expect(made.score.tracks).toEqual(piece.tracks);
      }),
    );
    const whole = comped(piece, toggled(NO_PICKS, two.lanes, two, BOTH));
    expect(whole?.overlay).toEqual(two.tracks);
  });
});

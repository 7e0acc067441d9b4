import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  gainOf,
  PLAIN_MIX,
  setVolume,
  toggleMute,
  toggleSolo,
  unlockedTracks,
} from "../../src/core/mix.ts";
import {
  chooseBars,
  chooseRectangle,
  chooseTracks,
  difference,
  regionOf,
  sizeOf,
  toggle,
  union,
} from "../../src/core/selection.ts";
import {
  differences,
  drumName,
  listInWords,
  noveltyInBrief,
  pitchName,
  semitonesInWords,
} from "../../src/core/words.ts";
import { anyChoice, anyScore, drums, note, score, TPQ, track } from "../support/music.ts";

describe("choosing notes", () => {
  test("toggling twice gives the choice back", () => {
    fc.assert(
      fc.property(anyChoice, ({ score: piece, selection }) => {
        const all = chooseTracks(piece, piece.tracks.keys());
        expect(toggle(toggle(selection, all), all)).toEqual(selection);
        expect(union(difference(all, selection), selection)).toEqual(all);
        expect(difference(selection, all).size).toBe(0);
      }),
    );
  });

  test("the bars of a piece hold each note once", () => {
    fc.assert(
      fc.property(anyScore, (piece) => {
        const sizes = Array.from({ length: 10 }, (_, bar) =>
          sizeOf(chooseBars(piece, { first: bar, last: bar + 1 })),
        );
        const all = sizeOf(chooseTracks(piece, piece.tracks.keys()));
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(all);
      }),
    );
  });

  test("a rectangle takes what sounds in it, also what began before", () => {
    const piece = score([
      track([note(0, 60, 480), note(480, 62), note(100, 70)]),
      track([note(0)]),
    ]);
    const found = chooseRectangle(piece, [0], { start: 400, end: 480, low: 58, high: 62 });
    expect(found).toEqual(new Map([[0, new Set([0])]]));
  });

  test("the region of a choice is its bars and tracks", () => {
    const piece = score([track([note(0)]), track([note(4 * TPQ), note(12 * TPQ)])]);
    expect(regionOf(piece, chooseTracks(piece, [1]))).toEqual({ first: 1, last: 4, tracks: [1] });
    expect(regionOf(piece, new Map())).toBeNull();
  });
});

describe("mixing", () => {
  test("mute wins over solo, solo over all others", () => {
    const soloed = toggleSolo(toggleMute(PLAIN_MIX, 1), 0);
    expect([0, 1, 2].map((i) => gainOf(soloed, i))).toEqual([1, 0, 0]);
    expect(gainOf(toggleMute(soloed, 0), 0)).toBe(0);
    expect(toggleMute(toggleMute(PLAIN_MIX, 1), 1)).toEqual(PLAIN_MIX);
    expect(toggleSolo(toggleSolo(soloed, 2, true), 2, true).soloed.size).toBe(0);
  });

  test("volumes stay within reason", () => {
    expect(gainOf(setVolume(PLAIN_MIX, 3, 9), 3)).toBe(2);
    expect(gainOf(PLAIN_MIX, 3)).toBe(1);
  });

  test("what is locked is not asked for", () => {
    expect(unlockedTracks(3, new Set())).toBeNull();
    expect(unlockedTracks(3, new Set([1]))).toEqual([0, 2]);
    expect(unlockedTracks(1, new Set([0]))).toEqual([]);
  });
});

describe("words", () => {
  test("a card asks to check what is similar to known music, and says nothing was copied else", () => {
    const novelty = { longest_notes: 31, longest_quarters: 8, share: 0.2, words: "" };
    expect(noveltyInBrief({ ...novelty, deserves_attention: true })).toBe(
      "similar to known music: check",
    );
    expect(noveltyInBrief({ ...novelty, deserves_attention: false })).toBe("nothing copied");
    expect(noveltyInBrief(novelty)).toBe("nothing copied");
  });

  test("pitches, drums and lists", () => {
    expect([60, 21, 66, 127].map(pitchName)).toEqual(["C4", "A0", "F♯4", "G9"]);
    expect([36, 42, 87, 88, 12].map(drumName)).toEqual([
      "Bass Drum 1",
      "Closed Hi-Hat",
      "Open Surdo",
      "Drum 88",
      "Drum 12",
    ]);
    expect(listInWords(["a", "b", "c", "d"])).toBe("a, b, c and d");
    expect(listInWords(["a", "b", "c", "d", "e"])).toBe("a, b, c and 2 more");
    expect(semitonesInWords(-3)).toBe("down 3 semitones");
    expect(semitonesInWords(24)).toBe("up 2 octaves");
  });

  test("nothing differs between a piece and itself", () => {
    fc.assert(
      fc.property(anyScore, (piece) => {
        expect(differences(piece, { ...piece })).toEqual([]);
      }),
    );
  });

  test("what differs is said in phrases", () => {
    const before = score([track([note(0)]), drums([note(0, 36)])]);
    const after = score(
      [
        track([note(0), note(4 * TPQ * 8, 64)], { program: 38, instrument: "Synth Bass 1" }),
        drums([note(0, 36)]),
        track([note(0)], { name: "Strings" }),
      ],
      { bars: Array.from({ length: 11 }, (_, bar) => bar * 4 * TPQ) },
    );
    expect(differences(before, after)).toEqual([
      "2 bars longer",
      "with Strings",
      "Bass played by Synth Bass 1",
      "other notes in Bass, bar 9",
      "2 notes more",
    ]);
  });
});

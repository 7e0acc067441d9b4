import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withKnown } from "../../src/core/notes.ts";
import type { Score } from "../../src/core/types.ts";
import { anyScore, note, score, track } from "../support/music.ts";

const copyOf = (piece: Score): Score => structuredClone(piece);

describe("a score with known notes", () => {
  test("is the known score where all is equal", () => {
    fc.assert(
      fc.property(anyScore, (piece) => {
        expect(withKnown(copyOf(piece), piece)).toBe(piece);
      }),
    );
  });

  test("is equal to what it was, whatever was known", () => {
    fc.assert(
      fc.property(anyScore, anyScore, (piece, other) => {
        expect(withKnown(copyOf(piece), other)).toEqual(piece);
      }),
    );
  });

  test("has other notes, names and times as they came, and known notes once", () => {
    const known = score([track([note(0)]), track([note(480)], { name: "Lead" })]);
    const came = copyOf(
      score([track([note(0)], { name: "Low" }), track([note(960)], { name: "Lead" })]),
    );
    const made = withKnown(came, known);
    expect(made).toEqual(came);
    expect(made.tracks[0].notes).toBe(known.tracks[0].notes);
    expect(made.tracks[1].notes).toBe(came.tracks[1].notes);
    expect(withKnown({ ...copyOf(known), key: "C major" }, known).key).toBe("C major");
  });
});

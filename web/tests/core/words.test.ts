import fc from "fast-check";
import { expect, test } from "vitest";
import { followed, noveltyInBrief, repeated, sentence } from "../../src/core/words.ts";

test("a take says what it follows, by its file's or piece's name", () => {
  expect(followed({})).toEqual([]);
  expect(followed({ follow: null })).toEqual([]);
  expect(followed({ follow: { name: "other.mid" } })).toEqual(["follows other.mid"]);
});

test("words become a sentence, once", () => {
  expect(sentence("bars 9 to 12 are not in the piece")).toBe("Bars 9 to 12 are not in the piece.");
  expect(sentence("is it really MIDI?")).toBe("Is it really MIDI?");
  expect(sentence("mine.segue: is damaged")).toBe("mine.segue: is damaged.");
  expect(sentence("/home/me/x: is full")).toBe("/home/me/x: is full.");
  expect(sentence("")).toBe("");
  fc.assert(
    fc.property(fc.string(), (words) => {
      expect(sentence(sentence(words))).toBe(sentence(words));
    }),
  );
});

test("a card says in brief whether the music is known", () => {
  const novelty = { longest_notes: 53, longest_quarters: 12, share: 0.5, words: "" };
  expect(noveltyInBrief({ ...novelty, deserves_attention: true })).toBe(
    "similar to known music: check",
  );
  expect(noveltyInBrief({ ...novelty, deserves_attention: false })).toBe("nothing copied");
});

test("what a take repeats is said in runs of bars", () => {
  const repeating = (repeats: unknown) => repeated({ provenance: { repeats } });
  expect(repeating([5, 6, 7, null, 3])).toEqual(["repeats bars 5-7 and bar 3"]);
  expect(repeating([12])).toEqual(["repeats bar 12"]);
  expect(repeating([null])).toEqual([]);
  expect(repeated({ provenance: {} })).toEqual([]);
});

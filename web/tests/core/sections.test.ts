/** Sections go as far as the next one, and a song tells how far it is. */
import { expect, test } from "vitest";
import {
  equalSections,
  namesOf,
  progressInWords,
  sectionsOf,
  usualBars,
} from "../../src/core/sections.ts";

const SCORE = {
  ticks_per_quarter: 96,
  metres: [],
  bars: [0, 384, 768, 1152, 1536],
};

test("a section goes as far as the next, the last one to the end", () => {
  const marks = [
    { tick: 0, name: "A" },
    { tick: 768, name: "B" },
    { tick: 5000, name: "after the end" },
  ];
  expect(sectionsOf(SCORE, marks)).toEqual([
    { name: "A", bars: { first: 0, last: 2 } },
    { name: "B", bars: { first: 2, last: 4 } },
  ]);
  expect(sectionsOf(SCORE, [])).toEqual([]);
});

test("of two marks in a bar the later one counts", () => {
  const marks = [
    { tick: 0, name: "Intro" },
    { tick: 10, name: "A" },
  ];
  expect(sectionsOf(SCORE, marks)).toEqual([{ name: "A", bars: { first: 0, last: 4 } }]);
});

test("a form is read by its name or as it is written", () => {
  const forms = [{ name: "AABA", form: "A A' B A''" }];
  expect(namesOf("aaba ", forms)).toEqual(["A", "A'", "B", "A''"]);
  expect(namesOf(" A, B-  A+", forms)).toEqual(["A", "B-", "A+"]);
});

test("sections have the loop's bars, as often as they reach what is usual", () => {
  expect([1, 3, 4, 8, 12, 0].map((loop) => usualBars(loop, 8))).toEqual([8, 9, 8, 8, 12, 8]);
});

test("a song tells which section comes next", () => {
  const names = ["A", "A'", "B"];
  expect(equalSections(names, 24).map(({ bars }) => bars.last)).toEqual([8, 16, 24]);
  expect(progressInWords(names, { first: 8, last: 24 }, 0)).toBe("1 of 3 sections, A' comes next");
  expect(progressInWords(names, { first: 8, last: 24 }, 15)).toBe("2 of 3 sections, B comes next");
  expect(progressInWords(names, { first: 8, last: 24 }, 16)).toBe("all sections are written");
});

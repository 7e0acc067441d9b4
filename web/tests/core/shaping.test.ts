import fc from "fast-check";
import { expect, test } from "vitest";
import { listOf } from "../../src/core/notes.ts";
import { chooseTracks } from "../../src/core/selection.ts";
import { humanise, legato, setVelocities } from "../../src/core/shaping.ts";
import { anyChoice, note, score, TPQ, track } from "../support/music.ts";

const LINE = [note(0, 60, 100), note(0, 64, 100), note(480, 62, 100), note(2400, 65, 100)];

test("legato lets each note last to the next, a chord together, and the last to its bar's end", () => {
  const piece = score([track(LINE)]);
  const made = legato(piece, chooseTracks(piece, [0]));
  expect(made.label).toBe("joined all notes of Bass");
  expect(made.score.tracks[0].notes.duration).toEqual([480, 480, 1920, 1440]);
});

test("humanised notes stay near where they were, and those of a chord together", () => {
  const far = TPQ / 32;
  fc.assert(
    fc.property(anyChoice, fc.double({ min: 0, max: 0.999, noNaN: true }), (choice, die) => {
      const { score: piece, selection } = choice;
      let rolls = 0;
      const made = humanise(piece, selection, () => (die * ++rolls) % 1);
      made.score.tracks.forEach((line, i) => {
        const before = piece.tracks[i].notes.onset;
        expect(line.notes.onset.length).toBe(before.length);
        for (const { onset, velocity } of listOf(line.notes)) {
          expect(onset >= 0 && velocity >= 1 && velocity <= 127).toBe(true);
          expect(before.some((one) => Math.abs(one - onset) <= far)).toBe(true);
        }
      });
    }),
    { numRuns: 40 },
  );
  const chord = score([track(LINE)]);
  const { onset } = humanise(chord, chooseTracks(chord, [0])).score.tracks[0].notes;
  expect(onset[0]).toBe(onset[1]);
});

test("each note gets the loudness that was drawn for it, within what MIDI can say", () => {
  const piece = score([track(LINE)]);
  const made = setVelocities(
    piece,
    0,
    new Map([
      [1, 300],
      [2, 12.4],
    ]),
  );
  expect(made.score.tracks[0].notes.velocity).toEqual([80, 127, 12, 80]);
  expect(made.label).toBe("drew the loudness of 2 notes of Bass");
});

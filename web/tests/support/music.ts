/** Scores for tests: small ones by hand, any ones by fast-check. */
import fc from "fast-check";
import { columnsOf } from "../../src/core/notes.ts";
import type { Note, NoteSelection, Score, Track } from "../../src/core/types.ts";

export const TPQ = 480;

export function note(onset: number, pitch = 60, duration = 240, velocity = 80): Note {
  return { onset, duration, pitch, velocity };
}

export function track(notes: readonly Note[], rest: Partial<Track> = {}): Track {
  return {
    name: "Bass",
    program: 33,
    is_drum: false,
    channel: 0,
    instrument: "Electric Bass (finger)",
    notes: columnsOf(notes),
    ...rest,
  };
}

export function drums(notes: readonly Note[]): Track {
  return track(notes, {
    name: "Drums",
    is_drum: true,
    program: 0,
    channel: 9,
    instrument: "Drums",
  });
}

export function score(tracks: readonly Track[], rest: Partial<Score> = {}): Score {
  return {
    name: "Piece",
    ticks_per_quarter: TPQ,
    tracks,
    tempos: [{ tick: 0, us_per_quarter: 500_000 }],
    metres: [{ tick: 0, numerator: 4, denominator: 4 }],
    bars: Array.from({ length: 9 }, (_, bar) => bar * 4 * TPQ),
    key: null,
    ...rest,
  };
}

export const anyNote: fc.Arbitrary<Note> = fc.record({
  onset: fc.integer({ min: 0, max: 8 * 4 * TPQ }),
  duration: fc.integer({ min: 1, max: 4 * TPQ }),
  pitch: fc.integer({ min: 0, max: 127 }),
  velocity: fc.integer({ min: 1, max: 127 }),
});

export const anyScore: fc.Arbitrary<Score> = fc
  .array(fc.array(anyNote, { maxLength: 12 }), { minLength: 1, maxLength: 4 })
  .map((tracks) => score(tracks.map((notes, i) => track(notes, { name: `Track ${i + 1}` }))));

/** A score and some of its notes, at least one. */
export const anyChoice: fc.Arbitrary<{ score: Score; selection: NoteSelection }> = anyScore
  .filter((piece) => piece.tracks.some((line) => line.notes.onset.length > 0))
  .chain((piece) => {
    const all = piece.tracks.flatMap((line, t) => line.notes.onset.map((_, i) => [t, i] as const));
    return fc.subarray(all, { minLength: 1 }).map((chosen) => {
      const selection = new Map<number, Set<number>>();
      for (const [t, i] of chosen) selection.set(t, (selection.get(t) ?? new Set()).add(i));
      return { score: piece, selection };
    });
  });

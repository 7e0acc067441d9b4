import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Compared, distinctions } from "../../src/core/distinctions.ts";
import type { Note, Region, Track } from "../../src/core/types.ts";
import { anyNote, drums, note, score, TPQ, track } from "../support/music.ts";

const BAR = 4 * TPQ;
const REGION: Region = { first: 8, last: 16, tracks: null };
const LINES = Array.from({ length: 17 }, (_, bar) => bar * BAR);

/** A take of bars 9 to 16; its tracks line up with the piece's. */
function take(number: number, tracks: readonly Track[], key: string | null = null): Compared {
  return { number, score_tracks: tracks, key, bars: LINES, metres: [] };
}

/** So many notes in every bar, from a bar to another. */
function even(perBar: number, pitch = 60, from = 8, to = 16): Note[] {
  return Array.from({ length: (to - from) * perBar }, (_, i) =>
    note(from * BAR + Math.floor((i * BAR) / perBar), pitch, 60),
  );
}

const bass = (perBar: number, pitch?: number, from?: number, to?: number) =>
  track(even(perBar, pitch, from, to), { name: "Bass" });
const flute = (perBar: number) => track(even(perBar), { name: "", instrument: "Flute" });
const beat = (perBar: number) => drums(even(perBar, 38));
const PIECE = score([bass(8, 60, 0, 8), drums(even(8, 38, 0, 8))], { key: "C major" });
const words = (...takes: Compared[]) => [...distinctions(takes, REGION, PIECE).values()];

const anyTake = fc
  .record({
    lines: fc.array(fc.array(anyNote, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
    key: fc.constantFrom("C major", "G major", null),
  })
  .map(({ lines, key }) => {
    const placed = lines.map((notes) =>
      notes.map((one) => ({ ...one, onset: 8 * BAR + (one.onset % (8 * BAR)) })),
    );
    return take(
      0,
      placed.map((notes, i) => track(notes, { name: ["Bass", "Drums", "", "Flute"][i] })),
      key,
    );
  });
const anyTakes = fc
  .array(anyTake, { minLength: 2, maxLength: 6 })
  .map((takes) => takes.map((one, i) => ({ ...one, number: i + 1 })));

const isLoss = (phrase: string) => /(stops?|silent) in bars? \d/.test(phrase);
const isFigure = (phrase: string) => /^(silent|[\d.]+ notes? a bar)$/.test(phrase);

describe("of a new part", () => {
  const part: Region = { first: 0, last: 8, tracks: [2] };
  const alone = (...lines: Track[]) => {
    const silent = [bass(0), beat(0)];
    const takes = lines.map((one, i) => take(i + 1, [...silent, one]));
    return [...distinctions(takes, part, PIECE).values()];
  };
  const strings = (perBar: number, from = 0, to = 8) =>
    track(even(perBar, 60, from, to), { name: "Strings" });

  test("it is said when it enters and leaves, and nothing that compares it with silence", () => {
    expect(alone(strings(4))).toEqual([["4 notes a bar"]]);
    expect(alone(strings(4, 2, 6))).toEqual([["enters in bar 3", "nothing after bar 6"]]);
  });

  test("takes are compared with each other, and a silent one is called so", () => {
    expect(alone(strings(4), strings(4), strings(16), strings(0))).toEqual([
      ["4 notes a bar"],
      ["4 notes a bar"],
      ["denser: 16 notes a bar"],
      ["silent"],
    ]);
  });
});

describe("what is said of takes", () => {
  test("never is said of all of them, but for a plain figure and who falls silent", () => {
    fc.assert(
      fc.property(anyTakes, (takes) => {
        const [first, ...rest] = [...distinctions(takes, REGION, PIECE).values()];
        const shared = first.filter((phrase) => rest.every((others) => others.includes(phrase)));
        expect(shared.every((phrase) => isFigure(phrase) || isLoss(phrase))).toBe(true);
      }),
    );
  });

  test("is one plain figure where they are the same", () => {
    fc.assert(
      fc.property(anyTake, fc.integer({ min: 2, max: 5 }), (one, n) => {
        const takes = Array.from({ length: n }, (_, i) => ({ ...one, number: i + 1 }));
        const [first, ...rest] = [...distinctions(takes, REGION, PIECE).values()];
        const plain = first.filter((phrase) => !isLoss(phrase));
        expect(plain).toHaveLength(1);
        expect(isFigure(plain[0])).toBe(true);
        for (const other of rest) expect(other).toEqual(first);
      }),
    );
  });

  test("does not depend on their order, and is never nothing", () => {
    fc.assert(
      fc.property(anyTakes, (takes) => {
        const there = distinctions(takes, REGION, PIECE);
        const back = distinctions([...takes].reverse(), REGION, PIECE);
        for (const { number } of takes) {
          expect(back.get(number)).toEqual(there.get(number));
          expect(there.get(number)?.length).toBeGreaterThan(0);
        }
      }),
    );
  });
});

/** Takes that are much alike, as those of one suggestion are. */
const anyAlikeTakes = fc
  .array(
    fc.record({
      bass: fc.constantFrom(bass(8), bass(8, 61), bass(9), bass(8, 60, 8, 15), track([])),
      drums: fc.constantFrom(beat(8), beat(9), drums([])),
      flute: fc.constantFrom([], [flute(1)], [track([note(8 * BAR, 72)], { name: "Flute" })]),
      key: fc.constantFrom("C major", "G major", null),
    }),
    { minLength: 2, maxLength: 8 },
  )
  .map((all) => all.map((one, i) => take(i + 1, [one.bass, one.drums, ...one.flute], one.key)));

/** All that can be said of a take by itself. */
function factsOf({ score_tracks, key }: Compared): unknown {
  const onsets = score_tracks.flatMap(({ notes }) => notes.onset);
  if (onsets.length === 0) return "silent";
  const pitches = score_tracks.flatMap((one) => (one.is_drum ? [] : one.notes.pitch));
  const height = pitches.reduce((sum, pitch) => sum + pitch, 0) / pitches.length;
  const players = score_tracks.map(({ notes }) => notes.onset.length > 0);
  const lastBar = Math.floor(Math.max(...onsets) / BAR);
  return [key, onsets.length, Math.round(height), lastBar, players.lastIndexOf(true), ...players];
}

test("the same words are said of two takes only where the same can be said of them", () => {
  fc.assert(
    fc.property(fc.oneof(anyAlikeTakes, anyTakes), (takes) => {
      const found = distinctions(takes, REGION, PIECE);
      for (const one of takes) {
        for (const other of takes) {
          if (found.get(one.number)?.join() !== found.get(other.number)?.join()) continue;
          expect(factsOf(one)).toEqual(factsOf(other));
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("takes of which the same would be said are distinguished: by notes a bar, else by more", () => {
  const plain = (number: number, perBar: number, key = "C major") =>
    take(number, [bass(perBar, 84), beat(8)], key);
  expect(words(plain(1, 8), plain(2, 9), plain(3, 8, "G major"), plain(4, 8, "G major"))).toEqual([
    ["stays in C major", "16 notes a bar"],
    ["stays in C major", "17 notes a bar"],
    ["in G major"],
    ["in G major"],
  ]);
  expect(words(take(1, [bass(8, 84)]), take(2, [bass(8, 85)]))).toEqual([
    ["Drums stop in bar 9", "8 notes a bar", "around C6"],
    ["Drums stop in bar 9", "8 notes a bar", "around C♯6"],
  ]);
});

describe("among several takes", () => {
  test("the key that all have is not said, another is", () => {
    const plain = (number: number, key: string) => take(number, [bass(8), beat(8)], key);
    expect(words(plain(1, "G major"), plain(2, "G major"))).toEqual([
      ["16 notes a bar"],
      ["16 notes a bar"],
    ]);
    expect(words(plain(1, "G major"), plain(2, "G major"), plain(3, "C major"))[2]).toEqual([
      "stays in C major",
    ]);
    expect(words(plain(1, "G major"), plain(2, "C major"), plain(3, "C major"))[0]).toEqual([
      "in G major",
    ]);
  });

  test("density, register and drums are those beside the others", () => {
    const usual = (number: number) => take(number, [bass(8), beat(8)]);
    expect(words(usual(1), usual(2), take(3, [bass(16), beat(8)]))[2]).toContain(
      "denser: 24 notes a bar",
    );
    expect(words(usual(1), usual(2), take(3, [bass(4), beat(4)]))[2]).toEqual([
      "sparser: 8 notes a bar",
      "further from the bars before",
      "calmer drums",
    ]);
    expect(words(usual(1), usual(2), take(3, [bass(8, 72), beat(8)]))[2]).toContain("higher");
    // All are denser than the piece: that sets none apart.
    const dense = (number: number) => take(number, [bass(32), beat(16)]);
    expect(words(dense(1), dense(2))).toEqual([["48 notes a bar"], ["48 notes a bar"]]);
  });

  test("players that few takes add or leave out are said; of many, those that do not", () => {
    const usual = (number: number) => take(number, [bass(8), beat(8)]);
    const more = (number: number) => take(number, [bass(8), beat(8), flute(1)]);
    const less = (number: number) => take(number, [bass(8), drums([])]);
    expect(words(usual(1), usual(2), more(3))[2]).toEqual(["adds Flute"]);
    expect(words(more(1), more(2), usual(3)).map(([first]) => first)).toEqual([
      "17 notes a bar",
      "17 notes a bar",
      "without Flute",
    ]);
    expect(words(usual(1), usual(2), less(3))[2]).toContain("Drums stop in bar 9");
    expect(words(usual(1), usual(2), less(3))[2]).not.toContain("without Drums");
    expect(words(less(1), less(2), usual(3))[2][0]).toBe("keeps Drums");
    expect(words(more(1), more(2))).toEqual([["17 notes a bar"], ["17 notes a bar"]]);
  });

  test("one that ends early, or says nothing, is named", () => {
    const usual = (number: number) => take(number, [bass(8), beat(8)]);
    const short = take(3, [bass(8, 60, 8, 12), drums(even(8, 38, 8, 12))]);
    expect(words(usual(1), usual(2), short)[2][0]).toBe("ends early, in bar 12");
    expect(words(usual(1), usual(2), take(3, []))[2]).toEqual(["silent"]);
  });

  test("one that repeats what was there is nearer to it than the others", () => {
    const other = (number: number) => take(number, [bass(8, 61), drums(even(8, 40))]);
    const same = take(3, [bass(8), beat(8)]);
    expect(words(other(1), other(2), same)[2]).toEqual(["closer to the bars before"]);
  });
});

test("a take alone is compared with what was before it", () => {
  const alone = take(1, [bass(24), beat(8), flute(1)], "G major");
  expect(words(alone)).toEqual([
    ["adds Flute", "denser than before: 33 notes a bar", "in G major"],
  ]);
  expect(words(take(1, [bass(8), beat(8)], "C major"))).toEqual([["16 notes a bar"]]);
});

test("an infill of one track is compared with the notes that it replaces", () => {
  const region: Region = { first: 2, last: 4, tracks: [0] };
  const rewritten = { ...take(1, [bass(16, 60, 2, 4), drums([])]), bars: PIECE.bars };
  expect(distinctions([rewritten], region, PIECE).get(1)).toEqual([
    "denser than before: 16 notes a bar",
  ]);
});

describe("who falls silent", () => {
  const PLAYED = score(
    [
      bass(8, 60, 0, 8),
      drums(even(8, 38, 0, 7)),
      track(even(1, 72, 0, 6), { name: "Flute" }),
      track(even(4, 50, 0, 8), { name: "Strings" }),
    ],
    { key: null },
  );
  const all = [bass(8), beat(8), flute(1), track(even(4, 50), { name: "Strings" })] as const;
  const said = (tracks: readonly Track[], region = REGION) =>
    distinctions([take(1, all), take(2, all), take(3, tracks)], region, PLAYED).get(3);

  test("is said with the bar, of whoever played in seven of the last eight bars", () => {
    expect(said([all[0], drums(even(8, 38, 8, 13)), ...all.slice(2)])?.[0]).toBe(
      "Drums stop in bar 14",
    );
    expect(said([bass(8, 60, 8, 10), ...all.slice(1)])?.[0]).toBe("Bass stops in bar 11");
    expect(said([track([]), drums([]), ...all.slice(2)])?.[0]).toBe("Bass and Drums stop in bar 9");
    // The flute had rested before.
    expect(said([all[0], all[1], track([]), all[3]])?.[0]).not.toMatch(/stop|silent/);
  });

  test("is a rest of two bars or more, and no long note", () => {
    const rest = (from: number, to: number) =>
      track([...even(8, 60, 8, from), ...even(8, 60, to, 16)], { name: "Bass" });
    expect(said([rest(10, 12), ...all.slice(1)])?.[0]).toBe("Bass is silent in bars 11-12");
    expect(said([rest(10, 11), ...all.slice(1)])?.join()).not.toMatch(/silent/);
    const held = track([...even(8, 60, 8, 12), note(12 * BAR, 60, 4 * BAR)], { name: "Bass" });
    expect(said([held, ...all.slice(1)])?.join()).not.toMatch(/stops/);
  });

  test("is said of all takes in which it is so, and not where the music is over", () => {
    const mute = (number: number) => take(number, [all[0], drums([]), ...all.slice(2)]);
    for (const phrases of distinctions([mute(1), mute(2)], REGION, PLAYED).values()) {
      expect(phrases[0]).toBe("Drums stop in bar 9");
    }
    const short = all.map((one) => track(even(4, 40, 8, 12), { name: one.name }));
    expect(said(short)?.[0]).toBe("ends early, in bar 12");
  });
});

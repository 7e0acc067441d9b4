/** Endless music has no gap, changes nothing that was heard, and turns away when asked to. */
import { describe, expect, test } from "vitest";
import { AHEAD_BARS, CHUNK_BARS, Growth, type Wanted } from "../../src/core/endless.ts";
import type { Track } from "../../src/core/types.ts";

const BAR = 1920;

/** A bar with one note, whose pitch says which chunk it is of. */
function bar(number: number, pitch: number): readonly Track[] {
  const notes = { onset: [number * BAR], duration: [BAR], pitch: [pitch], velocity: [80] };
  return [{ name: "", program: 0, is_drum: false, channel: 0, instrument: "Piano", notes }];
}

function pitches(growth: Growth): readonly number[] {
  return growth.tracks[0]?.notes.pitch ?? [];
}

/** Let a whole chunk come while a bar is heard. */
function write(growth: Growth, id: string, wanted: Wanted, pitch: number, heard: number): void {
  growth.begun(id, wanted);
  for (let i = wanted.first; i < wanted.first + wanted.bars; i++)
    growth.bar(id, i, bar(i, pitch), i * BAR, heard);
  growth.ended(id);
}

describe("a growth", () => {
  test("asks for more until enough is ahead, each chunk behind the one before", () => {
    const growth = new Growth(8);
    const asked: Wanted[] = [];
    for (let wanted = growth.next(7); wanted !== null; wanted = growth.next(7)) {
      write(growth, `c${asked.length}`, wanted, 60 + asked.length, 7);
      asked.push(wanted);
    }
    expect(asked.map(({ after, first }) => [after, first])).toEqual([
      [null, 8],
      ["c0", 12],
    ]);
    expect(growth.last - 7).toBeGreaterThan(AHEAD_BARS);
    expect(growth.next(growth.last - AHEAD_BARS)).not.toBeNull();
  });

  test("asks for nothing while something is being written", () => {
    const growth = new Growth(4);
    const wanted = growth.next(3);
    if (wanted === null) throw new Error("nothing is wanted");
    growth.begun("c", wanted);
    expect([growth.next(3), growth.open]).toEqual([null, "c"]);
    growth.dropped("c");
    expect(growth.next(3)).toEqual(wanted);
  });

  test("turns away at a bar line, and the old bars play until the new are there", () => {
    const growth = new Growth(4);
    write(growth, "a", { after: null, first: 4, bars: 4 }, 60, 3);
    write(growth, "b", { after: "a", first: 8, bars: 4 }, 61, 3);
    const wanted = growth.turn(6);
    expect(wanted).toEqual({ after: "a", first: 6, bars: CHUNK_BARS });
    growth.begun("t", wanted as Wanted);
    expect(growth.last).toBe(12);
    growth.bar("t", 6, bar(6, 70), 6 * BAR, 5);
    expect([growth.last, pitches(growth)]).toEqual([7, [60, 60, 70]]);
  });

  test("leaves out bars that come when others were heard in their place", () => {
    const growth = new Growth(4);
    write(growth, "a", { after: null, first: 4, bars: 4 }, 60, 3);
    growth.begun("t", growth.turn(5) as Wanted);
    growth.bar("t", 5, bar(5, 70), 5 * BAR, 6); // bar 6 is heard: bars 5 and 6 are as they were
    growth.bar("t", 6, bar(6, 70), 6 * BAR, 6);
    growth.bar("t", 7, bar(7, 70), 7 * BAR, 6);
    expect([growth.last, pitches(growth)]).toEqual([8, [60, 60, 60, 70]]);
  });

  test("takes a late bar where the music waits for it", () => {
    const growth = new Growth(4);
    growth.begun("a", growth.next(3) as Wanted);
    growth.bar("a", 4, bar(4, 60), 4 * BAR, 4);
    expect(growth.last).toBe(5);
  });

  test("waits with turning away where the chunk that is heard is not complete", () => {
    const growth = new Growth(4);
    growth.begun("a", growth.next(3) as Wanted);
    for (const i of [4, 5, 6]) growth.bar("a", i, bar(i, 60), i * BAR, 4);
    expect(growth.turn(6)).toBeNull();
    expect(growth.turn(4)).toEqual({ after: null, first: 4, bars: CHUNK_BARS });
  });

  test("forgets a chunk that was turned away from, and can turn away twice", () => {
    const growth = new Growth(4);
    write(growth, "a", { after: null, first: 4, bars: 4 }, 60, 3);
    growth.begun("t", growth.turn(6) as Wanted);
    expect(growth.turn(6)).toEqual({ after: "a", first: 6, bars: CHUNK_BARS });
    growth.dropped("t");
    write(growth, "u", growth.turn(6) as Wanted, 71, 5);
    expect(growth.next(5)).toEqual({ after: "u", first: 10, bars: CHUNK_BARS });
  });
});

/**
 * Seconds of a writer: to the first bar of a chunk, and for each further bar. Measured with the shipped
 * model on a piece of 60 notes a bar (experiments/LOG.md); a busy core takes twice as long.
 */
interface Writer {
  readonly first: number;
  readonly bar: number;
  /** Further seconds to the first bar for each thousand bars that the piece has. */
  readonly long: number;
}

/** An hour of music at two seconds a bar, with a clock of its own; `turns`: seconds between two. */
function anHour(writer: Writer, turns: number): { gaps: number; turned: number; heard: number[] } {
  const growth = new Growth(8);
  const heard: number[] = [];
  const [step, barS] = [0.1, 2];
  let [place, gaps, turned, chunk] = [7 * barS, 0, 0, 0];
  let comes: { id: string; at: number; next: number; end: number } | null = null;
  let nextTurn = turns;
  for (let now = 0; now < 3600; now += step) {
    const at = Math.floor(place / barS);
    const wantsTurn = now >= nextTurn;
    const line = Math.floor((place + writer.first) / barS) + 1;
    const wanted: Wanted | null = wantsTurn ? growth.turn(line) : growth.next(at);
    if (wanted !== null) {
      if (wantsTurn) [turned, nextTurn] = [turned + 1, now + turns];
      const id = `c${chunk++}`;
      growth.begun(id, wanted);
      const long = (writer.long * wanted.first) / 1000;
      const end = wanted.first + wanted.bars;
      comes = { id, at: now + writer.first + long, next: wanted.first, end };
    }
    while (comes !== null && comes.at <= now) {
      growth.bar(comes.id, comes.next, bar(comes.next, chunk % 128), comes.next * BAR, at);
      comes = { ...comes, at: comes.at + writer.bar, next: comes.next + 1 };
      if (comes.next === comes.end) {
        growth.ended(comes.id);
        comes = null;
      }
    }
    if (place + step < growth.last * barS) place += step;
    else if (growth.last > growth.first) gaps += 1;
    if (at >= growth.first && at - growth.first === heard.length && at < growth.last)
      heard.push(pitches(growth)[at - growth.first]);
  }
  // What was heard stays as it was.
  expect(pitches(growth).slice(0, heard.length)).toEqual(heard);
  return { gaps, turned, heard };
}

describe("an hour", { timeout: 60_000 }, () => {
  test.each([
    ["a free core", { first: 0.55, bar: 0.42, long: 1.2 }],
    ["a busy core", { first: 1.1, bar: 0.84, long: 2.4 }],
  ])("has no gap on %s", (_, writer) => {
    const { gaps, heard } = anHour(writer, Number.POSITIVE_INFINITY);
    expect(gaps).toBe(0);
    expect(heard.length).toBeGreaterThan(1700);
  });

  test("has no gap where somebody turns away every half minute", () => {
    const { gaps, turned } = anHour({ first: 0.55, bar: 0.42, long: 1.2 }, 30);
    expect([gaps, turned]).toEqual([0, 119]);
  });

  test("has gaps only where writing takes longer than hearing", () => {
    expect(anHour({ first: 1, bar: 2.5, long: 0 }, Number.POSITIVE_INFINITY).gaps).toBeGreaterThan(
      0,
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { placesIn, type TrackKey } from "../../src/core/same_tracks.ts";

const key = (name: string, channel = 0, rest: Partial<TrackKey> = {}): TrackKey => ({
  name,
  channel,
  program: 0,
  is_drum: false,
  ...rest,
});
const anyKey = fc.record({
  name: fc.constantFrom("", "Bass", "Lead"),
  channel: fc.integer({ min: 0, max: 2 }),
  program: fc.constantFrom(0, 33),
  is_drum: fc.boolean(),
});

test("the same tracks stand where they stood, also where some cannot be distinguished", () => {
  fc.assert(
    fc.property(fc.array(anyKey), (keys) => {
      expect([...placesIn(keys, keys)]).toEqual([...keys.keys()].map((i) => [i, i]));
    }),
  );
});

test("no track is found twice, and each differs in one thing at most", () => {
  fc.assert(
    fc.property(fc.array(anyKey), fc.array(anyKey), (before, after) => {
      const places = placesIn(before, after);
      expect(new Set(places.values()).size).toBe(places.size);
      for (const [from, to] of places) {
        const [old, now] = [before[from], after[to]];
        expect(now.is_drum).toBe(old.is_drum);
        const same = [
          now.name === old.name,
          now.channel === old.channel,
          now.program === old.program,
        ];
        expect(same.filter(Boolean).length).toBeGreaterThanOrEqual(2);
      }
    }),
  );
});

test("tracks behind one that has left move up", () => {
  const [a, b, c] = [key("A"), key("B", 1), key("C", 2)];
  expect([...placesIn([a, b, c], [a, c])]).toEqual([
    [0, 0],
    [2, 1],
  ]);
  expect([...placesIn([a, null, a], [a, a])], "one that is not sought takes no place").toEqual([
    [0, 0],
    [2, 1],
  ]);
});

test("a track is known with another name, instrument or channel, unless there is a likelier one", () => {
  const bass = key("Bass", 1, { program: 33 });
  for (const change of [{ name: "Low" }, { program: 34 }, { channel: 5 }]) {
    const changed = { ...bass, ...change };
    expect([...placesIn([bass], [changed])]).toEqual([[0, 0]]);
    expect([...placesIn([bass], [changed, bass])]).toEqual([[0, 1]]);
  }
  expect(placesIn([bass], [key("Bass", 5)]).size, "two things differ").toBe(0);
});

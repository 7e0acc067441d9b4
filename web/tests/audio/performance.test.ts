import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_CHANNELS, planChannels } from "../../src/audio/channels.ts";
import { NOTE_OFF, NOTE_ON } from "../../src/audio/messages.ts";
import { performanceOf, tracksOf } from "../../src/audio/performance.ts";
import type { Controller } from "../../src/core/types.ts";
import { anyScore, drums, note, score, TPQ, track } from "../support/music.ts";

const anyTracks = fc.array(
  fc.record({ is_drum: fc.boolean(), program: fc.integer({ min: 0, max: 127 }) }),
  { maxLength: 300 },
);

describe("channels", () => {
  test("every track has its own channel, drums on drum channels alone, while there is room", () => {
    fc.assert(
      fc.property(anyTracks, (tracks) => {
        const { channelOf, warning, nChannels } = planChannels(tracks);
        if (warning === null) expect(new Set(channelOf).size).toBe(tracks.length);
        channelOf.forEach((channel, i) => {
          expect(channel % 16 === 9).toBe(tracks[i].is_drum);
          expect(channel).toBeLessThan(nChannels);
        });
        expect(nChannels).toBeLessThanOrEqual(MAX_CHANNELS);
      }),
    );
  });

  test("what is added does not move what is there", () => {
    fc.assert(
      fc.property(anyTracks, anyTracks, (first, more) => {
        const together = planChannels([...first, ...more]).channelOf.slice(0, first.length);
        expect(together).toEqual(planChannels(first).channelOf);
      }),
    );
  });

  test("too many tracks share channels, and that is said", () => {
    const many = Array.from({ length: 130 }, () => ({ is_drum: false, program: 5 }));
    const { channelOf, warning } = planChannels(many);
    expect(channelOf[129]).toBe(0);
    expect(warning).toMatch(/10 tracks beyond the first 128 channels/);
  });
});

describe("performance", () => {
  test("messages are in order, and each note that begins ends on its channel", () => {
    fc.assert(
      fc.property(anyScore, (piece) => {
        const { tick, channel, status, data1, end } = performanceOf({
          score: piece,
          controllers: [],
        });
        const open = new Map<string, number>();
        for (let i = 0; i < tick.length; i++) {
          if (i > 0) expect(tick[i]).toBeGreaterThanOrEqual(tick[i - 1]);
          const key = `${channel[i]} ${data1[i]}`;
          if (status[i] === NOTE_ON) {
            expect(open.has(key)).toBe(false);
            open.set(key, end[i]);
          }
          if (status[i] === NOTE_OFF) {
            expect(open.get(key)).toBe(tick[i]);
            open.delete(key);
          }
        }
        expect(open.size).toBe(0);
      }),
    );
  });

  test("a take's notes stand in for those of its region, further tracks come after", () => {
    const playable = {
      score: score([track([note(0), note(4 * TPQ)]), track([note(4 * TPQ, 70)])]),
      controllers: [],
      extra: [track([note(4 * TPQ, 62)]), track([]), track([note(4 * TPQ, 80)], { program: 73 })],
      replace: { first: 1, last: 2, tracks: [0] },
    };
    const { status, tick, data1, channel } = performanceOf(playable);
    const begun = [...status.keys()]
      .filter((i) => status[i] === NOTE_ON)
      .map((i) => [tick[i], channel[i], data1[i]]);
    expect(begun).toEqual([
      [0, 0, 60],
      [4 * TPQ, 0, 62],
      [4 * TPQ, 1, 70],
      [4 * TPQ, 2, 80],
    ]);
    expect(tracksOf(playable)).toHaveLength(3);
  });

  test("controllers reach every track of their channel, program changes none", () => {
    const controllers: Controller[] = [
      [10, 0, 0xb0, 7, 50],
      [20, 0, 0xc0, 99, 0],
      [30, 9, 0xb0, 10, 20],
    ];
    const piece = score([track([note(0)]), track([note(0)]), drums([note(0, 36)])]);
    const { status, channel, data1, tick } = performanceOf({ score: piece, controllers });
    const changes = [...status.keys()]
      .filter((i) => status[i] >= 0xa0)
      .map((i) => [tick[i], channel[i], status[i], data1[i]]);
    expect(changes).toEqual([
      [0, 0, 0xc0, 33],
      [0, 1, 0xc0, 33],
      [0, 9, 0xc0, 0],
      [10, 0, 0xb0, 7],
      [10, 1, 0xb0, 7],
      [30, 9, 0xb0, 10],
    ]);
  });

  test("controllers of a port act on its tracks alone", () => {
    const controllers: Controller[] = [
      [10, 0, 0xb0, 7, 50],
      [20, 16, 0xb0, 7, 90],
      [30, 25, 0xb0, 10, 20],
    ];
    const onB = { ...drums([note(0, 36)]), channel: 25 };
    const piece = score([track([note(0)]), track([note(0)], { channel: 16 }), onB]);
    const { status, channel, data2, tick } = performanceOf({ score: piece, controllers });
    const changes = [...status.keys()]
      .filter((i) => status[i] === 0xb0)
      .map((i) => [tick[i], channel[i], data2[i]]);
    expect(changes).toEqual([
      [10, 0, 50],
      [20, 1, 90],
      [30, 9, 20],
    ]);
  });

  test("a note that begins on a sounding one of its pitch ends it; of two at once the longer counts", () => {
    const piece = score([track([note(0, 60, 960), note(480, 60, 100), note(480, 60, 300)])]);
    const { status, tick, end } = performanceOf({ score: piece, controllers: [] });
    const begun = [...status.keys()].filter((i) => status[i] === NOTE_ON);
    expect(begun.map((i) => [tick[i], end[i]])).toEqual([
      [0, 480],
      [480, 780],
    ]);
  });
});

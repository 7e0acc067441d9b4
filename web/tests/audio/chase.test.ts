import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ChannelState, messagesBetween } from "../../src/audio/chase.ts";
import type { Bytes } from "../../src/audio/messages.ts";

const byte = fc.integer({ min: 0, max: 127 });
const controller = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 6, 7, 10, 11, 32, 38, 64, 98, 99, 100, 101, 121) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 121 }) },
);
const message: fc.Arbitrary<Bytes> = fc.oneof(
  fc.tuple(fc.constant(0xb0), controller, byte),
  fc.tuple(fc.constantFrom(0xc0, 0xd0), byte, fc.constant(0)),
  fc.tuple(fc.constant(0xe0), byte, byte),
);
/** A channel as it is while a piece plays: its program was chosen at the beginning. */
const playedChannel = fc.array(message, { maxLength: 30 }).map((messages) => {
  const state = new ChannelState();
  for (const one of [[0xc0, 5, 0] as Bytes, ...messages]) state.apply(...one);
  return state;
});

describe("chasing", () => {
  test("the messages between two states lead from one to the other", () => {
    fc.assert(
      fc.property(playedChannel, playedChannel, (now, wanted) => {
        for (const one of messagesBetween(now, wanted)) now.apply(...one);
        expect(messagesBetween(now, wanted)).toEqual([]);
        expect([now.program, now.bend, now.pressure]).toEqual([
          wanted.program,
          wanted.bend,
          wanted.pressure,
        ]);
        if (wanted.selected !== 0x3fff) expect(now.selected).toBe(wanted.selected);
      }),
      { numRuns: 500 },
    );
  });

  test("a state needs no message to itself", () => {
    fc.assert(
      fc.property(playedChannel, (state) => {
        expect(messagesBetween(state, state)).toEqual([]);
      }),
    );
  });

  test("a bank is chosen before its program, even if the program's number stays", () => {
    const now = new ChannelState();
    now.apply(0xc0, 5, 0);
    const wanted = new ChannelState();
    wanted.apply(0xb0, 0, 8);
    wanted.apply(0xc0, 5, 0);
    expect(messagesBetween(now, wanted)).toEqual([
      [0xb0, 0, 8],
      [0xc0, 5, 0],
    ]);
  });

  test("a bend range is a registered parameter and goes back to two semitones", () => {
    const wide = new ChannelState();
    for (const [number, value] of [
      [101, 0],
      [100, 0],
      [6, 12],
    ]) {
      wide.apply(0xb0, number, value);
    }
    expect(wide.parameters.get(0)).toBe(12 << 7);
    const back = messagesBetween(wide, new ChannelState());
    expect(back.slice(0, 2)).toEqual([
      [0xb0, 6, 2],
      [0xb0, 38, 0],
    ]);
  });
});

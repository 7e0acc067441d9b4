import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bytes, NOTE_OFF, NOTE_ON } from "../../src/audio/messages.ts";
import { performanceOf } from "../../src/audio/performance.ts";
import { Scheduler } from "../../src/audio/scheduler.ts";
import type { Controller, Score } from "../../src/core/types.ts";
import { anyScore, drums, note, score, TPQ, track } from "../support/music.ts";

interface Sent {
  readonly channel: number;
  readonly message: Bytes;
  readonly time: number;
}

const START = 0.03;

/** A scheduler on a clock that moves only when it is made to. */
function onFakeClock(piece: Score, controllers: readonly Controller[] = []) {
  const clock = { now: 0 };
  const sent: Sent[] = [];
  const scheduler = new Scheduler(performanceOf({ score: piece, controllers }), () => clock.now, {
    send: (channel, message, time) => sent.push({ channel, message, time }),
  });
  const run = (seconds: number, step = 0.025): void => {
    for (const end = clock.now + seconds; clock.now < end - 1e-12; ) {
      clock.now = Math.min(clock.now + step, end);
      scheduler.pump();
    }
  };
  return { clock, sent, scheduler, run };
}

function notesOn(sent: readonly Sent[]): Sent[] {
  return sent.filter(({ message }) => message[0] === NOTE_ON);
}

/** Notes that were begun and not ended, by channel and pitch. */
function openNotes(sent: readonly Sent[]): string[] {
  const open = new Map<string, number>();
  for (const { channel, message } of sent) {
    const key = `${channel} ${message[1]}`;
    if (message[0] === NOTE_ON) open.set(key, (open.get(key) ?? 0) + 1);
    if (message[0] === NOTE_OFF) open.set(key, (open.get(key) ?? 0) - 1);
  }
  return [...open].filter(([, count]) => count !== 0).map(([key]) => key);
}

describe("scheduler", () => {
  test("another output that comes later learns how the channels are set", () => {
    const piece = score([track([note(0), note(4 * TPQ)], { program: 33 })]);
    const volume: Controller = [0, 0, 0xb0, 7, 99];
    const { scheduler, run } = onFakeClock(piece, [volume]);
    const sent: string[] = [];
    const other = {
      send: (channel: number, message: Bytes) => sent.push(`${channel}: ${message.join()}`),
    };
    scheduler.restate(other);
    expect(sent, "nothing is set yet").toEqual([]);
    scheduler.play(0);
    run(1);
    scheduler.restate(other);
    expect(sent).toContain("0: 192,33,0");
    expect(sent).toContain("0: 176,7,99");
    expect(sent.some((message) => message.includes(`: ${NOTE_ON},`))).toBe(false);
  });

  test("everything is sent once, in order, at its own moment, however the timer stumbles", () => {
    const steps = fc.array(fc.double({ min: 0.001, max: 0.3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(anyScore, steps, (piece, pauses) => {
        const { clock, sent, scheduler } = onFakeClock(piece);
        const { performance } = scheduler;
        scheduler.play(0);
        for (let i = 0; scheduler.playing; i++) {
          clock.now += pauses[i % pauses.length];
          scheduler.pump();
        }
        expect(sent).toHaveLength(performance.tick.length);
        sent.forEach(({ message, time }, i) => {
          expect(message[0]).toBe(performance.status[i]);
          expect(time).toBeCloseTo(START + performance.tempo.secondsAt(performance.tick[i]), 6);
        });
        expect(openNotes(sent)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test("whatever is done, no note is left hanging and time never runs backwards", () => {
    const action = fc.oneof(
      fc.record({ kind: fc.constant("seek" as const), at: fc.integer({ min: 0, max: 20_000 }) }),
      fc.record({ kind: fc.constant("exchange" as const), at: fc.nat(1) }),
      fc.record({ kind: fc.constant("loop" as const), at: fc.integer({ min: 0, max: 9000 }) }),
      fc.record({ kind: fc.constant("pause" as const), at: fc.nat() }),
    );
    fc.assert(
      fc.property(anyScore, anyScore, fc.array(action, { maxLength: 12 }), (one, two, actions) => {
        const { clock, sent, scheduler, run } = onFakeClock(one);
        const pieces = [one, two].map((piece) => performanceOf({ score: piece, controllers: [] }));
        scheduler.play(0);
        for (const { kind, at } of actions) {
          run(0.4, 0.04);
          if (kind === "seek") scheduler.seek(at);
          if (kind === "exchange") scheduler.exchange(pieces[at]);
          if (kind === "loop") scheduler.loop({ start: at, end: at + TPQ });
          if (kind === "pause") {
            scheduler.pause();
            clock.now += 0.2;
            scheduler.play();
          }
        }
        run(0.2);
        scheduler.pause();
        expect(openNotes(sent)).toEqual([]);
        const times = sent.map(({ time }) => time);
        times.forEach((time, i) => {
          if (i > 0) expect(time).toBeGreaterThanOrEqual(times[i - 1] - 1e-6);
        });
      }),
      { numRuns: 60 },
    );
  });

  test("a loop does not drift in a thousand rounds", () => {
    const { sent, scheduler, run } = onFakeClock(score([track([note(0), note(TPQ)])]));
    scheduler.loop({ start: 0, end: 2 * TPQ });
    scheduler.play(0);
    run(1000, 0.05);
    const onsets = notesOn(sent).map(({ time }) => time);
    expect(onsets.length).toBeGreaterThanOrEqual(2000);
    onsets.forEach((time, i) => {
      expect(time).toBeCloseTo(START + i * 0.5, 7);
    });
  });

  test("playing that begins after the loop is not led back, playing before it is led in", () => {
    const { scheduler, run } = onFakeClock(score([track([note(0), note(14_000)])]));
    scheduler.loop({ start: 0, end: TPQ });
    scheduler.play(4 * TPQ);
    run(1);
    expect(scheduler.position()).toBeGreaterThan(5 * TPQ);
    scheduler.seek(0);
    run(1);
    expect(scheduler.position()).toBeLessThan(TPQ);
  });

  test("an exchange keeps the tick, what both have goes on, and what only one has ends or begins", () => {
    const held = note(0, 60, 8 * TPQ);
    const before = score([track([held, note(0, 64, 8 * TPQ)]), drums([note(0, 36)])]);
    const shorter = note(0, 60, 3 * TPQ);
    const after = score([track([shorter, note(0, 67, 8 * TPQ), note(2 * TPQ, 72)]), drums([])]);
    const { sent, scheduler, run } = onFakeClock(before);
    scheduler.play(0);
    run(0.5);
    const position = scheduler.position();
    const { horizon } = scheduler;
    const already = sent.length;
    scheduler.exchange(performanceOf({ score: after, controllers: [] }));
    expect(scheduler.position()).toBe(position);
    run(1.2);
    const since = sent.slice(already).map(({ message, time }) => [...message, time] as const);
    const ofHeld = since.filter(([, pitch]) => pitch === 60);
    expect(ofHeld).toHaveLength(1);
    expect(ofHeld[0][0]).toBe(NOTE_OFF);
    expect(ofHeld[0][3]).toBeCloseTo(START + 1.5, 6);
    expect(since[0]).toEqual([NOTE_OFF, 64, 0, horizon]);
    expect(since[1]).toEqual([NOTE_ON, 67, 80, horizon]);
    expect(since[2].slice(0, 3)).toEqual([NOTE_ON, 72, 80]);
    expect(since[2][3]).toBeCloseTo(START + 1, 6);
  });

  test("playing what plays already changes nothing, unless another place is named", () => {
    const { scheduler, sent, run } = onFakeClock(score([track([note(0), note(14_000)])]));
    scheduler.play(0);
    run(0.5);
    const [position, count] = [scheduler.position(), sent.length];
    scheduler.play();
    expect([scheduler.position(), sent.length]).toEqual([position, count]);
    scheduler.play(8 * TPQ);
    run(0.3);
    expect(scheduler.position()).toBeGreaterThan(8 * TPQ);
  });

  test("exchanging a piece for itself sends nothing that playing on would not have sent", () => {
    fc.assert(
      fc.property(anyScore, fc.double({ min: 0.05, max: 8, noNaN: true }), (piece, moment) => {
        const plain = onFakeClock(piece);
        const changed = onFakeClock(piece);
        for (const { scheduler, run } of [plain, changed]) {
          scheduler.play(0);
          run(moment);
        }
        changed.scheduler.exchange(performanceOf({ score: piece, controllers: [] }));
        for (const { run } of [plain, changed]) run(4);
        expect(changed.sent.map(({ message }) => message)).toEqual(
          plain.sent.map(({ message }) => message),
        );
      }),
      { numRuns: 60 },
    );
  });

  test("a seek chases programs, controllers and bends, and takes up long notes but no drums", () => {
    const controllers: Controller[] = [
      [0, 0, 0xb0, 7, 90],
      [TPQ, 0, 0xb0, 64, 127],
      [TPQ, 0, 0xe0, 0, 80],
    ];
    const piece = score([track([note(0, 50, 4 * TPQ)]), drums([note(0, 36, 4 * TPQ)])]);
    const { sent, scheduler } = onFakeClock(piece, controllers);
    scheduler.play(2 * TPQ);
    expect(sent.map(({ channel, message }) => [channel, ...message])).toEqual([
      [0, 0xb0, 7, 90],
      [0, 0xb0, 64, 127],
      [0, 0xc0, 33, 0],
      [0, 0xe0, 0, 80],
      [9, 0xc0, 0, 0],
      [0, NOTE_ON, 50, 80],
    ]);
    scheduler.seek(0);
    const back = sent.slice(6).map(({ message }) => message);
    expect(back).toContainEqual([0xb0, 64, 0]);
    expect(back).toContainEqual([0xe0, 0, 64]);
  });

  test("at the end it stops and stands at the beginning", () => {
    const { scheduler, run } = onFakeClock(score([track([note(0)])], { bars: [0, 4 * TPQ] }));
    scheduler.play(0);
    run(1.9);
    expect(scheduler.playing).toBe(true);
    run(0.3);
    expect(scheduler.playing).toBe(false);
    expect(scheduler.position()).toBe(0);
  });
});

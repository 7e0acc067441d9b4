import { beforeEach, describe, expect, test } from "vitest";
import type { Suggestion } from "../../src/api/types.ts";
import { Asked } from "../../src/app/state/asked.svelte.ts";
import { Listening, passageOf, playableOf } from "../../src/app/state/listening.svelte.ts";
import { type PlayerInterface, Sound } from "../../src/app/state/sound.svelte.ts";
import { stateBefore } from "../../src/audio/chase.ts";
import { performanceOf } from "../../src/audio/performance.ts";
import type { Playable } from "../../src/audio/types.ts";
import type { Controller } from "../../src/core/types.ts";
import { BAR, FakeServer, node, take, track } from "./server.ts";

/** A player without sound: time is what the test sets. */
class SilentPlayer {
  playing = false;
  at = 0;
  loaded: Playable | null = null;
  listener: (state: "paused" | "playing") => void = () => {};
  state = "paused" as const;
  warning = null;

  load(playable: Playable): void {
    this.loaded = playable;
  }
  exchange(playable: Playable): void {
    this.loaded = playable;
  }
  async play(): Promise<void> {
    this.playing = true;
    this.listener("playing");
  }
  pause(): void {
    this.playing = false;
    this.listener("paused");
  }
  seek(tick: number): void {
    this.at = tick;
  }
  position(): number {
    return this.at;
  }
  loop(): void {}
  passOn(): void {}
  setMix(): void {}
  async sound(): Promise<void> {}
  rms(): number {
    return 0;
  }
  async renderWav(): Promise<Blob> {
    return new Blob();
  }
  subscribe(listener: (state: "paused" | "playing") => void): () => void {
    this.listener = listener;
    return () => {};
  }
  /** The end of what is written is reached: players stand at the beginning then. */
  runOut(): void {
    this.playing = false;
    this.at = 0;
    this.listener("paused");
  }
}

const HERE = node(1, null, [track("Piano", [0, BAR])]);
const REGION = { first: 2, last: 4, tracks: null };
/** The piece has slowed down at its end; its takes are back in time. */
const TIME = {
  bars: [0, BAR, 2 * BAR, 3 * BAR, 4 * BAR],
  tempos: [
    { tick: 0, us_per_quarter: 500_000 },
    { tick: BAR, us_per_quarter: 900_000 },
    { tick: 2 * BAR, us_per_quarter: 500_000 },
  ],
  metres: [{ tick: 0, numerator: 4, denominator: 4 }],
};
/** The piece is faded out, its pedal stays down; at the join both are put back. */
const FADED: Controller[] = [
  [0, 0, 0xb0, 7, 100],
  [BAR, 0, 0xb0, 64, 127],
  [BAR + 960, 0, 0xb0, 7, 0],
];
const RESETS: Controller[] = [
  [2 * BAR, 0, 0xb0, 7, 100],
  [2 * BAR, 0, 0xb0, 64, 0],
];
let player: SilentPlayer;
let sound: Sound;
let listening: Listening;
let asked: Asked;

const bar = (number: number, done: number) => ({
  type: "bar" as const,
  data: {
    take: number,
    bar: 1 + done,
    bars_done: done,
    bars: 2,
    tracks: [track("Piano", [(1 + done) * BAR])],
  },
});

beforeEach(async () => {
  player = new SilentPlayer();
  sound = new Sound();
  await sound.start(async () => player as unknown as PlayerInterface);
  listening = new Listening(sound);
  asked = new Asked(new FakeServer().suggestion("running") as Suggestion);
  asked.apply({ type: "started", data: { ...TIME, region: REGION, takes: 2, resets: [] } });
});

/** As the page does once a frame. */
function frame(at: number): void {
  player.at = at;
  sound.tick();
  listening.advance(HERE);
}

describe("hearing a take", () => {
  test("begins a bar before it, and goes on in place when already there", async () => {
    asked.apply(bar(1, 1));
    asked.apply(bar(2, 1));
    await listening.hear(asked, 1, HERE);
    expect([player.at, player.playing]).toEqual([BAR, true]);
    frame(2 * BAR + 100);
    await listening.hear(asked, 2, HERE);
    expect(player.at, "no jump").toBe(2 * BAR + 100);
    expect(player.loaded?.extra?.[0].notes.onset).toEqual([2 * BAR]);
  });

  test("waits where a take is not written further, and goes on from there", async () => {
    asked.apply(bar(1, 1));
    await listening.hear(asked, 1, HERE);
    frame(2 * BAR + 1900);
    player.runOut();
    frame(0);
    expect([sound.position, listening.waits]).toEqual([2 * BAR + 1900, true]);
    asked.apply(bar(1, 2));
    listening.grown(asked, 1, HERE);
    expect([player.playing, player.at]).toEqual([true, 2 * BAR + 1900]);
  });

  test("does not go on by itself after the musician has paused", async () => {
    asked.apply(bar(1, 1));
    await listening.hear(asked, 1, HERE);
    listening.stop();
    sound.pause();
    asked.apply(bar(1, 2));
    listening.grown(asked, 1, HERE);
    expect(player.playing).toBe(false);
  });
});

describe("hearing all takes", () => {
  test("may begin with the first new bar itself", async () => {
    asked.apply(bar(1, 1));
    await listening.tour(asked, HERE, 1, { leadIn: false });
    expect([player.at, player.playing]).toEqual([2 * BAR, true]);
  });

  test("goes from one to the next at its end, and ends after the last", async () => {
    for (const number of [1, 2]) {
      asked.apply({ type: "take", data: take(number, [track("Piano", [2 * BAR])]) });
    }
    await listening.tour(asked, HERE);
    frame(4 * BAR + 1);
    await Promise.resolve();
    expect([listening.take, player.at]).toEqual([2, BAR]);
    await Promise.resolve();
    frame(4 * BAR + 1);
    expect([listening.touring, player.playing]).toEqual([false, false]);
  });
});

describe("a take and the piece alone are never both heard", () => {
  beforeEach(() => {
    for (const number of [1, 2]) {
      asked.apply({ type: "take", data: take(number, [track("Piano", [2 * BAR])]) });
    }
  });

  test("where the piece is wanted before the takes have begun to play", async () => {
    const begun = listening.tour(asked, HERE);
    listening.leave(HERE);
    await begun;
    expect([listening.heard.kind, listening.touring]).toEqual(["piece", false]);
  });

  test("where an edit is made meanwhile", async () => {
    await listening.tour(asked, HERE);
    listening.changed(HERE);
    expect([listening.heard.kind, listening.touring]).toEqual(["piece", false]);
  });
});

describe("what is played", () => {
  test("an unfinished infill stands in only for the bars that are written", () => {
    const region = { first: 0, last: 2, tracks: [0] };
    asked.apply({ type: "started", data: { ...TIME, region, takes: 2, resets: [] } });
    asked.apply({ ...bar(1, 1), data: { ...bar(1, 1).data, bar: 0 } });
    const playable = playableOf({ kind: "take", asked, number: 1 }, HERE);
    expect(playable.replace).toEqual({ first: 0, last: 1, tracks: [0] });
    asked.apply({ type: "take", data: take(1, []) });
    expect(playableOf({ kind: "take", asked, number: 1 }, HERE).replace).toEqual(region);
  });

  test("an unfinished take has its own tempos, and ends with the last bar that is written", () => {
    const heard = { kind: "take" as const, asked, number: 1 };
    expect(playableOf(heard, HERE).score).toMatchObject({ ...TIME, bars: [0, BAR, 2 * BAR] });
    asked.apply(bar(1, 1));
    const { score } = playableOf(heard, HERE);
    expect(score.tempos).toEqual(TIME.tempos);
    expect(score.bars).toEqual([0, BAR, 2 * BAR, 3 * BAR]);
    const performance = performanceOf(playableOf(heard, HERE));
    expect(performance.endTick).toBe(3 * BAR);
    const secondsOfBar =
      performance.tempo.secondsAt(3 * BAR) - performance.tempo.secondsAt(2 * BAR);
    expect(secondsOfBar).toBeCloseTo(2);
  });

  test("a faded ending and its pedal do not reach into a take, finished or not", () => {
    const faded = { ...HERE, controllers: FADED };
    const heard = { kind: "take" as const, asked, number: 1 };
    const stateOf = () => {
      const performance = performanceOf(playableOf(heard, faded));
      const channel = stateBefore(performance, 2 * BAR + 1).of(performance.plan.channelOf[0]);
      return [channel.controllers.get(7), channel.controllers.get(64)];
    };
    expect(stateOf()).toEqual([0, 127]);
    asked.apply({
      type: "started",
      data: { ...TIME, region: REGION, takes: 2, resets: RESETS },
    });
    asked.apply(bar(1, 1));
    expect(stateOf()).toEqual([100, 0]);
    asked.apply({ type: "take", data: { ...take(1, []), resets: RESETS.slice(0, 1) } });
    expect(stateOf()).toEqual([100, 127]);
    expect(playableOf({ kind: "piece" }, faded).controllers).toEqual(FADED);
  });

  test("what the piece itself says at the join holds in a take, as it does once it is kept", () => {
    const controllers: Controller[] = [...FADED, [2 * BAR, 0, 0xb0, 7, 90]];
    asked.apply({ type: "take", data: { ...take(1, []), resets: RESETS } });
    const heard = { kind: "take" as const, asked, number: 1 };
    const performance = performanceOf(playableOf(heard, { ...HERE, controllers }));
    const channel = stateBefore(performance, 2 * BAR + 1).of(performance.plan.channelOf[0]);
    expect(channel.controllers.get(7)).toBe(90);
  });

  test("the passage of a take has a bar before it where there is one", () => {
    expect(passageOf(asked, HERE.score)).toEqual({ start: BAR, end: 4 * BAR });
    asked.region = { ...REGION, first: 0 };
    expect(passageOf(asked, HERE.score).start).toBe(0);
  });
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ask, type AskContext, AskRefused } from "../../src/app/state/ask.svelte.ts";
import { node, track } from "./server.ts";

const SCORE = node(1, null, [
  track("Drums", [0], true),
  track("Bass", [0]),
  track("Piano", [0]),
]).score;
const CONTEXT: AskContext = {
  score: SCORE,
  locked: new Set(),
  bars: null,
  tracks: new Set(),
  focus: null,
};

describe("requests", () => {
  test("never name a locked track, and every other one unless some are chosen", () => {
    const some = fc.uniqueArray(fc.nat(2)).map((tracks) => new Set(tracks));
    fc.assert(
      fc.property(some, some, fc.constantFrom("infill", "vary"), (locked, tracks, task) => {
        const context = { ...CONTEXT, locked, tracks, bars: { first: 0, last: 1 } };
        const wanted = [0, 1, 2].filter(
          (i) => !locked.has(i) && (tracks.size === 0 || tracks.has(i)),
        );
        const asking = () => new Ask().requestFor(task as "infill", context).tracks;
        if (wanted.length === 0) expect(asking).toThrow(AskRefused);
        else expect(asking() ?? [0, 1, 2]).toEqual(wanted);
      }),
    );
  });

  test("are about whole pieces where no bars are chosen, and never about bars behind the end", () => {
    expect(new Ask().requestFor("vary", CONTEXT)).toMatchObject({ first: 0, last: 2, amount: 0.4 });
    const long = { ...CONTEXT, bars: { first: 1, last: 9 } };
    expect(new Ask().requestFor("infill", long)).toMatchObject({ first: 1, last: 2 });
    const behind = { ...CONTEXT, bars: { first: 5, last: 9 } };
    expect(() => new Ask().requestFor("infill", behind)).toThrow(/behind the end/);
  });

  test("say what is missing", () => {
    expect(() => new Ask().requestFor("infill", CONTEXT)).toThrow(/Choose what to write anew/);
    expect(() => new Ask().requestFor("redo", CONTEXT)).toThrow(/Choose the track/);
    const locked = { ...CONTEXT, focus: 1, locked: new Set([1]) };
    expect(() => new Ask().requestFor("redo", locked)).toThrow(/Bass is locked/);
  });

  test("hold no instruments where tracks are named, since tracks keep theirs", () => {
    const ask = new Ask();
    ask.instruments = [0, 128];
    ask.newInstruments = true;
    expect(ask.requestFor("continue", CONTEXT).options).toEqual({
      instruments: [0, 128],
      new_instruments: true,
    });
    const redo = ask.requestFor("redo", { ...CONTEXT, focus: 2 });
    expect(redo).toMatchObject({ tracks: [2], options: {} });
    expect(redo.options).toEqual({});
  });

  test("hold only what is not as it was", () => {
    const ask = new Ask();
    expect(ask.requestFor("continue", CONTEXT)).toEqual({
      task: "continue",
      takes: 4,
      bars: 8,
      options: {},
    });
    ask.temperature = 1.2;
    ask.density = "denser";
    ask.key = "E minor";
    ask.seed = 7;
    expect(ask.changedSettings).toBe(4);
    expect(ask.requestFor("compose", CONTEXT)).toMatchObject({
      seed: 7,
      bpm: 120,
      options: { temperature: 1.2, density: "denser", key: "E minor" },
    });
    ask.reset();
    expect(ask.changedSettings).toBe(0);
  });
});

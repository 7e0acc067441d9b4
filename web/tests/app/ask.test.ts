import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Ask, type AskContext, AskRefused } from "../../src/app/state/ask.svelte.ts";
import { DRUMS, draftOf } from "../../src/app/state/drafts.ts";
import { ASKING, node, track } from "./server.ts";

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
  drafts: [],
  playhead: 0,
  namesChords: false,
};

function ask(): Ask {
  const made = new Ask();
  made.learn(ASKING);
  return made;
}

describe("requests", () => {
  test("never name a locked track, and every other one unless some are chosen", () => {
    const some = fc.uniqueArray(fc.nat(2)).map((tracks) => new Set(tracks));
    fc.assert(
      fc.property(some, some, fc.constantFrom("infill", "vary"), (locked, tracks, task) => {
        const context = { ...CONTEXT, locked, tracks, bars: { first: 0, last: 1 } };
        const wanted = [0, 1, 2].filter(
          (i) => !locked.has(i) && (tracks.size === 0 || tracks.has(i)),
        );
        const request = () => ask().requestFor(task as "infill", context).tracks;
        if (wanted.length === 0) expect(request).toThrow(AskRefused);
        else expect(request() ?? [0, 1, 2]).toEqual(wanted);
      }),
    );
  });

  test("are about whole pieces where no bars are chosen, and never about bars behind the end", () => {
    expect(ask().requestFor("vary", CONTEXT)).toMatchObject({
      first: 0,
      last: 2,
      amount: ASKING.amount.default,
    });
    const long = { ...CONTEXT, bars: { first: 1, last: 9 } };
    expect(ask().requestFor("infill", long)).toMatchObject({ first: 1, last: 2 });
    const behind = { ...CONTEXT, bars: { first: 5, last: 9 } };
    expect(() => ask().requestFor("infill", behind)).toThrow(/past the end/);
  });

  test("ask for a song by its form, with nothing that its sections decide", () => {
    const made = ask();
    made.wish("density", "denser");
    made.instruments = [32];
    expect(made.requestFor("arrange", CONTEXT)).toEqual({
      ...{ task: "arrange", takes: 3, form: "A B A'", options: {} },
    });
    made.form = "A B";
    made.sectionBars = 6;
    expect(made.requestFor("arrange", CONTEXT)).toMatchObject({ form: "A B", bars: 6 });
  });

  test("say what is missing", () => {
    expect(() => ask().requestFor("infill", CONTEXT)).toThrow(/Select what to rewrite/);
    expect(() => ask().requestFor("morph", CONTEXT)).toThrow(/Select the bars between/);
    const first = { ...CONTEXT, bars: { first: 0, last: 1 } };
    expect(() => ask().requestFor("morph", first)).toThrow(/Leave a bar before/);
    expect(() => ask().requestFor("redo", CONTEXT)).toThrow(/Select a track first/);
    const locked = { ...CONTEXT, focus: 1, locked: new Set([1]) };
    expect(() => ask().requestFor("redo", locked)).toThrow(/Bass is locked/);
  });

  test("hold no instruments where tracks are named, since tracks keep theirs", () => {
    const asking = ask();
    asking.instruments = [0, 128];
    asking.newInstruments = true;
    expect(asking.requestFor("continue", CONTEXT).options).toEqual({
      instruments: [0, 128],
      new_instruments: true,
    });
    const redo = asking.requestFor("redo", { ...CONTEXT, focus: 2 });
    expect(redo).toMatchObject({ tracks: [2], options: {} });
    expect(redo.options).toEqual({});
  });

  test("hold only what is not as it was", () => {
    const asking = ask();
    expect(asking.requestFor("continue", CONTEXT)).toEqual({
      task: "continue",
      takes: ASKING.takes.default,
      bars: ASKING.bars.default,
      options: {},
    });
    asking.temperature = 1.2;
    asking.wish("density", "denser");
    asking.wish("register", "lower");
    asking.wish("register", null);
    asking.key = "E minor";
    asking.seed = 7;
    expect(asking.changedSettings).toBe(4);
    expect(asking.requestFor("continue", CONTEXT)).toMatchObject({
      seed: 7,
      options: { temperature: 1.2, density: "denser", key: "E minor" },
    });
    asking.reset();
    expect(asking.changedSettings).toBe(0);
  });

  test("compare with nothing where nothing is there yet", () => {
    const asking = ask();
    asking.wish("register", "higher");
    asking.key = "E minor";
    const { options, bpm } = asking.requestFor("compose", CONTEXT);
    expect(options).toEqual({ key: "E minor" });
    expect(bpm).toBe(ASKING.bpm.default);
  });

  test("name of a family the instruments of the piece, else one", () => {
    const asking = ask();
    const basses = [32, 33, 34, 35];
    asking.toggleFamily(basses, [0, 33, 35]);
    expect(asking.instruments).toEqual([33, 35]);
    asking.toggleFamily([0, 1, 2], [33]);
    expect(asking.instruments).toEqual([33, 35, 0]);
    asking.toggleFamily(basses, []);
    asking.toggleFamily([0, 1, 2], []);
    expect(asking.instruments).toBe(null);
  });

  test("of Continue begin at the end, from a bar on, or before a bar", () => {
    const asking = ask();
    asking.from = "here";
    expect(() => asking.requestFor("continue", CONTEXT)).toThrow(/Say where first/);
    const there = { ...CONTEXT, playhead: 1 };
    const common = { takes: ASKING.takes.default, options: {} };
    expect(asking.requestFor("continue", there)).toEqual({
      ...common,
      task: "continue",
      bars: ASKING.bars.default,
      first: 1,
    });
    asking.from = "between";
    const insert = { ...common, task: "insert", bars: ASKING.inserted_bars.default, first: 1 };
    expect(asking.requestFor("continue", there)).toEqual(insert);
    expect(asking.requestFor("insert", there)).toEqual(insert);
    const behind = { ...there, bars: { first: 2, last: 3 } };
    expect(() => asking.requestFor("continue", behind), "chosen bars come first").toThrow(
      AskRefused,
    );
  });

  test("follow another piece where Continue writes behind music, and nowhere else", () => {
    const asking = ask();
    const follow = { file: "f", name: "other.mid" };
    asking.follow = follow;
    expect(asking.changedSettings).toBe(1);
    const there = { ...CONTEXT, playhead: 1 };
    expect(asking.requestFor("continue", there)).toMatchObject({ follow });
    asking.from = "here";
    expect(asking.requestFor("continue", there)).toMatchObject({ follow, first: 1 });
    asking.from = "between";
    for (const task of ["continue", "vary", "arrange"] as const) {
      expect(asking.requestFor(task, there)).not.toHaveProperty("follow");
    }
    asking.reset();
    expect(asking.follow).toBe(null);
  });

  test("for a new part name its instrument, and nothing that it cannot be compared with", () => {
    const asking = ask();
    asking.wish("density", "denser");
    asking.newInstruments = true;
    asking.key = "E minor";
    expect(() => asking.requestFor("accompany", CONTEXT)).toThrow(/instrument first/);
    const drafts = [
      draftOf({ family: "bass", name: "Acoustic Bass", program: 32 }),
      draftOf({ family: "drums", name: "Drums", program: DRUMS }),
    ];
    const request = asking.requestFor("accompany", { ...CONTEXT, drafts });
    expect(request).toEqual({
      task: "accompany",
      takes: ASKING.takes.default,
      options: { key: "E minor" },
      first: 0,
      last: 2,
      add: [DRUMS],
    });
    const chosen = { ...CONTEXT, drafts, focus: 3, bars: { first: 1, last: 2 } };
    expect(asking.requestFor("accompany", chosen)).toMatchObject({ add: [32], first: 1, last: 2 });
  });

  test("keep what was set when the server answers again", () => {
    const asking = ask();
    asking.bars = 12;
    asking.learn(ASKING);
    expect(asking.bars).toBe(12);
  });
});

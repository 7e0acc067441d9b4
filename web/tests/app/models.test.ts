import { beforeEach, describe, expect, test } from "vitest";
import { Api } from "../../src/api/client.ts";
import type { Timers } from "../../src/app/state/connection.svelte.ts";
import { Memory } from "../../src/app/state/memory.ts";
import { Models } from "../../src/app/state/models.svelte.ts";
import { Notices } from "../../src/app/state/notices.svelte.ts";
import { FakeServer, settle } from "./server.ts";

const BAND = { name: "band", is_personal: false, words: "comes along" };
const MINE = { name: "mine", is_personal: true, words: "learned from 12 songs" };

let server: FakeServer;
let notices: Notices;
let models: Models;
let kept: Map<string, string>;
let due: (() => void)[];

function made(fetch: typeof server.fetch = server.fetch): Models {
  const timers: Timers = {
    set: (callback) => due.push(callback),
    clear: () => {},
  };
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const api = new Api(fetch);
  return new Models({ api, memory: new Memory(store), notices, timers });
}

async function later(): Promise<void> {
  for (const callback of due.splice(0)) callback();
  await settle();
}

beforeEach(() => {
  server = new FakeServer();
  notices = new Notices({ set: () => 0, clear: () => {} });
  kept = new Map();
  due = [];
  models = made();
});

describe("the model that writes", () => {
  test("is the studio's own until another is chosen, which is remembered", async () => {
    server.models = [BAND, MINE];
    await models.look();
    expect([models.chosen, models.writer]).toEqual([null, "band"]);
    models.choose("mine");
    expect([models.chosen, models.writer]).toEqual(["mine", "mine"]);
    const again = made();
    await again.look();
    expect(again.chosen).toBe("mine");
    models.choose("band");
    expect(models.chosen).toBeNull();
  });

  test("is the studio's own again where the chosen one is gone", async () => {
    server.models = [BAND, MINE];
    await models.look();
    models.choose("mine");
    server.models = [BAND];
    await models.look();
    expect([models.chosen, models.writer]).toEqual([null, "band"]);
  });
});

describe("learning", () => {
  test("is looked at until it ends, and the new model is among the choices then", async () => {
    await models.learnFolder("/music", "mine");
    expect(models.isLearning).toBe(true);
    server.job({ stage: "learning", done: 3, total: 10 });
    await later();
    expect(models.learning?.job?.done).toBe(3);
    server.job({ state: "done", model: "mine", report: ["it is better"] });
    server.models = [BAND, MINE];
    await later();
    expect([models.isLearning, models.choices.length, due.length]).toEqual([false, 2, 0]);
    expect(notices.shown.at(-1)?.words).toMatch(/mine has learned/);
    expect(models.chosen, "nothing is chosen without being asked").toBeNull();
  });

  test("goes on being looked at after the program was gone for a while", async () => {
    await models.learnFiles(new Blob(["zip"]), "mine");
    server.isGone = true;
    await later();
    expect(due).toHaveLength(1);
    server.isGone = false;
    server.job({ state: "failed", words: "no song has 64 notes" });
    await later();
    expect(notices.shown.at(-1)).toMatchObject({ kind: "problem" });
  });

  test("can be cancelled", async () => {
    await models.learnFolder("/music", "");
    await models.cancel();
    expect(models.learning?.job?.state).toBe("cancelled");
    await later();
    expect(models.isLearning).toBe(false);
  });

  test("is not undone by an answer from before it began", async () => {
    let release: () => void = () => {};
    const gate = new Promise<void>((open) => {
      release = open;
    });
    let isFirst = true;
    const slow: typeof server.fetch = async (...asked) => {
      const [answer, waits] = [await server.fetch(...asked), isFirst];
      isFirst = false;
      if (waits) await gate;
      return answer;
    };
    models = made(slow);
    const late = models.look();
    await models.learnFolder("/music", "mine");
    release();
    await late;
    expect(models.isLearning).toBe(true);
  });
});

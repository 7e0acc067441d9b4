import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { midiPath } from "../../src/api/client.ts";
import { type KeptSounds, OwnSounds } from "../../src/app/state/own_sounds.svelte.ts";
import { stemsOf } from "../../src/app/stems.ts";
import { zipOf } from "../../src/app/zip.ts";
import type { Playable } from "../../src/audio/index.ts";
import { PLAIN_MIX } from "../../src/core/mix.ts";
import { columnsOf } from "../../src/core/notes.ts";
import type { Mix, Track } from "../../src/core/types.ts";

const NOTE = { onset: 0, duration: 10, pitch: 60, velocity: 80 };

function track(name: string, notes = 1): Track {
  const played = columnsOf(Array.from({ length: notes }, () => NOTE));
  return { name, program: 0, is_drum: false, channel: 0, instrument: "Piano", notes: played };
}

function soundfont(head = "RIFF....sfbk"): KeptSounds {
  return { name: "mine.sf2", content: new Blob([head]) };
}

test("a ZIP archive is one that another program reads", async () => {
  const zip = await zipOf([
    { name: "01 Bäss.wav", content: new Blob(["low"]) },
    { name: "02 Drums.wav", content: new Blob([new Uint8Array(70_000).fill(7)]) },
  ]);
  const file = join(mkdtempSync(join(tmpdir(), "segue-")), "a.zip");
  writeFileSync(file, new Uint8Array(await zip.arrayBuffer()));
  const script = `import json, sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    print(json.dumps([z.testzip(), [[i.filename, i.file_size] for i in z.infolist()]]))`;
  const said = execFileSync("python3", ["-c", script, file], { encoding: "utf8" });
  expect(JSON.parse(said)).toEqual([
    null,
    [
      ["01 Bäss.wav", 3],
      ["02 Drums.wav", 70_000],
    ],
  ]);
  expect(readFileSync(file).subarray(0, 2).toString()).toBe("PK");
});

test("stems are the tracks that are heard, each without the others' notes", async () => {
  const calls: [string[], number | undefined][] = [];
  const renderWav = async (playable: Playable, mix: Mix): Promise<Blob> => {
    const all = [...playable.score.tracks, ...(playable.extra ?? []).slice(3)];
    calls.push([
      all.filter((one) => one.notes.onset.length > 0).map((one) => one.name),
      mix.volumes.get(0),
    ]);
    return new Blob(["wav"]);
  };
  const score = {
    name: "",
    ticks_per_quarter: 480,
    tracks: [track("Piano"), track("Silent", 0), track("Muted")],
    tempos: [],
    metres: [],
    bars: [0, 1920],
    key: null,
  };
  const extra = [track("Piano", 0), track("Silent", 0), track("Muted", 0), track("New")];
  const mix = { ...PLAIN_MIX, muted: new Set([2]), volumes: new Map([[3, 0.5]]) };
  const shares: number[] = [];
  const never = new AbortController().signal;
  await stemsOf(
    { renderWav },
    { score, controllers: [], extra },
    mix,
    (s) => shares.push(s),
    never,
  );
  expect(calls).toEqual([
    [["Piano"], 1],
    [["New"], 0.5],
  ]);
});

test("a soundfont is remembered, and another file is refused in words", async () => {
  let kept: KeptSounds | null = null;
  const store = {
    read: async () => kept,
    write: async (sounds: KeptSounds) => {
      kept = sounds;
    },
    remove: async () => {
      kept = null;
    },
  };
  const sounds = new OwnSounds(store);
  expect(await sounds.recall()).toBeNull();
  await expect(sounds.choose(soundfont("MThd........"))).rejects.toThrow(/not a soundfont/);
  expect(await sounds.choose(soundfont())).toBe(true);

  const nextVisit = new OwnSounds(store);
  expect(await nextVisit.recall()).not.toBeNull();
  expect(nextVisit.name).toBe("mine.sf2");
  await nextVisit.forget();
  expect([nextVisit.name, kept]).toEqual([null, null]);
});

test("a browser without room keeps a soundfont for this visit", async () => {
  const full = {
    read: () => Promise.reject(new Error("private")),
    write: () => Promise.reject(new Error("full")),
    remove: async () => {},
  };
  const sounds = new OwnSounds(full);
  expect(await sounds.recall()).toBeNull();
  expect(await sounds.choose(soundfont())).toBe(false);
  expect(await sounds.recall()).not.toBeNull();
});

test("some bars and tracks of a version have an address", () => {
  expect(midiPath("p", 3)).toBe("/api/projects/p/nodes/3/midi");
  expect(midiPath("p", 3, { tracks: [0, 2], bars: { first: 4, last: 8 } })).toBe(
    "/api/projects/p/nodes/3/midi?tracks=0%2C2&first=4&last=8",
  );
});

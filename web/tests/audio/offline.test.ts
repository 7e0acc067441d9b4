import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { renderSound, type StereoSound } from "../../src/audio/offline.ts";
import { performanceOf } from "../../src/audio/performance.ts";
import { channelGains, timed } from "../../src/audio/timed.ts";
import { wavOf } from "../../src/audio/wav.ts";
import { PLAIN_MIX, toggleMute, toggleSolo } from "../../src/core/mix.ts";
import type { Mix, Score } from "../../src/core/types.ts";
import { drums, note, score, TPQ, track } from "../support/music.ts";

const SOUNDFONT = resolve(import.meta.dirname, "../../../src/segue/sound/gm.sf3");
const RATE = 22_050;

function rms({ left, right, sampleRate }: StereoSound, from: number, to: number): number {
  let sum = 0;
  const [first, last] = [from, to].map((seconds) => Math.round(seconds * sampleRate));
  for (let i = first; i < last; i++) sum += left[i] ** 2 + right[i] ** 2;
  return Math.sqrt(sum / (2 * (last - first)));
}

async function render(piece: Score, mix: Mix = PLAIN_MIX): Promise<StereoSound> {
  const file = readFileSync(SOUNDFONT);
  const soundfont = file.buffer.slice(
    file.byteOffset,
    file.byteOffset + file.byteLength,
  ) as ArrayBuffer;
  const performance = performanceOf({ score: piece, controllers: [] });
  const gains = channelGains(performance, mix);
  return renderSound({ messages: timed(performance), gains, soundfont, sampleRate: RATE });
}

describe.skipIf(!existsSync(SOUNDFONT))("rendering", () => {
  const piece = score([track([note(2 * TPQ, 48, TPQ)]), drums([note(0, 38), note(2 * TPQ, 38)])], {
    bars: [0, 4 * TPQ],
  });

  test("notes sound when they should, and the end dies away", async () => {
    const sound = await render(piece);
    expect(rms(sound, 0, 0.2)).toBeGreaterThan(0.005);
    expect(rms(sound, 1, 1.4)).toBeGreaterThan(0.005);
    expect(sound.left.length / RATE).toBeGreaterThan(2);
    expect(Math.abs(sound.left[sound.left.length - 1])).toBeLessThan(1e-3);
  });

  test("mute and solo are heard in what is rendered", async () => {
    const without = await render(piece, toggleMute(PLAIN_MIX, 1));
    expect(rms(without, 0, 0.9)).toBeLessThan(1e-4);
    expect(rms(without, 1, 1.4)).toBeGreaterThan(0.005);
    const alone = await render(piece, toggleSolo(PLAIN_MIX, 1));
    expect(rms(alone, 0, 0.2)).toBeGreaterThan(0.005);
    const silent = await render(piece, toggleMute(toggleMute(PLAIN_MIX, 0), 1));
    expect(rms(silent, 0, 1.9)).toBe(0);
  });

  test("more tracks than a MIDI port has channels all sound, drums as drums", async () => {
    const many = Array.from({ length: 20 }, (_, i) => track([note(i * TPQ, 60, TPQ)]));
    const second = drums([note(20 * TPQ, 38)]);
    const sound = await render(score([...many, drums([]), second], { bars: [0, 22 * TPQ] }));
    for (let i = 0; i < 21; i++) expect(rms(sound, i / 2, i / 2 + 0.3)).toBeGreaterThan(0.003);
  });
});

describe("WAV", () => {
  test("a file says what it holds, and what is too loud is made softer as a whole", () => {
    const left = Float32Array.from([0, 0.5, 2]);
    const file = wavOf({ left, right: left.map((x) => -x), sampleRate: 44_100 });
    const view = new DataView(file);
    expect(new TextDecoder().decode(new Uint8Array(file, 0, 4))).toBe("RIFF");
    expect(view.getUint32(4, true)).toBe(file.byteLength - 8);
    expect(view.getUint32(24, true)).toBe(44_100);
    expect(view.getUint32(40, true)).toBe(12);
    const samples = [...new Int16Array(file, 44)];
    expect(samples[4]).toBe(Math.round(32_767 * 0.99));
    expect(samples[2]).toBe(Math.round(samples[4] / 4));
    expect(samples[5]).toBe(-samples[4]);
  });
});

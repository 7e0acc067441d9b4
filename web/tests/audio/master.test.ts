import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CEILING, mastered } from "../../src/audio/master.ts";
import { renderSound } from "../../src/audio/offline.ts";
import { performanceOf } from "../../src/audio/performance.ts";
import { channelGains, timed } from "../../src/audio/timed.ts";
import { PLAIN_MIX } from "../../src/core/mix.ts";
import { loudnessOf } from "../support/loudness.ts";
import { drums, note, score, TPQ, track } from "../support/music.ts";

const SOUNDFONT = resolve(import.meta.dirname, "../../../src/segue/sound/gm.sf3");
const RATE = 22_050;

test("the meter shows what the standard says of a tone", () => {
  const tone = Float32Array.from(
    { length: 2 * RATE },
    (_, i) => 0.1 * Math.sin((2 * Math.PI * 997 * i) / RATE),
  );
  expect(loudnessOf({ left: tone, right: tone, sampleRate: RATE })).toBeCloseTo(-20, 1);
});

describe("the last stage", () => {
  test("never exceeds its ceiling, and keeps the order of samples", () => {
    const anySample = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(anySample, anySample, (a, b) => {
        expect(Math.abs(mastered(a))).toBeLessThanOrEqual(CEILING);
        expect(mastered(-a)).toBeCloseTo(-mastered(a), 12);
        if (a < b) expect(mastered(a)).toBeLessThanOrEqual(mastered(b));
      }),
    );
  });

  test("only makes louder what is soft", () => {
    for (const sample of [0, 0.01, -0.2, 0.35]) expect(mastered(sample)).toBe(2 * sample);
  });
});

test.skipIf(!existsSync(SOUNDFONT))(
  "a band is about as loud as music elsewhere",
  async () => {
    const eighths = Array.from({ length: 8 }, (_, i) => i * (TPQ / 2));
    const chord = [0, 2].flatMap((beat) =>
      [60, 64, 67].map((pitch) => note(beat * TPQ, pitch, 2 * TPQ, 80)),
    );
    const band = score(
      [
        drums(
          eighths.flatMap((at, i) => [note(at, 42), note(at, i % 4 === 2 ? 38 : 36, 240, 100)]),
        ),
        track(eighths.map((at) => note(at, 36, 200, 90))),
        track(chord, { name: "Piano", program: 0 }),
        track(
          eighths.map((at, i) => note(at, 72 + (i % 5), 200, 90)),
          { program: 80 },
        ),
      ],
      { bars: [0, 4 * TPQ] },
    );
    const file = readFileSync(SOUNDFONT);
    const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
    const performance = performanceOf({ score: band, controllers: [] });
    const sound = await renderSound({
      messages: timed(performance),
      gains: channelGains(performance, PLAIN_MIX),
      soundfont: bytes as ArrayBuffer,
      sampleRate: RATE,
    });
    expect(loudnessOf(sound)).toBeGreaterThan(-18);
    expect(loudnessOf(sound)).toBeLessThan(-13);
    const peak = sound.left.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(peak).toBeLessThanOrEqual(CEILING);
  },
  60_000,
);

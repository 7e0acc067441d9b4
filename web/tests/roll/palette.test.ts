import { describe, expect, test } from "vitest";
import {
  blend,
  channelsOf,
  DARK,
  hueOf,
  LIGHT,
  SHADES,
  shadeOf,
  shadesOf,
} from "../../src/roll/palette.ts";

/** Colour blindness on linear RGB, severity 1: Machado, Oliveira, Fernandes (2009), table 1. */
const SIGHT: Record<string, number[][]> = {
  normal: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};

function linear(colour: string): number[] {
  return channelsOf(colour).map((value) => {
    const x = value / 255;
    return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
  });
}

function times(matrix: number[][], vector: number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i], 0));
}

/** OKLab of linear RGB: Ottosson (2020). */
function oklab(rgb: number[]): number[] {
  const cones = times(
    [
      [0.4122214708, 0.5363325363, 0.0514459929],
      [0.2119034982, 0.6806995451, 0.1073969566],
      [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    rgb.map((value) => Math.max(value, 0)),
  ).map(Math.cbrt);
  return times(
    [
      [0.2104542553, 0.793617785, -0.0040720468],
      [1.9779984951, -2.428592205, 0.4505937099],
      [0.0259040371, 0.7827717662, -0.808675766],
    ],
    cones,
  );
}

function contrast(a: string, b: string): number {
  const [light, dark] = [a, b]
    .map((colour) => times([[0.2126, 0.7152, 0.0722]], linear(colour))[0])
    .sort((p, q) => q - p);
  return (light + 0.05) / (dark + 0.05);
}

describe.each([
  ["light", LIGHT],
  ["dark", DARK],
])("the %s palette", (_, palette) => {
  test.each(Object.keys(SIGHT))("distinguishes any two tracks with %s sight", (sight) => {
    const seen = palette.tracks.map((hue) => oklab(times(SIGHT[sight], linear(hue))));
    seen.forEach((a, i) => {
      for (const b of seen.slice(i + 1))
        expect(Math.hypot(...a.map((x, k) => x - b[k]))).toBeGreaterThan(0.1);
    });
  });

  test("every hue stands out from the ground, and text is readable", () => {
    for (const hue of [...palette.tracks, palette.drums]) {
      expect(contrast(hue, palette.ground)).toBeGreaterThan(2);
    }
    expect(contrast(palette.rulerText, palette.ruler)).toBeGreaterThan(7);
    expect(contrast(palette.quietText, palette.ruler)).toBeGreaterThan(4.2);
    expect(contrast(palette.keyText, palette.whiteKey)).toBeGreaterThan(4.5);
  });

  test("louder is farther from the ground", () => {
    const distances = shadesOf(palette.tracks[0], palette.ground).map((shade) =>
      contrast(shade, palette.ground),
    );
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(distances[0]).toBeGreaterThan(1.3);
  });
});

test("every velocity has a shade, and tracks beyond the last hue begin again", () => {
  expect([1, 127].map(shadeOf)).toEqual([0, SHADES - 1]);
  expect(hueOf(LIGHT, 8, false)).toBe(hueOf(LIGHT, 0, false));
  expect(hueOf(LIGHT, 8, true)).toBe(LIGHT.drums);
  expect(blend("#000000", "#ffffff", 0.5)).toBe("#808080");
});

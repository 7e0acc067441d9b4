/** Loudness as broadcasters measure it: ITU-R BS.1770-4, integrated and gated, for two channels. */
import type { StereoSound } from "../../src/audio/offline.ts";

type Biquad = readonly [b0: number, b1: number, b2: number, a1: number, a2: number];

const BLOCK_S = 0.4;
const STEP_S = 0.1;
const SILENCE_LUFS = -70;
const GATE_LU = -10;

/** The K weighting at a sample rate: a shelf for the head, then a high pass. */
function weighting(rate: number): readonly Biquad[] {
  const shelf = ((): Biquad => {
    const [f0, gain, q] = [1681.974450955533, 3.999843853973347, 0.7071752369554196];
    const k = Math.tan((Math.PI * f0) / rate);
    const high = 10 ** (gain / 20);
    const middle = high ** 0.4996667741545416;
    const a0 = 1 + k / q + k * k;
    return [
      (high + (middle * k) / q + k * k) / a0,
      (2 * (k * k - high)) / a0,
      (high - (middle * k) / q + k * k) / a0,
      (2 * (k * k - 1)) / a0,
      (1 - k / q + k * k) / a0,
    ];
  })();
  const [f0, q] = [38.13547087602444, 0.5003270373238773];
  const k = Math.tan((Math.PI * f0) / rate);
  const a0 = 1 + k / q + k * k;
  return [shelf, [1, -2, 1, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0]];
}

function filtered(samples: Float32Array, [b0, b1, b2, a1, a2]: Biquad): Float32Array {
  const result = new Float32Array(samples.length);
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i];
    const y = b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x2, x1, y2, y1] = [x1, x, y1, y];
    result[i] = y;
  }
  return result;
}

const lufs = (power: number): number => -0.691 + 10 * Math.log10(power);
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);

/** Integrated loudness in LUFS. */
export function loudnessOf({ left, right, sampleRate }: StereoSound): number {
  const channels = [left, right].map((channel) => weighting(sampleRate).reduce(filtered, channel));
  const [block, step] = [BLOCK_S * sampleRate, STEP_S * sampleRate].map(Math.round);
  const powers: number[] = [];
  for (let from = 0; from + block <= left.length; from += step) {
    let sum = 0;
    for (const channel of channels) {
      for (let i = from; i < from + block; i++) sum += channel[i] ** 2;
    }
    powers.push(sum / block);
  }
  const heard = powers.filter((power) => lufs(power) > SILENCE_LUFS);
  const gate = lufs(mean(heard)) + GATE_LU;
  return lufs(mean(heard.filter((power) => lufs(power) > gate)));
}

/**
 * The last stage before the loudspeakers or the file: louder, with headroom.
 *
 * SpessaSynth leaves room for many voices, so that a band comes out at -22 LUFS. Twice as loud it is at
 * about -16, as music elsewhere is. Peaks are bent round below `CEILING` instead of being cut off;
 * what is softer than `KNEE` is not touched. The player and rendered files have the same stage.
 */

/** 6 dB. */
const GAIN = 2;
/** Where bending begins. */
const KNEE = 0.7;
/** What no sample exceeds: 1 dB below full scale. */
export const CEILING = 0.89;
/** The curve distinguishes samples up to this value; beyond is many times full scale. */
const RANGE = 8;
const CURVE_POINTS = 8193;

/** A sample as it leaves. */
export function mastered(sample: number): number {
  const size = Math.abs(sample) * GAIN;
  if (size <= KNEE) return sample * GAIN;
  const room = CEILING - KNEE;
  return Math.sign(sample) * (KNEE + room * Math.tanh((size - KNEE) / room));
}

/** All samples as they leave, in place. */
export function master(samples: Float32Array): void {
  for (let i = 0; i < samples.length; i++) samples[i] = mastered(samples[i]);
}

/** The stage as nodes of an audio graph: connect to the first, and the last onwards. */
export function masterNodes(context: BaseAudioContext): readonly [GainNode, WaveShaperNode] {
  const into = context.createGain();
  into.gain.value = 1 / RANGE;
  const shaper = context.createWaveShaper();
  shaper.curve = Float32Array.from({ length: CURVE_POINTS }, (_, i) =>
    mastered(((2 * i) / (CURVE_POINTS - 1) - 1) * RANGE),
  );
  into.connect(shaper);
  return [into, shaper];
}

/** Writes WAV files: 16 bits, stereo. */
import type { StereoSound } from "./offline.ts";

const HEADER_BYTES = 44;
const BYTES_PER_FRAME = 4;
const LOUDEST = 0.99;

/**
 * A WAV file of some sound.
 *
 * What is louder than a file can hold is made softer as a whole, so nothing is clipped.
 */
export function wavOf({ left, right, sampleRate }: StereoSound): ArrayBuffer {
  const frames = left.length;
  const file = new ArrayBuffer(HEADER_BYTES + frames * BYTES_PER_FRAME);
  writeHeader(new DataView(file), frames, sampleRate);
  const samples = new Int16Array(file, HEADER_BYTES);
  const peak = Math.max(peakOf(left), peakOf(right));
  const scale = 32767 * (peak > LOUDEST ? LOUDEST / peak : 1);
  for (let i = 0; i < frames; i++) {
    samples[2 * i] = Math.round(left[i] * scale);
    samples[2 * i + 1] = Math.round(right[i] * scale);
  }
  return file;
}

function peakOf(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  return peak;
}

/** The RIFF header of 16-bit stereo PCM (Microsoft's "Multimedia Programming Interface", 1991). */
function writeHeader(view: DataView, frames: number, sampleRate: number): void {
  const text = (at: number, word: string): void => {
    for (let i = 0; i < word.length; i++) view.setUint8(at + i, word.charCodeAt(i));
  };
  const bytes = frames * BYTES_PER_FRAME;
  text(0, "RIFF");
  view.setUint32(4, HEADER_BYTES - 8 + bytes, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 2, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * BYTES_PER_FRAME, true);
  view.setUint16(32, BYTES_PER_FRAME, true);
  view.setUint16(34, 16, true);
  text(36, "data");
  view.setUint32(40, bytes, true);
}

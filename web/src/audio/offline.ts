/**
 * Renders a piece faster than it sounds, with the very synthesizer that plays it.
 *
 * SpessaSynth's engine is called by itself, not through an OfflineAudioContext: that takes only
 * whole MIDI files (its worklet hears no messages while rendering), so it could not be given the
 * same messages as the player sends. Messages take effect at the beginning of a block of 128
 * frames, as in the worklet. Runs in a worker or in Node.
 */
import { SoundBankLoader, SpessaSynthProcessor } from "spessasynth_core";
import { master } from "./master.ts";
import type { TimedMessages } from "./timed.ts";

/** Frames of a block: what an audio worklet is asked for at once. */
const BLOCK = 128;
/** After the last note the sound dies away: at most so long, and no further than silence. */
const LONGEST_TAIL_S = 6;
const SILENCE = 1e-4;
const REPORT_EVERY_S = 0.5;

/** Sound in two channels, -1 to 1 and sometimes beyond. */
export interface StereoSound {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly sampleRate: number;
}

/** What is rendered and how. */
export interface RenderRequest {
  readonly messages: TimedMessages;
  /** Gain of each channel. */
  readonly gains: Float32Array;
  readonly soundfont: ArrayBuffer;
  readonly sampleRate: number;
}

/** Render; `onProgress` is called with the share that is done, 0 to 1. */
export async function renderSound(
  { messages, gains, soundfont, sampleRate }: RenderRequest,
  onProgress: (share: number) => void = () => undefined,
): Promise<StereoSound> {
  const synth = await synthWith(soundfont, sampleRate);
  while (synth.midiChannels.length < messages.nChannels) synth.createMIDIChannel();
  // An added channel is silent (volume 0) and a drum channel, until all are reset.
  synth.reset();
  gains.forEach((gain, channel) => {
    synth.midiChannels[channel].setSystemParameter("gain", gain);
  });
  const frames = Math.ceil((messages.endSeconds + LONGEST_TAIL_S) * sampleRate);
  const left = new Float32Array(frames);
  const right = new Float32Array(frames);
  const endFrame = messages.endSeconds * sampleRate;
  let next = 0;
  let done = 0;
  let quietFrames = 0;
  let reportAt = 0;
  while (done < frames) {
    const now = done / sampleRate;
    for (; next < messages.time.length && messages.time[next] <= now; next++)
      send(synth, messages, next);
    const count = Math.min(BLOCK, frames - done);
    synth.process(left, right, done, count);
    quietFrames = isQuiet(left, right, done, count) ? quietFrames + count : 0;
    done += count;
    if (done >= reportAt) {
      onProgress(Math.min(done / Math.max(endFrame, 1), 1));
      reportAt += REPORT_EVERY_S * sampleRate;
    }
    if (done > endFrame && quietFrames > sampleRate / 4) break;
  }
  synth.destroySynthProcessor();
  onProgress(1);
  const sound = { left: left.subarray(0, done), right: right.subarray(0, done), sampleRate };
  master(sound.left);
  master(sound.right);
  return sound;
}

async function synthWith(
  soundfont: ArrayBuffer,
  sampleRate: number,
): Promise<SpessaSynthProcessor> {
  const synth = new SpessaSynthProcessor(sampleRate, {
    effectsEnabled: true,
    eventsEnabled: false,
    initialTime: 0,
  });
  await synth.processorInitialized;
  synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(soundfont), "main");
  // No voice is stolen: there is time to sound them all.
  synth.setSystemParameter("autoAllocateVoices", true);
  return synth;
}

function send(synth: SpessaSynthProcessor, messages: TimedMessages, index: number): void {
  const channel = messages.channel[index];
  const status = messages.status[index] | (channel % 16);
  const bytes = [status, messages.data1[index], messages.data2[index]];
  synth.processMessage(bytes, channel - (channel % 16));
}

function isQuiet(left: Float32Array, right: Float32Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) {
    if (Math.abs(left[i]) > SILENCE || Math.abs(right[i]) > SILENCE) return false;
  }
  return true;
}

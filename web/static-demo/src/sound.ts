/** A take by oscillators: enough to hear what was written, no instruments. */
import type { Music, Note } from "./files.ts";
import { type NewNotes, secondsAt } from "./music.ts";

const QUIET = 0.12;
const ATTACK_S = 0.005;
const RELEASE_S = 0.05;
const DRUM_S = 0.08;
const SOON_S = 0.1;

/** Plays from two bars before the new ones; gives what ends it. */
export function play(music: Music, added: NewNotes, onEnd: () => void): () => void {
  const context = new AudioContext();
  const noise = noiseIn(context);
  const bar = music.bar_starts.filter((start) => start < music.first).at(-2) ?? 0;
  const began = context.currentTime + SOON_S - secondsAt(music, bar);
  for (const [i, track] of music.tracks.entries()) {
    for (const note of [...track.notes.filter(([onset]) => onset >= bar), ...added[i]]) {
      sound(context, note, began, music, track.is_drum ? noise : null);
    }
  }
  const lasts = began + secondsAt(music, music.end) - context.currentTime;
  const timer = setTimeout(stop, 1000 * lasts);
  function stop(): void {
    clearTimeout(timer);
    if (context.state === "closed") return;
    void context.close();
    onEnd();
  }
  return stop;
}

function sound(
  context: AudioContext,
  [onset, duration, pitch, velocity]: Note,
  began: number,
  music: Music,
  noise: AudioBuffer | null,
): void {
  const start = began + secondsAt(music, onset);
  const end = noise ? start + DRUM_S : began + secondsAt(music, onset + duration);
  const gain = new GainNode(context, { gain: 0 });
  const loudness = QUIET * (velocity / 127) ** 2;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + ATTACK_S);
  gain.gain.setTargetAtTime(0, end, RELEASE_S / 3);
  const frequency = 440 * 2 ** ((pitch - 69) / 12);
  const source = noise
    ? new AudioBufferSourceNode(context, { buffer: noise, playbackRate: frequency / 220 })
    : new OscillatorNode(context, { type: "triangle", frequency });
  source.connect(gain).connect(context.destination);
  source.start(start);
  source.stop(end + RELEASE_S);
}

function noiseIn(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < samples.length; i++) samples[i] = 2 * Math.random() - 1;
  return buffer;
}

/** The prompt and what was added, as a MIDI file of format 1. */
import type { Music, Note } from "./files.ts";
import type { NewNotes } from "./music.ts";

const DRUM_CHANNEL = 9;
const N_CHANNELS = 16;
const NOTE_OFF = 0x80;
const NOTE_ON = 0x90;
const PROGRAM = 0xc0;

/** Bytes at a tick; of those at one tick, the lower `rank` comes first. */
interface Timed {
  readonly tick: number;
  readonly rank: number;
  readonly bytes: readonly number[];
}

export function midiFile(music: Music, added: NewNotes): Uint8Array<ArrayBuffer> {
  const tempi = music.tempi.map(([tick, us]) => ({
    tick,
    rank: 0,
    bytes: [0xff, 0x51, 3, ...bigEndian(us, 3)],
  }));
  let melodic = 0;
  const tracks = music.tracks.map((track, i) => {
    const channel = track.is_drum ? DRUM_CHANNEL : melodicChannel(melodic++);
    const name = [...new TextEncoder().encode(track.name)];
    const head = [
      { tick: 0, rank: 0, bytes: [0xff, 0x03, ...varying(name.length), ...name] },
      { tick: 0, rank: 0, bytes: [PROGRAM | channel, track.program] },
    ];
    const notes = [...track.notes, ...added[i]].flatMap((note) => noteEvents(note, channel));
    return [...head, ...notes];
  });
  const header = [
    ...bigEndian(1, 2),
    ...bigEndian(1 + tracks.length, 2),
    ...bigEndian(music.ticks_per_quarter, 2),
  ];
  const chunks = [tempi, ...tracks].flatMap((events) => chunk("MTrk", inOrder(events)));
  return Uint8Array.from([...chunk("MThd", header), ...chunks]);
}

function melodicChannel(number: number): number {
  const channel = number % (N_CHANNELS - 1);
  return channel < DRUM_CHANNEL ? channel : channel + 1;
}

function noteEvents([onset, duration, pitch, velocity]: Note, channel: number): Timed[] {
  return [
    { tick: onset, rank: 2, bytes: [NOTE_ON | channel, pitch, velocity] },
    { tick: onset + duration, rank: 1, bytes: [NOTE_OFF | channel, pitch, 0] },
  ];
}

function inOrder(events: readonly Timed[]): number[] {
  const sorted = [...events].sort((a, b) => a.tick - b.tick || a.rank - b.rank);
  let now = 0;
  const bytes = sorted.flatMap((event) => {
    const waited = varying(event.tick - now);
    now = event.tick;
    return [...waited, ...event.bytes];
  });
  return [...bytes, 0, 0xff, 0x2f, 0];
}

function chunk(name: string, bytes: readonly number[]): number[] {
  return [...new TextEncoder().encode(name), ...bigEndian(bytes.length, 4), ...bytes];
}

function bigEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => (value >>> (8 * (bytes - 1 - i))) & 0xff);
}

/** A number in groups of seven bits. */
function varying(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

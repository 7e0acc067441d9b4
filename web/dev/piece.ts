/** A made-up piece for looking and listening: 8 bars for six instruments, and takes that go on. */
import { columnsOf } from "../src/core/notes.ts";
import type { Controller, Note, Score, Track } from "../src/core/types.ts";

export const TPQ = 480;
const BAR = 4 * TPQ;
const CHORDS = [
  [0, 3, 7, 10],
  [8, 12, 15, 19],
  [3, 7, 10, 14],
  [10, 14, 17, 20],
];

/** A repeatable stream of numbers from 0 to 1. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function bass(first: number, last: number, random: () => number): Note[] {
  const notes: Note[] = [];
  for (let bar = first; bar < last; bar++) {
    const root = 36 + (CHORDS[bar % 4][0] % 12);
    for (const [at, length, up] of [
      [0, 1.4, 0],
      [1.5, 0.4, 0],
      [2, 0.9, 7],
      [3, 0.4, 0],
      [3.5, 0.4, 12],
    ]) {
      if (at > 0 && random() < 0.18) continue;
      notes.push(note(bar, at, length, root + up, 84 + random() * 30));
    }
  }
  return notes;
}

function keys(first: number, last: number, random: () => number): Note[] {
  const notes: Note[] = [];
  for (let bar = first; bar < last; bar++) {
    for (const at of [0, 1.5, 2.75]) {
      for (const tone of CHORDS[bar % 4]) {
        notes.push(
          note(bar, at, at === 0 ? 1.3 : 0.8, 60 + tone - (tone > 12 ? 12 : 0), 50 + random() * 35),
        );
      }
    }
  }
  return notes;
}

function strings(first: number, last: number): Note[] {
  const notes: Note[] = [];
  for (let bar = first; bar < last; bar++) {
    for (const tone of CHORDS[bar % 4].slice(1))
      notes.push(note(bar, 0, 3.95, 67 + (tone % 12), 58));
  }
  return notes;
}

function melody(first: number, last: number, random: () => number): Note[] {
  const notes: Note[] = [];
  const scale = [0, 2, 3, 5, 7, 8, 10];
  let step = 4;
  for (let bar = first; bar < last; bar++) {
    for (let at = 0; at < 4; ) {
      const length = [0.5, 0.5, 1, 0.25, 1.5][Math.floor(random() * 5)];
      if (random() < 0.8) {
        const pitch = 72 + scale[((step % 7) + 7) % 7] + 12 * Math.floor(step / 7);
        notes.push(note(bar, at, Math.min(length, 4 - at) * 0.92, pitch, 60 + random() * 60));
      }
      step = Math.min(Math.max(step + Math.floor(random() * 5) - 2, -2), 9);
      at += length;
    }
  }
  return notes;
}

function guitar(first: number, last: number, random: () => number): Note[] {
  const notes: Note[] = [];
  for (let bar = first; bar < last; bar++) {
    for (let eighth = 0; eighth < 8; eighth++) {
      const tones = CHORDS[bar % 4];
      notes.push(note(bar, eighth / 2, 0.45, 55 + (tones[eighth % 4] % 12), 45 + random() * 40));
    }
  }
  return notes;
}

function drums(first: number, last: number, random: () => number): Note[] {
  const notes: Note[] = [];
  const hit = (bar: number, at: number, pitch: number, velocity: number): void => {
    notes.push(note(bar, at, 0.2, pitch, velocity));
  };
  for (let bar = first; bar < last; bar++) {
    for (const at of [0, 1.75, 2]) hit(bar, at, 36, 100 + random() * 20);
    for (const at of [1, 3]) hit(bar, at, 38, 96 + random() * 25);
    for (let eighth = 0; eighth < 8; eighth++)
      hit(bar, eighth / 2, eighth === 7 ? 46 : 42, 50 + random() * 50);
    if (bar % 4 === 0) hit(bar, 0, 49, 105);
    if (bar % 4 === 3)
      for (const [i, tom] of [50, 47, 45, 43].entries()) hit(bar, 3 + i / 4, tom, 90 + i * 8);
    if (random() < 0.5) hit(bar, 3.75, 38, 42);
  }
  return notes;
}

function note(bar: number, quarter: number, length: number, pitch: number, velocity: number): Note {
  return {
    onset: Math.round(bar * BAR + quarter * TPQ),
    duration: Math.max(Math.round(length * TPQ), 1),
    pitch: Math.round(pitch),
    velocity: Math.min(Math.round(velocity), 127),
  };
}

function tracksOf(first: number, last: number, seed: number): Track[] {
  const random = randomOf(seed);
  const line = (
    name: string,
    program: number,
    channel: number,
    notes: Note[],
    is_drum = false,
  ): Track => ({
    name,
    program,
    channel,
    is_drum,
    instrument: is_drum ? "Drums" : name,
    notes: columnsOf(notes),
  });
  return [
    line("Bass", 33, 0, bass(first, last, random)),
    line("Electric Piano", 4, 1, keys(first, last, random)),
    line("Strings", 48, 2, strings(first, last)),
    line("Lead", 80, 3, melody(first, last, random)),
    line("Guitar", 27, 4, guitar(first, last, random)),
    line("Drums", 0, 9, drums(first, last, random), true),
  ];
}

/** The prompt: eight bars. */
export function piece(bars = 8): Score {
  return {
    name: "A made-up piece",
    ticks_per_quarter: TPQ,
    tracks: tracksOf(0, bars, 7),
    tempos: [
      { tick: 0, us_per_quarter: Math.round(60_000_000 / 104) },
      { tick: 6 * BAR, us_per_quarter: Math.round(60_000_000 / 96) },
    ],
    metres: [{ tick: 0, numerator: 4, denominator: 4 }],
    bars: Array.from({ length: bars + 1 }, (_, bar) => bar * BAR),
    key: "C minor",
  };
}

/** A take: four bars more, with a flute that was not there before. */
export function take(number: number, first = 8, last = 12): Track[] {
  const tracks = tracksOf(first, last, 100 + number);
  const flute = columnsOf(
    melody(first, last, randomOf(number)).map((one) => ({ ...one, pitch: one.pitch + 12 })),
  );
  return number % 2
    ? tracks
    : [
        ...tracks,
        { ...tracks[3], name: "Flute", program: 73, instrument: "Flute", channel: 5, notes: flute },
      ];
}

/** Programs, a pan and a swell, as a file would have them. */
export const CONTROLLERS: readonly Controller[] = [
  ...[33, 4, 48, 80, 27].map((program, channel): Controller => [0, channel, 0xc0, program, 0]),
  [0, 1, 0xb0, 10, 40],
  [0, 4, 0xb0, 10, 90],
  ...Array.from({ length: 16 }, (_, i): Controller => [i * TPQ, 2, 0xb0, 11, 60 + 4 * i]),
];

/** Any number of notes over 16 tracks, for measuring. */
export function manyNotes(count: number): Score {
  const random = randomOf(count);
  const tracks = Array.from({ length: 16 }, (_, i): Track => {
    const notes = Array.from(
      { length: Math.ceil(count / 16) },
      (_, n): Note => ({
        onset: Math.floor((n * TPQ) / 4),
        duration: Math.floor(60 + random() * 400),
        pitch: i === 9 ? 35 + Math.floor(random() * 16) : 30 + i * 4 + Math.floor(random() * 24),
        velocity: 30 + Math.floor(random() * 97),
      }),
    );
    return {
      name: `Track ${i + 1}`,
      program: i * 8,
      is_drum: i === 9,
      channel: i,
      instrument: "Any",
      notes: columnsOf(notes),
    };
  });
  const bars = Math.ceil(count / 16 / 16) + 1;
  return {
    ...piece(1),
    tracks,
    tempos: [],
    bars: Array.from({ length: bars + 1 }, (_, bar) => bar * BAR),
  };
}

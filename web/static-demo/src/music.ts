/** Written events as notes, and ticks as seconds. */
import type { About, Event, Music, Note, Prompt } from "./files.ts";

/** New notes by track of the piece. */
export type NewNotes = readonly (readonly Note[])[];

/**
 * The notes of written events, on the grid of positions.
 *
 * A note ends where the next of its pitch begins in its track, and with the new bars at the latest.
 * How the prompt's players lag or hurry (`segue.generation.feel`) is not taken over.
 */
export function notesOf(events: readonly Event[], about: About, prompt: Prompt): NewNotes {
  const { music, vocabulary } = prompt;
  const columns = about.columns;
  const ticks = (positions: number) =>
    Math.floor((positions * music.ticks_per_quarter) / vocabulary.positions_per_quarter + 0.5);
  const found: Note[][] = music.tracks.map(() => []);
  for (const event of events) {
    const onset = music.bar_starts[event[columns.bar]] + ticks(event[columns.position]);
    const duration = ticks(vocabulary.durations[event[columns.duration]]);
    const velocity = Math.max(1, event[columns.velocity] * vocabulary.velocity_step);
    const pitch = event[columns.pitch] % vocabulary.drum_pitch_offset;
    found[music.targets[event[columns.part]]].push([
      onset,
      Math.max(1, Math.min(duration, music.end - onset)),
      pitch,
      velocity,
    ]);
  }
  return found.map(fitted);
}

/** Notes in order, each pitch sounding once at a time. */
function fitted(notes: readonly Note[]): Note[] {
  const sorted = [...notes].sort((a, b) => a[0] - b[0] || a[2] - b[2]);
  const kept = sorted.filter(
    (note, i) => !sorted.slice(0, i).some((n) => n[0] === note[0] && n[2] === note[2]),
  );
  return kept.map((note, i) => {
    const next = kept.slice(i + 1).find((n) => n[2] === note[2]);
    const longest = next === undefined ? note[1] : next[0] - note[0];
    return [note[0], Math.min(note[1], longest), note[2], note[3]];
  });
}

/** How many seconds after the piece's beginning a tick is. */
export function secondsAt(music: Music, tick: number): number {
  let seconds = 0;
  for (const [i, [from, usPerQuarter]] of music.tempi.entries()) {
    if (tick <= from) break;
    const to = Math.min(tick, music.tempi[i + 1]?.[0] ?? tick);
    seconds += ((to - from) * usPerQuarter) / music.ticks_per_quarter / 1e6;
  }
  return seconds;
}

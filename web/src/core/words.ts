/** Words for music: names of pitches and drums, counts, lists, and what differs between versions. */
import { BarGrid, formatBars } from "./bars.ts";
import { sameNotes, trackName } from "./notes.ts";
import type { BarRange, Novelty, Score, Take } from "./types.ts";

const PITCH_CLASSES = ["C", "C♯", "D", "E♭", "E", "F", "F♯", "G", "A♭", "A", "B♭", "B"];

const FIRST_DRUM = 27;

/** The drums on pitches 27 to 87: 35 to 81 are General MIDI 1, the rest General MIDI 2. */
const DRUM_NAMES = (
  "High Q,Slap,Scratch Push,Scratch Pull,Sticks,Square Click,Metronome Click,Metronome Bell," +
  "Acoustic Bass Drum,Bass Drum 1,Side Stick,Acoustic Snare,Hand Clap,Electric Snare,Low Floor Tom," +
  "Closed Hi-Hat,High Floor Tom,Pedal Hi-Hat,Low Tom,Open Hi-Hat,Low-Mid Tom,Hi-Mid Tom," +
  "Crash Cymbal 1,High Tom,Ride Cymbal 1,Chinese Cymbal,Ride Bell,Tambourine,Splash Cymbal,Cowbell," +
  "Crash Cymbal 2,Vibraslap,Ride Cymbal 2,Hi Bongo,Low Bongo,Mute Hi Conga,Open Hi Conga,Low Conga," +
  "High Timbale,Low Timbale,High Agogo,Low Agogo,Cabasa,Maracas,Short Whistle,Long Whistle," +
  "Short Guiro,Long Guiro,Claves,Hi Wood Block,Low Wood Block,Mute Cuica,Open Cuica,Mute Triangle," +
  "Open Triangle,Shaker,Jingle Bell,Belltree,Castanets,Mute Surdo,Open Surdo"
).split(",");

/** `C4` for middle C, pitch 60. */
export function pitchName(pitch: number): string {
  return `${PITCH_CLASSES[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/** What a drummer calls the drum on a pitch. */
export function drumName(pitch: number): string {
  return DRUM_NAMES[pitch - FIRST_DRUM] ?? `Drum ${pitch}`;
}

/** `1 note`, `3 notes`. */
export function count(n: number, thing: string): string {
  return `${n.toLocaleString("en")} ${thing}${n === 1 ? "" : "s"}`;
}

/** Words as a sentence of its own; a file's name at their beginning stays as it is. */
export function sentence(words: string): string {
  const isFile = /^\S*[.\\/]\S/.test(words);
  const begun = isFile ? words : words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(begun) || begun === "" ? begun : `${begun}.`;
}

/** A novelty report for a card, where its sentence has no room. */
export function noveltyInBrief(novelty: Novelty): string {
  return novelty.deserves_attention ? "similar to known music: check" : "nothing copied";
}

/** `follows other.mid`: the piece that takes are like. */
export function followed({
  follow,
}: {
  follow?: { name?: string | null } | null;
}): readonly string[] {
  return follow ? [`follows ${follow.name ?? "another piece"}`] : [];
}

/** `repeats bars 5-8 and bar 3`: what a take has to the note from elsewhere in the piece. */
export function repeated({ provenance }: Pick<Take, "provenance">): readonly string[] {
  const repeats = provenance?.repeats;
  if (!Array.isArray(repeats)) return [];
  const runs: BarRange[] = [];
  for (const bar of repeats) {
    if (typeof bar !== "number") continue;
    const latest = runs.at(-1);
    if (latest?.last === bar - 1) runs[runs.length - 1] = { ...latest, last: bar };
    else runs.push({ first: bar - 1, last: bar });
  }
  return runs.length > 0 ? [`repeats ${listInWords(runs.map(formatBars))}`] : [];
}

/** `Bass, Drums and 3 more`. */
export function listInWords(names: readonly string[], most = 3): string {
  const shown = names.length > most + 1 ? names.slice(0, most) : [...names];
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(", ")} and ${rest} more`;
  return shown.length < 2
    ? shown.join("")
    : `${shown.slice(0, -1).join(", ")} and ${shown[shown.length - 1]}`;
}

/** `up an octave`, `down 3 semitones`. */
export function semitonesInWords(semitones: number): string {
  const size = Math.abs(semitones);
  const octaves = size / 12;
  const far = Number.isInteger(octaves)
    ? octaves === 1
      ? "an octave"
      : count(octaves, "octave")
    : count(size, "semitone");
  return `${semitones < 0 ? "down" : "up"} ${far}`;
}

/** What is different in `after`, in plain phrases, the most important first; empty if nothing is. */
export function differences(before: Score, after: Score): string[] {
  return [
    ...lengthDifference(before, after),
    ...trackDifferences(before, after),
    ...noteDifferences(before, after),
  ];
}

function lengthDifference(before: Score, after: Score): string[] {
  const by = after.bars.length - before.bars.length;
  if (by === 0) return [];
  return [`${count(Math.abs(by), "bar")} ${by > 0 ? "longer" : "shorter"}`];
}

function trackDifferences(before: Score, after: Score): string[] {
  const phrases: string[] = [];
  const added = after.tracks.slice(before.tracks.length).map(trackName);
  if (added.length > 0) phrases.push(`with ${listInWords(added)}`);
  const gone = before.tracks.slice(after.tracks.length).map(trackName);
  if (gone.length > 0) phrases.push(`without ${listInWords(gone)}`);
  before.tracks.forEach((old, i) => {
    const now = after.tracks[i];
    if (now !== undefined && !now.is_drum && now.program !== old.program) {
      phrases.push(`${trackName(old)} played by ${now.instrument}`);
    }
  });
  return phrases;
}

function noteDifferences(before: Score, after: Score): string[] {
  const changed = before.tracks.flatMap((old, i) => {
    const now = after.tracks[i];
    return now !== undefined && !sameNotes(old.notes, now.notes) ? [i] : [];
  });
  if (changed.length === 0) return [];
  const names = changed.map((i) => trackName(after.tracks[i]));
  const where = changedBars(before, after, changed);
  const phrases = [`other notes in ${listInWords(names)}${where ? `, ${formatBars(where)}` : ""}`];
  const more = noteCount(after) - noteCount(before);
  if (more !== 0) phrases.push(`${count(Math.abs(more), "note")} ${more > 0 ? "more" : "fewer"}`);
  return phrases;
}

/** The range of bars in which notes of some tracks differ. */
function changedBars(before: Score, after: Score, tracks: readonly number[]): BarRange | null {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  const grid = new BarGrid(after.bars.length >= before.bars.length ? after : before);
  for (const track of tracks) {
    for (const onset of changedOnsets(before, after, track)) {
      const bar = grid.barAt(onset);
      first = Math.min(first, bar);
      last = Math.max(last, bar);
    }
  }
  return last < 0 ? null : { first, last: last + 1 };
}

/** Onsets of the notes that are in only one of the two. */
function changedOnsets(before: Score, after: Score, track: number): number[] {
  const tally = new Map<string, { onset: number; surplus: number }>();
  for (const [score, sign] of [
    [before, -1],
    [after, 1],
  ] as const) {
    const { onset, duration, pitch, velocity } = score.tracks[track].notes;
    onset.forEach((tick, i) => {
      const key = `${tick} ${duration[i]} ${pitch[i]} ${velocity[i]}`;
      const entry = tally.get(key) ?? { onset: tick, surplus: 0 };
      entry.surplus += sign;
      tally.set(key, entry);
    });
  }
  return [...tally.values()].filter((entry) => entry.surplus !== 0).map((entry) => entry.onset);
}

function noteCount(score: Score): number {
  return score.tracks.reduce((sum, track) => sum + track.notes.onset.length, 0);
}

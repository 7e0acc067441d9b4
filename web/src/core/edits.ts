/**
 * Edits: pure functions from a score and a choice of notes to another score.
 *
 * Each gives the new score, the same notes chosen in it, a plain label for the tree, and the
 * smallest request that makes the server do the same. What cannot be done throws `EditRefused`,
 * whose message says why and what to do instead. Undo needs nothing of its own: an edit is a node
 * of the tree, and its parent is the piece before it.
 */
import { BarGrid } from "./bars.ts";
import { columnsOf, columnsWith, listOf, sameNotes, trackName, withNotes } from "./notes.ts";
import { chooseTracks, NOTHING, sizeOf } from "./selection.ts";
import type { ChordsEdit, EditRequest, Note, NoteSelection, Notes, Score, Track } from "./types.ts";
import { count, semitonesInWords } from "./words.ts";

const MAX_PITCH = 127;
const MAX_VELOCITY = 127;

/** What an edit comes to. */
export interface Edit {
  /** For the tree: `moved 3 notes of Bass`. */
  readonly label: string;
  /** The piece afterwards. */
  readonly score: Score;
  /** The edited notes, in the columns of the new score. */
  readonly selection: NoteSelection;
  /** The body of POST .../edits. */
  readonly request: EditRequest;
}

/** An edit that cannot be made; the message is for the musician. */
export class EditRefused extends Error {
  override readonly name = "EditRefused";
}

/** How far notes move: in ticks and in semitones (in a drum track: to other drums). */
export interface Shift {
  readonly ticks: number;
  readonly pitches: number;
}

/** A grid to quantise to. */
export interface Quantisation {
  /** Distance of grid lines in ticks, counted from each bar line. */
  readonly step: number;
  /** How far notes go to the grid, 0 (not) to 1 (onto it). */
  readonly strength: number;
  /** Also pull the ends of notes; otherwise they keep their length. */
  readonly ends?: boolean;
}

/** Move the chosen notes; `copy` leaves the originals where they are. */
export function moveNotes(
  score: Score,
  selection: NoteSelection,
  { ticks, pitches }: Shift,
  copy = false,
): Edit {
  const label = `${copy ? "copied" : "moved"} ${notesInWords(score, selection)}`;
  return editNotes(score, selection, { label, keepOriginals: copy }, (note, track) => {
    if (note.onset + ticks < 0) {
      throw new EditRefused("There is nothing before the beginning: move the notes less far left.");
    }
    return { ...note, onset: note.onset + ticks, pitch: shiftedPitch(note, track, pitches) };
  });
}

/** Make the chosen notes longer by `ticks` (shorter, if negative); none gets shorter than a tick. */
export function lengthenNotes(score: Score, selection: NoteSelection, ticks: number): Edit {
  const label = `${ticks < 0 ? "shortened" : "lengthened"} ${notesInWords(score, selection)}`;
  return editNotes(score, selection, { label }, (note) => ({
    ...note,
    duration: Math.max(note.duration + ticks, 1),
  }));
}

/** Take the chosen notes away. */
export function deleteNotes(score: Score, selection: NoteSelection): Edit {
  const label = `deleted ${notesInWords(score, selection)}`;
  return editNotes(score, selection, { label }, () => null);
}

/** Change the chords; the notes stay as they are, and the server says what the chords are then. */
export function changeChords(score: Score, label: string, chords: ChordsEdit): Edit {
  const request = { label, tracks: [], new_tracks: [], chords };
  return { label, score, selection: NOTHING, request };
}

/** Write one note into a track. */
export function drawNote(score: Score, track: number, note: Note): Edit {
  return addNotes(score, track, [note], `drew a note in ${trackName(score.tracks[track])}`);
}

/** Write notes into a track: what was recorded or pasted. */
export function addNotes(score: Score, track: number, notes: readonly Note[], label: string): Edit {
  if (notes.length === 0) throw new EditRefused("There are no notes to add.");
  for (const note of notes) checkNote(note);
  const old = listOf(score.tracks[track].notes);
  const added = new Set(notes.map((_, i) => old.length + i));
  const columns = columnsWith([...old, ...notes], added);
  return editOf(
    score,
    label,
    new Map([[track, columns.notes]]),
    new Map([[track, columns.marked]]),
  );
}

/** Add a track with its first notes; without any there would be nothing for a file to keep. */
export function addTrack(score: Score, track: Track, notes: readonly Note[]): Edit {
  if (notes.length === 0) throw new EditRefused("There are no notes to add.");
  for (const note of notes) checkNote(note);
  const label = `added ${trackName(track)}`;
  const { name, program, is_drum } = track;
  const columns = columnsOf(notes);
  const longer = { ...score, tracks: [...score.tracks, { ...track, notes: columns }] };
  return {
    label,
    score: longer,
    selection: chooseTracks(longer, [score.tracks.length]),
    request: { label, tracks: [], new_tracks: [{ name, program, is_drum, notes: columns }] },
  };
}

/** Give the chosen notes one loudness. */
export function setVelocity(score: Score, selection: NoteSelection, velocity: number): Edit {
  const loudness = clampedVelocity(velocity);
  const label = `set the velocity of ${notesInWords(score, selection)} to ${loudness}`;
  return editNotes(score, selection, { label }, (note) => ({ ...note, velocity: loudness }));
}

/** Make the chosen notes louder or softer by so much, keeping their differences where they fit. */
export function changeVelocity(score: Score, selection: NoteSelection, change: number): Edit {
  const label = `made ${notesInWords(score, selection)} ${change < 0 ? "softer" : "louder"}`;
  return editNotes(score, selection, { label }, (note) => ({
    ...note,
    velocity: clampedVelocity(note.velocity + change),
  }));
}

/** Pull the chosen notes towards a grid that starts again at each bar line. */
export function quantiseNotes(score: Score, selection: NoteSelection, grid: Quantisation): Edit {
  if (!(grid.step >= 1)) throw new EditRefused("Choose a grid first: a free one has no lines.");
  const bars = new BarGrid(score);
  const strength = Math.min(Math.max(grid.strength, 0), 1);
  const pulled = (tick: number): number =>
    Math.round(tick + (bars.nearestLine(tick, grid.step) - tick) * strength);
  const share = strength < 1 ? ` by ${Math.round(strength * 100)} %` : "";
  const label = `quantised ${notesInWords(score, selection)}${share}`;
  return editNotes(score, selection, { label }, (note) => {
    const onset = pulled(note.onset);
    if (grid.ends !== true) return { ...note, onset };
    const end = pulled(note.onset + note.duration);
    if (end > onset) return { ...note, onset, duration: end - onset };
    // No note is quantised to nothing.
    return { ...note, onset, duration: bars.lineAfter(onset, grid.step) - onset };
  });
}

/** Transpose the chosen notes; drums have no pitch and are refused. */
export function transposeNotes(score: Score, selection: NoteSelection, semitones: number): Edit {
  for (const track of selection.keys()) {
    if (score.tracks[track].is_drum) {
      throw new EditRefused(
        `${trackName(score.tracks[track])} is a drum track: its rows are drums, not pitches. ` +
          "Select only pitched notes to transpose, or drag a drum to another row.",
      );
    }
  }
  const label = `transposed ${notesInWords(score, selection)} ${semitonesInWords(semitones)}`;
  return editNotes(score, selection, { label }, (note, track) => ({
    ...note,
    pitch: shiftedPitch(note, track, semitones),
  }));
}

/** Let another instrument play a track; `instrument` is its name. */
export function changeInstrument(
  score: Score,
  track: number,
  program: number,
  instrument: string,
): Edit {
  const old = score.tracks[track];
  if (old.is_drum) {
    throw new EditRefused(
      `${trackName(old)} is a drum track and stays one. Draw the part on a pitched track instead.`,
    );
  }
  if (!(program >= 0 && program <= 127)) {
    throw new EditRefused("A pitched track cannot become drums: their notes mean other things.");
  }
  if (old.program === program) throw new EditRefused(`${trackName(old)} is ${instrument} already.`);
  const label = `changed ${trackName(old)} to ${instrument}`;
  const tracks = score.tracks.map((other, i) =>
    i === track ? { ...other, program, instrument } : other,
  );
  return {
    label,
    score: { ...score, tracks },
    selection: NOTHING,
    request: { label, tracks: [{ index: track, program }], new_tracks: [] },
  };
}

/** Give a track another name. */
export function renameTrack(score: Score, track: number, name: string): Edit {
  const old = score.tracks[track];
  const wanted = name.trim();
  if (wanted === old.name) throw new EditRefused("The track has that name already.");
  const label = `renamed ${trackName(old)} to ${wanted || old.instrument}`;
  const tracks = score.tracks.map((other, i) => (i === track ? { ...other, name: wanted } : other));
  return {
    label,
    score: { ...score, tracks },
    selection: NOTHING,
    request: { label, tracks: [{ index: track, name: wanted }], new_tracks: [] },
  };
}

interface EditManner {
  readonly label: string;
  readonly keepOriginals?: boolean;
}

/** Apply `change` to every chosen note, by its place in the columns; null takes it away. */
export function editNotes(
  score: Score,
  selection: NoteSelection,
  { label, keepOriginals = false }: EditManner,
  change: (note: Note, track: Track, index: number) => Note | null,
): Edit {
  if (sizeOf(selection) === 0) throw new EditRefused("Select some notes first.");
  const replaced = new Map<number, Notes>();
  const edited = new Map<number, ReadonlySet<number>>();
  for (const [index, chosen] of selection) {
    const track = score.tracks[index];
    const kept: Note[] = [];
    const changed: Note[] = [];
    listOf(track.notes).forEach((note, i) => {
      const isChosen = chosen.has(i);
      if (!isChosen || keepOriginals) kept.push(note);
      const result = isChosen ? change(note, track, i) : null;
      if (result !== null) changed.push(result);
    });
    const marks = new Set(changed.map((_, i) => kept.length + i));
    const columns = columnsWith([...kept, ...changed], marks);
    replaced.set(index, columns.notes);
    if (columns.marked.size > 0) edited.set(index, columns.marked);
  }
  return editOf(score, label, replaced, edited);
}

/** The edit that puts `replaced` in place; tracks that come out the same are left out of it. */
export function editOf(
  score: Score,
  label: string,
  replaced: ReadonlyMap<number, Notes>,
  selection: NoteSelection,
): Edit {
  const changed = new Map(
    [...replaced].filter(([index, notes]) => !sameNotes(score.tracks[index].notes, notes)),
  );
  const tracks = [...changed].sort(([a], [b]) => a - b).map(([index, notes]) => ({ index, notes }));
  return {
    label,
    score: withNotes(score, changed),
    selection,
    request: { label, tracks, new_tracks: [] },
  };
}

/** Whether an edit changes anything at all; one that does not needs no node. */
export function changesAnything(edit: Edit): boolean {
  const { tracks, new_tracks, chords } = edit.request;
  return tracks.length > 0 || new_tracks.length > 0 || chords !== undefined;
}

/** `3 notes of Bass`, `all notes of Drums`, `12 notes of 3 tracks`. */
export function notesInWords(score: Score, selection: NoteSelection): string {
  const size = sizeOf(selection);
  const tracks = [...selection.keys()];
  if (tracks.length !== 1) return `${count(size, "note")} of ${count(tracks.length, "track")}`;
  const track = score.tracks[tracks[0]];
  const isAll = size > 1 && size === track.notes.onset.length;
  return `${isAll ? "all notes" : count(size, "note")} of ${trackName(track)}`;
}

function shiftedPitch(note: Note, track: Track, by: number): number {
  const pitch = note.pitch + by;
  if (pitch < 0 || pitch > MAX_PITCH) {
    throw new EditRefused(
      `A note of ${trackName(track)} would be ${pitch < 0 ? "lower" : "higher"} than MIDI can say: ` +
        "move less far, or leave that note out.",
    );
  }
  return pitch;
}

function clampedVelocity(velocity: number): number {
  return Math.min(Math.max(Math.round(velocity), 1), MAX_VELOCITY);
}

function checkNote({ onset, duration, pitch, velocity }: Note): void {
  const fits =
    onset >= 0 &&
    duration >= 1 &&
    pitch >= 0 &&
    pitch <= MAX_PITCH &&
    velocity >= 1 &&
    velocity <= MAX_VELOCITY;
  if (!fits) {
    throw new EditRefused(
      `A note at tick ${onset} of ${duration} ticks, pitch ${pitch} and velocity ${velocity} does not fit into MIDI.`,
    );
  }
}

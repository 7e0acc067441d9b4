/**
 * A performance: all channel messages of a playable piece in the order in which they sound.
 *
 * Pure: no clock and no synthesizer. At one tick notes end first, then controllers change, then
 * notes begin. Every track has its own channel (see `channels.ts`), begins with its program, and
 * gets the controllers of its channel in the file. A score track has one program throughout (the
 * server splits others), so the file's program changes are left out: they would speak to tracks
 * that are played elsewhere. Channels count on through the file's ports, 16 a port, so that a
 * controller of one port changes nothing on another.
 */
import { BarGrid } from "../core/bars.ts";
import { regionHasTrack } from "../core/mix.ts";
import { countOf, listOf, NO_NOTES } from "../core/notes.ts";
import { TempoMap } from "../core/tempo.ts";
import type { Note, Notes, Track } from "../core/types.ts";
import { type ChannelPlan, planChannels } from "./channels.ts";
import { KEY_PRESSURE, NOTE_OFF, NOTE_ON, PROGRAM_CHANGE } from "./messages.ts";
import type { Playable } from "./types.ts";

/** The place of a kind of message among those of one tick. */
const ENDS = 0;
const CHANGES = 1;
const BEGINS = 2;

/** Channel messages as columns, in the order of sound. */
export interface Performance {
  readonly tick: Int32Array;
  readonly channel: Uint8Array;
  /** Status without its channel: 0x80, 0x90, 0xa0 ... */
  readonly status: Uint8Array;
  readonly data1: Uint8Array;
  readonly data2: Uint8Array;
  /** Of a note-on: where the note ends, in ticks; else 0. */
  readonly end: Int32Array;
  readonly tempo: TempoMap;
  readonly ticksPerQuarter: number;
  readonly plan: ChannelPlan;
  /** Where playing stops: the end of the last bar or of the last note. */
  readonly endTick: number;
}

/** The tracks of a playable: the score's, then the further ones of the take. */
export function tracksOf({ score, extra = [] }: Playable): Track[] {
  return [...score.tracks, ...extra.slice(score.tracks.length)];
}

/** Make a playable piece ready to sound. */
export function performanceOf(playable: Playable): Performance {
  const { score } = playable;
  const tracks = tracksOf(playable);
  const plan = planChannels(tracks);
  const sounding = tracks.map((_, index) => soundingNotes(playable, index));
  const changes = changesOf(playable, tracks, plan);
  const nNotes = sounding.reduce((sum, notes) => sum + notes.onset.length, 0);
  const messages = new Messages(changes.length + 2 * nNotes);
  let endTick = new BarGrid(score).endTick;

  for (const [tick, channel, status, data1, data2] of changes) {
    messages.add(CHANGES, tick, channel, status, data1, data2);
  }
  for (const [index, { onset, end, pitch, velocity }] of sounding.entries()) {
    const channel = plan.channelOf[index];
    for (let i = 0; i < onset.length; i++) {
      endTick = Math.max(endTick, end[i]);
      messages.add(BEGINS, onset[i], channel, NOTE_ON, pitch[i], velocity[i], end[i]);
      messages.add(ENDS, end[i], channel, NOTE_OFF, pitch[i], 0);
    }
  }
  return {
    ...messages.inOrder(),
    tempo: TempoMap.of(score),
    ticksPerQuarter: score.ticks_per_quarter,
    plan,
    endTick,
  };
}

/** Index of the first message at or after `tick`. */
export function firstAt(performance: Performance, tick: number): number {
  let low = 0;
  let high = performance.tick.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (performance.tick[middle] < tick) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Notes that are to be heard, as columns by onset. */
interface Sounding {
  readonly onset: Int32Array;
  readonly end: Int32Array;
  readonly pitch: Uint8Array;
  readonly velocity: Uint8Array;
}

/** What was made of notes before: an edit leaves most tracks as they are. */
const remembered = new WeakMap<Notes, Sounding>();

/** The notes of a track that are to be heard: the score's, but for those replaced, and the take's. */
function soundingNotes(playable: Playable, index: number): Sounding {
  const { score, extra = [], replace = null } = playable;
  const own = score.tracks[index]?.notes ?? NO_NOTES;
  const added = extra[index]?.notes ?? NO_NOTES;
  if (replace !== null && regionHasTrack(replace, index)) {
    const { start, end } = new BarGrid(score).ticksOf(replace);
    const kept = listOf(own).filter(({ onset }) => onset < start || onset >= end);
    return withoutOverlaps([...kept, ...listOf(added)]);
  }
  if (countOf(added) > 0) return withoutOverlaps([...listOf(own), ...listOf(added)]);
  const known = remembered.get(own);
  if (known !== undefined) return known;
  const made = withoutOverlaps(listOf(own));
  remembered.set(own, made);
  return made;
}

/**
 * Notes as a channel plays them: it has one voice a pitch.
 *
 * A note that begins while another of its pitch sounds ends that one, and of several at once the
 * longest counts.
 */
function withoutOverlaps(notes: Note[]): Sounding {
  const onset = new Int32Array(notes.length);
  const end = new Int32Array(notes.length);
  const pitch = new Uint8Array(notes.length);
  const velocity = new Uint8Array(notes.length);
  /** The place of the last note of each pitch. */
  const last = new Map<number, number>();
  let count = 0;
  for (const note of notes.sort((a, b) => a.onset - b.onset)) {
    const noteEnd = note.onset + note.duration;
    const before = last.get(note.pitch);
    if (before !== undefined && onset[before] === note.onset) {
      end[before] = Math.max(end[before], noteEnd);
      continue;
    }
    if (before !== undefined) end[before] = Math.min(end[before], note.onset);
    last.set(note.pitch, count);
    onset[count] = note.onset;
    end[count] = noteEnd;
    pitch[count] = note.pitch;
    velocity[count] = note.velocity;
    count++;
  }
  return {
    onset: onset.subarray(0, count),
    end: end.subarray(0, count),
    pitch: pitch.subarray(0, count),
    velocity: velocity.subarray(0, count),
  };
}

/** A channel message that is of no note. */
type Change = readonly [
  tick: number,
  channel: number,
  status: number,
  data1: number,
  data2: number,
];

/** The program of each track, then the controllers of the file, each on the channels that hear it. */
function changesOf(
  { controllers }: Playable,
  tracks: readonly Track[],
  plan: ChannelPlan,
): Change[] {
  const changes = tracks.map(
    ({ program }, index): Change => [0, plan.channelOf[index], PROGRAM_CHANGE, program, 0],
  );
  const listeners = channelsByFileChannel(tracks, plan);
  for (const [tick, fileChannel, status, data1, data2] of controllers) {
    const kind = status & 0xf0;
    if (kind === PROGRAM_CHANGE || kind < KEY_PRESSURE) continue;
    for (const channel of listeners.get(fileChannel) ?? []) {
      changes.push([tick, channel, kind, data1, data2]);
    }
  }
  return changes;
}

/** The channels that hear each channel of the file. */
function channelsByFileChannel(
  tracks: readonly Track[],
  plan: ChannelPlan,
): ReadonlyMap<number, ReadonlySet<number>> {
  const listeners = new Map<number, Set<number>>();
  for (const [index, track] of tracks.entries()) {
    const own = listeners.get(track.channel) ?? new Set();
    listeners.set(track.channel, own.add(plan.channelOf[index]));
  }
  return listeners;
}

type Columns = Pick<Performance, "tick" | "channel" | "status" | "data1" | "data2" | "end">;

function columnsFor(count: number): Columns {
  return {
    tick: new Int32Array(count),
    channel: new Uint8Array(count),
    status: new Uint8Array(count),
    data1: new Uint8Array(count),
    data2: new Uint8Array(count),
    end: new Int32Array(count),
  };
}

/** So many messages, as columns: objects of as many would take the page some frames. */
class Messages {
  readonly #columns: Columns;
  /** Tick, order and place in one number, which typed arrays sort fast, and stably. */
  readonly #keys: Float64Array;
  #count = 0;

  constructor(count: number) {
    this.#columns = columnsFor(count);
    this.#keys = new Float64Array(count);
  }

  add(
    order: number,
    tick: number,
    channel: number,
    status: number,
    data1: number,
    data2: number,
    end = 0,
  ): void {
    const columns = this.#columns;
    const place = this.#count++;
    this.#keys[place] = (tick * 4 + order) * this.#keys.length + place;
    columns.tick[place] = tick;
    columns.channel[place] = channel;
    columns.status[place] = status;
    columns.data1[place] = data1;
    columns.data2[place] = data2;
    columns.end[place] = end;
  }

  /** Sorted by tick, then by order, else as they came. */
  inOrder(): Columns {
    const keys = this.#keys.sort();
    const from = this.#columns;
    const columns = columnsFor(keys.length);
    for (let place = 0; place < keys.length; place++) {
      const origin = keys[place] % keys.length;
      columns.tick[place] = from.tick[origin];
      columns.channel[place] = from.channel[origin];
      columns.status[place] = from.status[origin];
      columns.data1[place] = from.data1[origin];
      columns.data2[place] = from.data2[origin];
      columns.end[place] = from.end[origin];
    }
    return columns;
  }
}

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
import { TempoMap } from "../core/tempo.ts";
import type { Notes, Track } from "../core/types.ts";
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

interface Message {
  readonly tick: number;
  readonly order: number;
  readonly channel: number;
  readonly status: number;
  readonly data1: number;
  readonly data2: number;
  readonly end: number;
}

/** The tracks of a playable: the score's, then the further ones of the take. */
export function tracksOf({ score, extra = [] }: Playable): Track[] {
  return [...score.tracks, ...extra.slice(score.tracks.length)];
}

/** Make a playable piece ready to sound. */
export function performanceOf(playable: Playable): Performance {
  const { score, controllers } = playable;
  const tracks = tracksOf(playable);
  const plan = planChannels(tracks);
  const messages: Message[] = [];
  let endTick = new BarGrid(score).endTick;

  for (const [index, track] of tracks.entries()) {
    const channel = plan.channelOf[index];
    messages.push(control(0, channel, PROGRAM_CHANGE, track.program, 0));
    for (const { onset, end, pitch, velocity } of soundingNotes(playable, index)) {
      endTick = Math.max(endTick, end);
      messages.push({
        tick: onset,
        order: BEGINS,
        channel,
        status: NOTE_ON,
        data1: pitch,
        data2: velocity,
        end,
      });
      messages.push({
        tick: end,
        order: ENDS,
        channel,
        status: NOTE_OFF,
        data1: pitch,
        data2: 0,
        end: 0,
      });
    }
  }
  const listeners = channelsByFileChannel(tracks, plan);
  for (const [tick, fileChannel, status, data1, data2] of controllers) {
    const kind = status & 0xf0;
    if (kind === PROGRAM_CHANGE || kind < KEY_PRESSURE) continue;
    for (const channel of listeners.get(fileChannel) ?? []) {
      messages.push(control(tick, channel, kind, data1, data2));
    }
  }
  return {
    ...columnsInOrder(messages),
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

interface Sounding {
  readonly onset: number;
  end: number;
  readonly pitch: number;
  readonly velocity: number;
}

/**
 * The notes of a track that are to be heard, by onset.
 *
 * A channel has one voice a pitch: a note that begins while another of its pitch sounds ends that
 * one, and of several at once the longest counts.
 */
function soundingNotes(playable: Playable, index: number): Sounding[] {
  const { score, extra = [], replace = null } = playable;
  const silent = replace !== null && regionHasTrack(replace, index) ? replace : null;
  const span = silent === null ? null : new BarGrid(score).ticksOf(silent);
  const all: Sounding[] = [];
  const add = (notes: Notes | undefined, isScore: boolean): void => {
    if (notes === undefined) return;
    for (let i = 0; i < notes.onset.length; i++) {
      const onset = notes.onset[i];
      if (isScore && span !== null && onset >= span.start && onset < span.end) continue;
      const end = onset + notes.duration[i];
      all.push({ onset, end, pitch: notes.pitch[i], velocity: notes.velocity[i] });
    }
  };
  add(score.tracks[index]?.notes, true);
  add(extra[index]?.notes, false);
  all.sort((a, b) => a.onset - b.onset);
  return withoutOverlaps(all);
}

function withoutOverlaps(notes: readonly Sounding[]): Sounding[] {
  const last = new Map<number, Sounding>();
  const result: Sounding[] = [];
  for (const note of notes) {
    const before = last.get(note.pitch);
    if (before !== undefined && before.onset === note.onset) {
      before.end = Math.max(before.end, note.end);
      continue;
    }
    if (before !== undefined && before.end > note.onset) before.end = note.onset;
    last.set(note.pitch, note);
    result.push(note);
  }
  return result;
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

function control(
  tick: number,
  channel: number,
  status: number,
  data1: number,
  data2: number,
): Message {
  return { tick, order: CHANGES, channel, status, data1, data2, end: 0 };
}

type Columns = Pick<Performance, "tick" | "channel" | "status" | "data1" | "data2" | "end">;

/** Sort by tick, then by order, else as they came. */
function columnsInOrder(messages: readonly Message[]): Columns {
  // One number holds tick, order and index, so that typed arrays sort it fast and stably.
  const count = messages.length;
  const keys = new Float64Array(count);
  for (let i = 0; i < count; i++) keys[i] = (messages[i].tick * 4 + messages[i].order) * count + i;
  keys.sort();
  const columns: Columns = {
    tick: new Int32Array(count),
    channel: new Uint8Array(count),
    status: new Uint8Array(count),
    data1: new Uint8Array(count),
    data2: new Uint8Array(count),
    end: new Int32Array(count),
  };
  for (let place = 0; place < count; place++) {
    const message = messages[keys[place] % count];
    columns.tick[place] = message.tick;
    columns.channel[place] = message.channel;
    columns.status[place] = message.status;
    columns.data1[place] = message.data1;
    columns.data2[place] = message.data2;
    columns.end[place] = message.end;
  }
  return columns;
}

/**
 * The scheduler: what is sent to the synthesizer when, a little ahead of the clock.
 *
 * Pure but for the clock and the output it is given, so tests run it on a made-up clock. A call of
 * `pump` sends all that is due within the look-ahead; whatever the musician does meanwhile (seek,
 * loop, another take) takes effect at the horizon, the moment up to which everything has been sent.
 * So there is never a gap, and nothing is sent that would have to be taken back.
 *
 * Time is counted from anchors: an anchor says which tick sounds at which moment, from then on. A
 * loop's anchors are whole numbers of loop lengths apart, so a loop does not drift.
 */
import type { TickRange } from "../core/types.ts";
import { isDrumChannel } from "./channels.ts";
import { ChannelState, messagesBetween, SynthState, stateBefore } from "./chase.ts";
import { type Bytes, NOTE_OFF, NOTE_ON } from "./messages.ts";
import { firstAt, type Performance } from "./performance.ts";

/** Where messages go: a synthesizer that takes messages for a later time, in seconds. */
export interface Output {
  send(channel: number, message: Bytes, time: number): void;
}

/** From `time` on, counting from `seconds` into the performance. */
interface Anchor {
  readonly time: number;
  readonly seconds: number;
  readonly performance: Performance;
}

/** Held notes are taken up in their middle if so much of a quarter is left of them. */
const WORTH_TAKING_UP = 0.25;
/** Quarters; a shorter loop would be a buzz. */
const SHORTEST_LOOP = 0.125;
/** How long after the call playing begins: time for what is chased to arrive. */
const START_DELAY_S = 0.03;
const EPSILON_S = 1e-9;

/** Plays one performance after another onto an output. */
export class Scheduler {
  /** Seconds that are sent ahead. */
  lookAhead: number;
  readonly #clock: () => number;
  readonly #output: Output;
  readonly #sent = new SynthState();
  /** Ends of the notes that sound at the horizon, by channel and pitch. */
  readonly #sounding = new Map<number, number>();
  #performance: Performance;
  #anchors: Anchor[] = [];
  #cursor = 0;
  #horizon = 0;
  #loop: TickRange | null = null;
  #paused = 0;
  #playing = false;

  constructor(performance: Performance, clock: () => number, output: Output, lookAhead = 0.1) {
    this.#performance = performance;
    this.#clock = clock;
    this.#output = output;
    this.lookAhead = lookAhead;
  }

  get playing(): boolean {
    return this.#playing;
  }

  get performance(): Performance {
    return this.#performance;
  }

  /** The moment up to which everything has been sent. */
  get horizon(): number {
    return this.#playing ? this.#horizon : this.#clock();
  }

  /** The tick that sounds `latency` seconds ago, as a fraction. */
  position(latency = 0): number {
    if (!this.#playing) return this.#paused;
    return this.#tickAt(this.#clock() - latency);
  }

  /** Play from a tick, or from where it stands; nothing before the moment `notBefore`. */
  play(tick?: number, notBefore = 0): void {
    if (this.#playing) {
      if (tick !== undefined) this.seek(tick);
      return;
    }
    this.#playing = true;
    this.#horizon = Math.max(this.#clock() + START_DELAY_S, notBefore);
    this.#anchors = [];
    this.#jump(this.#performance, tick ?? this.#paused);
    this.pump();
  }

  /** Stop; what has been sent ahead still sounds up to the horizon, unless it is silenced. */
  pause(): void {
    if (!this.#playing) return;
    this.#paused = Math.max(this.position(), 0);
    this.#playing = false;
    this.#endNotes(() => true, this.#horizon);
  }

  /** Go on from another tick. */
  seek(tick: number): void {
    if (!this.#playing) {
      this.#paused = Math.max(tick, 0);
      return;
    }
    this.#endNotes(() => true, this.#horizon);
    this.#jump(this.#performance, tick);
    this.pump();
  }

  /**
   * Repeat a range, or nothing.
   *
   * Playing that began before the range's end is led into it; playing that began after it is not.
   */
  loop(range: TickRange | null): void {
    const shortest = this.#performance.ticksPerQuarter * SHORTEST_LOOP;
    this.#loop = range !== null && range.end - range.start >= shortest ? range : null;
    if (this.#playing) this.pump();
  }

  /** Put another performance in place; the tick and the notes that both have go on. */
  exchange(performance: Performance): void {
    if (!this.#playing) {
      this.#performance = performance;
      return;
    }
    // A message that stands at the horizon itself has not been sent yet: begin just before it.
    const tick = this.#tickAt(this.#horizon - EPSILON_S);
    const held = heldNotes(performance, tick);
    this.#endNotes((key) => !held.has(key), this.#horizon);
    for (const [key, note] of held) if (this.#sounding.has(key)) this.#sounding.set(key, note.end);
    this.#jump(performance, tick);
    this.pump();
  }

  /** Set the channels for the present tick, for a note that is to sound while paused. */
  prepare(): void {
    if (!this.#playing) this.#chase(this.#performance, this.#paused + 1, this.#clock());
  }

  /** Tell another output, which hears from now on, how all channels are set. */
  restate(output: Output): void {
    for (const channel of this.#sent.channels) {
      for (const message of messagesBetween(new ChannelState(), this.#sent.of(channel))) {
        output.send(channel, message, this.#clock());
      }
    }
  }

  /** Send what is due. Gives false once the end of the piece has been reached. */
  pump(): boolean {
    if (!this.#playing) return false;
    const until = this.#clock() + this.lookAhead;
    while (this.#horizon < until) {
      const wrap = this.#loopEnd();
      const stop = Math.min(until, wrap ?? Number.POSITIVE_INFINITY);
      this.#sendUntil(stop);
      this.#horizon = Math.max(stop, this.#horizon);
      if (wrap !== null && stop === wrap && this.#loop !== null) {
        this.#endNotes(() => true, wrap);
        this.#jump(this.#performance, this.#loop.start);
      }
    }
    this.#forgetOldAnchors();
    if (this.#loopEnd() === null && this.position() >= this.#performance.endTick) {
      this.pause();
      this.#paused = 0;
      return false;
    }
    return true;
  }

  /** When the loop's end is reached; null where none lies ahead. */
  #loopEnd(): number | null {
    const anchor = this.#anchors[this.#anchors.length - 1];
    if (this.#loop === null) return null;
    if (this.#performance.tempo.secondsAt(this.#loop.end) <= anchor.seconds + EPSILON_S)
      return null;
    return Math.max(timeOf(anchor, this.#loop.end), this.#horizon);
  }

  #sendUntil(stop: number): void {
    const anchor = this.#anchors[this.#anchors.length - 1];
    const { tick, channel, status, data1, data2, end } = this.#performance;
    while (this.#cursor < tick.length) {
      const i = this.#cursor;
      const time = timeOf(anchor, tick[i]);
      if (time >= stop - EPSILON_S) return;
      this.#cursor++;
      const key = keyOf(channel[i], data1[i]);
      // A note that was ended elsewhere (or never begun) must not end another one of its pitch.
      if (status[i] === NOTE_OFF && this.#sounding.get(key) !== tick[i]) continue;
      if (status[i] === NOTE_ON) this.#sounding.set(key, end[i]);
      if (status[i] === NOTE_OFF) this.#sounding.delete(key);
      this.#send(channel[i], [status[i], data1[i], data2[i]], time);
    }
  }

  /** Go on with `performance` at `tick` from the horizon on; notes are ended by the caller. */
  #jump(performance: Performance, tick: number): void {
    const from = Math.max(tick, 0);
    const time = this.#horizon;
    this.#performance = performance;
    this.#anchors.push({ time, seconds: performance.tempo.secondsAt(from), performance });
    this.#cursor = firstAt(performance, from);
    this.#chase(performance, from, time);
    const least = performance.ticksPerQuarter * WORTH_TAKING_UP;
    for (const [key, note] of heldNotes(performance, from)) {
      if (isDrumChannel(note.channel) || note.end - from < least || this.#sounding.has(key))
        continue;
      this.#sounding.set(key, note.end);
      this.#send(note.channel, [NOTE_ON, note.pitch, note.velocity], time);
    }
  }

  /** Set all channels of the performance to what they are just before `tick`. */
  #chase(performance: Performance, tick: number, time: number): void {
    const wanted = stateBefore(performance, tick);
    const channels = new Set([...this.#sent.channels, ...wanted.channels]);
    for (const channel of channels) {
      for (const message of messagesBetween(this.#sent.of(channel), wanted.of(channel))) {
        this.#send(channel, message, time);
      }
    }
  }

  #endNotes(ends: (key: number) => boolean, time: number): void {
    for (const key of this.#sounding.keys()) {
      if (!ends(key)) continue;
      this.#sounding.delete(key);
      this.#send(key >> 7, [NOTE_OFF, key & 0x7f, 0], time);
    }
  }

  #send(channel: number, message: Bytes, time: number): void {
    const [status, data1, data2] = message;
    if (status > NOTE_ON) this.#sent.of(channel).apply(status, data1, data2);
    this.#output.send(channel, message, time);
  }

  #tickAt(time: number): number {
    let anchor = this.#anchors[0];
    for (const one of this.#anchors) if (one.time <= time) anchor = one;
    const seconds = anchor.seconds + Math.max(time - anchor.time, 0);
    return anchor.performance.tempo.tickAt(seconds);
  }

  /** Anchors are kept as long as what they place may be asked for as "being heard". */
  #forgetOldAnchors(): void {
    const past = this.#clock() - 1;
    while (this.#anchors.length > 1 && this.#anchors[1].time < past) this.#anchors.shift();
  }
}

interface Held {
  readonly channel: number;
  readonly pitch: number;
  readonly velocity: number;
  readonly end: number;
}

/** Notes that have begun before `tick` and end after it. */
function heldNotes(performance: Performance, tick: number): Map<number, Held> {
  const held = new Map<number, Held>();
  const { channel, status, data1, data2, end } = performance;
  for (let i = 0; i < status.length && performance.tick[i] < tick; i++) {
    if (status[i] !== NOTE_ON || end[i] <= tick) continue;
    held.set(keyOf(channel[i], data1[i]), {
      channel: channel[i],
      pitch: data1[i],
      velocity: data2[i],
      end: end[i],
    });
  }
  return held;
}

function keyOf(channel: number, pitch: number): number {
  return (channel << 7) | pitch;
}

function timeOf(anchor: Anchor, tick: number): number {
  return anchor.time + anchor.performance.tempo.secondsAt(tick) - anchor.seconds;
}

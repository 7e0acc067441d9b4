/**
 * The state of channels, and the messages that lead from one state to another.
 *
 * Seeking, looping and exchanging takes all need the same: what would the synthesizer's channels be
 * set to, had the piece been played up to here? Only what differs from what they are set to is
 * sent, so that nothing is disturbed that stays as it is.
 */
import {
  type Bytes,
  CHANNEL_PRESSURE,
  CONTROL_CHANGE,
  PITCH_BEND,
  PROGRAM_CHANGE,
} from "./messages.ts";
import type { Performance } from "./performance.ts";

const BANK_MSB = 0;
const BANK_LSB = 32;
const DATA_MSB = 6;
const DATA_LSB = 38;
const RESET_ALL = 121;
const BEND_CENTRE = 8192;
/** Selecting this parameter number means: none. */
const NO_PARAMETER = 0x3fff;
const NRPN = 1 << 14;

/** What a channel's controllers are before any message; all others are 0. */
const DEFAULTS: ReadonlyMap<number, number> = new Map([
  [7, 100],
  [8, 64],
  [10, 64],
  [11, 127],
  [71, 64],
  [72, 64],
  [73, 64],
  [74, 64],
  [75, 64],
  [76, 64],
  [77, 64],
  [78, 64],
  [91, 40],
]);
/** Where registered parameters begin: bend range two semitones, tunings in the middle. */
const PARAMETER_DEFAULTS: ReadonlyMap<number, number> = new Map([
  [0, 2 << 7],
  [1, BEND_CENTRE],
  [2, 64 << 7],
]);

/** What one channel is set to. */
export class ChannelState {
  program: number | null = null;
  bend = BEND_CENTRE;
  pressure = 0;
  readonly controllers = new Map<number, number>();
  /** Values, 14 bits, of registered (and, above 2^14, of other) parameters that were set. */
  readonly parameters = new Map<number, number>();
  selected = NO_PARAMETER;

  /** Take a message into account. */
  apply(status: number, data1: number, data2: number): void {
    if (status === PROGRAM_CHANGE) this.program = data1;
    else if (status === PITCH_BEND) this.bend = (data2 << 7) | data1;
    else if (status === CHANNEL_PRESSURE) this.pressure = data1;
    else if (status === CONTROL_CHANGE) this.#control(data1, data2);
  }

  #control(controller: number, value: number): void {
    switch (controller) {
      case 98:
        this.selected = NRPN | (this.selected & 0x3f80) | value;
        break;
      case 99:
        this.selected = NRPN | (this.selected & 0x7f) | (value << 7);
        break;
      case 100:
        this.selected = (this.selected & 0x3f80) | value;
        break;
      case 101:
        this.selected = (this.selected & 0x7f) | (value << 7);
        break;
      case DATA_MSB:
        this.#enter((value << 7) | (this.#parameter() & 0x7f));
        break;
      case DATA_LSB:
        this.#enter((this.#parameter() & 0x3f80) | value);
        break;
      case RESET_ALL:
        this.#reset();
        break;
      default:
        if (controller < 120) this.controllers.set(controller, value);
    }
  }

  #enter(value: number): void {
    if ((this.selected & NO_PARAMETER) !== NO_PARAMETER) this.parameters.set(this.selected, value);
  }

  #parameter(): number {
    return this.parameters.get(this.selected) ?? PARAMETER_DEFAULTS.get(this.selected) ?? 0;
  }

  /** Recommended practice 15: what "reset all controllers" resets, and what it leaves. */
  #reset(): void {
    for (const controller of [1, 64, 65, 66, 67]) this.controllers.set(controller, 0);
    this.controllers.set(11, 127);
    this.bend = BEND_CENTRE;
    this.pressure = 0;
    this.selected = NO_PARAMETER;
  }
}

/** All channels' states, made as they are asked for. */
export class SynthState {
  readonly #channels = new Map<number, ChannelState>();

  of(channel: number): ChannelState {
    const known = this.#channels.get(channel);
    if (known !== undefined) return known;
    const fresh = new ChannelState();
    this.#channels.set(channel, fresh);
    return fresh;
  }

  get channels(): Iterable<number> {
    return this.#channels.keys();
  }
}

/** What the channels are set to just before `tick` of a performance. */
export function stateBefore(performance: Performance, tick: number): SynthState {
  const state = new SynthState();
  const { status, data1, data2, channel } = performance;
  for (let i = 0; i < status.length && performance.tick[i] < tick; i++) {
    if (status[i] >= CONTROL_CHANGE) state.of(channel[i]).apply(status[i], data1[i], data2[i]);
  }
  return state;
}

/** The messages that lead a channel from one state to another; a program only where one is wanted. */
export function messagesBetween(now: ChannelState, wanted: ChannelState): Bytes[] {
  const messages: Bytes[] = [];
  const set = (controller: number, value: number): void => {
    messages.push([CONTROL_CHANGE, controller, value]);
  };
  let isNewBank = false;
  for (const controller of new Set([...now.controllers.keys(), ...wanted.controllers.keys()])) {
    const value = controllerOf(wanted, controller);
    if (controllerOf(now, controller) === value) continue;
    set(controller, value);
    isNewBank ||= controller === BANK_MSB || controller === BANK_LSB;
  }
  const { program } = wanted;
  if (program !== null && (isNewBank || now.program !== program)) {
    messages.push([PROGRAM_CHANGE, program, 0]);
  }
  messages.push(...parameterMessages(now, wanted));
  if (now.bend !== wanted.bend) {
    messages.push([PITCH_BEND, wanted.bend & 0x7f, wanted.bend >> 7]);
  }
  if (now.pressure !== wanted.pressure) messages.push([CHANNEL_PRESSURE, wanted.pressure, 0]);
  return messages;
}

function parameterMessages(now: ChannelState, wanted: ChannelState): Bytes[] {
  const messages: Bytes[] = [];
  let { selected } = now;
  const select = (parameter: number): void => {
    if (parameter === selected) return;
    selected = parameter;
    const [high, low] = parameter & NRPN ? [99, 98] : [101, 100];
    messages.push(
      [CONTROL_CHANGE, high, (parameter >> 7) & 0x7f],
      [CONTROL_CHANGE, low, parameter & 0x7f],
    );
  };
  for (const parameter of new Set([...now.parameters.keys(), ...wanted.parameters.keys()])) {
    const standard = PARAMETER_DEFAULTS.get(parameter) ?? 0;
    const value = wanted.parameters.get(parameter) ?? standard;
    if ((now.parameters.get(parameter) ?? standard) === value) continue;
    select(parameter);
    messages.push([CONTROL_CHANGE, DATA_MSB, value >> 7], [CONTROL_CHANGE, DATA_LSB, value & 0x7f]);
  }
  select(wanted.selected);
  return messages;
}

function controllerOf(state: ChannelState, controller: number): number {
  return state.controllers.get(controller) ?? DEFAULTS.get(controller) ?? 0;
}

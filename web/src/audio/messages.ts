/** Channel messages: their bytes and what the first of them says. */

export const NOTE_OFF = 0x80;
export const NOTE_ON = 0x90;
/** The first status that is not of a note. */
export const KEY_PRESSURE = 0xa0;
export const CONTROL_CHANGE = 0xb0;
export const PROGRAM_CHANGE = 0xc0;
export const CHANNEL_PRESSURE = 0xd0;
export const PITCH_BEND = 0xe0;

/** A channel message without its channel. */
export type Bytes = readonly [status: number, data1: number, data2: number];

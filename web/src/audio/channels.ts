/**
 * Which synthesizer channel plays which track: one each, so that mute, solo and volume are exact.
 *
 * A MIDI file has 16 channels a port and may let several tracks share one; SpessaSynth has as many
 * as are added, where those with number 9 of each 16 are drums. Tracks beyond MAX_CHANNELS share
 * the channel of an earlier track of the same instrument, if there is one.
 */
import type { Track } from "../core/types.ts";
import { count } from "../core/words.ts";

/** More channels than this are not opened: eight ports' worth. */
export const MAX_CHANNELS = 128;
const PORT = 16;
const DRUM_CHANNEL = 9;

/** The channels of a piece. */
export interface ChannelPlan {
  /** Synthesizer channel of each track. */
  readonly channelOf: readonly number[];
  /** How many channels there must be. */
  readonly nChannels: number;
  /** Why some tracks share a channel, in plain words; null if none does. */
  readonly warning: string | null;
}

/** Give each track a channel. Tracks that are added later leave earlier ones where they are. */
export function planChannels(
  tracks: readonly Pick<Track, "is_drum" | "program">[],
  limit = MAX_CHANNELS,
): ChannelPlan {
  const channelOf: number[] = [];
  const first = new Map<string, number>();
  let pitched = 0;
  let drums = 0;
  let folded = 0;
  for (const { is_drum, program } of tracks) {
    const own = is_drum ? drumChannel(drums) : pitchedChannel(pitched);
    const instrument = `${is_drum} ${program}`;
    if (own < limit) {
      if (is_drum) drums++;
      else pitched++;
      channelOf.push(own);
      if (!first.has(instrument)) first.set(instrument, own);
    } else {
      folded++;
      channelOf.push(first.get(instrument) ?? (is_drum ? DRUM_CHANNEL : 0));
    }
  }
  const nChannels = Math.max(PORT, ...channelOf.map((channel) => channel + 1));
  const warning =
    folded === 0
      ? null
      : `${count(folded, "track")} beyond the first ${limit} channels sound with another track's ` +
        "instrument and volume. The exported MIDI file is not affected.";
  return { channelOf, nChannels, warning };
}

/** Whether a synthesizer channel plays drums. */
export function isDrumChannel(channel: number): boolean {
  return channel % PORT === DRUM_CHANNEL;
}

function drumChannel(index: number): number {
  return index * PORT + DRUM_CHANNEL;
}

/** The n-th channel that is not a drum channel. */
function pitchedChannel(index: number): number {
  const port = Math.floor(index / (PORT - 1));
  const within = index % (PORT - 1);
  return port * PORT + (within < DRUM_CHANNEL ? within : within + 1);
}

/** A performance in seconds, as plain columns that a worker can be given. */
import { gainOf } from "../core/mix.ts";
import type { Mix } from "../core/types.ts";
import type { Performance } from "./performance.ts";

/** All messages of a piece with their moments. */
export interface TimedMessages {
  /** Seconds from the beginning. */
  readonly time: Float64Array;
  readonly channel: Uint8Array;
  readonly status: Uint8Array;
  readonly data1: Uint8Array;
  readonly data2: Uint8Array;
  readonly nChannels: number;
  /** Where the piece ends. */
  readonly endSeconds: number;
}

/** Put a performance on the clock. */
export function timed(performance: Performance): TimedMessages {
  const { tick, channel, status, data1, data2, tempo, plan, endTick } = performance;
  const time = Float64Array.from(tick, (at) => tempo.secondsAt(at));
  const endSeconds = tempo.secondsAt(endTick);
  return { time, channel, status, data1, data2, nChannels: plan.nChannels, endSeconds };
}

/** The gain of each channel under a mix; channels that no track plays on keep 1. */
export function channelGains(performance: Performance, mix: Mix): Float32Array {
  const gains = new Float32Array(performance.plan.nChannels).fill(1);
  // From the last to the first: of tracks that share a channel, the first one's gain holds.
  for (let track = performance.plan.channelOf.length - 1; track >= 0; track--) {
    gains[performance.plan.channelOf[track]] = gainOf(mix, track);
  }
  return gains;
}

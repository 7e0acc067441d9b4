/**
 * The mixing rules: who is heard, how loud, and who may be changed.
 *
 * The musician's mix is not part of the music: it changes what is heard and rendered, never notes.
 */
import type { Mix, Region } from "./types.ts";

/** Everything heard as written. */
export const PLAIN_MIX: Mix = { muted: new Set(), soloed: new Set(), volumes: new Map() };

/** Whether a track is heard: solo wins over its absence, mute wins over solo. */
export function isHeard(mix: Mix, track: number): boolean {
  if (mix.muted.has(track)) return false;
  return mix.soloed.size === 0 || mix.soloed.has(track);
}

/** Gain with which a track is played; 0 if it is not heard. */
export function gainOf(mix: Mix, track: number): number {
  return isHeard(mix, track) ? (mix.volumes.get(track) ?? 1) : 0;
}

/** The mix with a track muted, or heard again. */
export function toggleMute(mix: Mix, track: number): Mix {
  return { ...mix, muted: toggled(mix.muted, track) };
}

/** The mix with a track soloed or not; `exclusive` takes the solo from all others. */
export function toggleSolo(mix: Mix, track: number, exclusive = false): Mix {
  if (!exclusive) return { ...mix, soloed: toggled(mix.soloed, track) };
  const wasAlone = mix.soloed.size === 1 && mix.soloed.has(track);
  return { ...mix, soloed: new Set(wasAlone ? [] : [track]) };
}

/** The mix with a track at another gain, 0 to 2. */
export function setVolume(mix: Mix, track: number, gain: number): Mix {
  return { ...mix, volumes: new Map(mix.volumes).set(track, Math.min(Math.max(gain, 0), 2)) };
}

/** A set with `value` in it if it was not, without it if it was. */
export function toggled(set: ReadonlySet<number>, value: number): ReadonlySet<number> {
  const result = new Set(set);
  if (!result.delete(value)) result.add(value);
  return result;
}

/**
 * Which tracks a request may change: those that are not locked; null when that is all of them.
 *
 * An empty list means that everything is locked and there is nothing to ask for.
 */
export function unlockedTracks(nTracks: number, locked: ReadonlySet<number>): number[] | null {
  const free = Array.from({ length: nTracks }, (_, i) => i).filter((i) => !locked.has(i));
  return free.length === nTracks ? null : free;
}

/** Whether notes of `track` are replaced in `region`. */
export function regionHasTrack(region: Region, track: number): boolean {
  return region.tracks === null || region.tracks.includes(track);
}

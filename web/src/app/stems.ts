/** Every track by itself as sound: what a musician takes into a DAW to mix. */
import type { Playable } from "../audio/index.ts";
import { isHeard, PLAIN_MIX } from "../core/mix.ts";
import { columnsOf, trackName } from "../core/notes.ts";
import type { Mix, Track } from "../core/types.ts";
import { fileName } from "./files.ts";
import type { PlayerInterface } from "./state/sound.svelte.ts";
import { type Entry, zipOf } from "./zip.ts";

/**
 * One WAV for each track that is heard, with its volume, in a ZIP archive.
 *
 * All begin with the piece. A take that is heard counts with the tracks that it plays on.
 *
 * @throws AudioProblem "render" when the synthesizer fails.
 * @throws DOMException AbortError when `signal` is aborted.
 */
export async function stemsOf(
  player: Pick<PlayerInterface, "renderWav">,
  playable: Playable,
  mix: Mix,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<Blob> {
  const tracks = [...playable.score.tracks];
  for (const [index, track] of (playable.extra ?? []).entries()) tracks[index] ??= track;
  const heard = tracks.flatMap((track, index) => {
    const hasNotes =
      track.notes.onset.length > 0 || (playable.extra?.[index]?.notes.onset.length ?? 0) > 0;
    return hasNotes && isHeard(mix, index) ? [{ index, name: trackName(track) }] : [];
  });
  const entries: Entry[] = [];
  for (const { index, name } of heard) {
    const report = (share: number): void => onProgress((entries.length + share) / heard.length);
    const gain = mix.volumes.get(index) ?? 1;
    // Tracks may share a channel, and with it a gain: so the others are without notes, not muted.
    const volumes = new Map(tracks.map((_, other) => [other, gain]));
    const alone = { ...PLAIN_MIX, volumes };
    const content = await player.renderWav(onlyOf(playable, index), alone, report, signal);
    const number = String(index + 1).padStart(2, "0");
    entries.push({ name: fileName(`${number} ${name}`, "wav"), content });
  }
  return zipOf(entries);
}

function onlyOf(playable: Playable, index: number): Playable {
  const only = (tracks: readonly Track[]): Track[] =>
    tracks.map((track, other) => (other === index ? track : { ...track, notes: columnsOf([]) }));
  const score = { ...playable.score, tracks: only(playable.score.tracks) };
  return { ...playable, score, extra: only(playable.extra ?? []) };
}

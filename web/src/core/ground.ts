/**
 * The music that takes are laid over, where that is not the version itself: cut off at a bar, or
 * opened before one for bars that are put in. The server does the same to the file of a take.
 */
import type { Controller, Notes, Region, Score, Take, Track } from "./types.ts";

/** A score with the messages of its file. */
export interface Music {
  readonly score: Score;
  readonly controllers: readonly Controller[];
}

/** The music before a bar: what sounds there ends. */
export function cutOff({ score, controllers }: Music, bar: number): Music {
  const tick = score.bars[bar];
  const isBefore = (event: { readonly tick: number }): boolean => event.tick < tick;
  return {
    score: {
      ...score,
      tracks: score.tracks.map((track) => withNotes(track, before(track.notes, tick))),
      tempos: score.tempos.filter(isBefore),
      metres: score.metres.filter(isBefore),
      bars: score.bars.slice(0, bar + 1),
      sections: score.sections?.filter(isBefore),
    },
    controllers: controllers.filter(([at]) => at < tick),
  };
}

/** The music with the bars of a region put in, still silent; `time` has them already. */
export function opened(
  music: Music,
  region: Region,
  time: Pick<Take, "bars" | "tempos" | "metres">,
): Music {
  const { score, controllers } = music;
  const { bars, tempos, metres } = time;
  const tick = bars[region.first];
  const length = bars[region.last] - tick;
  const moved = (at: number): number => (at < tick ? at : at + length);
  const tracks = score.tracks.map((track) => {
    const kept = before(track.notes, tick);
    const n = kept.onset.length;
    const { onset, duration, pitch, velocity } = track.notes;
    return withNotes(track, {
      onset: onset.map(moved),
      duration: [...kept.duration, ...duration.slice(n)],
      pitch,
      velocity,
    });
  });
  return {
    score: {
      ...score,
      ...{ tracks, bars, tempos, metres },
      sections: score.sections?.map((mark) => ({ ...mark, tick: moved(mark.tick) })),
    },
    controllers: controllers.map(([at, ...message]): Controller => [moved(at), ...message]),
  };
}

/** The notes that begin before a tick, none of them longer than to it. */
function before({ onset, duration, pitch, velocity }: Notes, tick: number): Notes {
  const after = onset.findIndex((at) => at >= tick);
  const n = after < 0 ? onset.length : after;
  return {
    onset: onset.slice(0, n),
    duration: duration.slice(0, n).map((length, i) => Math.min(length, tick - onset[i])),
    pitch: pitch.slice(0, n),
    velocity: velocity.slice(0, n),
  };
}

function withNotes(track: Track, notes: Notes): Track {
  return { ...track, notes };
}

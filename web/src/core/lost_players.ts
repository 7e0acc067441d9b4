/**
 * Who falls silent in a take: a track that played nearly all the time before it, and then does not.
 *
 * That may be wanted, but is heard as a fault where it is not; so a card says it, of every take.
 */
import { BarGrid, formatBars } from "./bars.ts";
import { regionHasTrack } from "./mix.ts";
import { trackName } from "./notes.ts";
import type { BarRange, Region, Score, Take, Track } from "./types.ts";
import { listInWords } from "./words.ts";

/** So many bars before the take are looked at, where there are as many. */
const BARS_BEFORE = 8;
/** Of fewer bars nothing can be said. */
const FEWEST_BEFORE = 4;
/** Who played in so many of them is expected to go on. */
const NEARLY_ALL = 7 / 8;
/** A rest of fewer bars is music. */
const FEWEST_SILENT = 2;

/** Who falls silent, in phrases and by name: none where everybody goes on. */
export interface LostPlayers {
  /** `Drums stop in bar 47`, `Bass is silent in bars 5-8`. */
  readonly phrases: readonly string[];
  readonly names: ReadonlySet<string>;
}

/** The tracks that played nearly all the time before a region, and whose notes it is about. */
export function regularsOf(score: Score, region: Region): readonly number[] {
  const grid = new BarGrid(score);
  return [...score.tracks.keys()].filter(
    (i) => regionHasTrack(region, i) && wasPlaying(score.tracks[i], region, grid),
  );
}

/** Which of the regulars fall silent in a take. */
export function lostPlayers(
  take: Pick<Take, "score_tracks" | "bars" | "metres">,
  regulars: readonly number[],
  region: Region,
  score: Score,
): LostPlayers {
  const after = new BarGrid({ ...score, bars: take.bars, metres: take.metres });
  const lastBar = Math.max(-1, ...take.score_tracks.map((track) => lastOnsetBar(track, after)));
  const losses = new Map<string, { names: string[]; rest: BarRange }>();
  for (const i of regulars) {
    const played = take.score_tracks[i];
    const silent = longestRest(
      played === undefined ? new Set() : barsPlayed(played, after),
      region,
    );
    // Where nobody plays any more the music is over: that is another phrase.
    if (silent === null || silent.first > lastBar) continue;
    const key = `${silent.first} ${silent.last}`;
    const known = losses.get(key)?.names ?? [];
    losses.set(key, { names: [...known, trackName(score.tracks[i])], rest: silent });
  }
  const isNew = region.first >= score.bars.length - 1;
  const found = [...losses.values()];
  return {
    phrases: found.map(({ names, rest }) =>
      phrase(names, rest, isNew && rest.last === region.last),
    ),
    names: new Set(found.flatMap(({ names }) => names)),
  };
}

function phrase(names: readonly string[], rest: BarRange, isEnd: boolean): string {
  const one = names.length === 1 && !/[^s]s$/i.test(names[0]);
  const who = listInWords(names);
  return isEnd
    ? `${who} ${one ? "stops" : "stop"} in bar ${rest.first + 1}`
    : `${who} ${one ? "is" : "are"} silent in ${formatBars(rest)}`;
}

function wasPlaying(track: Track, region: Region, grid: BarGrid): boolean {
  const last = Math.min(region.first, grid.nBars);
  const first = Math.max(last - BARS_BEFORE, 0);
  if (last - first < FEWEST_BEFORE) return false;
  const bars = barsPlayed(track, grid);
  let played = 0;
  for (let bar = first; bar < last; bar++) if (bars.has(bar)) played++;
  return played >= Math.ceil((last - first) * NEARLY_ALL);
}

/** The bars in which a note of a track sounds. */
function barsPlayed({ notes }: Track, grid: BarGrid): ReadonlySet<number> {
  const bars = new Set<number>();
  notes.onset.forEach((onset, i) => {
    const last = grid.barAt(onset + notes.duration[i] - 1);
    for (let bar = grid.barAt(onset); bar <= last; bar++) bars.add(bar);
  });
  return bars;
}

/** The longest run of a region's bars that are not among `played`; null if it is short. */
function longestRest(played: ReadonlySet<number>, region: Region): BarRange | null {
  let longest: BarRange | null = null;
  for (let first = region.first; first < region.last; first++) {
    let last = first;
    while (last < region.last && !played.has(last)) last++;
    const length = longest === null ? FEWEST_SILENT - 1 : longest.last - longest.first;
    if (last - first > length) longest = { first, last };
    first = last;
  }
  return longest;
}

function lastOnsetBar({ notes }: Track, grid: BarGrid): number {
  const last = notes.onset.at(-1);
  return last === undefined ? -1 : grid.barAt(last);
}

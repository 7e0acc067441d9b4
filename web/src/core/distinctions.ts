/**
 * How takes differ from each other, in a musician's words.
 *
 * Takes lie side by side, so a card says what sets its take apart from the *other* takes: what all of
 * them do is said of none. A take that is alone is compared with the bars before it (or those that it
 * replaces) instead. Where nothing stands out, a plain figure is said: how many notes a bar. Takes of
 * which the same would be said are distinguished by plain facts, as far as they differ. Who falls silent
 * is said of every take in which it is so.
 */
import { BarGrid } from "./bars.ts";
import { type LostPlayers, lostPlayers, regularsOf } from "./lost_players.ts";
import { trackName } from "./notes.ts";
import type { BarRange, Region, Score, Take, Track } from "./types.ts";
import { count, listInWords, pitchName } from "./words.ts";

/** What of a take is compared. */
export type Compared = Pick<Take, "number" | "score_tracks" | "key" | "bars" | "metres">;

/** So many bars before a take are what it is compared with. */
const BARS_BEFORE = 8;
/** A phrase says so from this many times more or fewer notes on. */
const MANY_TIMES = 1.3;
/** A phrase says so from this many semitones higher or lower, on average. */
const SEMITONES = 3;
/** A phrase says so from this much more or less of the notes in common with what was there, 0 to 1. */
const LIKENESS = 0.12;
/** More would not be read. */
const MOST_PHRASES = 3;
/** Onsets as near as this to each other, in parts of a quarter, are the same. */
const GRID = 12;

/** What can be heard of some bars. */
interface Facts {
  readonly nNotes: number;
  readonly notesABar: number;
  readonly drumsABar: number;
  /** Mean pitch of everything but drums; null if there is none. */
  readonly height: number | null;
  /** Who plays. */
  readonly players: ReadonlySet<string>;
  readonly key: string | null;
  /** How much of a bar is as in the most similar of the bars compared with, 0 to 1. */
  readonly likeness: number;
  /** The first bar in which a note begins; -1 if none does. */
  readonly firstBar: number;
  /** The last bar in which a note begins; -1 if none does. */
  readonly lastBar: number;
}

/** For each take by its number: phrases, the most important first, at least one. */
export function distinctions(
  takes: readonly Compared[],
  region: Region,
  score: Score,
): ReadonlyMap<number, readonly string[]> {
  const grid = new BarGrid(score);
  const names = score.tracks.map(trackName);
  const nameOf = (track: Track, i: number) => names[i] ?? trackName(track);
  const { before, tracks } = comparedWith(region, grid, score);
  const models = barsOf(tracks, before, grid, nameOf);
  const was = factsOf({ score_tracks: tracks, key: score.key }, before, grid, nameOf, models);
  const facts = takes.map((take) => {
    const own = new BarGrid({ ...score, bars: take.bars, metres: take.metres });
    return factsOf(take, region, own, nameOf, models);
  });
  const isNew = region.first >= grid.nBars;
  const isNewPart = region.tracks?.every((i) => i >= score.tracks.length) ?? false;
  const regulars = regularsOf(score, region);
  const lost = takes.map((take) => lostPlayers(take, regulars, region, score));

  const found = facts.map((mine, i) => {
    const others = facts.filter((_, j) => j !== i);
    if (mine.lastBar < 0) return ["silent"];
    return [
      ...(isNewPart ? entryPhrases(mine, region) : []),
      ...endPhrases(mine, region, isNew),
      // Whose part it is, is plain.
      ...(isNewPart && takes.length === 1 ? [] : playerPhrases(mine, facts, was, lost[i])),
      ...amountPhrases(mine, others, was),
      ...heightPhrases(mine, others, was),
      ...keyPhrases(mine, facts, was),
      ...likenessPhrases(mine, others, isNew),
      ...drumPhrases(mine, others),
    ];
  });
  const words = found.map((phrases, i) => {
    const special = phrases.filter((phrase) => !isSharedByAll(phrase, found));
    const chosen = special.length > 0 ? special : [figure(facts[i])];
    const isSilent = facts[i].lastBar < 0;
    return [...(isSilent ? [] : lost[i].phrases), ...chosen].slice(0, MOST_PHRASES);
  });
  const apart = toldApart(words, facts);
  return new Map(takes.map(({ number }, i) => [number, apart[i]]));
}

/** What can be said of a take beside takes of which the same is said, in the order in which it is. */
const PLAIN_FACTS: readonly ((mine: Facts, alike: readonly Facts[]) => string | null)[] = [
  figure,
  ({ key }) => (key === null ? null : `in ${key}`),
  ({ players }, alike) => {
    const own = [...players].filter((name) => alike.some((other) => !other.players.has(name)));
    return own.length > 0 ? `with ${listInWords(own.sort(), own.length)}` : null;
  },
  ({ nNotes }) => `${count(nNotes, "note")} in all`,
  ({ height }) => (height === null ? null : `around ${pitchName(Math.round(height))}`),
  ({ lastBar }) => `until bar ${lastBar + 1}`,
];

/** The words of all takes, with plain facts added where they are those of another take, too. */
function toldApart(words: readonly (readonly string[])[], facts: readonly Facts[]) {
  const longer = words.map((phrases) => [...phrases]);
  for (const factOf of PLAIN_FACTS) {
    for (const group of alikeIn(longer)) {
      const alike = group.map((i) => facts[i]);
      const phrases = alike.map((mine) => factOf(mine, alike));
      if (new Set(phrases).size < 2) continue;
      group.forEach((i, place) => {
        const phrase = phrases[place];
        if (phrase !== null && facts[i].lastBar >= 0) longer[i].push(phrase);
      });
    }
  }
  return longer;
}

/** The places of equal words, where there are several. */
function alikeIn(words: readonly (readonly string[])[]): readonly (readonly number[])[] {
  const places = new Map<string, number[]>();
  words.forEach((phrases, i) => {
    const text = phrases.join("\n");
    places.set(text, [...(places.get(text) ?? []), i]);
  });
  return [...places.values()].filter((group) => group.length > 1);
}

function isSharedByAll(phrase: string, found: readonly (readonly string[])[]): boolean {
  return found.length > 1 && found.every((phrases) => phrases.includes(phrase));
}

/** The notes that a region replaces, or those of the last bars before it. */
function comparedWith(region: Region, grid: BarGrid, score: Score) {
  const before: BarRange =
    region.first < grid.nBars
      ? { first: region.first, last: Math.min(region.last, grid.nBars) }
      : { first: Math.max(grid.nBars - BARS_BEFORE, 0), last: grid.nBars };
  const replaced = region.first < grid.nBars ? region.tracks : null;
  const { start, end } = grid.ticksOf(before);
  const tracks = score.tracks.map((track, i) => {
    const isMeant = replaced === null || replaced.includes(i);
    const kept = track.notes.onset.flatMap((tick, note) =>
      isMeant && tick >= start && tick < end ? [note] : [],
    );
    const pick = (column: readonly number[]) => kept.map((note) => column[note]);
    const { onset, duration, pitch, velocity } = track.notes;
    const notes = {
      onset: pick(onset),
      duration: pick(duration),
      pitch: pick(pitch),
      velocity: pick(velocity),
    };
    return { ...track, notes };
  });
  return { before, tracks };
}

type NameOf = (track: Track, index: number) => string;

/** The notes of each bar as words that are equal where the notes are. */
function barsOf(
  tracks: readonly Track[],
  bars: BarRange,
  grid: BarGrid,
  nameOf: NameOf,
): ReadonlySet<string>[] {
  const found = Array.from({ length: bars.last - bars.first }, () => new Set<string>());
  const step = grid.quarterLength / GRID;
  tracks.forEach((track, i) => {
    const name = nameOf(track, i);
    track.notes.onset.forEach((tick, note) => {
      const bar = grid.barAt(tick);
      const position = Math.round((tick - grid.start(bar)) / step);
      found[bar - bars.first]?.add(`${position} ${track.notes.pitch[note]} ${name}`);
    });
  });
  return found;
}

function factsOf(
  { score_tracks: tracks, key }: Pick<Compared, "score_tracks" | "key">,
  bars: BarRange,
  grid: BarGrid,
  nameOf: NameOf,
  models: readonly ReadonlySet<string>[],
): Facts {
  const nBars = Math.max(bars.last - bars.first, 1);
  const pitches = tracks.filter((track) => !track.is_drum).flatMap(({ notes }) => notes.pitch);
  const onsets = tracks.map(({ notes }) => notes.onset);
  const nDrums = tracks.reduce(
    (n, { is_drum, notes }) => n + (is_drum ? notes.onset.length : 0),
    0,
  );
  const sounding = barsOf(tracks, bars, grid, nameOf).filter((bar) => bar.size > 0);
  const likest = sounding.map((bar) => Math.max(0, ...models.map((model) => overlap(bar, model))));
  const first = Math.min(...onsets.map((ticks) => ticks[0] ?? Number.POSITIVE_INFINITY));
  const last = onsets.reduce((most, ticks) => Math.max(most, ticks.at(-1) ?? -1), -1);
  return {
    nNotes: pitches.length + nDrums,
    notesABar: (pitches.length + nDrums) / nBars,
    drumsABar: nDrums / nBars,
    height: pitches.length > 0 ? mean(pitches) : null,
    players: new Set(tracks.flatMap((t, i) => (t.notes.onset.length > 0 ? [nameOf(t, i)] : []))),
    key,
    likeness: likest.length > 0 ? mean(likest) : 0,
    firstBar: last < 0 ? -1 : grid.barAt(first),
    lastBar: last < 0 ? -1 : grid.barAt(last),
  };
}

/** Notes in common, as a share of all notes of either. */
function overlap(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  if (a.size === 0 || b.size === 0) return 0;
  const common = [...a].filter((note) => b.has(note)).length;
  return common / (a.size + b.size - common);
}

/** A part that is new need not begin with the first bar. */
function entryPhrases(mine: Facts, region: Region): string[] {
  return mine.firstBar > region.first ? [`enters in bar ${mine.firstBar + 1}`] : [];
}

function endPhrases(mine: Facts, region: Region, isNew: boolean): string[] {
  // A last bar in which a long note only goes on is not an early end.
  if (mine.lastBar >= region.last - 2) return [];
  return isNew
    ? [`ends early, in bar ${mine.lastBar + 1}`]
    : [`nothing after bar ${mine.lastBar + 1}`];
}

/** Who is there or not against what was there; or, where most takes differ from that, who is as it was. */
function playerPhrases(
  mine: Facts,
  all: readonly Facts[],
  was: Facts,
  lost: LostPlayers,
): string[] {
  const names = new Set([was, ...all].flatMap(({ players }) => [...players]));
  const added: string[] = [];
  const kept: string[] = [];
  const missing: string[] = [];
  for (const name of [...names].sort()) {
    const wasThere = was.players.has(name);
    const isThere = mine.players.has(name);
    const changing = all.filter(({ players }) => players.has(name) !== wasThere).length;
    if (changing === 0 || (changing === all.length && all.length > 1)) continue;
    const isFew = all.length === 1 || changing <= all.length / 2;
    if (isFew === (isThere === wasThere)) continue;
    if (!isThere && lost.names.has(name)) continue; // that is said already, and where
    (isThere ? (wasThere ? kept : added) : missing).push(name);
  }
  return [
    ...said(was.players.size > 0 ? "adds" : "with", added),
    ...said("keeps", kept),
    ...said("without", missing),
  ];
}

function said(word: string, names: readonly string[]): string[] {
  return names.length > 0 ? [`${word} ${listInWords(names)}`] : [];
}

function amountPhrases(mine: Facts, others: readonly Facts[], was: Facts): string[] {
  const isAlone = others.length === 0;
  const usual = isAlone ? was.notesABar : median(others.map(({ notesABar }) => notesABar));
  const word = compared(mine.notesABar, usual, "denser", "sparser");
  if (word === null) return [];
  return [`${word}${isAlone ? " than before" : ""}: ${figure(mine)}`];
}

function heightPhrases(mine: Facts, others: readonly Facts[], was: Facts): string[] {
  const isAlone = others.length === 0;
  const heights = (isAlone ? [was] : others).flatMap(({ height }) => height ?? []);
  if (mine.height === null || heights.length === 0) return [];
  const by = mine.height - median(heights);
  if (Math.abs(by) < SEMITONES) return [];
  return [`${by > 0 ? "higher" : "lower"}${isAlone ? " than before" : ""}`];
}

function keyPhrases(mine: Facts, all: readonly Facts[], was: Facts): string[] {
  if (mine.key === null) return [];
  const alike = all.filter(({ key }) => key === mine.key).length;
  if (all.length === 1) return mine.key === was.key ? [] : [`in ${mine.key}`];
  if (alike > all.length / 2) return [];
  return [mine.key === was.key ? `stays in ${mine.key}` : `in ${mine.key}`];
}

function likenessPhrases(mine: Facts, others: readonly Facts[], isNew: boolean): string[] {
  if (others.length === 0) return [];
  const by = mine.likeness - median(others.map(({ likeness }) => likeness));
  if (Math.abs(by) < LIKENESS) return [];
  const what = isNew ? "the bars before" : "what was there";
  return [by > 0 ? `closer to ${what}` : `further from ${what}`];
}

function drumPhrases(mine: Facts, others: readonly Facts[]): string[] {
  const drumming = others.map(({ drumsABar }) => drumsABar).filter((amount) => amount > 0);
  if (mine.drumsABar === 0 || drumming.length === 0) return [];
  const word = compared(mine.drumsABar, median(drumming), "busier", "calmer");
  return word === null ? [] : [`${word} drums`];
}

function compared(value: number, usual: number, more: string, less: string): string | null {
  if (usual <= 0) return null;
  if (value > usual * MANY_TIMES) return more;
  return value < usual / MANY_TIMES ? less : null;
}

/** `12 notes a bar`. */
function figure({ notesABar }: Facts): string {
  const shown = notesABar < 3 ? Math.round(notesABar * 10) / 10 : Math.round(notesABar);
  return shown === 0 ? "silent" : `${count(shown, "note")} a bar`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * A comp: parts of several takes as one piece, such as the drums of take 2 with the bass of take 4.
 *
 * A lane is a track of the piece, or one that only takes have: takes that add the same instrument
 * share it. Of every lane, each bar comes from one take at most; where none is chosen, the piece's own
 * notes stay. The server puts the same together when a comp is kept (`segue.generation.comp`).
 */
import { BarGrid, formatBars } from "./bars.ts";
import { columnsOf, listOf, trackName } from "./notes.ts";
import { keyOf, placesIn } from "./same_tracks.ts";
import type { BarRange, Note, Score, Track } from "./types.ts";
import { listInWords } from "./words.ts";

/** `0`, `1` ... for the tracks of the piece; for those that takes add, what they are. */
export type Lane = string;

/** A take that parts can be chosen of. */
export interface Source {
  /** The suggestion and the number of the take: together they are its name. */
  readonly suggestion: string;
  readonly number: number;
  /** What it plays in its bars. */
  readonly tracks: readonly Track[];
  /** The lane of each track. */
  readonly lanes: readonly Lane[];
  /** The bars that were written for it. */
  readonly bars: BarRange;
}

/** What is chosen: of each lane, the source of each bar. */
export type Picks = ReadonlyMap<Lane, ReadonlyMap<number, Source>>;

export const NO_PICKS: Picks = new Map();

/** Whether two are the same take. */
export function isSame(a: Source, b: Source): boolean {
  return a.suggestion === b.suggestion && a.number === b.number;
}

/** The lane of each track of a take; `before` are the tracks that its own count from. */
export function lanesOf(tracks: readonly Track[], piece: Score): readonly Lane[] {
  const places = placesIn(tracks.map(keyOf), piece.tracks.map(keyOf));
  const taken = new Map<Lane, number>();
  return tracks.map((track, i) => {
    const place = places.get(i);
    if (place !== undefined) return String(place);
    const kind = `${track.is_drum ? "drums" : track.program} ${trackName(track)}`;
    const again = taken.get(kind) ?? 0;
    taken.set(kind, again + 1);
    return again === 0 ? kind : `${kind} ${again + 1}`;
  });
}

/** How much of some bars of a lane comes from a take. */
export function shareOf(
  picks: Picks,
  lane: Lane,
  source: Source,
  bars: BarRange,
): "all" | "some" | "none" {
  const chosen = picks.get(lane);
  let n = 0;
  for (let bar = bars.first; bar < bars.last; bar++) {
    const found = chosen?.get(bar);
    if (found !== undefined && isSame(found, source)) n++;
  }
  return n === 0 ? "none" : n === bars.last - bars.first ? "all" : "some";
}

/** Take some lanes of a take in some bars; or, where all of that is chosen already, no longer. */
export function toggled(
  picks: Picks,
  lanes: readonly Lane[],
  source: Source,
  bars: BarRange,
): Picks {
  const isChosen = lanes.every((lane) => shareOf(picks, lane, source, bars) === "all");
  const result = new Map(picks);
  for (const lane of lanes) {
    const chosen = new Map(result.get(lane));
    for (let bar = bars.first; bar < bars.last; bar++) {
      if (isChosen) chosen.delete(bar);
      else chosen.set(bar, source);
    }
    if (chosen.size > 0) result.set(lane, chosen);
    else result.delete(lane);
  }
  return result;
}

/** Bars of a lane that come from one take, one after another. */
export interface Run {
  readonly lane: Lane;
  readonly source: Source;
  readonly bars: BarRange;
}

/** What is chosen, lane by lane, each in the order of its bars. */
export function runsOf(picks: Picks): readonly Run[] {
  const runs: Run[] = [];
  for (const [lane, chosen] of picks) {
    for (const [bar, source] of [...chosen].sort(([a], [b]) => a - b)) {
      const before = runs.at(-1);
      const goesOn =
        before?.lane === lane && before.bars.last === bar && isSame(before.source, source);
      const first = goesOn ? before.bars.first : bar;
      if (goesOn) runs.pop();
      runs.push({ lane, source, bars: { first, last: bar + 1 } });
    }
  }
  return runs;
}

/** What of a take is asked of the server in one. */
export interface CompChoice {
  readonly suggestion: string;
  readonly take: number;
  /** As the take's own tracks are counted. */
  readonly tracks: number[];
  readonly first: number;
  readonly last: number;
}

/** What is chosen, as the server takes it: tracks with the same bars of a take together. */
export function choicesOf(picks: Picks): readonly CompChoice[] {
  const choices = new Map<string, CompChoice>();
  for (const { lane, source, bars } of runsOf(picks)) {
    const { suggestion, number: take } = source;
    const key = `${suggestion} ${take} ${bars.first} ${bars.last}`;
    const choice = choices.get(key) ?? { suggestion, take, tracks: [], ...bars };
    choice.tracks.push(source.lanes.indexOf(lane));
    choices.set(key, choice);
  }
  return [...choices.values()];
}

/** `Drums: take 2. Bass: take 4, bars 10-12.` */
export function picksInWords(picks: Picks, piece: Score): string {
  const phrases = new Map<string, string[]>();
  for (const { lane, source, bars } of runsOf(picks)) {
    const isWhole = bars.first <= source.bars.first && bars.last >= source.bars.last;
    const from = `take ${source.number}${isWhole ? "" : `, ${formatBars(bars)}`}`;
    phrases.set(from, [...(phrases.get(from) ?? []), laneName(lane, source, piece)]);
  }
  return [...phrases].map(([from, names]) => `${listInWords(names)}: ${from}`).join(" · ");
}

/** What people call a lane. */
export function laneName(lane: Lane, source: Source, piece: Score): string {
  return trackName(piece.tracks[Number(lane)] ?? source.tracks[source.lanes.indexOf(lane)]);
}

/** A comp beside the piece: what stays of the piece, and what takes play over it. */
export interface Comped {
  /** The piece without the notes that are exchanged. */
  readonly score: Score;
  /** What is taken: the first tracks line up with the piece's, others are new. */
  readonly overlay: readonly Track[];
  /** From the first bar that is taken to the last. */
  readonly bars: BarRange;
}

/** Put together what is chosen; null where nothing is. `piece` has the bar lines of all of it. */
export function comped(piece: Score, picks: Picks): Comped | null {
  const runs = runsOf(picks);
  if (runs.length === 0) return null;
  const grid = new BarGrid(piece);
  const further = [...new Set(runs.map(({ lane }) => lane))].filter(
    (lane) => piece.tracks[Number(lane)] === undefined,
  );
  const lanes = [...piece.tracks.keys()].map(String).concat(further);
  const kept: Track[] = [];
  const overlay: Track[] = [];
  for (const [i, lane] of lanes.entries()) {
    const mine = runs.filter((run) => run.lane === lane);
    const spans = mine.map(({ bars }) => grid.ticksOf(bars));
    const own = piece.tracks[i];
    const stays = own === undefined ? [] : listOf(own.notes).filter((n) => !isWithin(n, spans));
    const taken = mine.flatMap(({ source }, run) =>
      listOf(source.tracks[source.lanes.indexOf(lane)].notes)
        .filter((note) => isWithin(note, [spans[run]]))
        .map((note) => ({ note, end: spans[run].end })),
    );
    const all = [...stays, ...taken.map(({ note }) => note)];
    const notes = columnsOf(taken.map(({ note, end }) => ended(note, end, all)));
    const player = own ?? mine[0].source.tracks[mine[0].source.lanes.indexOf(lane)];
    if (own !== undefined) kept.push({ ...own, notes: columnsOf(stays) });
    overlay.push({ ...player, notes });
  }
  const first = Math.min(...runs.map(({ bars }) => bars.first));
  const last = Math.max(...runs.map(({ bars }) => bars.last));
  return { score: { ...piece, tracks: kept }, overlay, bars: { first, last } };
}

function isWithin({ onset }: Note, spans: readonly { start: number; end: number }[]): boolean {
  return spans.some(({ start, end }) => onset >= start && onset < end);
}

/** A taken note; one that is held on ends where its pitch begins again. */
function ended(note: Note, end: number, all: readonly Note[]): Note {
  if (note.onset + note.duration <= end) return note;
  const again = all
    .filter(({ pitch, onset }) => pitch === note.pitch && onset >= end)
    .map(({ onset }) => onset - note.onset);
  return { ...note, duration: Math.min(note.duration, ...again) };
}

/**
 * What is heard and seen: the piece, a take laid over it, or another version to compare with.
 *
 * A take is heard in place: it stands in for the bars it is about, position and time go on. If the
 * place is elsewhere, playing begins a bar before it, so that one hears how it follows.
 */
import type { Playable } from "../../audio/index.ts";
import { BarGrid } from "../../core/bars.ts";
import type {
  BarRange,
  Controller,
  NodeDetail,
  Region,
  Score,
  TickRange,
  Track,
} from "../../core/types.ts";
import type { Asked, TakeView } from "./asked.svelte.ts";
import { PIANO } from "./drafts.ts";
import type { Sound } from "./sound.svelte.ts";

/** What is heard. */
export type Heard =
  | { readonly kind: "piece" }
  | { readonly kind: "take"; readonly asked: Asked; readonly number: number }
  | { readonly kind: "laid"; readonly laid: Laid }
  | { readonly kind: "version"; readonly detail: NodeDetail };

/** Music put together here: a comp, or a take of an earlier version over that version. */
export interface Laid {
  /** The piece without what is exchanged, with the time of all of it. */
  readonly score: Score;
  readonly overlay: readonly Track[];
  readonly controllers: readonly Controller[];
  readonly bars: BarRange;
  /** The take that it is, if it is one alone. */
  readonly take: { readonly asked: Asked; readonly number: number } | null;
}

export const THE_PIECE: Heard = { kind: "piece" };

export class Listening {
  heard = $state.raw<Heard>(THE_PIECE);
  /** Takes are played one after the other. */
  touring = $state(false);

  readonly #sound: Sound;
  readonly #drafts: () => readonly Track[];
  /** The music was begun here, and nobody has stopped it: it waits where no more is written. */
  #goesOn = $state(false);

  /** `drafts` are the tracks without notes that the page alone has; they are heard when drawn into. */
  constructor(sound: Sound, drafts: () => readonly Track[] = () => []) {
    this.#sound = sound;
    this.#drafts = drafts;
  }

  /** Whether the music stands still until more of the take is written. */
  get waits(): boolean {
    return this.#goesOn && !this.#sound.playing;
  }

  /** The number of the take that is heard, or null. */
  get take(): number | null {
    return this.heard.kind === "take" ? this.heard.number : null;
  }

  /** The take that is heard, if it is of this suggestion. */
  takeOf(asked: Asked | null): number | null {
    const { heard } = this;
    const take = heard.kind === "take" ? heard : heard.kind === "laid" ? heard.laid.take : null;
    return take !== null && take.asked === asked ? take.number : null;
  }

  /** Hear what was put together, from where the music is; `play` from a bar before it, too. */
  async lay(laid: Laid, detail: NodeDetail, play: boolean): Promise<void> {
    this.stop();
    this.heard = { kind: "laid", laid };
    this.again(detail);
    if (play) await this.#sound.play(passageOfBars(laid.bars, laid.score).start);
  }

  /** Hear a take in place, from a bar before it where the place is elsewhere. */
  async hear(asked: Asked, number: number, detail: NodeDetail, play = true): Promise<void> {
    const again = this.takeOf(asked) === number;
    this.heard = { kind: "take", asked, number };
    this.again(detail);
    if (!play) return;
    const passage = passageOf(asked, detail.score);
    const at = this.#sound.position;
    const isThere = at >= passage.start && at < passage.end;
    this.#goesOn = true;
    if (!this.#sound.playing || !isThere || again) await this.#sound.play(passage.start);
  }

  /**
   * Hear one take after the other, each with a bar before it; the first one without, if `leadIn` is
   * false: who has asked while nothing played wants to hear what is new, and at once.
   */
  async tour(
    asked: Asked,
    detail: NodeDetail,
    from = 1,
    { leadIn = true }: { leadIn?: boolean } = {},
  ): Promise<void> {
    this.touring = false;
    this.heard = { kind: "take", asked, number: from };
    this.again(detail);
    const grid = new BarGrid(detail.score);
    const { start } = passageOf(asked, detail.score);
    await this.#sound.play(leadIn ? start : grid.start(asked.region?.first ?? 0));
    // The musician may have gone on to something else meanwhile.
    if (this.takeOf(asked) !== from) return;
    // Only now: until the music plays, its standing still does not mean that a take is over.
    this.touring = this.#goesOn = this.#sound.playing;
  }

  /** The musician has taken the playing into the own hands. */
  stop(): void {
    this.touring = false;
    this.#goesOn = false;
  }

  /** Hear another version from where the music is. */
  compare(version: NodeDetail): void {
    this.stop();
    this.heard = { kind: "version", detail: version };
    this.#sound.exchange(playableOf(this.heard, version));
  }

  /** Hear the piece itself again. */
  leave(detail: NodeDetail): void {
    this.stop();
    if (this.heard.kind !== "piece") this.changed(detail);
  }

  /** The piece has changed: it is heard as it is now, from where the music is. */
  changed(detail: NodeDetail): void {
    this.stop();
    this.heard = THE_PIECE;
    this.again(detail);
  }

  /** Another piece, from its beginning. */
  open(detail: NodeDetail): void {
    this.stop();
    this.heard = THE_PIECE;
    this.#sound.load(this.#playable(detail));
  }

  /** What is heard goes on with other tracks or another numbering of them. */
  again(detail: NodeDetail): void {
    this.#sound.exchange(this.#playable(detail));
  }

  /** A take has grown: if it is the one that is heard, go on with what is there now. */
  grown(asked: Asked, number: number, detail: NodeDetail): void {
    if (this.takeOf(asked) !== number) return;
    this.again(detail);
    // The music had come to the end of what was written.
    if (this.#goesOn && !this.#sound.playing) void this.#sound.play();
  }

  /**
   * Once a frame: wait where a take is not written further (`grown` goes on from there); on a tour,
   * go on to the next take when one has been heard to its end.
   */
  advance(detail: NodeDetail): void {
    if (this.heard.kind !== "take") return;
    const { asked, number } = this.heard;
    const isUnfinished = asked.of(number)?.state === "writing";
    const { endedAt } = this.#sound;
    if (this.#goesOn && isUnfinished && endedAt !== null) this.#sound.seek(endedAt);
    if (!this.touring || isUnfinished) return;
    const { end } = passageOf(asked, detail.score);
    if (this.#sound.playing && this.#sound.position < end) return;
    const next = asked.takes.find((view) => view.number > number && view.tracks.length > 0);
    if (next === undefined) {
      this.stop();
      this.#sound.pause();
      return;
    }
    void this.tour(asked, detail, next.number);
  }

  #playable(detail: NodeDetail): Playable {
    const drafts = this.#drafts();
    const isEmpty = detail.score.tracks.length + drafts.length === 0;
    // Keys and what is drawn are heard in an empty piece, too.
    return playableOf(this.heard, detail, isEmpty ? [PIANO] : drafts);
  }
}

/** The ticks in which a suggestion is heard: its bars, with one before. */
export function passageOf(asked: Asked, score: Score): TickRange {
  const grid = new BarGrid(asked.lines(score));
  const { region } = asked;
  if (region === null) return { start: 0, end: grid.endTick };
  return passageOfBars(region, asked.lines(score));
}

/** The ticks in which some bars are heard: they, with one before. */
export function passageOfBars(
  { first, last }: BarRange,
  score: Pick<Score, "bars" | "metres" | "ticks_per_quarter">,
): TickRange {
  const grid = new BarGrid(score);
  return { start: grid.start(Math.max(first - 1, 0)), end: grid.start(last) };
}

/**
 * What the player plays for what is heard; `detail` is the current version.
 *
 * `drafts` come after the piece's tracks, but not where a take has tracks of its own.
 */
export function playableOf(
  heard: Heard,
  detail: NodeDetail,
  drafts: readonly Track[] = [],
): Playable {
  if (heard.kind === "version") return playableOfVersion(heard.detail);
  if (heard.kind === "laid") {
    const { score, controllers, overlay: extra } = heard.laid;
    return { score, controllers, extra };
  }
  const view = heard.kind === "take" ? heard.asked.of(heard.number) : undefined;
  if (heard.kind !== "take" || view === undefined) {
    const { score } = detail;
    const tracks = [...score.tracks, ...drafts];
    return { score: { ...score, tracks }, controllers: detail.controllers };
  }
  const region = heard.asked.regionOf(view);
  const { score, controllers } = heard.asked.ground(detail, view);
  const { resets } = view.take ?? view.stopped ?? heard.asked;
  return {
    score: scoreFor(heard.asked, view, score),
    // Before the piece's own of the same tick, as in the file of a take that is kept.
    controllers: [...resets, ...controllers],
    extra: overlayOf(view, score),
    replace: region === null ? null : writtenPart(region, view, score),
  };
}

function playableOfVersion(detail: NodeDetail): Playable {
  return { score: detail.score, controllers: detail.controllers };
}

/** The score with the tempos, metres and bar lines of a take, as far as it is written. */
export function scoreFor(asked: Asked, view: TakeView, score: Score): Score {
  const whole = view.take ?? view.stopped;
  const time = whole ?? asked.time;
  if (time === null) return score;
  const { tempos, metres } = time;
  if (whole !== null || asked.region === null) return { ...score, tempos, metres, bars: time.bars };
  // Playing ends with the last bar that is there, and waits for the next.
  const written = Math.max(score.bars.length - 1, asked.region.first + view.barsDone);
  return { ...score, tempos, metres, bars: time.bars.slice(0, written + 1) };
}

/** The take's notes, at least as many tracks as the score has. */
export function overlayOf(view: TakeView, score: Score): readonly Track[] {
  const missing = score.tracks.slice(view.tracks.length);
  return [...view.tracks, ...missing.map((track) => ({ ...track, notes: EMPTY }))];
}

const EMPTY = { onset: [], duration: [], pitch: [], velocity: [] };

/** The region as far as a take is written: behind that, one still hears what was there. */
function writtenPart(region: Region, view: TakeView, score: Score): Region {
  if (view.take !== null || view.stopped !== null || view.bars === 0) return region;
  const isBehindEnd = region.first >= score.bars.length - 1;
  return isBehindEnd ? region : { ...region, last: region.first + view.barsDone };
}

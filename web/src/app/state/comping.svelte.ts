/** Comping: choosing parts of takes, hearing them together, keeping them as one version. */
import {
  choicesOf,
  comped,
  type Lane,
  lanesOf,
  NO_PICKS,
  type Picks,
  picksInWords,
  runsOf,
  type Source,
  toggled,
} from "../../core/comp.ts";
import type { Music } from "../../core/ground.ts";
import { regionHasTrack } from "../../core/mix.ts";
import { pathTo } from "../../core/tree.ts";
import type { BarRange, Controller, NodeDetail } from "../../core/types.ts";
import { type Asked, type Suggestions, type TakeView, wholeOf } from "./asked.svelte.ts";
import type { Desk } from "./desk.svelte.ts";
import type { Laid, Listening } from "./listening.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Takes } from "./takes.svelte.ts";

/** So many versions back, takes of another day are looked for. */
const VERSIONS_BACK = 8;

/** What comping needs. */
export interface CompingNeeds {
  readonly desk: Desk;
  readonly listening: Listening;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly suggestions: Suggestions;
  readonly takes: Takes;
  /** Another version is current. */
  readonly arrived: () => void;
}

/** A take that parts are chosen of, as the page has it. */
interface TakeSource extends Source {
  readonly asked: Asked;
  readonly view: TakeView;
}

export class Comping {
  isOpen = $state(false);
  picks = $state.raw<Picks>(NO_PICKS);
  keeping = $state(false);
  /** Takes of an earlier version, with that version; null: those of the current one. */
  #earlier = $state.raw<{ readonly asked: Asked; readonly detail: NodeDetail } | null>(null);
  readonly #needs: CompingNeeds;

  constructor(needs: CompingNeeds) {
    this.#needs = needs;
  }

  /** The suggestion whose takes are chosen from. */
  get shown(): Asked | null {
    return this.#earlier?.asked ?? this.#needs.takes.shown;
  }

  /** The version that those takes were asked of. */
  get shownOn(): NodeDetail | null {
    return this.#earlier?.detail ?? this.#needs.piece.detail;
  }

  /** Suggestions that parts can be taken from: of this version and of those before it, the newest first. */
  get offered(): readonly Asked[] {
    const path = this.#path();
    return this.#needs.suggestions.all
      .filter((asked) => path.includes(asked.node) && asked.takes.some((view) => wholeOf(view)))
      .reverse();
  }

  /** Whether this version came of takes, of which parts may still be wanted. */
  get hasEarlier(): boolean {
    const { nodes, detail } = this.#needs.piece;
    if (detail === null) return false;
    const isOfTakes = pathTo(nodes, detail.id).some(
      ({ kind }) => kind !== "root" && kind !== "edit",
    );
    return isOfTakes || this.offered.length > 0;
  }

  /** What is chosen, in words; empty if nothing is. */
  get words(): string {
    const { detail } = this.#needs.piece;
    return detail === null ? "" : picksInWords(this.picks, detail.score);
  }

  /** The bars that are taken next: those that are selected, as far as the take has them. */
  barsOf({ bars }: Source): BarRange {
    const { bars: selected } = this.#needs.desk;
    if (selected === null) return bars;
    const first = Math.max(bars.first, selected.first);
    const last = Math.min(bars.last, selected.last);
    return first < last ? { first, last } : bars;
  }

  /** A take as parts can be chosen of it; null while it is not complete. */
  sourceOf(asked: Asked, view: TakeView): TakeSource | null {
    const { detail } = this.#needs.piece;
    const take = wholeOf(view);
    const bars = asked.regionOf(view);
    if (detail === null || take === null || bars === null) return null;
    const lanes = lanesOf(take.score_tracks, detail.score);
    return {
      ...{ suggestion: asked.id, number: view.number, tracks: take.score_tracks, lanes },
      ...{ bars, asked, view },
    };
  }

  /** The lanes that a take has something new for. */
  lanesOf(source: TakeSource): readonly Lane[] {
    const { region } = source.asked;
    const { shownOn } = this;
    const nOwn = shownOn?.score.tracks.length ?? 0;
    return source.lanes.filter((_, i) => {
      const track = source.tracks[i];
      const isThere = track.notes.onset.length > 0 || i < nOwn;
      return isThere && region !== null && (i >= nOwn || regionHasTrack(region, i));
    });
  }

  /** Open it, with all of the take that is heard; where it is open, hear what is chosen. */
  async open(): Promise<void> {
    const { listening, notices, piece } = this.#needs;
    if (this.isOpen) {
      await this.hear();
      return;
    }
    const { detail } = piece;
    await notices.attempt(() => this.#bringEarlier());
    if (detail?.id !== piece.detail?.id) return;
    if (this.offered.length === 0) {
      notices.problem("There are no takes to choose parts from yet. Ask for some first.");
      return;
    }
    this.isOpen = true;
    if (this.#needs.takes.shown === null || !this.offered.includes(this.#needs.takes.shown)) {
      await this.takeFrom(this.offered[0]);
      if (!this.isOpen) return;
    }
    const heard = this.shown?.of(listening.takeOf(this.shown) ?? 0);
    const source = this.shown && heard ? this.sourceOf(this.shown, heard) : null;
    if (source !== null && this.picks.size === 0) this.#pick(this.lanesOf(source), source);
    else if (this.picks.size > 0 && piece.detail !== null) await this.hear(false);
    notices.speak("Comp: choose tracks on the cards.");
  }

  /** Choose from other takes that are offered. */
  async takeFrom(asked: Asked): Promise<void> {
    const { notices, piece, takes } = this.#needs;
    if (asked.node === piece.detail?.id) {
      this.#earlier = null;
      takes.show(asked);
      return;
    }
    await notices.attempt(async () => {
      const detail = await piece.detailOf(asked.node);
      if (this.isOpen) this.#earlier = { asked, detail };
    });
  }

  /** Put it away; what is chosen stays until another version is current. */
  close(): void {
    if (this.#needs.listening.heard.kind === "laid") this.#needs.takes.hearPiece();
    this.isOpen = false;
    this.#earlier = null;
  }

  /** Another version is current, or another piece. */
  reset(): void {
    this.isOpen = false;
    this.picks = NO_PICKS;
    this.#earlier = null;
  }

  clear(): void {
    this.picks = NO_PICKS;
    this.#needs.takes.hearPiece();
  }

  /** Take a track of a take, or all of its tracks; once more takes it back. */
  choose(asked: Asked, number: number, lanes: readonly Lane[]): void {
    const view = asked.of(number);
    const source = view === undefined ? null : this.sourceOf(asked, view);
    if (source !== null) this.#pick(lanes, source);
  }

  #pick(lanes: readonly Lane[], source: TakeSource): void {
    this.picks = toggled(this.picks, lanes, source, this.barsOf(source));
    const { takes, notices } = this.#needs;
    if (this.picks.size === 0) takes.hearPiece();
    else void this.hear(false);
    notices.speak(this.words || "Nothing is chosen.");
  }

  /** Hear what is chosen in place, from a bar before it if it is to `play`. */
  async hear(play = true): Promise<void> {
    const { detail } = this.#needs.piece;
    const laid = this.laid;
    if (detail === null) return;
    if (laid === null) {
      this.#needs.notices.problem("Nothing is chosen yet: press a track on one of the cards.");
      return;
    }
    await this.#needs.listening.lay(laid, detail, play);
  }

  /** Hear a take that is shown; one of an earlier version over that version. */
  async hearTake(number: number): Promise<void> {
    const earlier = this.#earlier;
    const view = earlier?.asked.of(number);
    if (earlier === null) await this.#needs.takes.hear(number);
    else if (view !== undefined) {
      const laid = laidOf(earlier.asked, view, earlier.detail);
      if (laid !== null) await this.#needs.listening.lay(laid, earlier.detail, true);
    }
  }

  /** What is chosen as music; null where nothing is. */
  get laid(): Laid | null {
    const { detail } = this.#needs.piece;
    if (detail === null) return null;
    const { score, controllers } = this.#ground(detail);
    const made = comped(score, this.picks);
    return made === null ? null : { ...made, controllers, take: null };
  }

  /** Keep it as a version, the current one. */
  async keep(): Promise<void> {
    const { listening, notices, piece, takes } = this.#needs;
    const { id } = piece;
    if (id === null || this.keeping) return;
    if (this.picks.size === 0) {
      notices.problem("Nothing is chosen yet: press a track on one of the cards.");
      return;
    }
    this.keeping = true;
    await notices.attempt(async () => {
      const { words } = this;
      const choices = choicesOf(this.picks);
      await piece.take((here) => piece.api.comp(id, here.id, choices));
      takes.tookParts();
      listening.stop();
      this.#needs.arrived();
      notices.done(`The comp is kept. ${words}. Go on from here, or go back with undo.`);
    });
    this.keeping = false;
  }

  /** What parts are put into, as long as they need, with what is sent beside them. */
  #ground(detail: NodeDetail): Music {
    const sources = [...new Set(runsOf(this.picks).map(({ source }) => source as TakeSource))];
    const own = sources.find(({ asked }) => asked.node === detail.id);
    const { score, controllers } = own?.asked.ground(detail, own.view) ?? detail;
    const longest = sources
      .flatMap(({ view }) => wholeOf(view) ?? [])
      .reduce<Pick<typeof score, "bars" | "tempos" | "metres">>(
        (most, take) => (take.bars.length > most.bars.length ? take : most),
        score,
      );
    const { bars, tempos, metres } = longest;
    const sent = sources
      .filter(({ asked, bars: { last } }) => asked.node === detail.id || last >= score.bars.length)
      .flatMap(({ view }) => wholeOf(view)?.resets ?? []);
    const once = new Map(sent.map((message) => [message.join(), message]));
    const all: readonly Controller[] = [...once.values(), ...controllers];
    return { score: { ...score, bars, tempos, metres }, controllers: all };
  }

  #path(): readonly number[] {
    const { nodes, detail } = this.#needs.piece;
    if (detail === null) return [];
    return pathTo(nodes, detail.id).map(({ id }) => id);
  }

  /** What was suggested at the versions before, on another day. */
  async #bringEarlier(): Promise<void> {
    const { piece, suggestions } = this.#needs;
    const { id } = piece;
    if (id === null) return;
    const near = this.#path().slice(-VERSIONS_BACK);
    await Promise.all(near.map((node) => suggestions.arrive(id, node)));
  }
}

/** A take over the version that it was asked of. */
function laidOf(asked: Asked, view: TakeView, detail: NodeDetail): Laid | null {
  const take = wholeOf(view);
  const bars = asked.regionOf(view);
  if (take === null || bars === null) return null;
  const { score, controllers } = asked.ground(detail, view);
  const timed = { ...score, bars: take.bars, tempos: take.tempos, metres: take.metres };
  const tracks = take.score_tracks;
  const lanes = tracks.map((_, i) => String(i));
  const source = { suggestion: asked.id, number: take.number, tracks, lanes, bars };
  const mine = lanes.filter((_, i) => i >= detail.score.tracks.length || regionHasTrack(bars, i));
  const made = comped(timed, toggled(NO_PICKS, mine, source, bars));
  if (made === null) return null;
  const all = [...take.resets, ...controllers];
  return { ...made, controllers: all, take: { asked, number: view.number } };
}

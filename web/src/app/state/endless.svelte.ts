/**
 * Endless: while it plays, the next bars are written before they are needed.
 *
 * What is heard is one take that never ends, made of suggestions that each go on from another. They
 * pass: they are in no list, and only what the musician keeps becomes a version.
 */
import type { SuggestionRequest } from "../../api/types.ts";
import { BarGrid } from "../../core/bars.ts";
import { Growth, type Wanted } from "../../core/endless.ts";
import { TempoMap } from "../../core/tempo.ts";
import type { NodeDetail, Track } from "../../core/types.ts";
import { count } from "../../core/words.ts";
import type { Ask } from "./ask.svelte.ts";
import { Asked, type Suggestions } from "./asked.svelte.ts";
import type { Timers } from "./connection.svelte.ts";
import type { Editing } from "./editing.svelte.ts";
import type { Listening } from "./listening.svelte.ts";
import type { Notices } from "./notices.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Sound } from "./sound.svelte.ts";
import type { Takes } from "./takes.svelte.ts";

/** What it needs. */
export interface EndlessNeeds {
  readonly ask: Ask;
  readonly editing: Editing;
  readonly listening: Listening;
  readonly notices: Notices;
  readonly piece: Piece;
  readonly sound: Sound;
  readonly suggestions: Suggestions;
  readonly takes: Takes;
  readonly timers: Timers;
  readonly nowMs: () => number;
  /** The most bars that a piece may have. */
  readonly mostBars: () => number;
}

/** A page that is not seen gets no frames: then it looks so often, in ms. */
const LOOKS_MS = 500;
/** How long the first bar of a chunk takes, in seconds, until one has been measured. */
const FIRST_BAR_S = 1;

export class Endless {
  /** What is heard, as a take that grows; null while it is off. */
  asked = $state.raw<Asked | null>(null);
  /** How many bars are written behind the one that is heard. */
  ahead = $state(0);
  /** Other bars were asked for, and have not come yet. */
  turning = $state(false);

  #growth: Growth | null = null;
  #piece: { readonly id: string; readonly detail: NodeDetail } | null = null;
  #chunk: Asked | null = null;
  #turnWanted = false;
  #asking = false;
  #starting = false;
  #firstBarS = FIRST_BAR_S;
  #askedAt = 0;
  /** The bar of the chunk that is taken over next. */
  #nextBar = 0;
  #timer: number | null = null;
  readonly #needs: EndlessNeeds;

  constructor(needs: EndlessNeeds) {
    this.#needs = needs;
  }

  get on(): boolean {
    return this.asked !== null;
  }

  async toggle(): Promise<void> {
    if (this.on) this.stop();
    else if (!this.#starting) {
      this.#starting = true;
      await this.#needs.notices.attempt(() => this.#start());
      this.#starting = false;
    }
  }

  /** Another take of the next bars, from the next bar line on. */
  turnAway(): void {
    if (!this.on) return;
    this.#turnWanted = this.turning = true;
    this.#needs.notices.speak("Other bars are on their way.");
    this.step();
  }

  /** What was heard so far becomes a version, and the music goes on. */
  keep(): void {
    const { asked } = this;
    const growth = this.#growth;
    const here = this.#needs.piece.detail;
    if (asked === null || growth === null || here === null) return;
    const bars = Math.min(this.#heard() + 1, growth.last) - growth.first;
    if (bars < 1) {
      this.#needs.notices.problem("Nothing new was heard yet: keep it when it was.");
      return;
    }
    const view = { ...asked.takes[0], state: "stopped" as const, barsDone: bars };
    if (!this.#needs.editing.keepWritten(asked, view, "endless music")) return;
    this.#goOn(asked);
    this.#needs.notices.done(`${count(bars, "bar")} kept. The music goes on; undo goes back.`);
  }

  /** Write no more; the music ends where it is written to, or with what the musician hears next. */
  stop(): void {
    const chunk = this.#chunk;
    if (this.#timer !== null) this.#needs.timers.clear(this.#timer);
    this.#timer = null;
    this.asked = this.#growth = this.#piece = this.#chunk = null;
    this.turning = this.#turnWanted = false;
    if (chunk?.isOpen)
      void this.#needs.notices.attempt(() => this.#needs.suggestions.cancel(chunk));
  }

  /** Once a frame, and whenever something came: ask for what is needed. */
  step(): void {
    const growth = this.#growth;
    if (growth === null || this.asked === null) return;
    if (
      this.#needs.listening.takeOf(this.asked) === null ||
      this.#needs.piece.id !== this.#piece?.id
    ) {
      this.stop(); // the musician hears something else
      return;
    }
    this.ahead = Math.max(growth.last - this.#heard() - 1, 0);
    if (this.#asking) return;
    const wanted = this.#turnWanted ? growth.turn(this.#nextLine()) : growth.next(this.#heard());
    if (wanted === null) return;
    if (wanted.first + wanted.bars > this.#needs.mostBars()) {
      this.#needs.notices.problem("The piece is as long as it can be: keep it, and begin another.");
      this.stop();
      return;
    }
    this.#turnWanted = false;
    void this.#needs.notices.attempt(() => this.#ask(growth, wanted));
  }

  async #start(): Promise<void> {
    const { piece, takes } = this.#needs;
    await Promise.all([takes.stop(), piece.settled()]);
    const { id, detail } = piece;
    if (id === null || detail === null || detail.n_notes === 0) {
      this.#needs.notices.problem(
        "There is no music yet. Compose some (N), draw, or drop a MIDI file.",
      );
      return;
    }
    const first = new BarGrid(detail.score).nBars;
    this.#growth = new Growth(first);
    this.#piece = { id, detail };
    this.asked = growing(detail, first);
    const playing = this.#needs.listening.hear(this.asked, 1, detail);
    this.#look();
    this.step();
    await playing;
  }

  async #ask(growth: Growth, wanted: Wanted): Promise<void> {
    const { ask, suggestions } = this.#needs;
    const piece = this.#piece;
    if (piece === null) return;
    this.#asking = true;
    this.#askedAt = this.#needs.nowMs();
    const old = this.#chunk;
    try {
      if (old?.isOpen) await suggestions.cancel(old);
      const request: SuggestionRequest = {
        ...{ task: "continue", takes: 1, endless: true, bars: wanted.bars },
        ...{ options: ask.options() },
        ...(wanted.after === null ? {} : { after: wanted.after, first: wanted.first }),
      };
      const told = (asked: Asked): void => this.#grown(asked);
      const chunk = await suggestions.pass(piece.id, piece.detail.id, request, told);
      if (growth !== this.#growth) {
        await suggestions.cancel(chunk);
        return;
      }
      growth.begun(chunk.id, wanted);
      this.#chunk = chunk;
      this.#nextBar = wanted.first;
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      this.#asking = false;
    }
    if (this.#chunk !== null) this.#grown(this.#chunk); // what came meanwhile
  }

  /** A chunk has grown, or has ended. */
  #grown(chunk: Asked): void {
    const { asked } = this;
    const growth = this.#growth;
    if (growth === null || asked === null || chunk.id !== growth.open) return;
    const [view] = chunk.takes;
    const { region, time } = chunk;
    if (region !== null && time !== null) {
      for (; this.#nextBar < region.first + view.barsDone; this.#nextBar += 1) {
        if (this.#nextBar === region.first) this.#measureFirstBar();
        const [start, end] = time.bars.slice(this.#nextBar, this.#nextBar + 2);
        const bar = inBar(view.tracks, start, end);
        growth.bar(chunk.id, this.#nextBar, bar, start, this.#heard());
        this.turning = this.#turnWanted;
      }
      this.#show(asked, growth, chunk);
    }
    if (!chunk.isOpen) this.#end(growth, chunk);
    this.step();
  }

  #measureFirstBar(): void {
    this.#firstBarS = (this.#needs.nowMs() - this.#askedAt) / 1000;
  }

  #end(growth: Growth, chunk: Asked): void {
    if (chunk.state === "done") growth.ended(chunk.id);
    else {
      growth.dropped(chunk.id);
      if (chunk.state === "failed") {
        this.#needs.notices.problem(chunk.message ?? "The next bars could not be written.");
        this.stop();
      }
    }
  }

  #show(asked: Asked, growth: Growth, chunk: Asked): void {
    const bars = growth.last - growth.first;
    asked.region = {
      first: growth.first,
      last: Math.max(growth.last, growth.first + 1),
      tracks: null,
    };
    asked.time = chunk.time;
    if (asked.resets.length === 0) asked.resets = chunk.resets;
    asked.takes = [
      {
        ...asked.takes[0],
        state: "writing",
        barsDone: bars,
        bars: bars + 1,
        tracks: growth.tracks,
      },
    ];
    const here = this.#needs.piece.detail;
    if (here !== null) this.#needs.listening.grown(asked, 1, here);
  }

  /** What is heard goes on as it was, beside a version that has just been made of it. */
  #goOn(asked: Asked): void {
    const { listening, piece, sound } = this.#needs;
    if (piece.detail !== null) void listening.hear(asked, 1, piece.detail, sound.playing);
  }

  #grid(): BarGrid {
    const { asked } = this;
    const score = this.#piece?.detail.score;
    if (score === undefined) throw new Error("Endless is off.");
    return new BarGrid({ ...score, ...(asked?.time ?? {}) });
  }

  /** The bar that is heard; before the music begins, the one before it. */
  #heard(): number {
    const growth = this.#growth;
    const bar = this.#grid().barAt(this.#needs.sound.position);
    return Math.max(bar, (growth?.first ?? 0) - 1);
  }

  /** The bar line that other bars can reach in time. */
  #nextLine(): number {
    const score = this.#piece?.detail.score;
    if (score === undefined) return 0;
    const tempo = TempoMap.of({ ...score, ...(this.asked?.time ?? {}) });
    const seconds = tempo.secondsAt(this.#needs.sound.position) + this.#firstBarS;
    return this.#grid().barAt(tempo.tickAt(seconds)) + 1;
  }

  #look(): void {
    this.#timer = this.#needs.timers.set(() => {
      this.step();
      if (this.on) this.#look();
    }, LOOKS_MS);
  }
}

/** A take of a version that begins behind its end and has nothing yet. */
function growing({ id }: NodeDetail, first: number): Asked {
  const region = { first, last: first + 1, tracks: null };
  const asked = new Asked({
    ...{ id: "endless", node: id, task: "continue", state: "running", position: null },
    ...{ asked: { task: "continue", takes: 1, endless: true }, region, takes: [], message: null },
  } as unknown as ConstructorParameters<typeof Asked>[0]);
  asked.takes = [{ ...asked.takes[0], state: "writing" }];
  return asked;
}

/** The notes that begin in a bar. */
function inBar(tracks: readonly Track[], start: number, end: number): readonly Track[] {
  return tracks.map((track) => {
    const { onset, duration, pitch, velocity } = track.notes;
    const from = onset.findIndex((at) => at >= start);
    const past = onset.findIndex((at) => at >= end);
    const [a, b] = [from < 0 ? onset.length : from, past < 0 ? onset.length : past];
    const notes = {
      ...{ onset: onset.slice(a, b), duration: duration.slice(a, b) },
      ...{ pitch: pitch.slice(a, b), velocity: velocity.slice(a, b) },
    };
    return { ...track, notes };
  });
}

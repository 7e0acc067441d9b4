/**
 * What the musician asks for: the settings of each task, and the request that they come to.
 *
 * Locked tracks are left alone because the request names the others. Defaults and bounds are the
 * server's: `learn` takes them from what it publishes.
 */
import type {
  Asking,
  Followed,
  SuggestionOptions,
  SuggestionRequest,
  Task,
} from "../../api/types.ts";
import { unlockedTracks } from "../../core/mix.ts";
import { trackName } from "../../core/notes.ts";
import type { BarRange, Score, Track } from "../../core/types.ts";
import { programOf } from "./drafts.ts";
import { type TaskWords, wordsOf } from "./task_words.ts";

/** Where Continue writes: after the end; from a bar on, in place of what follows; before a bar. */
export type From = "end" | "here" | "between";

/** How many takes like another are asked for. */
export const LIKE_TAKES = 4;

/** Keys as the server reads them. */
export const KEYS: readonly string[] = [
  ...["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"].map((t) => `${t} major`),
  ...["C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B"].map((t) => `${t} minor`),
];

/** What a request needs to know of the piece and of what is chosen. */
export interface AskContext {
  readonly score: Score;
  readonly locked: ReadonlySet<number>;
  /** Bars chosen in the roll, or null. */
  readonly bars: BarRange | null;
  /** Tracks chosen in the list; none means all. */
  readonly tracks: ReadonlySet<number>;
  /** The selected track; drafts count on. */
  readonly focus: number | null;
  /** Tracks that have no notes yet. */
  readonly drafts: readonly Track[];
  /** The bar in which the play-head is. */
  readonly playhead: number;
  /** Whether the piece names chords, which are typed above the ruler. */
  readonly namesChords: boolean;
}

/** The bar that "from here" means: the first of those chosen, else where the play-head is; or null. */
export function hereOf({ bars, playhead, score }: Pick<AskContext, "bars" | "playhead" | "score">) {
  const bar = bars?.first ?? playhead;
  return bar >= 1 && bar < score.bars.length - 1 ? bar : null;
}

/** Nothing can be asked like this; the message says what to do first. */
export class AskRefused extends Error {
  override readonly name = "AskRefused";
}

export class Ask {
  /** Null until the server has answered. */
  known = $state.raw<Asking | null>(null);
  task = $state<Task>("continue");
  bars = $state(0);
  from = $state<From>("end");
  /** How many bars are put in between. */
  insertedBars = $state(0);
  takes = $state(0);
  /** 0 nearly mine, 1 new. */
  amount = $state(0);
  temperature = $state(0);
  /** The words that are asked for, by the names of the choices; others are left open. */
  wishes = $state.raw<Readonly<Record<string, string>>>({});
  /** General MIDI programs allowed (128 drums); null: any. */
  instruments = $state.raw<readonly number[] | null>(null);
  /** Whether instruments may come in that the piece does not have. */
  newInstruments = $state(false);
  /** Whether parts go on with their pedals, controllers and bends. */
  isExpressive = $state(true);
  mayRepeat = $state(true);
  key = $state<string | null>(null);
  /** Chords of what is new, as they are typed; empty: none are asked. */
  chords = $state("");
  /** Whether the chords that are typed above the ruler are followed. */
  followsChords = $state(true);
  /** What Continue is to be like; null: no other piece. */
  follow = $state.raw<Followed | null>(null);
  /** null: another one each time. */
  seed = $state<number | null>(null);
  bpm = $state(0);
  /** The sections of a song, as they are written. */
  form = $state("");
  /** How many bars each has; null: the loop's, or as often the loop's as make a section. */
  sectionBars = $state<number | null>(null);

  /** Take defaults and bounds from the server, the first time. */
  learn(known: Asking): void {
    if (this.known !== null) return;
    this.known = known;
    this.bars = known.bars.default;
    this.insertedBars = known.inserted_bars.default;
    this.takes = known.takes.default;
    this.amount = known.amount.default;
    this.bpm = known.bpm.default;
    this.form = known.forms[0]?.form ?? "";
    this.reset();
  }

  /** Ask for a word of a choice; null leaves it open. */
  wish(choice: string, word: string | null): void {
    const { [choice]: _, ...others } = this.wishes;
    this.wishes = word === null ? others : { ...others, [choice]: word };
  }

  /** Whether some of these programs are named. */
  allowsAny(programs: readonly number[]): boolean {
    return programs.some((program) => this.instruments?.includes(program));
  }

  /** Allow a family, or no longer: those of its programs that the piece has, else its first. */
  toggleFamily(programs: readonly number[], own: readonly number[]): void {
    const before = this.instruments ?? [];
    if (this.allowsAny(programs)) {
      const rest = before.filter((program) => !programs.includes(program));
      this.instruments = rest.length > 0 ? rest : null;
      return;
    }
    const known = programs.filter((program) => own.includes(program));
    this.instruments = [...before, ...(known.length > 0 ? known : programs.slice(0, 1))];
  }

  get words(): TaskWords {
    return wordsOf(this.task);
  }

  /** How many of the further settings are not as they were. */
  get changedSettings(): number {
    return [
      this.#isBold,
      ...Object.keys(this.wishes).map(() => true),
      this.instruments !== null,
      this.newInstruments,
      !this.isExpressive,
      !this.mayRepeat,
      this.key !== null,
      this.chords !== "",
      this.follow !== null,
      this.seed !== null,
    ].filter(Boolean).length;
  }

  reset(): void {
    this.temperature = this.known?.temperature.default ?? 0;
    this.wishes = {};
    this.instruments = null;
    this.newInstruments = false;
    this.isExpressive = true;
    this.mayRepeat = true;
    this.key = null;
    this.chords = "";
    this.follow = null;
    this.seed = null;
  }

  /** @throws AskRefused with what to do first. */
  requestFor(task: Task, context: AskContext): SuggestionRequest {
    const isEmpty = context.score.tracks.every((track) => track.notes.onset.length === 0);
    if (isEmpty && task !== "compose") {
      throw new AskRefused("There is no music yet. Compose some (N), draw, or drop a MIDI file.");
    }
    const follows = context.namesChords && this.followsChords ? { follow_chords: true } : {};
    const common = {
      task,
      takes: this.takes,
      ...follows,
      ...this.#seed(),
      options: this.options(),
    };
    // A track keeps its instrument: the server takes named tracks or instruments, not both.
    const kept = { ...common, options: { ...common.options } };
    // There is nothing yet that could be more or less of it.
    const alone = { ...common, options: { ...common.options } };
    for (const name of Object.keys(this.wishes)) delete alone.options[name as Choice];
    delete kept.options.instruments;
    delete kept.options.new_instruments;
    const placed = (where: Where) => ({ ...(where.tracks === null ? common : kept), ...where });
    switch (task) {
      case "continue":
        if (this.from === "between") return this.requestFor("insert", context);
        return {
          ...common,
          bars: this.bars,
          ...(this.from === "here" ? { first: placeOf(context) } : {}),
          ...(this.follow === null ? {} : { follow: this.follow }),
        };
      case "insert":
        return { ...common, task, bars: this.insertedBars, first: placeOf(context) };
      case "accompany":
        return { ...bare(alone), ...barsOf(context), add: [programOf(partOf(context))] };
      case "arrange": {
        const bars = this.sectionBars === null ? {} : { bars: this.sectionBars };
        return { ...bare(alone), form: this.form, ...bars };
      }
      case "compose":
        delete (alone as { follow_chords?: boolean }).follow_chords;
        return { ...alone, bars: this.bars, bpm: this.bpm };
      case "infill":
        return placed(infilled(context));
      case "morph":
        return { ...kept, ...morphed(context) };
      case "vary":
        return { ...placed(varied(context)), amount: this.amount };
      case "redo":
        return placed(redone(context));
    }
  }

  /** Four variations of a take, as near to it as the dial of Vary says. */
  likeRequest(like: { suggestion: string; take: number }): SuggestionRequest {
    const options: SuggestionOptions = this.#isBold ? { temperature: this.temperature } : {};
    const { amount } = this;
    return { task: "vary", like, amount, takes: LIKE_TAKES, ...this.#seed(), options };
  }

  get #isBold(): boolean {
    return this.temperature !== this.known?.temperature.default;
  }

  #seed(): { seed?: number } {
    return this.seed === null ? {} : { seed: this.seed };
  }

  /** How takes are drawn, with all that is wished for. */
  options(): SuggestionOptions {
    const options: SuggestionOptions = {};
    if (this.#isBold) options.temperature = this.temperature;
    Object.assign(options, this.wishes);
    if (this.instruments !== null) options.instruments = [...this.instruments];
    if (this.newInstruments) options.new_instruments = true;
    if (!this.isExpressive) options.expression = false;
    if (!this.mayRepeat) options.repeats = false;
    if (this.key !== null) options.key = this.key;
    if (this.chords !== "") options.chords = this.chords;
    return options;
  }
}

/** A request without wishes about instruments. */
function bare(asked: SuggestionRequest): SuggestionRequest {
  const { instruments: _, new_instruments: __, ...options } = asked.options ?? {};
  return { ...asked, options };
}

type Choice = keyof SuggestionOptions;

function placeOf(context: AskContext): number {
  const bar = hereOf(context);
  if (bar !== null) return bar;
  throw new AskRefused(
    "Say where first: place the play-head inside the piece, behind its first bar, or drag over bars in the ruler.",
  );
}

/** The track without notes that a part is to be written for. */
function partOf({ drafts, focus, score }: AskContext): Track {
  const draft = drafts[(focus ?? -1) - score.tracks.length] ?? drafts.at(-1);
  if (draft !== undefined) return draft;
  throw new AskRefused("Choose the new part's instrument first.");
}

interface Where {
  first: number;
  last: number;
  tracks: number[] | null;
}

function infilled(context: AskContext): Where {
  if (context.bars === null && context.tracks.size === 0) {
    throw new AskRefused(
      "Select what to rewrite first: drag over some bars in the ruler above the notes, or tick tracks at the left.",
    );
  }
  return { ...barsOf(context), tracks: tracksOf(context) };
}

function morphed(context: AskContext): Where {
  if (context.bars === null) {
    throw new AskRefused(
      "Select the bars between first: drag over them in the ruler above the notes. The bar before them becomes the bar after them.",
    );
  }
  const where = varied(context);
  if (where.first === 0 || where.last === context.score.bars.length - 1) {
    throw new AskRefused(
      "Leave a bar before the selected ones, and one after them, to lead from and into.",
    );
  }
  return where;
}

function varied(context: AskContext): Where {
  return { ...barsOf(context), tracks: tracksOf(context) };
}

function redone(context: AskContext): Where {
  const { focus, score, locked } = context;
  if (focus === null || score.tracks[focus] === undefined) {
    const isDraft = focus !== null;
    throw new AskRefused(
      isDraft
        ? "This track has no notes yet: draw or record one first, where the part is to begin."
        : "Select a track first: click its name at the left.",
    );
  }
  if (locked.has(focus)) {
    throw new AskRefused(`${trackName(score.tracks[focus])} is locked. Unlock it to redo it.`);
  }
  return { ...barsOf(context), tracks: [focus] };
}

function barsOf({ bars, score }: AskContext): { first: number; last: number } {
  const n = score.bars.length - 1;
  if (n < 1) throw new AskRefused("There is no music yet. Use Compose, or drop a MIDI file.");
  if (bars === null) return { first: 0, last: n };
  if (bars.first >= n)
    throw new AskRefused("The selected bars are past the end of the piece. Use Continue there.");
  return { first: bars.first, last: Math.min(bars.last, n) };
}

function tracksOf({ tracks, score, locked }: AskContext): number[] | null {
  if (tracks.size === 0) {
    const free = unlockedTracks(score.tracks.length, locked);
    if (free?.length === 0) {
      throw new AskRefused("Every track is locked. Unlock one for something to change.");
    }
    return free;
  }
  const chosen = [...tracks].filter((i) => !locked.has(i) && i < score.tracks.length);
  if (chosen.length === 0) {
    throw new AskRefused("The selected tracks are locked. Unlock one, or select others.");
  }
  return chosen.sort((a, b) => a - b);
}

/**
 * Writing a take, event by event: `segue.generation.writer`, for one row.
 *
 * It does not begin a sequence again that reaches the model's context, and it leans on no wishes:
 * a few bars after a short prompt need neither.
 */

import { Clashes } from "./clashes.ts";
import type { Choose, Decoder } from "./decoder.ts";
import type { About, Event, Prompt } from "./files.ts";
import { Habits } from "./habits.ts";
import { Lines } from "./lines.ts";
import { isDrum } from "./parts.ts";
import { Rules } from "./rules.ts";
import { draw } from "./sampling.ts";

const ATTRIBUTES = ["part", "position", "pitch", "duration", "velocity"] as const;
const PART = ATTRIBUTES.indexOf("part");
const POSITION = ATTRIBUTES.indexOf("position");
const PITCH = ATTRIBUTES.indexOf("pitch");
const DURATION = ATTRIBUTES.indexOf("duration");

/** Is told what is drawn: the attribute, the model's logits and the value. */
export type OnDraw = (attribute: number, logits: Float32Array, value: number) => void;

export class Writer {
  readonly #decoder: Decoder;
  readonly #columns: About["columns"];
  readonly #prompt: Prompt;
  readonly #roll: () => number;
  readonly #onDraw: OnDraw | undefined;
  readonly #rules: Rules;
  readonly #habits: Habits;
  readonly #clashes: Clashes;
  readonly #lines: Lines;
  #latest: Event;

  /** `decoder` has read what is visible; `roll` gives a number in [0, 1), five for every event. */
  constructor(decoder: Decoder, about: About, prompt: Prompt, roll: () => number, onDraw?: OnDraw) {
    this.#decoder = decoder;
    this.#columns = about.columns;
    this.#prompt = prompt;
    this.#roll = roll;
    this.#onDraw = onDraw;
    this.#rules = new Rules(about.columns, prompt);
    this.#habits = new Habits(about.columns, prompt);
    this.#lines = new Lines(about.columns, prompt);
    this.#clashes = new Clashes(about.columns, prompt);
    this.#latest = prompt.bar_events[prompt.written[0]];
  }

  /** Writes all bars; gives the notes of each as events. */
  async *bars(): AsyncGenerator<Event[]> {
    const { bar_events, written, vocabulary } = this.#prompt;
    for (const bar of written) {
      await this.#read(bar_events[bar]);
      const notes: Event[] = [];
      for (;;) {
        const note = await this.#note();
        if (note[this.#columns.part] === vocabulary.end) break;
        notes.push(note);
        await this.#read(note);
      }
      this.#rules.barEnded();
      yield notes;
    }
  }

  async #read(event: Event): Promise<void> {
    if (this.#decoder.length >= this.#prompt.context) {
      throw new Error(
        `the take is longer than the ${this.#prompt.context} events that the model reads`,
      );
    }
    await this.#decoder.read(event);
    this.#latest = event;
  }

  /** Draws the next event; a bar's end is one whose part is `end`. */
  async #note(): Promise<Event> {
    const latest = this.#latest;
    const rolls = ATTRIBUTES.map(() => this.#roll());
    const begin = latest[this.#columns.time] - latest[this.#columns.position];
    const drawn: number[] = [];
    const choose: Choose = (attribute, logits) => {
      const given = this.#onDraw ? logits.slice() : logits;
      const scores = attribute === PART ? this.#rules.parts(logits, latest) : logits;
      if (attribute === POSITION) this.#rules.positions(logits, latest, drawn[PART]);
      if (attribute !== PART) this.#habits.lean(attribute, logits, drawn[PART]);
      const time = begin + drawn[POSITION];
      if (attribute === PITCH) {
        this.#lines.lean(logits, drawn[PART], time);
        this.#clashes.leanPitches(logits, drawn[PART], time);
      }
      if (attribute === DURATION) {
        this.#clashes.leanLengths(logits, drawn[PART], time, drawn[PITCH]);
      }
      const { temperature } = this.#prompt;
      const value = draw(scores, rolls[attribute], temperature, this.#topP(attribute, drawn[PART]));
      this.#onDraw?.(attribute, given, value);
      drawn.push(value);
      return value;
    };
    await this.#decoder.next(choose);
    const note = this.#event(drawn);
    if (drawn[PART] !== this.#prompt.vocabulary.end) {
      this.#rules.noteWritten(note, latest);
      this.#habits.noteWritten(note);
      this.#lines.noteWritten(note);
      this.#clashes.noteWritten(note);
    }
    return note;
  }

  /** How much of a choice remains: of where and what pitched parts play, `top_p`, and of all
   * else all (`sampling.top_p_of`). */
  #topP(attribute: number, part: number): number {
    const isCut = attribute === POSITION || attribute === PITCH;
    return isCut && !isDrum(this.#prompt, part) ? this.#prompt.top_p : 1;
  }

  /** The event that says what was drawn, after the latest one. */
  #event(drawn: readonly number[]): Event {
    const { controls, instruments, vocabulary } = this.#prompt;
    const columns = this.#columns;
    const event = this.#latest.slice();
    event[columns.kind] = vocabulary.note_event;
    event[columns.role] = vocabulary.masked;
    event.fill(0, columns.numerator, columns.controls);
    for (const [i, name] of ATTRIBUTES.entries()) event[columns[name]] = drawn[i] ?? 0;
    if (drawn[PART] === vocabulary.end) return event;
    event[columns.time] += event[columns.position] - this.#latest[columns.position];
    event[columns.instrument] = instruments[drawn[PART]];
    event.splice(columns.controls, event.length, ...controls[drawn[PART]]);
    return event;
  }
}

/**
 * The decoder of one take: reads events, and says what may come next.
 *
 * The counterpart of `segue.models.onnx_decoder` and `segue.generation.onnx_network`, for one row.
 */
import type { About, Event, Prompt, Sized } from "./files.ts";
import { Grammar } from "./grammar.ts";
import type { Graph, Held, Runtime } from "./runtime.ts";
import { addRow, type Table } from "./tables.ts";

/** The files of a model, opened. */
export interface Model {
  readonly runtime: Runtime;
  readonly about: About;
  readonly tables: ReadonlyMap<string, Table>;
  readonly body: Graph;
  /** Of each attribute, in order. */
  readonly heads: readonly Graph[];
}

/** (attribute, the logits of its values) -> the value taken. */
export type Choose = (attribute: number, logits: Float32Array) => number;

const PART = 0;
const POSITION = 1;
const PITCH = 2;

export class Decoder {
  /** How many events were read. */
  length = 0;
  readonly #model: Model;
  readonly #prompt: Prompt;
  readonly #grammar: Grammar;
  readonly #heads: Heads;
  readonly #held: Record<string, Held<"float32">> = {};
  readonly #step: Reader;
  #last: Event = [];
  #hidden: Float32Array = new Float32Array();

  constructor(model: Model, prompt: Prompt) {
    const { width, layers, heads, context } = model.about.model;
    this.#model = model;
    this.#prompt = prompt;
    this.#grammar = new Grammar(model.about.columns, prompt.vocabulary, prompt.instruments);
    this.#heads = new Heads(model);
    for (let layer = 0; layer < layers; layer++) {
      for (const what of ["keys", "values"]) {
        const dims = [1, heads, context, width / heads];
        this.#held[`${what}${layer}`] = model.runtime.array("float32", dims);
      }
    }
    this.#step = new Reader(model, prompt, this.#held, 1);
  }

  /** Forgets all, and reads the events that a take begins with. */
  async begin(events: readonly Event[]): Promise<void> {
    const reader = new Reader(this.#model, this.#prompt, this.#held, events.length);
    await this.#read(reader, events, 0);
  }

  /** Goes back to where `length` events were read; the next is read in the place of what followed. */
  rewind(length: number): void {
    this.length = length;
  }

  async read(event: Event): Promise<void> {
    await this.#read(this.#step, [event], this.length);
  }

  async #read(reader: Reader, events: readonly Event[], at: number): Promise<void> {
    this.#hidden = await reader.read(events, at);
    this.#last = events[events.length - 1];
    this.length = at + events.length;
  }

  /** Asks `choose` for each attribute of the next event; of a bar's end, for the part alone. */
  async next(choose: Choose): Promise<number[]> {
    const { end } = this.#prompt.vocabulary;
    const known = this.#hidden.slice();
    const ofAll = await this.#heads.logits(PART, known);
    const part = choose(PART, this.#grammar.parts(ofAll, this.#last));
    if (part === end) return [end];
    const instrument = this.#prompt.instruments[part];
    this.#heads.addPart(known, part, instrument, this.#prompt.controls[part]);
    const values = [part];
    for (let attribute = 1; attribute < this.#heads.count; attribute++) {
      const logits = await this.#heads.logits(attribute, known);
      if (attribute === POSITION) this.#grammar.positions(logits, this.#last, part);
      if (attribute === PITCH) {
        this.#grammar.pitches(logits, this.#last, part, instrument, values[POSITION]);
      }
      const value = choose(attribute, logits);
      values.push(value);
      if (attribute < this.#heads.count - 1) this.#heads.addChosen(known, attribute, value);
    }
    return values;
  }
}

/** The body, and the arrays that it reads from and writes to, for so many events. */
class Reader {
  readonly #model: Model;
  readonly #prompt: Prompt;
  readonly #count: number;
  readonly #rows: Held<"int64">;
  readonly #asked: Held<"float32">;
  readonly #cos: Held<"float32">;
  readonly #sin: Held<"float32">;
  readonly #last: Held<"int32">;
  readonly #total: Held<"int32">;
  readonly #hidden: Held<"float32">;
  readonly #run: () => Promise<void>;
  readonly #periods: Periods;
  readonly #columns: readonly (Placed & { ofNote: boolean; ofBar: boolean })[];

  constructor(
    model: Model,
    prompt: Prompt,
    held: Readonly<Record<string, Held<"float32">>>,
    count: number,
  ) {
    const { width, heads } = model.about.model;
    const { event, note, bar } = model.about.table;
    const array = model.runtime.array.bind(model.runtime);
    this.#model = model;
    this.#prompt = prompt;
    this.#count = count;
    this.#columns = placed([...event, ...note, ...bar]).map((column, i) => ({
      ...column,
      ofNote: i < event.length + note.length,
      ofBar: i < event.length || i >= event.length + note.length,
    }));
    this.#rows = array("int64", [1, count, this.#columns.length]);
    this.#asked = array("float32", [1, count, width]);
    this.#cos = array("float32", [count, width / heads / 2]);
    this.#sin = array("float32", [count, width / heads / 2]);
    const place = array("int64", [1, count]);
    place.numbers.set(Array.from({ length: count }, (_, i) => BigInt(i)));
    this.#last = array("int32", [1]);
    this.#total = array("int32", []);
    this.#hidden = array("float32", [1, count, width]);
    this.#periods = new Periods(model.about);
    const outputs = Object.entries(held).map(([name, value]) => [`${name}_out`, value] as const);
    this.#run = model.body.bound(
      {
        rows: this.#rows,
        asked: this.#asked,
        cos: this.#cos,
        sin: this.#sin,
        place,
        last: this.#last,
        total: this.#total,
        ...held,
      },
      { hidden: this.#hidden, ...Object.fromEntries(outputs) },
    );
  }

  /** What the model makes of the last of these events, the first of which has the index `at`. */
  async read(events: readonly Event[], at: number): Promise<Float32Array> {
    const { width } = this.#model.about.model;
    const { columns } = this.#model.about;
    const [rows, asked] = [this.#rows.numbers, this.#asked.numbers];
    const [cos, sin] = [this.#cos.numbers, this.#sin.numbers];
    asked.fill(0);
    for (const [i, event] of events.entries()) {
      const isNote = event[columns.kind] === this.#prompt.vocabulary.note_event;
      for (const [j, { column, offset, ofNote, ofBar }] of this.#columns.entries()) {
        const row = (isNote ? ofNote : ofBar) ? event[column] + offset : 0;
        rows[i * this.#columns.length + j] = BigInt(row);
      }
      this.#addAsked(asked.subarray(i * width, (i + 1) * width), event, isNote);
      this.#periods.turn(cos, sin, i, at + i, event[columns.time]);
    }
    this.#last.numbers[0] = at + this.#count - 1;
    this.#total.numbers[0] = at + this.#count;
    await this.#run();
    return this.#hidden.numbers.slice((this.#count - 1) * width, this.#count * width);
  }

  /** What an event that begins a written bar says of its parts. */
  #addAsked(asked: Float32Array, event: Event, isNote: boolean): void {
    const { columns, model } = this.#model.about;
    if (isNote || event[columns.role] !== this.#prompt.vocabulary.masked) return;
    const told = this.#prompt.parts;
    const instruments = tableOf(this.#model, "embed.masked_instruments.weight");
    const parts = tableOf(this.#model, "embed.masked_parts.weight"); // by its columns
    for (const part of told[Math.min(event[columns.bar], told.length - 1)]) {
      addRow(asked, instruments, this.#prompt.instruments[part]);
      for (let i = 0; i < model.width; i++) asked[i] += parts.numbers[i * parts.width + part];
    }
  }
}

/** The logits of attributes without the grammar, and what is added for a chosen value. */
class Heads {
  readonly count: number;
  readonly #known: Held<"float32">;
  readonly #logits: readonly Held<"float32">[];
  readonly #runs: readonly (() => Promise<void>)[];
  readonly #model: Model;
  readonly #controls: readonly Placed[];

  constructor(model: Model) {
    const { about, runtime } = model;
    const sizes = Object.values(about.attributes);
    const instruments = tableOf(model, "heads.instrument.weight");
    // Of the part: all instruments and the end of the bar, then all numbers of parts.
    sizes[PART] += instruments.numbers.length / instruments.width - 1;
    this.#model = model;
    this.count = sizes.length;
    this.#known = runtime.array("float32", [1, about.model.width]);
    this.#logits = sizes.map((size) => runtime.array("float32", [1, size]));
    this.#runs = model.heads.map((head, i) =>
      head.bound({ known: this.#known }, { logits: this.#logits[i] }),
    );
    this.#controls = placed(about.controls);
  }

  async logits(attribute: number, known: Float32Array): Promise<Float32Array> {
    this.#known.numbers.set(known);
    await this.#runs[attribute]();
    return this.#logits[attribute].numbers.slice();
  }

  addPart(
    known: Float32Array,
    part: number,
    instrument: number,
    controls: readonly number[],
  ): void {
    addRow(known, tableOf(this.#model, "heads.instrument.weight"), instrument);
    addRow(known, tableOf(this.#model, "heads.part.weight"), part);
    const table = tableOf(this.#model, "heads.controls.table.weight");
    for (const [i, { offset }] of this.#controls.entries()) {
      addRow(known, table, controls[i] + offset);
    }
  }

  addChosen(known: Float32Array, attribute: number, value: number): void {
    addRow(known, tableOf(this.#model, `heads.chosen.${attribute - 1}.weight`), value);
  }
}

/** How fast queries and keys turn, by an event's index and by its time. */
class Periods {
  readonly #byIndex: Float32Array;
  readonly #byTime: Float32Array;

  constructor({ model, turns }: About) {
    const length = model.width / model.heads / 4;
    const ramp = Array.from({ length }, (_, i) => i / length);
    const longest = turns.longest_time / turns.shortest_time;
    this.#byIndex = Float32Array.from(ramp, (r) => turns.index_range ** -r);
    this.#byTime = Float32Array.from(
      ramp,
      (r) => (2 * Math.PI) / (turns.shortest_time * longest ** r),
    );
  }

  /** Writes the cosines and sines of the `row`-th event. */
  turn(cos: Float32Array, sin: Float32Array, row: number, index: number, time: number): void {
    const n = this.#byIndex.length;
    for (let i = 0; i < n; i++) {
      const at = row * 2 * n + i;
      const [byIndex, byTime] = [index * this.#byIndex[i], time * this.#byTime[i]];
      cos[at] = Math.cos(Math.fround(byIndex));
      sin[at] = Math.sin(Math.fround(byIndex));
      cos[at + n] = Math.cos(Math.fround(byTime));
      sin[at + n] = Math.sin(Math.fround(byTime));
    }
  }
}

interface Placed {
  readonly column: number;
  /** The row of its value 0. */
  readonly offset: number;
}

/** Where the values of columns stand in a table of all; its row 0 is silence. */
function placed(columns: readonly Sized[]): Placed[] {
  let offset = 1;
  return columns.map(([column, rows]) => {
    const found = { column, offset };
    offset += rows;
    return found;
  });
}

function tableOf(model: Model, name: string): Table {
  const table = model.tables.get(name);
  if (table === undefined) throw new Error(`tables.safetensors has no ${name}; export it again`);
  return table;
}

/** What `scripts/write_static_demo.py` writes, as the page reads it. */

/** An event's columns (`segue.encoding.sequence.Column`). */
export type Event = number[];

/** `onnx.json`: how events become rows of tables. */
export interface About {
  readonly model: { width: number; layers: number; heads: number; context: number };
  readonly columns: Readonly<Record<ColumnName, number>>;
  /** How many values each attribute has, in the order in which they are chosen. */
  readonly attributes: Readonly<Record<string, number>>;
  readonly table: Readonly<Record<"event" | "note" | "bar", readonly Sized[]>>;
  readonly controls: readonly Sized[];
  readonly turns: { index_range: number; shortest_time: number; longest_time: number };
}

/** A column, and how many rows of its table it has. */
export type Sized = readonly [column: number, rows: number];

export type ColumnName =
  | "kind"
  | "role"
  | "bar"
  | "time"
  | "length"
  | "position"
  | "part"
  | "instrument"
  | "pitch"
  | "duration"
  | "velocity"
  | "numerator"
  | "tempo"
  | "key"
  | "controls";

/** The numbers that stand for something. */
export interface Vocabulary {
  readonly bar_event: number;
  readonly note_event: number;
  readonly masked: number;
  readonly end: number;
  readonly max_parts: number;
  readonly no_part: number;
  readonly drums: number;
  readonly end_of_bar: number;
  readonly highest_pitch: number;
  readonly highest_drum: number;
  readonly drum_pitch_offset: number;
  readonly positions_per_quarter: number;
  readonly durations: readonly number[];
  readonly velocity_step: number;
  /** What notes lose, in nats, a semitone and a whole tone away from what sounds. */
  readonly clashes: readonly [semitone: number, wholeTone: number];
  /** What a tritone gains. */
  readonly tritone: number;
  readonly forbidden: number;
}

/** A note in ticks. */
export type Note = readonly [onset: number, duration: number, pitch: number, velocity: number];

export interface Track {
  readonly name: string;
  readonly program: number;
  readonly is_drum: boolean;
  readonly notes: readonly Note[];
}

/** The piece; `first` and `end` are the ticks of the new bars. */
export interface Music {
  readonly ticks_per_quarter: number;
  /** Where each bar of the window begins. */
  readonly bar_starts: readonly number[];
  readonly first: number;
  readonly end: number;
  /** Tick, and microseconds a quarter from there. */
  readonly tempi: readonly (readonly [tick: number, usPerQuarter: number])[];
  readonly tracks: readonly Track[];
  /** The track of each part. */
  readonly targets: readonly number[];
}

/** `prompt.json`: all that is read before, and that holds while, new bars are written. */
export interface Prompt {
  readonly vocabulary: Vocabulary;
  /** The most events that the model is shown. */
  readonly context: number;
  readonly visible: readonly Event[];
  /** The events that begin each bar of the window when it is written. */
  readonly bar_events: readonly Event[];
  /** The bars that are written. */
  readonly written: readonly number[];
  /** Of each part. */
  readonly instruments: readonly number[];
  /** The parts that the model is told of each bar, that may play in it, that must. */
  readonly parts: readonly (readonly number[])[];
  readonly allowed: readonly (readonly number[])[];
  readonly required: readonly (readonly number[])[];
  /** What is asked of each part. */
  readonly controls: readonly (readonly number[])[];
  /** By how much values that a part has not used are less likely, by attribute. */
  readonly habits: readonly {
    readonly attribute: number;
    readonly column: number;
    readonly nats: readonly [pitched: number, drums: number];
  }[];
  /** By how much pitch classes that are new to the piece are less likely. */
  readonly of_the_piece: number;
  /** How parts move: by steps, in their register, and with no more repetitions than they had. */
  readonly lines: {
    readonly steps: readonly [semitone: number, wholeTone: number];
    readonly usual_steps: number;
    readonly of_usual_steps: number;
    readonly octave_outside: number;
    /** When the first written bar begins. */
    readonly begin: number;
    readonly strength: number;
    readonly usual: number;
    readonly of_usual: number;
    readonly of_prompt: number;
  };
  readonly most_in_bar: number;
  readonly largest_chord: number;
  readonly temperature: number;
  readonly top_p: number;
  readonly music: Music;
}

/** Recording from a MIDI keyboard, in time with what plays. */
import { MidiKeyboards, type MidiMessage, type RequestMidiAccess } from "../../core/midi_input.ts";
import { Recording } from "../../core/recording.ts";
import type { Note } from "../../core/types.ts";

/** What recording needs of the page. */
export interface RecorderHost {
  readonly requestMidi: RequestMidiAccess | undefined;
  readonly isSecure: boolean;
  /** The tick that was heard at a time of `performance.now()`. */
  tickAt(ms: number): number;
  /** A key is pressed: it sounds until it is released. */
  press(pitch: number, velocity: number): void;
  release(pitch: number): void;
}

export class Recorder {
  /** "listening": keys sound, but are not recorded. */
  state = $state<"off" | "listening" | "recording">("off");
  /** Why it cannot be, in plain words. */
  problem = $state<string | null>(null);
  keyboards = $state.raw<readonly string[]>([]);
  /** Notes so far. */
  nNotes = $state(0);

  readonly #host: RecorderHost;
  #midi: MidiKeyboards | null = null;
  #keys = new Recording();

  constructor(host: RecorderHost) {
    this.#host = host;
  }

  /** Ask the browser for keyboards; false, with `problem` set, if there are none to be had. */
  async listen(): Promise<boolean> {
    this.problem = null;
    if (this.#midi !== null) return true;
    try {
      this.#midi = await MidiKeyboards.open(
        this.#host.requestMidi,
        (message) => this.#hear(message),
        { isSecureContext: this.#host.isSecure, onChange: () => this.#look() },
      );
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      return false;
    }
    this.state = "listening";
    this.#look();
    return true;
  }

  begin(): void {
    this.#endAll(0);
    this.nNotes = 0;
    this.state = "recording";
  }

  /** Stop recording; gives what was played. */
  finish(tick: number): Note[] {
    this.state = "listening";
    return this.#endAll(tick);
  }

  /** End what is held and begin again; gives the notes until then. */
  #endAll(tick: number): Note[] {
    for (const { pitch } of this.#keys.held) this.#host.release(pitch);
    const notes = this.#keys.finish(tick);
    this.#keys = new Recording();
    return notes;
  }

  #look(): void {
    this.keyboards = this.#midi?.names.map(({ name }) => name) ?? [];
  }

  #hear(message: MidiMessage): void {
    if (message.data === null || message.data.length < 2) return;
    const { ended, begun } = this.#keys.take(message.data, this.#host.tickAt(message.timeStamp));
    for (const pitch of ended) this.#host.release(pitch);
    if (begun !== null) this.#host.press(begun.pitch, begun.velocity);
    if (this.state === "recording") this.nNotes = this.#keys.notes.length;
    else this.#keys.forget();
  }
}

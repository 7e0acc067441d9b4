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
  sound(pitch: number, velocity: number): void;
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
  #recording: Recording | null = null;

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
    this.#recording = new Recording();
    this.nNotes = 0;
    this.state = "recording";
  }

  /** Stop recording; gives what was played. */
  finish(tick: number): Note[] {
    const notes = this.#recording?.finish(tick) ?? [];
    this.#recording = null;
    this.state = "listening";
    return notes;
  }

  #look(): void {
    this.keyboards = this.#midi?.names.map(({ name }) => name) ?? [];
  }

  #hear(message: MidiMessage): void {
    if (message.data === null || message.data.length < 2) return;
    // While nothing is recorded, keys only sound.
    const recording = this.#recording ?? new Recording();
    const heard = recording.take(message.data, this.#host.tickAt(message.timeStamp));
    if (heard.kind === "on") this.#host.sound(heard.pitch, heard.velocity);
    this.nNotes = this.#recording?.notes.length ?? 0;
  }
}

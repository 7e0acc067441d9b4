/**
 * MIDI keyboards through the browser, with every way in which that fails said in plain words.
 *
 * No DOM: `requestMIDIAccess` is handed in, so tests bring a made-up one. The types below are the
 * part of Web MIDI that is used.
 */

/** A message as Web MIDI gives it. */
export interface MidiMessage {
  readonly data: ArrayLike<number> | null;
  /** Milliseconds on the clock of `performance.now()`. */
  readonly timeStamp: number;
}

/** A keyboard. */
export interface MidiPort {
  readonly id: string;
  readonly name?: string | null;
  readonly state?: string;
  onmidimessage: ((message: MidiMessage) => void) | null;
}

/** What the browser grants. */
export interface MidiAccess {
  readonly inputs: { values(): Iterable<MidiPort> };
  onstatechange: (() => void) | null;
}

/** The browser's `navigator.requestMIDIAccess`; absent in browsers without Web MIDI. */
export type RequestMidiAccess = (options?: { sysex?: boolean }) => Promise<MidiAccess>;

/** Why no keyboard can be used. */
export type MidiProblemCode = "absent" | "insecure-context" | "denied" | "no-system" | "unknown";

/** No MIDI; the message is for the musician. */
export class MidiProblem extends Error {
  override readonly name = "MidiProblem";
  readonly code: MidiProblemCode;

  constructor(code: MidiProblemCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A keyboard that is there. */
export interface KeyboardName {
  readonly id: string;
  readonly name: string;
}

/** All keyboards, listened to as one. */
export class MidiKeyboards {
  readonly #access: MidiAccess;
  readonly #onMessage: (message: MidiMessage) => void;

  /**
   * Ask the browser for MIDI and listen.
   *
   * @throws MidiProblem where the browser cannot, may not or does not want to.
   */
  static async open(
    request: RequestMidiAccess | undefined,
    onMessage: (message: MidiMessage) => void,
    { isSecureContext = true, onChange }: { isSecureContext?: boolean; onChange?: () => void } = {},
  ): Promise<MidiKeyboards> {
    if (!isSecureContext) {
      throw new MidiProblem(
        "insecure-context",
        "Browsers give MIDI only to pages of this computer or over https. Open the studio at " +
          "http://127.0.0.1, or put https in front of it.",
      );
    }
    if (request === undefined) {
      throw new MidiProblem(
        "absent",
        "This browser has no MIDI. Chrome, Edge and Firefox have it.",
      );
    }
    try {
      return new MidiKeyboards(await request({ sysex: false }), onMessage, onChange);
    } catch (error) {
      throw midiProblemOf(error);
    }
  }

  private constructor(
    access: MidiAccess,
    onMessage: (message: MidiMessage) => void,
    onChange?: () => void,
  ) {
    this.#access = access;
    this.#onMessage = onMessage;
    access.onstatechange = () => {
      this.#listen();
      onChange?.();
    };
    this.#listen();
  }

  /** The keyboards that are plugged in now. */
  get names(): KeyboardName[] {
    return this.#connected().map(({ id, name }) => ({ id, name: name?.trim() || "MIDI keyboard" }));
  }

  /** Stop listening. */
  close(): void {
    this.#access.onstatechange = null;
    for (const port of this.#access.inputs.values()) port.onmidimessage = null;
  }

  #listen(): void {
    for (const port of this.#connected()) port.onmidimessage = this.#onMessage;
  }

  #connected(): MidiPort[] {
    return [...this.#access.inputs.values()].filter((port) => port.state !== "disconnected");
  }
}

/** Plain words for what `requestMIDIAccess` throws. */
export function midiProblemOf(error: unknown): MidiProblem {
  const name = error instanceof Error || error instanceof Object ? nameOf(error) : "";
  if (name === "NotAllowedError" || name === "SecurityError") {
    return new MidiProblem(
      "denied",
      "The browser does not let this page use MIDI. Allow it in the page's permissions (the icon " +
        "left of the address) and try again.",
      { cause: error },
    );
  }
  if (name === "InvalidStateError" || name === "NotSupportedError") {
    return new MidiProblem(
      "no-system",
      "This computer's MIDI system did not answer. Check that the keyboard is plugged in and no " +
        "other program holds it (on Linux: that ALSA is there), then try again.",
      { cause: error },
    );
  }
  return new MidiProblem("unknown", `MIDI could not be opened: ${String(error)}`, { cause: error });
}

function nameOf(error: object): string {
  return "name" in error && typeof error.name === "string" ? error.name : "";
}

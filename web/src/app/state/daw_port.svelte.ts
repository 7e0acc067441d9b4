/**
 * The virtual MIDI port of the program: while it is on, a DAW hears what is heard here.
 *
 * Messages come from the player a little ahead of their time. They are sent together, and the next
 * ones when the server has answered, so that they arrive in their order.
 */
import type { Api } from "../../api/client.ts";
import type { MidiPort, PortMessage } from "../../api/types.ts";
import type { Sound } from "./sound.svelte.ts";

export class DawPort {
  on = $state(false);
  /** How it stands, or what is missing, in the server's words. */
  words = $state("");
  /** Told when it ended by itself. */
  onProblem: (error: unknown) => void = () => {};

  readonly #api: Api;
  readonly #sound: Sound;
  readonly #nowMs: () => number;
  #waiting: PortMessage[] = [];
  #isSending = false;

  /** `nowMs` is any clock in ms that is not set back. */
  constructor(api: Api, sound: Sound, nowMs: () => number) {
    this.#api = api;
    this.#sound = sound;
    this.#nowMs = nowMs;
  }

  /** What the server said of it when the page was opened. */
  know({ words }: MidiPort): void {
    this.words = words;
  }

  /** @throws Refused with the way out when there can be no port. */
  async open(): Promise<void> {
    try {
      this.know(await this.#api.openPort());
    } catch (error) {
      this.words = error instanceof Error ? error.message : String(error);
      throw error;
    }
    this.on = true;
    this.#sound.passOn(([status, data1, data2], inS) => {
      this.#waiting.push([this.#nowMs() + inS * 1000, status, data1, data2]);
      // What comes in the same moment goes together.
      queueMicrotask(() => void this.#flush());
    });
  }

  /** Nothing more is sent, and what sounds in the DAW ends. */
  async close(): Promise<void> {
    this.#end();
    await this.#api.silencePort();
  }

  /** The page goes: no note may go on sounding in the DAW. */
  leave(): void {
    if (this.on) this.close().catch(() => {});
  }

  #end(): void {
    this.on = false;
    this.#waiting = [];
    this.#sound.passOn(null);
  }

  async #flush(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      while (this.#waiting.length > 0) {
        const messages = this.#waiting;
        this.#waiting = [];
        await this.#api.sendToPort(this.#nowMs(), messages);
      }
    } catch (error) {
      this.#end();
      this.onProblem(error);
    } finally {
      this.#isSending = false;
    }
  }
}

/**
 * The player: a piece heard through SpessaSynth in an audio worklet.
 *
 * It puts the scheduler on the audio clock and the synthesizer behind it; what is to sound when is
 * decided in `scheduler.ts`. Pausing closes a gate behind the synthesizer at once, because what was
 * sent ahead cannot be taken back, and opens it again when that has passed.
 */
import type { WorkletSynthesizer } from "spessasynth_lib";
import { PLAIN_MIX } from "../core/mix.ts";
import type { Mix, Score, TickRange } from "../core/types.ts";
import { openSynth } from "./engine.ts";
import { masterNodes } from "./master.ts";
import { type Bytes, CONTROL_CHANGE, NOTE_OFF, NOTE_ON } from "./messages.ts";
import { performanceOf } from "./performance.ts";
import { renderInWorker } from "./render.ts";
import { Scheduler } from "./scheduler.ts";
import { channelGains, timed } from "./timed.ts";
import {
  AudioProblem,
  type Listener,
  type Playable,
  type PlayerOptions,
  type PlayerState,
} from "./types.ts";

const LOOK_AHEAD_S = 0.1;
/** A page that is not seen has its timers slowed to one a second. */
const HIDDEN_LOOK_AHEAD_S = 1.6;
const PUMP_EVERY_MS = 25;
/** How fast the gate closes: fast enough to be at once, slow enough not to click. */
const GATE_S = 0.008;
const NOTE_S = 0.45;
const RESUME_PATIENCE_MS = 400;
const WAV_RATE = 44_100;
const ALL_SOUND_OFF = 120;

const NOTHING: Score = {
  name: "",
  ticks_per_quarter: 480,
  tracks: [],
  tempos: [],
  metres: [],
  bars: [0],
  key: null,
};

/** Plays one piece. Make it with `Player.create`. */
export class Player {
  readonly #context: AudioContext;
  readonly #synth: WorkletSynthesizer;
  readonly #soundfont: Blob;
  readonly #gate: GainNode;
  readonly #analyser: AnalyserNode;
  readonly #samples: Float32Array<ArrayBuffer>;
  readonly #scheduler: Scheduler;
  readonly #listeners = new Set<(state: PlayerState) => void>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #stop = new AbortController();
  /** The channels of the keys that are held, by pitch. */
  readonly #pressed = new Map<number, number>();
  #passOn: Listener | null = null;
  #mix: Mix = PLAIN_MIX;
  #gains: Float32Array = new Float32Array();
  #quietUntil = 0;
  #wantsClick = false;
  #closed = false;

  /**
   * Load the synthesizer and its sounds. Needs no click; `play` and `sound` may.
   *
   * @throws AudioProblem saying why there can be no sound.
   */
  static async create(options: PlayerOptions): Promise<Player> {
    const { context, synth, soundfont } = await openSynth(options);
    return new Player(context, synth, soundfont);
  }

  private constructor(context: AudioContext, synth: WorkletSynthesizer, soundfont: Blob) {
    this.#context = context;
    this.#synth = synth;
    this.#soundfont = soundfont;
    this.#gate = context.createGain();
    this.#analyser = context.createAnalyser();
    this.#analyser.fftSize = 2048;
    this.#samples = new Float32Array(this.#analyser.fftSize);
    synth.connect(this.#gate);
    const [into, louder] = masterNodes(context);
    this.#gate.connect(into);
    louder.connect(this.#analyser).connect(context.destination);
    const nothing = performanceOf({ score: NOTHING, controllers: [] });
    this.#scheduler = new Scheduler(
      nothing,
      () => context.currentTime,
      {
        send: (channel, message, time) => this.#send(channel, message, time),
      },
      LOOK_AHEAD_S,
    );
    this.#timer = setInterval(() => this.#pump(), PUMP_EVERY_MS);
    const { signal } = this.#stop;
    document.addEventListener("visibilitychange", () => this.#seen(), { signal });
    context.addEventListener("statechange", () => this.#notify(), { signal });
    this.#seen();
  }

  get playing(): boolean {
    return this.#scheduler.playing;
  }

  get state(): PlayerState {
    if (this.#closed) return "closed";
    if (this.#wantsClick) return "needs-click";
    return this.playing ? "playing" : "paused";
  }

  /** Why some tracks share a sound, in plain words; null if none does. */
  get warning(): string | null {
    return this.#scheduler.performance.plan.warning;
  }

  /** Load a piece and stand at its beginning, paused. */
  load(playable: Playable): void {
    this.pause();
    this.exchange(playable);
    this.#scheduler.seek(0);
  }

  /** Put another piece in place of the one that is loaded; position and playing go on. */
  exchange(playable: Playable): void {
    // Send ahead first: making a long piece ready takes part of the look-ahead.
    this.#pump();
    const performance = performanceOf(playable);
    this.#scheduler.exchange(performance);
    this.#setGains();
  }

  /**
   * Play from a tick, or from where it stands.
   *
   * @throws AudioProblem "needs-click" when the browser lets no page sound before it was clicked.
   */
  async play(fromTick?: number): Promise<void> {
    await this.#wake();
    this.#openGate(this.#quietUntil);
    this.#scheduler.play(fromTick, this.#quietUntil + GATE_S);
    this.#notify();
  }

  pause(): void {
    if (!this.playing) return;
    const { horizon } = this.#scheduler;
    this.#scheduler.pause();
    this.#closeGate(horizon + GATE_S);
    this.#notify();
  }

  seek(tick: number): void {
    this.#scheduler.seek(tick);
  }

  loop(range: TickRange | null): void {
    this.#scheduler.loop(range);
  }

  /** The tick that is being heard, as a fraction. */
  position(): number {
    return this.#scheduler.position(this.#context.outputLatency || this.#context.baseLatency || 0);
  }

  /** Who is heard and how loud, at once. */
  setMix(mix: Mix): void {
    this.#mix = mix;
    this.#setGains();
  }

  /** Let one note of a track sound for a moment. */
  async sound(track: number, pitch: number, velocity = 90): Promise<void> {
    const channel = this.#scheduler.performance.plan.channelOf[track];
    if (channel === undefined) return;
    await this.#makeReady();
    const start = this.#soonest();
    this.#send(channel, [NOTE_ON, pitch, velocity], start);
    this.#send(channel, [NOTE_OFF, pitch, 0], start + NOTE_S);
  }

  /** Begin a note of a track; it sounds until `release`, or until music is paused. */
  async press(track: number, pitch: number, velocity = 90): Promise<void> {
    const channel = this.#scheduler.performance.plan.channelOf[track];
    if (channel === undefined) return;
    this.release(pitch);
    this.#pressed.set(pitch, channel);
    await this.#makeReady();
    // It may have been let go while the browser made ready.
    if (this.#pressed.get(pitch) !== channel) return;
    this.#send(channel, [NOTE_ON, pitch, velocity], this.#soonest());
  }

  /** End the note of a key that is held. */
  release(pitch: number): void {
    const channel = this.#pressed.get(pitch);
    if (channel === undefined) return;
    this.#pressed.delete(pitch);
    this.#send(channel, [NOTE_OFF, pitch, 0], this.#soonest());
  }

  /** Tell someone else, too, what is played; they hear from now on what this one does. */
  passOn(to: Listener | null): void {
    this.#passOn = to;
    if (to !== null) this.#scheduler.restate({ send: (...sent) => this.#tellOther(...sent) });
  }

  /** Loudness of what is being heard: root mean square, 0 to about 1. */
  rms(): number {
    this.#analyser.getFloatTimeDomainData(this.#samples);
    let sum = 0;
    for (const sample of this.#samples) sum += sample * sample;
    return Math.sqrt(sum / this.#samples.length);
  }

  /** A node after everything else, for meters. */
  get output(): AnalyserNode {
    return this.#analyser;
  }

  /** A WAV file of a piece as it is heard under a mix. */
  async renderWav(
    playable: Playable,
    mix: Mix,
    onProgress?: (share: number) => void,
    signal?: AbortSignal,
  ): Promise<Blob> {
    const performance = performanceOf(playable);
    const request = {
      messages: timed(performance),
      gains: channelGains(performance, mix),
      soundfont: await this.#soundfont.arrayBuffer(),
      sampleRate: WAV_RATE,
    };
    return renderInWorker(request, onProgress, signal);
  }

  /** Call a listener when `state` changes and at the end of the piece; returns what removes it. */
  subscribe(listener: (state: PlayerState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.pause();
    this.#closed = true;
    clearInterval(this.#timer);
    this.#stop.abort();
    this.#synth.destroy();
    this.#notify();
    await this.#context.close();
  }

  #send(channel: number, message: Bytes, time: number): void {
    const [status, data1, data2] = message;
    const bytes = [status | (channel % 16), data1, data2];
    this.#synth.sendMessage(bytes, channel - (channel % 16), { time });
    this.#tellOther(channel, message, time);
  }

  #tellOther(channel: number, [status, data1, data2]: Bytes, time: number): void {
    if (this.#passOn === null) return;
    if (status === NOTE_ON && this.#gains[channel] === 0) return;
    const { currentTime, outputLatency, baseLatency } = this.#context;
    const inS = time - currentTime + (outputLatency || baseLatency || 0);
    this.#passOn([status | (channel % 16), data1, data2], Math.max(inS, 0));
  }

  /** Let a note be heard that is not the scheduler's. */
  async #makeReady(): Promise<void> {
    await this.#wake();
    if (this.playing) return;
    this.#openGate(Math.max(this.#quietUntil, this.#context.currentTime));
    this.#scheduler.prepare();
  }

  /** The soonest moment at which a note is heard as a whole. */
  #soonest(): number {
    return Math.max(this.#context.currentTime, this.#quietUntil + GATE_S);
  }

  #pump(): void {
    const wasPlaying = this.playing;
    this.#scheduler.pump();
    if (wasPlaying && !this.playing) this.#notify();
  }

  /** Make the clock run; browsers let it only after the page was clicked. */
  async #wake(): Promise<void> {
    if (this.#closed) throw new AudioProblem("unsupported", "The player has been closed.");
    if (this.#context.state !== "running") {
      const patience = new Promise((resolve) => setTimeout(resolve, RESUME_PATIENCE_MS));
      await Promise.race([this.#context.resume(), patience]);
    }
    this.#wantsClick = this.#contextState() !== "running";
    if (!this.#wantsClick) return;
    this.#notify();
    throw new AudioProblem(
      "needs-click",
      "The browser lets a page sound only after a click on it: click Play.",
    );
  }

  /** The state as it is now; TypeScript would else take it for what it was before waiting. */
  #contextState(): AudioContextState {
    return this.#context.state;
  }

  #setGains(): void {
    const gains = channelGains(this.#scheduler.performance, this.#mix);
    gains.forEach((gain, channel) => {
      if (this.#gains[channel] === gain) return;
      this.#synth.midiChannels[channel].setSystemParameter("gain", gain);
    });
    this.#gains = gains;
  }

  #closeGate(until: number): void {
    const { gain } = this.#gate;
    const now = this.#context.currentTime;
    gain.cancelScheduledValues(now);
    gain.setTargetAtTime(0, now, GATE_S / 3);
    this.#quietUntil = until;
    // What still rings then, held by a pedal or slow to die away, must not come through again.
    for (const channel of this.#scheduler.performance.plan.channelOf) {
      const offset = channel - (channel % 16);
      const bytes = [CONTROL_CHANGE | (channel % 16), ALL_SOUND_OFF, 0];
      this.#synth.sendMessage(bytes, offset, { time: until });
    }
  }

  #openGate(at: number): void {
    const { gain } = this.#gate;
    const now = this.#context.currentTime;
    gain.cancelScheduledValues(now);
    if (at > now) gain.setTargetAtTime(0, now, GATE_S / 3);
    gain.setTargetAtTime(1, Math.max(at, now), GATE_S / 6);
  }

  #seen(): void {
    this.#scheduler.lookAhead = document.hidden ? HIDDEN_LOOK_AHEAD_S : LOOK_AHEAD_S;
    this.#pump();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener(this.state);
  }
}

/** Recording, begun and ended with one key: what is played becomes notes of the track in front. */
import { TempoMap } from "../core/tempo.ts";
import { count } from "../core/words.ts";
import type { Page } from "./context.ts";
import type { Studio } from "./state/studio.svelte.ts";

export async function toggleRecording(page: Page): Promise<void> {
  if (page.recorder.state === "recording") end(page);
  else await begin(page);
}

async function begin({ studio, recorder, clock }: Page): Promise<void> {
  if (!(await recorder.listen())) {
    studio.notices.problem(recorder.problem);
    return;
  }
  if (recorder.keyboards.length === 0) {
    studio.notices.problem("No MIDI keyboard is plugged in. Plug one in and press record again.");
    return;
  }
  // Keys may be quicker than the sound, which takes a moment and may not come at all.
  clock.start();
  recorder.begin();
  await studio.sound.play();
  clock.start();
  studio.notices.speak(`Recording from ${recorder.keyboards.join(", ")}.`);
}

function end({ studio, recorder, clock }: Page): void {
  const notes = recorder.finish(clock.now());
  studio.sound.pause();
  if (notes.length === 0) {
    studio.notices.problem("Nothing was played, so nothing was recorded.");
    return;
  }
  // What was played is not lost to a comparison: it is the current version's.
  studio.takes.hearPiece();
  const recorded = count(notes.length, "note");
  studio.editing.addNotes(studio.desk.focus, notes, `recorded ${recorded}`);
  studio.notices.done(`${recorded} recorded.`);
}

/** Ticks by the clock: what is heard where the music plays, and on from there behind its end. */
export class RecordingClock {
  readonly #studio: Studio;
  readonly #nowMs: () => number;
  #from = { ms: 0, tick: 0 };

  constructor(studio: Studio, nowMs = () => performance.now()) {
    this.#studio = studio;
    this.#nowMs = nowMs;
  }

  /** Count from where the music is. */
  start(): void {
    const { sound } = this.#studio;
    this.#from = { ms: this.#nowMs(), tick: sound.player?.position() ?? sound.position };
  }

  /** The tick now. */
  now(): number {
    return this.tickAt(this.#nowMs());
  }

  /** The tick at a time of the clock. */
  tickAt(ms: number): number {
    const score = this.#studio.piece.detail?.score;
    if (score === undefined) return 0;
    // Loops and seeks are the player's: it knows better than the clock, as long as it plays.
    if (this.#studio.sound.playing) this.start();
    const tempo = TempoMap.of(score);
    const seconds = tempo.secondsAt(this.#from.tick) + (ms - this.#from.ms) / 1000;
    return Math.max(Math.round(tempo.tickAt(Math.max(seconds, 0))), 0);
  }
}

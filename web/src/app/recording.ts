/** Recording, begun and ended with one key: what is played becomes notes of the track in front. */
import { TempoMap } from "../core/tempo.ts";
import { count } from "../core/words.ts";
import type { Page } from "./context.ts";

export async function toggleRecording(page: Page): Promise<void> {
  if (page.recorder.state === "recording") end(page);
  else await begin(page);
}

async function begin({ studio, recorder }: Page): Promise<void> {
  if (!(await recorder.listen())) {
    studio.notices.problem(recorder.problem);
    return;
  }
  if (recorder.keyboards.length === 0) {
    studio.notices.problem("No MIDI keyboard is plugged in. Plug one in and press record again.");
    return;
  }
  recorder.begin();
  await studio.sound.play();
  studio.notices.speak(`Recording from ${recorder.keyboards.join(", ")}.`);
}

function end(page: Page): void {
  const { studio, recorder } = page;
  const notes = recorder.finish(studio.sound.position);
  studio.sound.pause();
  if (notes.length === 0) {
    studio.notices.problem("Nothing was played, so nothing was recorded.");
    return;
  }
  const recorded = count(notes.length, "note");
  studio.editing.addNotes(studio.desk.focus, notes, `recorded ${recorded}`);
  studio.notices.done(`${recorded} recorded.`);
}

/** Ticks by the clock: what is heard where the music plays, and on from there behind its end. */
export class RecordingClock {
  #at = { ms: 0, tick: 0 };

  /** The tick at a time of `performance.now()`. */
  tickAt({ studio }: Page, ms: number): number {
    const score = studio.piece.detail?.score;
    if (score === undefined) return 0;
    const now = performance.now();
    if (studio.sound.playing) {
      this.#at = { ms: now, tick: studio.sound.player?.position() ?? studio.sound.position };
    }
    const tempo = TempoMap.of(score);
    const seconds = tempo.secondsAt(this.#at.tick) + (ms - this.#at.ms) / 1000;
    return Math.max(Math.round(tempo.tickAt(Math.max(seconds, 0))), 0);
  }
}

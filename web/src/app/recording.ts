/** Recording, begun and ended with one key: what is played becomes notes of the selected track. */
import { count } from "../core/words.ts";
import type { Page } from "./context.ts";

export async function toggleRecording(page: Page): Promise<void> {
  if (page.recorder.state === "recording") end(page);
  else await begin(page);
}

async function begin(page: Page): Promise<void> {
  const { studio, recorder, clock } = page;
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
  studio.beforeLeaving = () => end(page);
  await studio.sound.play();
  clock.start();
  studio.notices.speak(`Recording from ${recorder.keyboards.join(", ")}.`);
}

function end({ studio, recorder, clock }: Page): void {
  studio.beforeLeaving = null;
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

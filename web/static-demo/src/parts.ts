/** What a prompt says of its parts, and of pitches. */
import type { Prompt } from "./files.ts";

/** Semitones, and pitch classes. */
export const OCTAVE = 12;

/** Whether a part is drums. */
export function isDrum({ instruments, vocabulary }: Prompt, part: number): boolean {
  return instruments[part] === vocabulary.drums;
}

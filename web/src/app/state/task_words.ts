/** What tasks are called, and one sentence on each. */
import type { SuggestionRequest, Task } from "../../api/types.ts";

/** What a task is called, its key, and one sentence on it. */
export interface TaskWords {
  readonly task: Task;
  readonly name: string;
  /** What the button does, as a verb. */
  readonly action: string;
  readonly hint: string;
}

export const TASKS: readonly TaskWords[] = [
  {
    task: "continue",
    name: "Continue",
    action: "Continue",
    hint: "Write on from the end of the piece, or from a bar of it.",
  },
  {
    task: "infill",
    name: "Infill",
    action: "Infill",
    hint: "Rewrite the selected bars or tracks to fit what is around them.",
  },
  {
    task: "morph",
    name: "Morph",
    action: "Morph",
    hint: "Lead from the bar before the selected bars into the bar after them, step by step.",
  },
  {
    task: "vary",
    name: "Vary",
    action: "Vary",
    hint: "Keep what is there, but not quite: from nearly yours to new.",
  },
  {
    task: "redo",
    name: "Redo track",
    action: "Redo track",
    hint: "Rewrite one track and leave all others as they are.",
  },
  {
    task: "accompany",
    name: "Add part",
    action: "Write part",
    hint: "Let one more instrument play along, and leave all tracks as they are.",
  },
  {
    task: "arrange",
    name: "Make a song",
    action: "Make song",
    hint: "Make a song of your bars: sections that come back changed, others that contrast, an end.",
  },
  {
    task: "compose",
    name: "Compose",
    action: "Compose",
    hint: "Begin a new piece from nothing.",
  },
];

/** What takes of a task are called: bars that are put in belong to Continue. */
export function wordsOf(task: Task): TaskWords {
  return TASKS.find((words) => words.task === task) ?? TASKS[0];
}

/** What is written over the takes of a question. */
export function titleOf({ task, like }: SuggestionRequest): string {
  if (like) return `More like take ${like.take}`;
  return task === "insert" ? "Bars between" : wordsOf(task).name;
}

/**
 * The keyboard: which key is which command, in one table that the help shows, too.
 *
 * Plain letters, no modifiers, for what is done all the time; what the browser itself uses is left
 * alone. Keys never act while a text is being typed.
 */

export type Command =
  | "play"
  | "to-start"
  | "bar-back"
  | "bar-on"
  | "loop"
  | "follow"
  | "continue"
  | "continue-here"
  | "infill"
  | "vary"
  | "redo-track"
  | "add-part"
  | "make-song"
  | "endless"
  | "turn-away"
  | "compose"
  | "hear-all"
  | "hear-take"
  | "hear-piece"
  | "more-like"
  | "comp"
  | "keep"
  | "escape"
  | "undo"
  | "redo"
  | "parent"
  | "child"
  | "sibling-back"
  | "sibling-on"
  | "compare"
  | "star"
  | "choose-all"
  | "delete"
  | "nudge-left"
  | "nudge-right"
  | "pitch-up"
  | "pitch-down"
  | "octave-up"
  | "octave-down"
  | "shorter"
  | "longer"
  | "quantise"
  | "tool-select"
  | "tool-draw"
  | "tool-erase"
  | "mute"
  | "solo"
  | "lock"
  | "rename-track"
  | "track-up"
  | "track-down"
  | "zoom-in"
  | "zoom-out"
  | "fit"
  | "record"
  | "export"
  | "help";

/** A line of the keyboard map. */
export interface Binding {
  readonly command: Command;
  /** As the event's `key`, in lower case; with `mod+` (Ctrl or Cmd) or `shift+` before it. */
  readonly keys: readonly string[];
  /** As it is shown. */
  readonly shown: string;
  readonly words: string;
  /** Only while notes are chosen. */
  readonly withNotes?: boolean;
}

export interface BindingGroup {
  readonly title: string;
  readonly bindings: readonly Binding[];
}

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8"];

export const KEYBOARD: readonly BindingGroup[] = [
  {
    title: "Ask",
    bindings: [
      { command: "continue", keys: ["c"], shown: "C", words: "Continue the piece" },
      {
        command: "continue-here",
        keys: ["shift+c"],
        shown: "Shift C",
        words: "Continue from the play-head or the selected bars",
      },
      { command: "infill", keys: ["i"], shown: "I", words: "Infill the selected bars or tracks" },
      { command: "vary", keys: ["v"], shown: "V", words: "Vary what is selected" },
      { command: "redo-track", keys: ["r"], shown: "R", words: "Redo the selected track" },
      { command: "add-part", keys: ["p"], shown: "P", words: "Write a part for a new track" },
      { command: "make-song", keys: ["g"], shown: "G", words: "Make a song of the piece" },
      { command: "endless", keys: ["w"], shown: "W", words: "Endless: write on while it plays" },
      { command: "turn-away", keys: ["t"], shown: "T", words: "Endless: not that, other bars" },
      { command: "compose", keys: ["n"], shown: "N", words: "Compose a new piece" },
    ],
  },
  {
    title: "Hear and choose",
    bindings: [
      { command: "play", keys: [" "], shown: "Space", words: "Play or pause" },
      { command: "hear-take", keys: DIGITS, shown: "1 – 8", words: "Hear that take in place" },
      { command: "hear-piece", keys: ["0"], shown: "0", words: "Hear the piece without a take" },
      {
        command: "hear-all",
        keys: ["a"],
        shown: "A",
        words: "Hear all takes, one after the other",
      },
      { command: "keep", keys: ["enter"], shown: "Enter", words: "Keep what is heard" },
      { command: "more-like", keys: ["y"], shown: "Y", words: "More takes like the one heard" },
      {
        command: "comp",
        keys: ["o"],
        shown: "O",
        words: "Comp: put parts of takes together, and hear them",
      },
      {
        command: "escape",
        keys: ["escape"],
        shown: "Esc",
        words: "Stop what is being written or heard; deselect",
      },
      {
        command: "compare",
        keys: ["b"],
        shown: "B",
        words: "Compare with the marked version by ear",
      },
    ],
  },
  {
    title: "Move about",
    bindings: [
      { command: "to-start", keys: ["home"], shown: "Home", words: "To the beginning" },
      { command: "bar-back", keys: ["arrowleft"], shown: "←", words: "A bar back" },
      { command: "bar-on", keys: ["arrowright"], shown: "→", words: "A bar on" },
      { command: "track-up", keys: ["arrowup"], shown: "↑", words: "Select the track above" },
      {
        command: "track-down",
        keys: ["arrowdown"],
        shown: "↓",
        words: "Select the track below",
      },
      { command: "loop", keys: ["l"], shown: "L", words: "Loop the selected bars" },
      { command: "follow", keys: ["f"], shown: "F", words: "Follow the play-head" },
      { command: "zoom-in", keys: ["+", "="], shown: "+", words: "Zoom in" },
      { command: "zoom-out", keys: ["-"], shown: "−", words: "Zoom out" },
      { command: "fit", keys: ["shift+f"], shown: "Shift F", words: "The whole piece" },
    ],
  },
  {
    title: "Versions",
    bindings: [
      {
        command: "undo",
        keys: ["mod+z"],
        shown: "Ctrl Z",
        words: "Undo: back to the version before",
      },
      { command: "redo", keys: ["mod+shift+z", "mod+y"], shown: "Ctrl Shift Z", words: "Redo" },
      { command: "parent", keys: ["["], shown: "[", words: "To the version before" },
      { command: "child", keys: ["]"], shown: "]", words: "To the version after" },
      { command: "sibling-back", keys: [","], shown: ",", words: "To the branch above" },
      { command: "sibling-on", keys: ["."], shown: ".", words: "To the branch below" },
      { command: "star", keys: ["*"], shown: "*", words: "Star this version" },
    ],
  },
  {
    title: "Edit notes",
    bindings: [
      { command: "tool-select", keys: ["s"], shown: "S", words: "Select and move" },
      { command: "tool-draw", keys: ["d"], shown: "D", words: "Draw" },
      { command: "tool-erase", keys: ["e"], shown: "E", words: "Erase" },
      {
        command: "choose-all",
        keys: ["mod+a"],
        shown: "Ctrl A",
        words: "Select all notes of the track",
      },
      { command: "nudge-left", keys: ["arrowleft"], shown: "←", words: "Earlier", withNotes: true },
      { command: "nudge-right", keys: ["arrowright"], shown: "→", words: "Later", withNotes: true },
      {
        command: "pitch-up",
        keys: ["arrowup"],
        shown: "↑",
        words: "A semitone up",
        withNotes: true,
      },
      {
        command: "pitch-down",
        keys: ["arrowdown"],
        shown: "↓",
        words: "A semitone down",
        withNotes: true,
      },
      {
        command: "octave-up",
        keys: ["shift+arrowup"],
        shown: "Shift ↑",
        words: "An octave up",
        withNotes: true,
      },
      {
        command: "octave-down",
        keys: ["shift+arrowdown"],
        shown: "Shift ↓",
        words: "An octave down",
        withNotes: true,
      },
      {
        command: "shorter",
        keys: ["shift+arrowleft"],
        shown: "Shift ←",
        words: "Shorter",
        withNotes: true,
      },
      {
        command: "longer",
        keys: ["shift+arrowright"],
        shown: "Shift →",
        words: "Longer",
        withNotes: true,
      },
      { command: "quantise", keys: ["q"], shown: "Q", words: "Quantise to the grid" },
      {
        command: "delete",
        keys: ["delete", "backspace"],
        shown: "Del",
        words: "Delete",
        withNotes: true,
      },
    ],
  },
  {
    title: "The selected track, and more",
    bindings: [
      { command: "mute", keys: ["m"], shown: "M", words: "Mute" },
      { command: "solo", keys: ["shift+s"], shown: "Shift S", words: "Solo" },
      { command: "lock", keys: ["k"], shown: "K", words: "Lock: takes leave it alone" },
      { command: "rename-track", keys: ["f2"], shown: "F2", words: "Rename" },
      {
        command: "record",
        keys: ["shift+r"],
        shown: "Shift R",
        words: "Record from a MIDI keyboard",
      },
      { command: "export", keys: ["x"], shown: "X", words: "Export" },
      { command: "help", keys: ["?"], shown: "?", words: "This help" },
    ],
  },
];

/** A key press, as much of it as counts. */
export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** What a key press asks for; null if nothing. `hasNotes`: whether notes are chosen. */
export function commandOf(
  press: Press,
  hasNotes: boolean,
): { command: Command; digit: number } | null {
  if (press.altKey) return null;
  const names = namesOf(press);
  const all = KEYBOARD.flatMap((group) => group.bindings);
  const matching = all.filter((binding) => binding.keys.some((key) => names.includes(key)));
  const binding = hasNotes
    ? (matching.find((one) => one.withNotes) ?? matching[0])
    : matching.find((one) => !one.withNotes);
  if (binding === undefined) return null;
  return { command: binding.command, digit: Number.parseInt(press.key, 10) || 0 };
}

function namesOf(press: Press): string[] {
  const key = press.key.toLowerCase();
  const mod = press.ctrlKey || press.metaKey ? "mod+" : "";
  if (press.shiftKey && isNamed(press.key)) return [`${mod}shift+${key}`];
  // `?`, `*` and `+` need Shift on many keyboards, and a letter with Caps Lock is that letter.
  return [`${mod}${key}`];
}

/** Whether Shift makes another key of it: letters and named keys, not `?` or `*`. */
function isNamed(key: string): boolean {
  return key.length > 1 || key.toLowerCase() !== key.toUpperCase();
}

/** How the keys of a command are shown; empty if it has none. */
export function shownKey(command: Command): string {
  return (
    KEYBOARD.flatMap((group) => group.bindings).find((binding) => binding.command === command)
      ?.shown ?? ""
  );
}

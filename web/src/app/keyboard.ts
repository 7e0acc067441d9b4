/**
 * The keyboard: which key is which command, in one table that the help shows, too.
 *
 * Plain letters, no modifiers, for what is done all the time; what the browser itself uses is left
 * alone, but for copying, pasting and Ctrl D.
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
  | "morph"
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
  | "cut"
  | "copy"
  | "paste"
  | "duplicate"
  | "delete-bars"
  | "next-note"
  | "previous-note"
  | "also-next-note"
  | "also-previous-note"
  | "draw-here"
  | "louder"
  | "softer"
  | "legato"
  | "humanise"
  | "move-track-up"
  | "move-track-down"
  | "velocities"
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
      {
        command: "morph",
        keys: ["shift+m"],
        shown: "Shift M",
        words: "Morph: lead from the bar before the selected bars into the bar after",
      },
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
      {
        command: "louder",
        keys: ["mod+arrowup"],
        shown: "Ctrl ↑",
        words: "Louder",
        withNotes: true,
      },
      {
        command: "softer",
        keys: ["mod+arrowdown"],
        shown: "Ctrl ↓",
        words: "Softer",
        withNotes: true,
      },
      { command: "legato", keys: ["j"], shown: "J", words: "Join: legato", withNotes: true },
      {
        command: "humanise",
        keys: ["h"],
        shown: "H",
        words: "Humanise: less even",
        withNotes: true,
      },
      {
        command: "velocities",
        keys: ["u"],
        shown: "U",
        words: "Show the loudness below the notes",
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
    title: "Copy, and edit bars",
    bindings: [
      { command: "cut", keys: ["mod+x"], shown: "Ctrl X", words: "Cut the selected notes or bars" },
      { command: "copy", keys: ["mod+c"], shown: "Ctrl C", words: "Copy them" },
      { command: "paste", keys: ["mod+v"], shown: "Ctrl V", words: "Paste at the play-head" },
      { command: "duplicate", keys: ["mod+d"], shown: "Ctrl D", words: "Repeat them right behind" },
      {
        command: "delete-bars",
        keys: ["mod+delete", "mod+backspace"],
        shown: "Ctrl Del",
        words: "Delete the selected bars: what follows moves up",
      },
    ],
  },
  {
    title: "Single notes",
    bindings: [
      {
        command: "next-note",
        keys: ["mod+arrowright"],
        shown: "Ctrl →",
        words: "Select the next note of the track",
      },
      {
        command: "previous-note",
        keys: ["mod+arrowleft"],
        shown: "Ctrl ←",
        words: "Select the note before",
      },
      {
        command: "also-next-note",
        keys: ["mod+shift+arrowright"],
        shown: "Ctrl Shift →",
        words: "Select the next one, too",
      },
      {
        command: "also-previous-note",
        keys: ["mod+shift+arrowleft"],
        shown: "Ctrl Shift ←",
        words: "Select the one before, too",
      },
      {
        command: "draw-here",
        keys: ["shift+d"],
        shown: "Shift D",
        words: "Draw a note at the play-head",
      },
    ],
  },
  {
    title: "The selected track, and more",
    bindings: [
      {
        command: "move-track-up",
        keys: ["mod+arrowup"],
        shown: "Ctrl ↑",
        words: "Move it up in the list",
      },
      {
        command: "move-track-down",
        keys: ["mod+arrowdown"],
        shown: "Ctrl ↓",
        words: "Move it down",
      },
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

/** From key presses to commands, and back to how keys are shown. Keys never act on typed text. */
import { type Command, KEYBOARD } from "./keyboard.ts";

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

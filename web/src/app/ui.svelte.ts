/** What is open and how it looks: the state of the page that has nothing to do with music. */
import type { Geometry, PianoRoll, RollView } from "../roll/index.ts";
import { isString, type Memory } from "./state/memory.ts";

export type Theme = "auto" | "light" | "dark";

/** Panels that lie over the page; one at a time. */
export type Overlay =
  | "none"
  | "help"
  | "export"
  | "pieces"
  | "settings"
  | "chords"
  | "models"
  | "edit";

export class Ui {
  theme = $state<Theme>("auto");
  overlay = $state<Overlay>("none");
  /** Whether the panel was opened by a key: then its first item has the focus. */
  openedByKey = false;
  /** The track whose name is being typed. */
  renaming = $state<number | null>(null);
  /** Whether the browser prefers dark. */
  prefersDark = $state(false);
  /** On narrow pages the side panels come only when asked for. */
  showsTracks = $state(false);
  showsVersions = $state(false);
  /** A file is held over the page. */
  dropping = $state(false);
  /** What is under the pointer in the roll, in words. */
  hover = $state<string | null>(null);
  /** Where ticks are in the large roll. */
  geometry = $state.raw<Geometry | null>(null);
  /** The large roll, for zooming and pictures. */
  roll: PianoRoll | null = null;
  /** The part of the music that the large roll shows; null before there is one. */
  rollView = $state.raw<RollView | null>(null);

  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
    const theme = memory.recall("theme", isString, "auto");
    if (theme === "light" || theme === "dark") this.theme = theme;
  }

  get isDark(): boolean {
    return this.theme === "dark" || (this.theme === "auto" && this.prefersDark);
  }

  /** As the system says, light, dark, and round again. */
  nextTheme(): void {
    this.theme = this.theme === "auto" ? "light" : this.theme === "light" ? "dark" : "auto";
    this.#memory.keep("theme", this.theme);
  }

  toggle(overlay: Overlay, byKey = false): void {
    this.openedByKey = byKey;
    this.overlay = this.overlay === overlay ? "none" : overlay;
  }
}

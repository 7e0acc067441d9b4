/**
 * What is chosen, heard and locked: the state of the desk, which is not part of the music.
 *
 * All of it is by the numbers of the current version's tracks. Where another version comes, it goes
 * along with the tracks that both have; what was set of others is forgotten.
 */
import { PLAIN_MIX, setVolume, toggled, toggleMute, toggleSolo } from "../../core/mix.ts";
import { countOf } from "../../core/notes.ts";
import { keyOf, placesIn, type TrackKey } from "../../core/same_tracks.ts";
import { NOTHING, sizeOf } from "../../core/selection.ts";
import type { BarRange, Mix, NoteSelection, TickRange, Track } from "../../core/types.ts";
import { isNumbers, type Memory } from "./memory.ts";

export type Tool = "select" | "several" | "draw" | "erase";
export type Rows = "all" | "focus";

/** Grids to draw and quantise on, in parts of a quarter; 0 is free. */
export const GRIDS: readonly { readonly name: string; readonly quarters: number }[] = [
  { name: "1/4", quarters: 1 },
  { name: "1/8", quarters: 1 / 2 },
  { name: "1/8 triplet", quarters: 1 / 3 },
  { name: "1/16", quarters: 1 / 4 },
  { name: "1/16 triplet", quarters: 1 / 6 },
  { name: "1/32", quarters: 1 / 8 },
  { name: "free", quarters: 0 },
];

export class Desk {
  mix = $state.raw<Mix>(PLAIN_MIX);
  locked = $state.raw<ReadonlySet<number>>(new Set());
  notes = $state.raw<NoteSelection>(NOTHING);
  bars = $state.raw<BarRange | null>(null);
  /** Tracks that the next infill or vary is about; none means all. */
  tracks = $state.raw<ReadonlySet<number>>(new Set());
  #focus = $state<number | null>(null);
  /** Tracks that were added and have no notes yet: only the page knows them. */
  drafts = $state.raw<readonly Track[]>([]);
  loop = $state.raw<TickRange | null>(null);
  follow = $state(true);
  tool = $state<Tool>("select");
  /** Whether the loudness of notes is shown below them. */
  showsVelocities = $state(false);
  #rows = $state<Rows>("all");
  gridQuarters = $state(1 / 4);

  readonly #memory: Memory;
  #piece = "";
  /** The tracks that the numbers are of. */
  #tracks: readonly Track[] = [];

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  /** Another piece: nothing chosen, its mix as it was left. */
  open(piece: string, tracks: readonly Track[]): void {
    this.#piece = piece;
    const recall = (what: string): ReadonlySet<number> =>
      new Set(this.#memory.recall(`${what}.${piece}`, isNumbers, []));
    const volumes = this.#memory.recall(`volumes.${piece}`, isNumbers, []);
    this.mix = {
      muted: recall("muted"),
      soloed: recall("soloed"),
      volumes: new Map(volumes.flatMap((volume, i) => (volume === 1 ? [] : [[i, volume]]))),
    };
    this.locked = recall("locked");
    this.clear();
    this.focus = null;
    this.drafts = [];
    this.loop = null;
    // It may have changed since, in another window.
    const keys = this.#memory.recall(`tracks.${piece}`, isKeys, tracks.map(keyOf));
    this.#renumber(placesIn(keys, tracks), tracks);
  }

  /** The selected track: drawn into, redone, muted by key; null: none. Drafts count on. */
  get focus(): number | null {
    return this.#focus;
  }

  set focus(track: number | null) {
    this.#focus = track;
    this.#dropHidden();
  }

  /** Whether only the selected track is seen; notes that are not seen are not selected either. */
  get rows(): Rows {
    return this.#rows;
  }

  set rows(rows: Rows) {
    this.#rows = rows;
    this.#dropHidden();
  }

  isOf(piece: string | null): boolean {
    return this.#piece === piece;
  }

  /** Choose nothing. */
  clear(): void {
    this.notes = NOTHING;
    this.bars = null;
    this.tracks = new Set();
  }

  /** Another version of the same piece: chosen notes are others there. */
  moved(tracks: readonly Track[]): void {
    this.notes = NOTHING;
    this.#renumber(placesIn(this.#tracks, tracks), tracks);
  }

  /** An edit was made here: each track has the number that it had. */
  edited(tracks: readonly Track[]): void {
    this.#tracks = tracks;
    this.#keep();
  }

  /** The server has made a version of what was edited here; whether tracks have other numbers now. */
  confirmed(tracks: readonly Track[]): boolean {
    // A track without notes is in no version: what looks like it there is another one.
    const before = this.#tracks.map((track) => (countOf(track.notes) > 0 ? track : null));
    const places = placesIn(before, tracks);
    const isSame = before.length === tracks.length && before.every((_, i) => places.get(i) === i);
    if (isSame) {
      this.edited(tracks);
      return false;
    }
    this.notes = new Map(
      [...this.notes].flatMap(([track, indices]) => {
        const place = places.get(track);
        return place === undefined ? [] : [[place, indices] as const];
      }),
    );
    this.#renumber(places, tracks);
    return true;
  }

  get nChosen(): number {
    return sizeOf(this.notes);
  }

  mute(track: number): void {
    this.mix = toggleMute(this.mix, track);
    this.#keep();
  }

  solo(track: number, exclusive = false): void {
    this.mix = toggleSolo(this.mix, track, exclusive);
    this.#keep();
  }

  volume(track: number, gain: number): void {
    this.mix = setVolume(this.mix, track, gain);
    this.#keep();
  }

  lock(track: number): void {
    this.locked = toggled(this.locked, track);
    this.#keep();
  }

  /** Select a track, or none if it is selected already. */
  bringToFront(track: number): void {
    this.focus = this.focus === track ? null : track;
  }

  /** What dragging in the roll does; drawing needs a selected track. */
  pick(tool: Tool): void {
    this.tool = tool;
    if (tool === "draw") this.focus ??= 0;
  }

  choose(track: number): void {
    this.tracks = toggled(this.tracks, track);
  }

  /** Grid in ticks. */
  gridTicks(ticksPerQuarter: number): number {
    return Math.round(this.gridQuarters * ticksPerQuarter);
  }

  #dropHidden(): void {
    const { rows, focus } = this;
    if (rows === "all" || focus === null) return;
    const seen = [...this.notes].filter(([track]) => track === focus);
    if (seen.length < this.notes.size) this.notes = new Map(seen);
  }

  #renumber(places: ReadonlyMap<number, number>, tracks: readonly Track[]): void {
    const carried = (numbers: Iterable<number>): ReadonlySet<number> =>
      new Set([...numbers].flatMap((i) => places.get(i) ?? []));
    const { muted, soloed, volumes } = this.mix;
    const gains = [...volumes].flatMap(([i, gain]) => {
      const place = places.get(i);
      return place === undefined ? [] : [[place, gain] as const];
    });
    this.mix = { muted: carried(muted), soloed: carried(soloed), volumes: new Map(gains) };
    this.locked = carried(this.locked);
    this.tracks = carried(this.tracks);
    if (this.focus !== null) {
      const draft = this.focus - this.#tracks.length;
      this.focus = draft >= 0 ? tracks.length + draft : (places.get(this.focus) ?? null);
    }
    this.#tracks = tracks;
    this.#keep();
  }

  #keep(): void {
    const n = Math.max(-1, ...this.mix.volumes.keys()) + 1;
    const volumes = Array.from({ length: n }, (_, i) => this.mix.volumes.get(i) ?? 1);
    this.#memory.keep(`volumes.${this.#piece}`, volumes);
    this.#memory.keep(`muted.${this.#piece}`, [...this.mix.muted]);
    this.#memory.keep(`soloed.${this.#piece}`, [...this.mix.soloed]);
    this.#memory.keep(`locked.${this.#piece}`, [...this.locked]);
    this.#memory.keep(`tracks.${this.#piece}`, this.#tracks.map(keyOf));
  }
}

function isKeys(value: unknown): value is TrackKey[] {
  return (
    Array.isArray(value) &&
    value.every((key: unknown) => typeof key === "object" && key !== null && "channel" in key)
  );
}

/**
 * The roll's colours, for light and dark surroundings.
 *
 * The eight hues of tracks were searched for together: with normal sight and with protan, deutan
 * and tritan colour blindness alike, any two of them stay at least 0.1 apart in OKLab (tested).
 * Drums are grey, since they have a grid of their own. Velocity is shade: soft notes go towards the
 * ground.
 */
import type { Palette } from "./types.ts";

/** How many shades of velocity there are. */
export const SHADES = 8;

/** On white paper. */
export const LIGHT: Palette = {
  dark: false,
  tracks: ["#272cae", "#e99624", "#4cc2a2", "#d94838", "#ad6fec", "#53214f", "#408190", "#922607"],
  drums: "#4d535c",
  ground: "#fdfcfa",
  blackRow: "#f3f2ee",
  drumGround: "#f6f5f2",
  rowLine: "#e9e7e1",
  barLine: "#b9b5ab",
  beatLine: "#dcd9d1",
  stepLine: "#edebe5",
  fresh: "rgba(255, 196, 60, 0.17)",
  freshEdge: "#c98a00",
  noteOutline: "#1b1c20",
  selected: "#ff2f92",
  selectedBars: "rgba(38, 110, 220, 0.13)",
  loop: "#2f7d4f",
  playhead: "#d0102c",
  ruler: "#f1efea",
  rulerText: "#2b2d33",
  quietText: "#6d6f77",
  whiteKey: "#ffffff",
  blackKey: "#3a3c42",
  keyText: "#55585f",
  hatch: "rgba(255, 255, 255, 0.75)",
};

/** On a dark screen. */
export const DARK: Palette = {
  dark: true,
  tracks: ["#4f6aee", "#fc9105", "#49c398", "#d33121", "#c48cfc", "#9a5996", "#a7ebf8", "#f6e131"],
  drums: "#b4bbc6",
  ground: "#1d1f24",
  blackRow: "#191b1f",
  drumGround: "#1a1c21",
  rowLine: "#25282e",
  barLine: "#4d525c",
  beatLine: "#31353d",
  stepLine: "#272a30",
  fresh: "rgba(255, 200, 80, 0.10)",
  freshEdge: "#e6b13c",
  noteOutline: "#ffffff",
  selected: "#ff5fae",
  selectedBars: "rgba(110, 165, 255, 0.16)",
  loop: "#5fc48a",
  playhead: "#ff5a5f",
  ruler: "#24272d",
  rulerText: "#e4e6ea",
  quietText: "#9298a3",
  whiteKey: "#d7dade",
  blackKey: "#15171a",
  keyText: "#30343c",
  hatch: "rgba(15, 17, 20, 0.75)",
};

/** A palette by its name, or itself. */
export function paletteOf(palette: "light" | "dark" | Palette): Palette {
  if (palette === "light") return LIGHT;
  return palette === "dark" ? DARK : palette;
}

/** The hue of a track. */
export function hueOf(palette: Palette, track: number, isDrum: boolean): string {
  return isDrum ? palette.drums : palette.tracks[track % palette.tracks.length];
}

/** Which shade a velocity of 1 to 127 gets; 0 is the faintest. */
export function shadeOf(velocity: number): number {
  return Math.min(Math.floor((velocity * SHADES) / 128), SHADES - 1);
}

/** All shades of a hue on a ground, the faintest first; `strength` below 1 fades them all. */
export function shadesOf(hue: string, ground: string, strength = 1): string[] {
  return Array.from({ length: SHADES }, (_, shade) =>
    blend(hue, ground, strength * (0.48 + (0.52 * (shade + 1)) / SHADES)),
  );
}

/** `share` of one `#rrggbb` colour and the rest of another. */
export function blend(colour: string, other: string, share: number): string {
  const a = channelsOf(colour);
  const b = channelsOf(other);
  const mixed = a.map((value, i) => Math.round(value * share + b[i] * (1 - share)));
  return `#${mixed.map((value) => value.toString(16).padStart(2, "0")).join("")}`;
}

/** Red, green and blue of a `#rrggbb` colour, 0 to 255. */
export function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}

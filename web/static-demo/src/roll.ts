/** The piece as a piano roll on a canvas: the prompt pale, what is new in full colour. */
import type { Music, Note } from "./files.ts";
import type { NewNotes } from "./music.ts";

const COLOURS = ["#c2410c", "#1d4ed8", "#15803d", "#a21caf", "#0e7490", "#b45309", "#4338ca"];
const PALE = 0.35;
const MARGIN = 3; // pitches above and below
const SMALLEST = 2; // pixels

export function paint(canvas: HTMLCanvasElement, music: Music, added: NewNotes): void {
  const context = canvas.getContext("2d");
  if (context === null) return;
  const ratio = window.devicePixelRatio;
  canvas.width = canvas.clientWidth * ratio;
  canvas.height = canvas.clientHeight * ratio;
  const all = music.tracks.flatMap((track, i) => [...track.notes, ...(added[i] ?? [])]);
  const pitches = all.map((note) => note[2]);
  const [low, high] = [Math.min(...pitches) - MARGIN, Math.max(...pitches) + MARGIN];
  const x = (tick: number) => (tick / music.end) * canvas.width;
  const y = (pitch: number) => ((high - pitch) / (high - low)) * canvas.height;
  const height = Math.max(SMALLEST, y(0) - y(1) - 1);

  context.fillStyle = "#fffdf5";
  context.fillRect(x(music.first), 0, canvas.width - x(music.first), canvas.height);
  context.fillStyle = "#d6d3d1";
  for (const bar of music.bar_starts) context.fillRect(x(bar), 0, 1, canvas.height);
  const draw = ([onset, duration, pitch]: Note) =>
    context.fillRect(x(onset), y(pitch), Math.max(SMALLEST, x(duration) - 1), height);
  for (const [i, track] of music.tracks.entries()) {
    context.fillStyle = COLOURS[i % COLOURS.length];
    context.globalAlpha = PALE;
    track.notes.forEach(draw);
    context.globalAlpha = 1;
    added[i]?.forEach(draw);
  }
}

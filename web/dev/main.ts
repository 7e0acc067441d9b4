/** The development page: everything the roll and the player do, without the application. */

import { AudioProblem, type Playable, Player } from "../src/audio/index.ts";
import {
  changeVelocity,
  deleteNotes,
  drawNote,
  type Edit,
  EditRefused,
  lengthenNotes,
  moveNotes,
} from "../src/core/edits.ts";
import { PLAIN_MIX } from "../src/core/mix.ts";
import { chooseBars } from "../src/core/selection.ts";
import type { Score } from "../src/core/types.ts";
import { PianoRoll, paintSmallRoll, type RollContent, type RollTool } from "../src/roll/index.ts";
import { CONTROLLERS, manyNotes, piece, TPQ, take } from "./piece.ts";

const query = new URLSearchParams(location.search);
const status = find("#status", HTMLOutputElement);
let theme: "light" | "dark" = query.get("theme") === "dark" ? "dark" : "light";
let score: Score = piece();
let number = 0;
let player: Player | null = null;
const fresh = { first: 8, last: 12, tracks: null };

const roll = new PianoRoll(
  find("#roll", HTMLCanvasElement),
  {
    onMove: (notes, shift, copy) => edit(() => moveNotes(score, notes, shift, copy)),
    onLengthen: (notes, ticks) => edit(() => lengthenNotes(score, notes, ticks)),
    onDelete: (notes) => edit(() => deleteNotes(score, notes)),
    onDraw: (track, note) => edit(() => drawNote(score, track, note)),
    onVelocity: (notes, change) => edit(() => changeVelocity(score, notes, change)),
    onSeek: (tick) => {
      player?.seek(tick);
      roll.setPlayhead(tick);
    },
    onLoop: (range) => {
      player?.loop(range);
      roll.setLoop(range);
    },
    onSound: (track, pitch, velocity) => void player?.sound(track, pitch, velocity),
    onHover: (words) => {
      status.value = words ?? "";
    },
  },
  { palette: theme, focus: query.has("focus") ? Number(query.get("focus")) : null },
);

function content(): RollContent {
  if (query.get("take") === "no") return { score };
  return { score, overlay: take(number), fresh };
}

function playable(): Playable {
  return { score, controllers: CONTROLLERS, extra: take(number), replace: fresh };
}

async function playerOf(): Promise<Player> {
  if (player !== null) return player;
  player = await Player.create({ soundfontUrl: query.get("soundfont") ?? "/sound/gm.sf3" });
  player.load(playable());
  return player;
}

function animate(): void {
  if (player?.playing) roll.setPlayhead(player.position(), true);
  requestAnimationFrame(animate);
}

function tellProblem(error: unknown): void {
  if (!(error instanceof AudioProblem)) throw error;
  status.value = error.message;
}

function show(): void {
  player?.exchange(playable());
  document.body.className = theme;
  roll.setPalette(theme);
  roll.setContent(content());
  for (const [i, canvas] of document.querySelectorAll<HTMLCanvasElement>(".small").entries()) {
    paintSmallRoll(
      canvas,
      { score, overlay: take(i), fresh },
      { palette: theme, bars: { first: 6, last: 12 } },
    );
  }
}

function edit(make: () => Edit): void {
  try {
    const done = make();
    score = done.score;
    roll.setContent(content());
    roll.setSelection({ notes: done.selection });
    status.value = done.label;
  } catch (error) {
    if (!(error instanceof EditRefused)) throw error;
    status.value = error.message;
  }
}

function find<T extends HTMLElement>(selector: string, kind: new () => T): T {
  const element = document.querySelector(selector);
  if (!(element instanceof kind)) throw new Error(`${selector} is not on the page`);
  return element;
}

function onClick(selector: string, act: (button: HTMLButtonElement) => void): void {
  const button = find(selector, HTMLButtonElement);
  button.addEventListener("click", () => act(button));
}

const TOOLS: readonly RollTool[] = ["select", "draw", "erase"];
onClick("#tool", (button) => {
  const tool = TOOLS[(TOOLS.indexOf(roll.tool) + 1) % TOOLS.length];
  roll.setTool(tool);
  button.textContent = `Tool: ${tool}`;
});
onClick("#theme", () => {
  theme = theme === "light" ? "dark" : "light";
  show();
});
onClick("#take", () => {
  number = (number + 1) % 3;
  show();
});
onClick("#rows", (button) => {
  const rows = button.textContent === "Rows: all" ? "focus" : "all";
  button.textContent = `Rows: ${rows}`;
  roll.setRows(rows);
  roll.fit();
});

async function togglePlay(): Promise<void> {
  try {
    const ready = await playerOf();
    if (ready.playing) ready.pause();
    else await ready.play();
    find("#play", HTMLButtonElement).textContent = ready.playing ? "Pause" : "Play";
  } catch (error) {
    tellProblem(error);
  }
}

onClick("#play", () => void togglePlay());
onClick("#wav", async () => {
  const ready = await playerOf();
  const wav = await ready.renderWav(playable(), PLAIN_MIX, (share) => {
    status.value = `${Math.round(share * 100)} %`;
  });
  status.value = `${wav.size} bytes`;
});

const looks = query.get("looks");
if (looks !== null) roll.setTrackLooks(JSON.parse(looks));
show();
if (query.has("playhead")) roll.setPlayhead(Number(query.get("playhead")));
if (query.has("bars")) {
  const [first, last] = (query.get("bars") ?? "").split("-").map(Number);
  roll.fit({ first, last });
}
if (query.has("select")) {
  const [first, last] = (query.get("select") ?? "").split("-").map(Number);
  roll.setSelection({ notes: chooseBars(score, { first, last }, [3]), bars: { first, last } });
}
if (query.has("loop")) roll.setLoop({ start: 0, end: 4 * 4 * TPQ });
if (query.has("rows")) {
  roll.setRows("focus");
  roll.fit();
}
animate();
if (query.has("autoplay")) void togglePlay();
/** For tests and measurements in the console. */
const handle = { roll, playerOf, playable, piece, take, manyNotes, moveNotes, TPQ };
export type DevHandle = typeof handle;
Object.assign(globalThis, { segue: handle });

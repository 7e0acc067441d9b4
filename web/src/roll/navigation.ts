/** Wheel and keys on the roll: scroll, zoom, nudge, delete. */
import { chooseTracks, NOTHING, sizeOf } from "../core/selection.ts";
import { zoomAbout } from "./geometry.ts";
import type { GestureHost } from "./host.ts";

const WHEEL_ZOOM = 0.0022;
const KEY_ZOOM = 1.25;
/** Pixels of a line, where a wheel counts in lines. */
const PX_PER_LINE = 20;

/** Listen to wheel and keys; gives how to stop. */
export function listenToNavigation(host: GestureHost): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  host.canvas.addEventListener("wheel", (event) => onWheel(host, event), {
    signal,
    passive: false,
  });
  host.canvas.addEventListener("keydown", (event) => onKey(host, event), { signal });
  return () => stop.abort();
}

/**
 * Wheel scrolls up and down, with Shift along the time; with Ctrl it zooms the time, with Ctrl and
 * Shift (or Alt) the pitches, about the pointer. A touchpad's pinch comes as Ctrl and wheel.
 */
function onWheel(host: GestureHost, event: WheelEvent): void {
  event.preventDefault();
  const { geometry, music } = host.scene();
  const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? PX_PER_LINE : 1;
  const dx = event.deltaX * unit;
  const dy = event.deltaY * unit;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    const factor = Math.exp(-(dy || dx) * WHEEL_ZOOM);
    const isVertical = event.shiftKey || event.altKey;
    const box = host.canvas.getBoundingClientRect();
    const about = {
      x: event.clientX - box.left - geometry.keysWidth,
      y: event.clientY - box.top - geometry.pitched.y,
    };
    const by = { horizontal: isVertical ? 1 : factor, vertical: isVertical ? factor : 1 };
    host.view = zoomAbout(host.view, by, about, music.ticksPerQuarter);
    return;
  }
  const [across, down] = event.shiftKey && dx === 0 ? [dy, 0] : [dx, dy];
  scrollBy(host, across, down);
}

function scrollBy(host: GestureHost, x: number, y: number): void {
  const { view } = host;
  const { ticksPerQuarter } = host.scene().music;
  const tick = view.tick + (x / view.pxPerQuarter) * ticksPerQuarter;
  host.view = { ...view, tick, row: view.row + y / view.pxPerRow };
}

function onKey(host: GestureHost, event: KeyboardEvent): void {
  const act = actionOf(host, event);
  if (act === null) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** What a key does here; null leaves it to the page. */
function actionOf(host: GestureHost, event: KeyboardEvent): (() => void) | null {
  const { music, geometry } = host.scene();
  const { score } = music.content;
  const ctrl = event.ctrlKey || event.metaKey;
  switch (event.key) {
    case "ArrowLeft":
    case "ArrowRight":
    case "ArrowUp":
    case "ArrowDown":
      return ctrl || event.altKey ? null : () => arrow(host, event.key, event.shiftKey);
    case "Delete":
    case "Backspace":
      return sizeOf(host.selection.notes) === 0
        ? null
        : () => host.callbacks.onDelete?.(host.selection.notes);
    case "Escape":
      return () => host.choose({ notes: NOTHING, bars: null });
    case "+":
    case "=":
    case "-": {
      const factor = event.key === "-" ? 1 / KEY_ZOOM : KEY_ZOOM;
      const about = { x: geometry.notes.width / 2, y: geometry.pitched.height / 2 };
      const by = { horizontal: ctrl ? 1 : factor, vertical: ctrl ? factor : 1 };
      return () => {
        host.view = zoomAbout(host.view, by, about, music.ticksPerQuarter);
      };
    }
    case "Home":
    case "End":
      return () => {
        host.view = { ...host.view, tick: event.key === "Home" ? 0 : music.endTick };
      };
    case "PageUp":
    case "PageDown": {
      const page = geometry.notes.width * (event.key === "PageUp" ? -0.9 : 0.9);
      return () => scrollBy(host, page, 0);
    }
    case "a": {
      if (!ctrl) return null;
      const { looks } = host.scene();
      const free = [...score.tracks.keys()].filter((i) => !looks[i]?.locked && !looks[i]?.hidden);
      return () => host.choose({ notes: chooseTracks(score, free) });
    }
    default:
      return null;
  }
}

/** Arrows nudge what is chosen (Shift: by an octave or a bar's beat), else they scroll. */
function arrow(host: GestureHost, key: string, shift: boolean): void {
  const { music, gridStep } = host.scene();
  const sign = key === "ArrowLeft" || key === "ArrowDown" ? -1 : 1;
  const isAcross = key === "ArrowLeft" || key === "ArrowRight";
  if (sizeOf(host.selection.notes) === 0 || !host.callbacks.onMove) {
    scrollBy(host, isAcross ? sign * 60 : 0, isAcross ? 0 : -sign * 40);
    return;
  }
  const step = shift ? music.ticksPerQuarter : gridStep > 0 ? gridStep : 1;
  const move = isAcross
    ? { ticks: Math.round(sign * step), pitches: 0 }
    : { ticks: 0, pitches: sign * (shift ? 12 : 1) };
  host.callbacks.onMove(host.selection.notes, move, false);
}

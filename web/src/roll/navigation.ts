/**
 * Wheel and keys on the roll: scroll and zoom.
 *
 * Keys that do something to the music or to what is chosen are the page's: they mean the same
 * whatever has the focus.
 */
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
  const ctrl = event.ctrlKey || event.metaKey;
  switch (event.key) {
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
    case "End":
      return () => {
        host.view = { ...host.view, tick: music.endTick };
      };
    case "PageUp":
    case "PageDown": {
      const page = geometry.notes.width * (event.key === "PageUp" ? -0.9 : 0.9);
      return () => scrollBy(host, page, 0);
    }
    default:
      return null;
  }
}

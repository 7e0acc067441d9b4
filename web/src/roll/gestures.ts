/**
 * Pointers on the roll: which gesture begins where, panning, pinching, and what the cursor says.
 *
 * A mouse or pen uses the tool. A finger pans with the first tool, unless it presses a chosen note;
 * with the others it does as they do. Two fingers pan and zoom.
 */

import { chooseNote, isChosen, NOTHING } from "../core/selection.ts";
import type { NoteSelection } from "../core/types.ts";
import { beginNoteDrag, drawDrag, isEditable } from "./drags.ts";
import { zoomAbout } from "./geometry.ts";
import { noteAtPoint, wordsAtPoint } from "./hit.ts";
import type { Drag, GestureHost, Point } from "./host.ts";
import { barsDrag, keysDrag, loopDrag } from "./ruler_drags.ts";

/** Movement below this many pixels is a click. */
const CLICK_SLACK = 3;
const TOUCH_SLACK = 8;
const MIDDLE_BUTTON = 1;
const RIGHT_BUTTON = 2;

/** Listens to the pointers of one roll. */
export class Gestures {
  readonly #host: GestureHost;
  readonly #stop = new AbortController();
  readonly #pointers = new Map<number, Point>();
  #drag: Drag | null = null;
  #from: Point | null = null;
  #slack = CLICK_SLACK;
  #moved = false;
  /** The notes that were chosen before the gesture. */
  #chosen: NoteSelection = NOTHING;

  constructor(host: GestureHost) {
    this.#host = host;
    const { canvas } = host;
    const { signal } = this.#stop;
    canvas.style.touchAction = "none";
    canvas.addEventListener("pointerdown", (event) => this.#press(event), { signal });
    canvas.addEventListener("pointermove", (event) => this.#move(event), { signal });
    canvas.addEventListener("pointerup", (event) => this.#release(event), { signal });
    canvas.addEventListener("pointercancel", (event) => this.#lose(event), { signal });
    canvas.addEventListener("pointerleave", () => host.callbacks.onHover?.(null), { signal });
    canvas.addEventListener("dblclick", (event) => this.#doubleClick(event), { signal });
    canvas.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
  }

  /** Whether a gesture is under way. */
  get busy(): boolean {
    return this.#drag !== null;
  }

  /** Give up the gesture that is under way. */
  cancel(): void {
    this.#drag?.cancel();
    this.#drag = null;
  }

  destroy(): void {
    this.cancel();
    this.#stop.abort();
  }

  #press(event: PointerEvent): void {
    const { canvas } = this.#host;
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    const at = pointOf(canvas, event);
    this.#pointers.set(event.pointerId, at);
    if (this.#pointers.size === 2) {
      this.#undo();
      this.#drag = this.#pinch();
      return;
    }
    if (this.#pointers.size > 2) return;
    this.#from = at;
    this.#chosen = this.#host.selection.notes;
    this.#moved = false;
    this.#slack = event.pointerType === "touch" ? TOUCH_SLACK : CLICK_SLACK;
    this.#drag = this.#begin(event, at);
  }

  /** The first of two fingers was not meant to choose anything. */
  #undo(): void {
    if (this.#drag === null) return;
    this.cancel();
    if (this.#host.selection.notes !== this.#chosen) this.#host.choose({ notes: this.#chosen });
  }

  #move(event: PointerEvent): void {
    const at = pointOf(this.#host.canvas, event);
    if (this.#pointers.has(event.pointerId)) this.#pointers.set(event.pointerId, at);
    if (this.#drag === null) {
      if (event.pointerType !== "touch") this.#hover(at);
      return;
    }
    const from = this.#from ?? at;
    const far = Math.hypot(at.x - from.x, at.y - from.y);
    this.#moved ||= far >= this.#slack;
    if (this.#moved || this.#pointers.size > 1) this.#drag.move(at);
  }

  #release(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    if (this.#pointers.size > 0) return;
    const drag = this.#drag;
    this.#drag = null;
    drag?.end(pointOf(this.#host.canvas, event), this.#moved);
  }

  #lose(event: PointerEvent): void {
    this.#pointers.delete(event.pointerId);
    this.cancel();
  }

  #begin(event: PointerEvent, at: Point): Drag | null {
    const host = this.#host;
    if (event.button === MIDDLE_BUTTON) return this.#pan(at);
    const { geometry } = host.scene();
    const area = geometry.areaAt(at.x, at.y);
    if (event.button === RIGHT_BUTTON) return null;
    if (area === "ruler") return barsDrag(host, at);
    if (area === "loop") return loopDrag(host, at);
    if (area === "keys") return keysDrag(host, at);
    if (area === "corner") return null;
    if (event.pointerType === "touch" && host.tool === "select") return this.#touch(at);
    return beginNoteDrag(host, at);
  }

  /** A finger: moves chosen notes, else pans; a tap chooses. */
  #touch(at: Point): Drag | null {
    const host = this.#host;
    const hit = noteAtPoint(host.scene(), at.x, at.y);
    if (hit !== null && isChosen(host.selection.notes, hit.lane.track, hit.index)) {
      return beginNoteDrag(host, at);
    }
    const pan = this.#pan(at);
    return {
      ...pan,
      end(to, moved) {
        if (!moved) beginNoteDrag(host, at)?.end(to, false);
      },
    };
  }

  #pan(from: Point): Drag {
    const host = this.#host;
    const start = host.view;
    const { ticksPerQuarter } = host.scene().music;
    return {
      move(to) {
        host.view = {
          ...start,
          tick: start.tick - ((to.x - from.x) / start.pxPerQuarter) * ticksPerQuarter,
          row: start.row - (to.y - from.y) / start.pxPerRow,
        };
      },
      end: () => undefined,
      cancel: () => undefined,
    };
  }

  /** Two fingers: what was between them at the beginning stays between them. */
  #pinch(): Drag {
    const host = this.#host;
    const start = host.view;
    const [a, b] = [...this.#pointers.values()];
    const { geometry, music } = host.scene();
    const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
    const spread = (p: Point, q: Point): number => Math.max(Math.hypot(p.x - q.x, p.y - q.y), 10);
    const before = spread(a, b);
    return {
      move: () => {
        const [p, q] = [...this.#pointers.values()];
        if (q === undefined) return;
        const factor = spread(p, q) / before;
        const about = { x: middle.x - geometry.keysWidth, y: middle.y - geometry.pitched.y };
        const zoomed = zoomAbout(
          start,
          { horizontal: factor, vertical: Math.sqrt(factor) },
          about,
          music.ticksPerQuarter,
        );
        const across = (p.x + q.x) / 2 - middle.x;
        const down = (p.y + q.y) / 2 - middle.y;
        host.view = {
          ...zoomed,
          tick: zoomed.tick - (across / zoomed.pxPerQuarter) * music.ticksPerQuarter,
          row: zoomed.row - down / zoomed.pxPerRow,
        };
      },
      end: () => undefined,
      cancel: () => undefined,
    };
  }

  /** A double click takes a note away, or draws one where there is none. */
  #doubleClick(event: MouseEvent): void {
    const host = this.#host;
    if (host.tool !== "select") return;
    const at = pointOf(host.canvas, event);
    const scene = host.scene();
    const area = scene.geometry.areaAt(at.x, at.y);
    if (area !== "pitched" && area !== "drums") return;
    const hit = noteAtPoint(scene, at.x, at.y);
    if (hit === null) {
      drawDrag(host, at)?.end(at, false);
    } else if (isEditable(host, hit)) {
      host.callbacks.onDelete?.(chooseNote(hit.lane.track, hit.index));
    }
  }

  #hover(at: Point): void {
    const host = this.#host;
    const scene = host.scene();
    host.callbacks.onHover?.(wordsAtPoint(scene, at.x, at.y, (track) => host.trackName(track)));
    host.canvas.style.cursor = this.#cursor(at);
  }

  #cursor(at: Point): string {
    const host = this.#host;
    const scene = host.scene();
    const area = scene.geometry.areaAt(at.x, at.y);
    if (area === "ruler") return "text";
    if (area === "loop") return "ew-resize";
    if (area === "keys") return "pointer";
    if (area === "corner") return "default";
    const hit = noteAtPoint(scene, at.x, at.y);
    if (hit === null) return host.tool === "select" ? "default" : "crosshair";
    if (host.tool === "several") return "pointer";
    if (!isEditable(host, hit)) return "not-allowed";
    if (host.tool === "erase") return "crosshair";
    if (at.alt) return "ns-resize";
    return hit.part === "end" && host.callbacks.onLengthen ? "ew-resize" : "grab";
  }
}

function pointOf(canvas: HTMLCanvasElement, event: MouseEvent): Point {
  const box = canvas.getBoundingClientRect();
  return {
    x: event.clientX - box.left,
    y: event.clientY - box.top,
    shift: event.shiftKey,
    ctrl: event.ctrlKey || event.metaKey,
    alt: event.altKey,
  };
}

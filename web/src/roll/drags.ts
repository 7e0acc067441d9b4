/** The gestures in the note area: choose, move, lengthen, loudness, draw, erase. */
import { chooseNote, isChosen, NOTHING, sizeOf, toggle, union } from "../core/selection.ts";
import type { NoteSelection } from "../core/types.ts";
import { clamp } from "./geometry.ts";
import { type Hit, noteAtPoint } from "./hit.ts";
import type { Drag, GestureHost, Point } from "./host.ts";
import { SKIPPED, visitNotes } from "./lanes.ts";
import { noteBox } from "./paint_notes.ts";

const DRAWN_VELOCITY = 90;
/** Pixels of vertical drag for one step of velocity. */
const PX_PER_VELOCITY = 1.5;

/** Begin the gesture that the tool and what is under the pointer ask for. */
export function beginNoteDrag(host: GestureHost, at: Point): Drag | null {
  const hit = noteAtPoint(host.scene(), at.x, at.y);
  if (host.tool === "erase") return eraseDrag(host, at);
  if (host.tool === "several") return severalDrag(host, { ...at, ctrl: true }, hit);
  if (hit !== null) return noteDrag(host, at, hit);
  return host.tool === "draw" ? drawDrag(host, at) : bandDrag(host, at);
}

/** Whether a note can be edited: it is the score's and its track is not locked. */
export function isEditable(host: GestureHost, hit: Hit): boolean {
  return hit.lane.source === "score" && !host.scene().looks[hit.lane.track]?.locked;
}

function noteDrag(host: GestureHost, at: Point, hit: Hit): Drag | null {
  const { lane, index } = hit;
  soundHit(host, hit);
  if (!isEditable(host, hit)) return null;
  const one = chooseNote(lane.track, index);
  const wasChosen = isChosen(host.selection.notes, lane.track, index);
  if (!wasChosen && !at.ctrl) {
    host.choose({ notes: at.shift ? union(host.selection.notes, one) : one });
  }
  const settle = (moved: boolean): void => {
    if (moved) return;
    if (at.ctrl) host.choose({ notes: toggle(host.selection.notes, one) });
    else if (wasChosen && !at.shift) host.choose({ notes: one });
  };
  const begin = (): void => {
    if (at.ctrl && !wasChosen) host.choose({ notes: union(host.selection.notes, one) });
  };
  if (at.alt && host.callbacks.onVelocity) return velocityDrag(host, at, settle);
  if (hit.part === "end" && host.callbacks.onLengthen) return lengthDrag(host, at, hit, settle);
  if (host.callbacks.onMove) return moveDrag(host, at, hit, begin, settle);
  return { move: () => undefined, end: (_to, moved) => settle(moved), cancel: () => undefined };
}

/**
 * Several notes by taps and boxes: each joins those that are chosen, or leaves them, as with Ctrl.
 *
 * Only what is chosen is moved, so that a box may begin on a note where notes are dense.
 */
function severalDrag(host: GestureHost, at: Point, hit: Hit | null): Drag | null {
  if (hit !== null && isChosen(host.selection.notes, hit.lane.track, hit.index)) {
    return noteDrag(host, at, hit);
  }
  const box = bandDrag(host, at);
  return {
    ...box,
    end(to, moved) {
      box.end(to, moved);
      if (!moved && hit !== null) noteDrag(host, at, hit)?.end(to, false);
    },
  };
}

function moveDrag(
  host: GestureHost,
  from: Point,
  hit: Hit,
  begin: () => void,
  settle: (moved: boolean) => void,
): Drag {
  let shift = { ticks: 0, pitches: 0 };
  let copy = false;
  let begun = false;
  let heard = 0;
  return {
    move(to) {
      if (!begun) begin();
      begun = true;
      copy = to.ctrl;
      shift = shiftOf(host, hit, from, to);
      if (shift.pitches !== heard) {
        heard = shift.pitches;
        host.callbacks.onSound?.(hit.lane.track, hit.lane.pitch[hit.index] + heard, DRAWN_VELOCITY);
      }
      host.show({ kind: "move", ...shift, copy });
    },
    end(_to, moved) {
      host.show(null);
      settle(moved);
      if (moved && (shift.ticks !== 0 || shift.pitches !== 0)) {
        host.callbacks.onMove?.(host.selection.notes, shift, copy);
      }
    },
    cancel: () => host.show(null),
  };
}

/** By how much the grabbed note moves; no chosen note goes before the beginning. */
function shiftOf(
  host: GestureHost,
  { lane, index }: Hit,
  from: Point,
  to: Point,
): { ticks: number; pitches: number } {
  const { geometry } = host.scene();
  const far = snapped(host, (to.x - from.x) / geometry.pxPerTick, to.shift);
  const ticks = Math.max(far, -earliestOnset(host));
  if (lane.isDrum) {
    const row = geometry.drumOfY(to.y) - geometry.drumOfY(from.y);
    return { ticks, pitches: onlyDrums(host) ? row : 0 };
  }
  const pitches = geometry.pitchOfY(to.y) - geometry.pitchOfY(from.y);
  return { ticks, pitches: clamp(pitches, -lane.pitch[index], 127 - lane.pitch[index]) };
}

function lengthDrag(
  host: GestureHost,
  from: Point,
  { lane, index }: Hit,
  settle: (moved: boolean) => void,
): Drag {
  let ticks = 0;
  return {
    move(to) {
      const { geometry, music, gridStep } = host.scene();
      const end = lane.end[index] + (to.x - from.x) / geometry.pxPerTick;
      const line = to.shift || gridStep === 0 ? end : music.bars.nearestLine(end, gridStep);
      ticks = Math.round(Math.max(line, lane.onset[index] + 1)) - lane.end[index];
      host.show({ kind: "length", ticks });
    },
    end(_to, moved) {
      host.show(null);
      settle(moved);
      if (moved && ticks !== 0) host.callbacks.onLengthen?.(host.selection.notes, ticks);
    },
    cancel: () => host.show(null),
  };
}

function velocityDrag(host: GestureHost, from: Point, settle: (moved: boolean) => void): Drag {
  let change = 0;
  return {
    move(to) {
      change = clamp(Math.round((from.y - to.y) / PX_PER_VELOCITY), -126, 126);
      host.show({ kind: "velocity", change, x: to.x, y: to.y });
    },
    end(_to, moved) {
      host.show(null);
      settle(moved);
      if (change !== 0) host.callbacks.onVelocity?.(host.selection.notes, change);
    },
    cancel: () => host.show(null),
  };
}

function bandDrag(host: GestureHost, from: Point): Drag {
  const before = from.shift || from.ctrl ? host.selection.notes : NOTHING;
  return {
    move(to) {
      const box = boxOf(from, to);
      host.show({ kind: "band", box });
      const found = notesInBox(host, box);
      host.choose({ notes: from.ctrl ? toggle(before, found) : union(before, found) });
    },
    end(_to, moved) {
      host.show(null);
      if (!moved && !from.shift && !from.ctrl) host.choose({ notes: NOTHING, bars: null });
    },
    cancel: () => host.show(null),
  };
}

/** The track to draw on: the focused one, or the first whose rows are there; null if there is none. */
function trackToDraw(host: GestureHost, inDrums: boolean): number | null {
  const { music, focus, looks } = host.scene();
  const tracks = music.tracks;
  // In a piece without tracks the first note begins one.
  if (tracks.length === 0) return inDrums ? null : 0;
  const track =
    focus !== null && tracks[focus]?.is_drum === inDrums
      ? focus
      : tracks.findIndex((one, i) => one.is_drum === inDrums && !looks[i]?.locked);
  return tracks[track] === undefined || looks[track]?.locked ? null : track;
}

/** Draw a note. */
export function drawDrag(host: GestureHost, from: Point): Drag | null {
  const { geometry, music, gridStep } = host.scene();
  const inDrums = geometry.areaAt(from.x, from.y) === "drums";
  const track = trackToDraw(host, inDrums);
  if (track === null || !host.callbacks.onDraw) return null;
  const pitch = inDrums ? geometry.drumOfY(from.y) : clamp(geometry.pitchOfY(from.y), 0, 127);
  const tick = Math.max(geometry.tickOfX(from.x), 0);
  const step = gridStep > 0 && !from.shift ? gridStep : 1;
  const onset = music.bars.lineBefore(tick, step);
  const shortest = gridStep > 0 ? Math.round(gridStep) : Math.round(music.ticksPerQuarter / 4);
  let duration = shortest;
  host.callbacks.onSound?.(track, pitch, DRAWN_VELOCITY);
  host.show({ kind: "draw", track, onset, duration, pitch });
  return {
    move(to) {
      const end = host.scene().geometry.tickOfX(to.x);
      const line =
        to.shift || gridStep === 0 ? Math.round(end) : music.bars.lineAfter(end, gridStep);
      duration = Math.max(line - onset, to.shift ? 1 : shortest);
      host.show({ kind: "draw", track, onset, duration, pitch });
    },
    end() {
      host.show(null);
      host.callbacks.onDraw?.(track, { onset, duration, pitch, velocity: DRAWN_VELOCITY });
    },
    cancel: () => host.show(null),
  };
}

function eraseDrag(host: GestureHost, from: Point): Drag {
  let doomed: NoteSelection = NOTHING;
  const wipe = (at: Point): void => {
    const hit = noteAtPoint(host.scene(), at.x, at.y);
    if (hit === null || !isEditable(host, hit)) return;
    doomed = union(doomed, chooseNote(hit.lane.track, hit.index));
    host.choose({ notes: doomed });
  };
  wipe(from);
  return {
    move: wipe,
    end() {
      if (sizeOf(doomed) > 0) host.callbacks.onDelete?.(doomed);
    },
    cancel: () => host.choose({ notes: NOTHING }),
  };
}

/** Editable notes that a box touches; those that a take stands in for are not seen. */
export function notesInBox(
  host: GestureHost,
  box: { x: number; y: number; width: number; height: number },
): NoteSelection {
  const { geometry, music, looks } = host.scene();
  const start = geometry.tickOfX(box.x);
  const end = geometry.tickOfX(box.x + box.width);
  const found = new Map<number, Set<number>>();
  for (const lane of music.lanes) {
    if (lane.source === "overlay" || looks[lane.track]?.locked || looks[lane.track]?.hidden)
      continue;
    const area = lane.isDrum ? geometry.drums : geometry.pitched;
    visitNotes(lane, start - (lane.isDrum ? music.ticksPerQuarter : 0), end, (index) => {
      if (lane.flags[index] & SKIPPED) return;
      const note = noteBox(geometry, lane, index);
      const touches =
        note.x < box.x + box.width &&
        note.x + note.width > box.x &&
        note.y < box.y + box.height &&
        note.y + note.height > box.y &&
        note.y + note.height > area.y &&
        note.y < area.y + area.height;
      if (touches) found.set(lane.track, (found.get(lane.track) ?? new Set()).add(index));
    });
  }
  return found;
}

/** A distance in ticks on the grid, or not. */
function snapped(host: GestureHost, ticks: number, free: boolean): number {
  const { gridStep } = host.scene();
  return Math.round(free || gridStep === 0 ? ticks : Math.round(ticks / gridStep) * gridStep);
}

function earliestOnset(host: GestureHost): number {
  const { tracks } = host.scene().music.content.score;
  let earliest = Number.POSITIVE_INFINITY;
  for (const [track, indices] of host.selection.notes) {
    for (const index of indices) earliest = Math.min(earliest, tracks[track].notes.onset[index]);
  }
  return Number.isFinite(earliest) ? earliest : 0;
}

function onlyDrums(host: GestureHost): boolean {
  const { tracks } = host.scene().music.content.score;
  return [...host.selection.notes.keys()].every((track) => tracks[track].is_drum);
}

function soundHit(host: GestureHost, { lane, index }: Hit): void {
  const { content } = host.scene().music;
  const tracks = lane.source === "score" ? content.score.tracks : (content.overlay ?? []);
  const { velocity } = tracks[lane.track].notes;
  host.callbacks.onSound?.(lane.track, lane.pitch[index], velocity[index]);
}

function boxOf(a: Point, b: Point): { x: number; y: number; width: number; height: number } {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}

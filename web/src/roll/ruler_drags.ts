/** The gestures in the ruler and on the keys: choose bars, play from here, set the loop, sound a key. */
import type { BarRange } from "../core/types.ts";
import type { Drag, GestureHost, Point } from "./host.ts";

/** The upper strip: a click plays from there, a drag chooses bars, Shift extends the choice. */
export function barsDrag(host: GestureHost, from: Point): Drag {
  const anchor = barAt(host, from);
  const before = host.selection.bars;
  const chosen = (to: Point): BarRange => {
    const bar = barAt(host, to);
    const fixed = from.shift && before !== null ? before : { first: anchor, last: anchor + 1 };
    return { first: Math.min(fixed.first, bar), last: Math.max(fixed.last, bar + 1) };
  };
  return {
    move: (to) => host.choose({ bars: chosen(to) }),
    end(to, moved) {
      if (moved || from.shift) {
        host.choose({ bars: chosen(to) });
        return;
      }
      if (before !== null) host.choose({ bars: null });
      host.callbacks.onSeek?.(seekTick(host, to));
    },
    cancel: () => host.choose({ bars: before }),
  };
}

/** The lower strip: a drag sets the loop (whole beats, with Shift free), a click takes it away. */
export function loopDrag(host: GestureHost, from: Point): Drag {
  const rangeTo = (to: Point): { start: number; end: number } => {
    const { geometry, music } = host.scene();
    const [a, b] = [from.x, to.x]
      .map((x) => Math.max(geometry.tickOfX(x), 0))
      .sort((p, q) => p - q);
    if (to.shift) return { start: Math.round(a), end: Math.max(Math.round(b), Math.round(a) + 1) };
    const beat = music.bars.beatLength(a);
    return { start: music.bars.lineBefore(a, beat), end: music.bars.lineAfter(b, beat) };
  };
  return {
    move: (to) => host.show({ kind: "loop", range: rangeTo(to) }),
    end(to, moved) {
      host.show(null);
      host.callbacks.onLoop?.(moved ? rangeTo(to) : null);
    },
    cancel: () => host.show(null),
  };
}

/** The keys: press one to hear it on the focused track, slide to hear others. */
export function keysDrag(host: GestureHost, from: Point): Drag | null {
  let last = -1;
  const press = (at: Point): void => {
    const { geometry, focus, music } = host.scene();
    const inDrums = geometry.drums.height > 0 && at.y >= geometry.drums.y;
    const pitch = inDrums ? geometry.drumOfY(at.y) : geometry.pitchOfY(at.y);
    if (pitch === last || pitch < 0 || pitch > 127) return;
    last = pitch;
    const { tracks } = music.content.score;
    const fits = focus !== null && tracks[focus]?.is_drum === inDrums;
    const track = fits ? focus : tracks.findIndex((one) => one.is_drum === inDrums);
    if (track >= 0) host.callbacks.onSound?.(track, pitch, 90);
  };
  press(from);
  return { move: press, end: () => undefined, cancel: () => undefined };
}

function barAt(host: GestureHost, { x }: Point): number {
  const { geometry, music } = host.scene();
  return music.bars.barAt(Math.max(geometry.tickOfX(x), 0));
}

/** Playing begins at the nearest beat, with Shift just there. */
function seekTick(host: GestureHost, { x, shift }: Point): number {
  const { geometry, music } = host.scene();
  const tick = Math.max(geometry.tickOfX(x), 0);
  return shift ? Math.round(tick) : music.bars.nearestLine(tick, music.bars.beatLength(tick));
}

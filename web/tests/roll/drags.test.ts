import { describe, expect, test } from "vitest";
import { drawDrag, notesInBox } from "../../src/roll/drags.ts";
import { noteAtPoint } from "../../src/roll/hit.ts";
import { shownLooks } from "../../src/roll/layout.ts";
import type { RollContent } from "../../src/roll/types.ts";
import { drums, note, score, TPQ, track } from "../support/music.ts";
import { hostOf, point, sceneOf } from "../support/scene.ts";

/** On which track a click at the first beat draws, and which drum or pitch; null if on none. */
function drawn(
  content: RollContent,
  focus: number | null,
  area: "pitched" | "drums" = "pitched",
): { track: number; onset: number } | null {
  const scene = sceneOf(content, focus);
  let found: { track: number; onset: number } | null = null;
  const host = hostOf(scene, {
    onDraw: (track, { onset }) => {
      found = { track, onset };
    },
  });
  const { x, y, height } = scene.geometry[area];
  const at = point(x + 3, y + height / 2);
  drawDrag(host, at)?.end(at, false);
  return found;
}

describe("drawing", () => {
  const piece = score([track([note(4 * TPQ)]), drums([note(0, 36)])]);

  test("writes into the track in front, or the first whose rows are there", () => {
    expect(drawn({ score: piece }, 0)).toEqual({ track: 0, onset: 0 });
    expect(drawn({ score: piece }, null, "drums")?.track).toBe(1);
  });

  test("writes into a new track that has no notes yet while it is in front", () => {
    const drafts = [track([]), drums([])];
    expect(drawn({ score: piece, drafts }, 2)?.track).toBe(2);
    expect(drawn({ score: piece, drafts }, 3, "drums")?.track).toBe(3);
    expect(drawn({ score: piece, drafts }, null)?.track).toBe(0);
  });

  test("begins a track in a piece that has none, whatever is in front", () => {
    for (const focus of [null, 0]) expect(drawn({ score: score([]) }, focus)?.track).toBe(0);
  });

  test("new drums have rows to draw in, also in an empty piece", () => {
    expect(drawn({ score: score([]), drafts: [drums([])] }, 0, "drums")?.track).toBe(0);
  });
});

test("a band chooses what is seen, and not what a take stands in for", () => {
  const piece = score([track([note(0), note(4 * TPQ), note(8 * TPQ)])]);
  const fresh = { first: 1, last: 2, tracks: null };
  const content = { score: piece, fresh, overlay: [track([note(4 * TPQ, 64)])] };
  for (const [replaces, expected] of [
    [true, [0, 2]],
    [false, [0, 1, 2]],
  ] as const) {
    const scene = sceneOf({ ...content, replaces });
    const found = notesInBox(hostOf(scene), scene.geometry.pitched);
    expect([...(found.get(0) ?? [])]).toEqual(expected);
  }
});

test("where only one track is seen, no other is hit or taken into a band", () => {
  const piece = score([track([note(0)]), track([note(0, 60), note(4 * TPQ, 64)])]);
  const looks = shownLooks([], "focus", 0, 2);
  const scene = sceneOf({ score: piece }, 0, looks);
  const found = notesInBox(hostOf(scene), scene.geometry.pitched);
  expect([...found.keys()]).toEqual([0]);
  const x = scene.geometry.xOfTick(4 * TPQ) + 4;
  const y = scene.geometry.yOfPitch(64) + 2;
  expect(noteAtPoint(scene, x, y)).toBeNull();
  expect(noteAtPoint(sceneOf({ score: piece }, 0), x, y)?.lane.track).toBe(1);
  expect(shownLooks([{ locked: true }], "all", 0, 2)).toEqual([{ locked: true }]);
});

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { agoInWords, layoutTree, pathTo } from "../../src/core/tree.ts";
import type { NodeKind, NodeSummary } from "../../src/core/types.ts";

function node(id: number, parent: number | null, kind: NodeKind = "continue"): NodeSummary {
  return {
    id,
    parent,
    kind,
    label: String(id),
    name: null,
    starred: false,
    note: "",
    created: String(id).padStart(6, "0"),
    region: null,
    n_bars: 8,
    n_notes: 10,
    novelty: null,
  };
}

/** Any tree: each node's parent is one made before it. */
const anyTree: fc.Arbitrary<NodeSummary[]> = fc
  .array(fc.tuple(fc.nat(), fc.boolean()), { maxLength: 40 })
  .map((choices) =>
    [node(0, null, "root")].concat(
      choices.map(([pick, isEdit], i) => node(i + 1, pick % (i + 1), isEdit ? "edit" : "vary")),
    ),
  );

const byNumber = (a: number, b: number) => a - b;

describe("tree layout", () => {
  test("no two nodes share a place, and children stand right of their parents", () => {
    fc.assert(
      fc.property(anyTree, fc.boolean(), (nodes, fold) => {
        const layout = layoutTree(nodes, { fold });
        const places = new Set(layout.nodes.map(({ column, row }) => `${column},${row}`));
        expect(places.size).toBe(layout.nodes.length);
        const byId = new Map(layout.nodes.map((placed) => [placed.node.id, placed]));
        for (const { parent, column, row } of layout.nodes) {
          const above = parent === null ? undefined : byId.get(parent);
          if (above === undefined) continue;
          expect(column).toBe(above.column + 1);
          expect(row).toBeGreaterThanOrEqual(above.row);
        }
      }),
    );
  });

  test("every node is shown once or folded once", () => {
    fc.assert(
      fc.property(anyTree, (nodes) => {
        const layout = layoutTree(nodes);
        const ids = layout.nodes.flatMap(({ node: shown, folded }) => [
          shown.id,
          ...folded.map((one) => one.id),
        ]);
        expect(ids.sort(byNumber)).toEqual(nodes.map((one) => one.id).sort(byNumber));
      }),
    );
  });

  test("branches lie side by side and edits fold into the last", () => {
    const nodes = [
      node(0, null, "root"),
      node(1, 0),
      node(2, 1, "edit"),
      node(3, 2, "edit"),
      node(4, 3, "edit"),
      node(5, 4),
      node(6, 1, "redo"),
    ];
    const layout = layoutTree(nodes);
    const place = Object.fromEntries(layout.nodes.map((p) => [p.node.id, [p.column, p.row]]));
    expect(place).toEqual({ 0: [0, 0], 1: [1, 0], 4: [2, 0], 5: [3, 0], 6: [2, 1] });
    expect(layout.nodes.find((p) => p.node.id === 4)?.folded.map((n) => n.id)).toEqual([2, 3]);
    expect(layoutTree(nodes, { keep: [3] }).columns).toBe(5);
    expect([layout.columns, layout.rows]).toEqual([4, 2]);
  });

  test("a chain of thousands is laid out", () => {
    const chain = Array.from({ length: 5000 }, (_, i) => node(i, i ? i - 1 : null));
    expect(layoutTree(chain).columns).toBe(5000);
  });

  test("the path begins at the root", () => {
    const nodes = [node(0, null, "root"), node(1, 0), node(2, 0), node(3, 2)];
    expect(pathTo(nodes, 3).map((one) => one.id)).toEqual([0, 2, 3]);
    expect(pathTo(nodes, 99)).toEqual([]);
  });

  test("times are said as people say them", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    expect(agoInWords("2026-01-02T11:59:50Z", now)).toBe("just now");
    expect(agoInWords("2026-01-02T09:00:00Z", now)).toBe("3 h ago");
    expect(agoInWords("2026-01-01T09:00:00Z", now)).toBe("yesterday");
  });
});

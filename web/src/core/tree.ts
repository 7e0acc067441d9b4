/**
 * The layout of the tree of versions: which column and row each node has, and which are folded.
 *
 * Columns count the steps from the root, rows the branches: a node's first child goes on in its
 * row, every further child opens a row of its own below all that the earlier ones need. A chain of
 * edits (each the only child of the one before) can be folded into its last node.
 */
import type { NodeId, NodeSummary } from "./types.ts";

/** A node in its place. */
export interface PlacedNode {
  readonly node: NodeSummary;
  readonly column: number;
  readonly row: number;
  /** The node that is drawn as its parent; null for a root. */
  readonly parent: NodeId | null;
  /** Edits folded into this node, oldest first, without itself. */
  readonly folded: readonly NodeSummary[];
}

/** All nodes in their places. */
export interface TreeLayout {
  readonly nodes: readonly PlacedNode[];
  readonly columns: number;
  readonly rows: number;
}

/** How to lay out. */
export interface TreeOptions {
  /** Fold chains of edits; default true. */
  readonly fold?: boolean;
  /** Nodes that are never folded away: the current one, starred ones are kept anyhow. */
  readonly keep?: Iterable<NodeId>;
}

/** Lay a project's nodes out. Children are in order of creation. */
export function layoutTree(
  nodes: readonly NodeSummary[],
  { fold = true, keep = [] }: TreeOptions = {},
): TreeLayout {
  const children = childrenOf(nodes);
  const kept = new Set(keep);
  const placed: PlacedNode[] = [];
  let rows = 0;
  let columns = 0;

  // A stack instead of recursion: a long evening makes chains of thousands of edits.
  const open: { node: NodeSummary; column: number; parent: NodeId | null; newRow: boolean }[] = [];
  const roots = children.get(null) ?? [];
  for (const root of [...roots].reverse()) {
    open.push({ node: root, column: 0, parent: null, newRow: true });
  }
  let row = -1;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.newRow) row = rows++;
    const folded: NodeSummary[] = [];
    let { node } = next;
    for (let only = foldsInto(node); only !== null; only = foldsInto(node)) {
      folded.push(node);
      node = only;
    }
    placed.push({ node, column: next.column, row, parent: next.parent, folded });
    columns = Math.max(columns, next.column + 1);
    const following = children.get(node.id) ?? [];
    for (let i = following.length - 1; i >= 0; i--) {
      open.push({ node: following[i], column: next.column + 1, parent: node.id, newRow: i > 0 });
    }
  }
  return { nodes: placed, columns, rows };

  function foldsInto(node: NodeSummary): NodeSummary | null {
    if (!fold || node.kind !== "edit" || node.starred || node.name !== null || kept.has(node.id)) {
      return null;
    }
    const following = children.get(node.id) ?? [];
    return following.length === 1 && following[0].kind === "edit" ? following[0] : null;
  }
}

/** The path from the root to a node, the root first. */
export function pathTo(nodes: readonly NodeSummary[], id: NodeId): NodeSummary[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const path: NodeSummary[] = [];
  for (let at = byId.get(id); at !== undefined && path.length <= nodes.length; ) {
    path.push(at);
    at = at.parent === null ? undefined : byId.get(at.parent);
  }
  return path.reverse();
}

/** Children of each node in order of creation; under null the roots. */
export function childrenOf(
  nodes: readonly NodeSummary[],
): ReadonlyMap<NodeId | null, readonly NodeSummary[]> {
  const known = new Set(nodes.map((node) => node.id));
  const children = new Map<NodeId | null, NodeSummary[]>();
  const inOrder = [...nodes].sort((a, b) => compare(a.created, b.created));
  for (const node of inOrder) {
    const parent = node.parent !== null && known.has(node.parent) ? node.parent : null;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [node]);
    else siblings.push(node);
  }
  return children;
}

/** How long ago, as people say it. */
export function agoInWords(created: string, now: number): string {
  const minutes = Math.floor((now - Date.parse(created)) / 60_000);
  if (!(minutes >= 1)) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ago`;
  const days = Math.floor(minutes / (24 * 60));
  return days === 1 ? "yesterday" : `${days} days ago`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

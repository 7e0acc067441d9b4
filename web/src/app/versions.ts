/** The tree of versions as lines of a slim panel: one a version, branches indented. */
import { layoutTree } from "../core/tree.ts";
import type { NodeId, NodeSummary } from "../core/types.ts";

/** A version in its line. */
export interface VersionLine {
  readonly node: NodeSummary;
  /** Edits that are folded into this line. */
  readonly folded: readonly NodeSummary[];
  /** How far it is indented: once for every fork above it. */
  readonly indent: number;
  /** How far its parent is indented; null for a root. */
  readonly parentIndent: number | null;
  /** Index of its parent's line; null for a root. */
  readonly parentLine: number | null;
}

/**
 * Lines from the root down, each branch right below where it begins.
 *
 * An only child stands straight below its parent; where there are several, all are indented, so
 * that a long evening without branches does not wander to the right.
 */
export function linesOf(nodes: readonly NodeSummary[], current: NodeId | null): VersionLine[] {
  const placed = layoutTree(nodes, { keep: current === null ? [] : [current] }).nodes;
  const children = new Map<NodeId | null, number>();
  for (const { parent } of placed) children.set(parent, (children.get(parent) ?? 0) + 1);
  const lines: VersionLine[] = [];
  const lineOf = new Map<NodeId, number>();
  for (const { node, parent, folded } of placed) {
    const parentLine = parent === null ? null : (lineOf.get(parent) ?? null);
    const parentIndent = parentLine === null ? null : lines[parentLine].indent;
    const isFork = parent !== null && (children.get(parent) ?? 0) > 1;
    const indent = (parentIndent ?? 0) + (isFork ? 1 : 0);
    lineOf.set(node.id, lines.length);
    lines.push({ node, folded, indent, parentIndent, parentLine });
  }
  return lines;
}

/** What a version is called. */
export function versionName(node: NodeSummary): string {
  return node.name || node.label;
}

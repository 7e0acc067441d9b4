/**
 * Edits that the server has not confirmed yet, oldest first, kept over a reload.
 *
 * Each builds on the one before: the first on a known node, every other on what the server makes of
 * its predecessor. So they go out one at a time, and a refusal ends the whole chain.
 */
import type { EditRequest, NodeId } from "../../core/types.ts";
import type { Memory } from "./memory.ts";

/** A chain of edits on one node. */
export interface Pending {
  readonly project: string;
  readonly node: NodeId;
  readonly edits: readonly EditRequest[];
}

const KEY = "outbox";

export class Outbox {
  readonly #memory: Memory;
  #pending: Pending | null;

  constructor(memory: Memory) {
    this.#memory = memory;
    this.#pending = memory.recall<Pending | null>(KEY, isPending, null);
  }

  get pending(): Pending | null {
    return this.#pending;
  }

  get isEmpty(): boolean {
    return this.#pending === null;
  }

  /** Add an edit; `node` counts only if nothing is pending. */
  add(project: string, node: NodeId, edit: EditRequest): void {
    const { edits, ...chain } = this.#pending ?? { project, node, edits: [] };
    this.#put({ ...chain, edits: [...edits, edit] });
  }

  /** The first edit has become `node`. */
  confirm(node: NodeId): void {
    if (this.#pending === null) return;
    const edits = this.#pending.edits.slice(1);
    this.#put(edits.length > 0 ? { ...this.#pending, node, edits } : null);
  }

  /** Give up what is pending. */
  clear(): void {
    this.#put(null);
  }

  #put(pending: Pending | null): void {
    this.#pending = pending;
    if (pending === null) this.#memory.forget(KEY);
    else this.#memory.keep(KEY, pending);
  }
}

function isPending(value: unknown): value is Pending {
  return (
    typeof value === "object" &&
    value !== null &&
    "project" in value &&
    typeof value.project === "string" &&
    "node" in value &&
    typeof value.node === "number" &&
    "edits" in value &&
    Array.isArray(value.edits) &&
    value.edits.length > 0
  );
}

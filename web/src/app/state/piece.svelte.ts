/**
 * The piece on the desk: its tree of versions, which one is current, and every step between them.
 *
 * An edit is shown at once and sent behind it; until the server has made a node of it, it waits in
 * the outbox. Undo is going to the parent, redo going to the child last left. Steps between versions
 * wait for each other, so that each goes on from where the one before has led.
 */
import type { Api } from "../../api/client.ts";
import { Overtaken, Refused, ServerGone } from "../../api/problems.ts";
import type { NodeChange, Project } from "../../api/types.ts";
import { changesAnything, type Edit } from "../../core/edits.ts";
import { withKnown } from "../../core/notes.ts";
import { childrenOf } from "../../core/tree.ts";
import type { EditRequest, NodeDetail, NodeId, NodeSummary } from "../../core/types.ts";
import type { Connection } from "./connection.svelte.ts";
import type { Memory } from "./memory.ts";
import { Outbox } from "./outbox.ts";

/** Versions whose music is kept in the page; more would be heap for nothing. */
const KEPT_DETAILS = 24;

export class Piece {
  id = $state<string | null>(null);
  name = $state("");
  nodes = $state.raw<readonly NodeSummary[]>([]);
  /** The current version, edits that are still on their way included. */
  detail = $state.raw<NodeDetail | null>(null);
  /** Edits that the server has not confirmed. */
  unsaved = $state(0);
  /** Counts up whenever another piece is opened. */
  opened = $state(0);
  /** Told when edits could not be kept, and of what could not be gone to. */
  onProblem: (error: unknown) => void = () => {};
  /** Told when a version of the server's has taken the place of what was edited here. */
  onReplaced: () => void = () => {};

  /** The server, as long as this piece is open: an answer never lands in another piece. */
  readonly api: Api;
  readonly #server: Api;
  readonly #connection: Connection;
  readonly #memory: Memory;
  readonly #outbox: Outbox;
  readonly #details = new Map<NodeId, NodeDetail>();
  /** For redo: the child that was left last, by parent. */
  readonly #left = new Map<NodeId, NodeId>();
  #sending: Promise<void> | null = null;
  /** The last step between versions. */
  #step: Promise<unknown> = Promise.resolve();
  /** Steps that are not over. */
  #steps = 0;
  /** Counts edits, and pieces that were to be opened: what comes later has overtaken the others. */
  #edits = 0;
  #openings = 0;

  constructor(server: Api, connection: Connection, memory: Memory) {
    this.#server = server;
    this.api = server.from(() => this.id);
    this.#connection = connection;
    this.#memory = memory;
    this.#outbox = new Outbox(memory);
  }

  /** Put a project on the desk: of several that are looked for at a time, the last. */
  async open(find: () => Promise<Project>): Promise<Project> {
    this.#openings += 1;
    const opening = this.#openings;
    await this.#flush();
    const project = await find();
    const detail = await this.#server.node(project.id, project.current);
    await this.#flush();
    if (opening !== this.#openings) throw new Overtaken();
    this.#details.clear();
    this.#left.clear();
    this.#put(detail);
    this.id = project.id;
    this.name = project.name;
    this.nodes = project.nodes;
    this.detail = detail;
    this.opened += 1;
    this.#memory.keep("piece", project.id);
    return project;
  }

  /** After the server came back: the tree may have grown elsewhere, edits may be waiting. */
  async refresh(): Promise<void> {
    await this.#flush();
    if (this.id === null) return;
    const project = await this.api.project(this.id);
    this.name = project.name;
    this.nodes = project.nodes;
  }

  /** A version with its music. */
  async detailOf(id: NodeId): Promise<NodeDetail> {
    const known = this.#details.get(id);
    if (known !== undefined) return known;
    const detail = await this.api.node(this.#openId(), id);
    this.#put(detail);
    return detail;
  }

  /** Whether a step to another version is on its way. */
  get isStepping(): boolean {
    return this.#steps > 0;
  }

  /** Go to another version. */
  async goTo(id: NodeId): Promise<void> {
    await this.#inTurn(() => this.#go(id));
  }

  get canUndo(): boolean {
    return this.unsaved > 0 || (this.detail?.parent ?? null) !== null;
  }

  get canRedo(): boolean {
    return this.#redoTarget() !== null;
  }

  /** Take the last step back; what it was, in the words of the tree, or null if there is none. */
  undo(): Promise<string | null> {
    return this.#inTurn(async () => {
      const { undone } = this;
      await this.#flush();
      return (await this.#go(this.detail?.parent ?? null)) ? undone : null;
    });
  }

  /** Take it again; what it was, as for `undo`. */
  redo(): Promise<string | null> {
    return this.#inTurn(async () => {
      const { redone } = this;
      return (await this.#go(this.#redoTarget())) ? redone : null;
    });
  }

  /** Go to the next (or previous) branch: a sibling of the current version, round and round. */
  async goToSibling(step: 1 | -1): Promise<void> {
    await this.#inTurn(async () => {
      const here = this.detail;
      if (here === null) return;
      const siblings = childrenOf(this.nodes).get(here.parent) ?? [];
      const at = siblings.findIndex((node) => node.id === here.id);
      if (siblings.length < 2 || at < 0) return;
      await this.#go(siblings[(at + step + siblings.length) % siblings.length].id);
    });
  }

  /** Show an edit at once and send it. */
  edit(edit: Edit): void {
    const here = this.detail;
    if (here === null || !changesAnything(edit)) return;
    this.#outbox.add(this.#openId(), here.id, edit.request);
    this.unsaved += 1;
    this.#edits += 1;
    this.detail = { ...here, score: edit.score };
    void this.#flush().catch((error: unknown) => this.onProblem(error));
  }

  /** Let the server make a version, which becomes the current one. */
  take(make: (here: NodeDetail) => Promise<NodeDetail>): Promise<NodeDetail> {
    return this.#inTurn(async () => {
      await this.#flush();
      const edits = this.#edits;
      const detail = await make(this.#here());
      this.#put(detail);
      this.nodes = [...this.nodes.filter((node) => node.id !== detail.id), summaryOf(detail)];
      this.#come(detail, edits);
      return detail;
    });
  }

  /** Name a version, star it, write a note on it. */
  async describe(id: NodeId, change: Partial<NodeChange>): Promise<void> {
    const summary = await this.api.changeNode(this.#openId(), id, change);
    this.nodes = this.nodes.map((node) => (node.id === id ? summary : node));
    const known = this.#details.get(id);
    if (known !== undefined) this.#put({ ...known, ...summary });
    if (this.detail?.id === id) this.detail = { ...this.detail, ...summary };
  }

  async rename(name: string): Promise<void> {
    const project = await this.api.changeProject(this.#openId(), { name });
    this.name = project.name;
  }

  /** Let the server edit the piece as a whole; the page shows it when it is done. */
  async reshape(request: EditRequest): Promise<void> {
    await this.take((here) => this.api.edit(this.#openId(), here.id, request));
  }

  /** What undo takes back, in the words of the tree; null: nothing. */
  get undone(): string | null {
    if (this.unsaved > 0) return this.#outbox.pending?.edits.at(-1)?.label ?? null;
    return this.detail === null || this.detail.parent === null ? null : this.detail.label;
  }

  /** What redo does again. */
  get redone(): string | null {
    const target = this.#redoTarget();
    return this.nodes.find((node) => node.id === target)?.label ?? null;
  }

  /** Resolves when every edit is with the server, as long as this piece is open. */
  async settled(): Promise<void> {
    const { id } = this;
    await this.#flush();
    if (id !== this.id) throw new Overtaken();
  }

  #openId(): string {
    if (this.id === null) throw new Error("No piece is open.");
    return this.id;
  }

  #here(): NodeDetail {
    if (this.detail === null) throw new Error("No piece is open.");
    return this.detail;
  }

  /** A step from the version that the steps before it have led to, if this piece is open then. */
  async #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const { id } = this;
    const before = this.#step;
    const turn = (async () => {
      await before;
      if (id !== this.id) throw new Overtaken();
      return step();
    })();
    this.#steps += 1;
    this.#step = turn.then(
      () => {},
      () => {},
    );
    try {
      return await turn;
    } finally {
      this.#steps -= 1;
    }
  }

  /** Go to a version; false where that is nowhere else. */
  async #go(id: NodeId | null): Promise<boolean> {
    await this.#flush();
    if (id === null || id === this.detail?.id) return false;
    const edits = this.#edits;
    const detail = await this.detailOf(id);
    await this.api.changeProject(this.#openId(), { current: id });
    return this.#come(detail, edits);
  }

  /** Be at a version, unless the musician has edited since: the edit is newer, and so is its version. */
  #come(detail: NodeDetail, edits: number): boolean {
    if (edits !== this.#edits) return false;
    this.#leave(detail.id);
    this.detail = detail;
    return true;
  }

  #redoTarget(): NodeId | null {
    const here = this.detail;
    if (here === null || this.unsaved > 0) return null;
    const children = childrenOf(this.nodes).get(here.id) ?? [];
    const left = this.#left.get(here.id);
    if (children.some((node) => node.id === left)) return left ?? null;
    return children.at(-1)?.id ?? null;
  }

  /** Remember the way back down, for redo. */
  #leave(target: NodeId): void {
    const from = this.detail;
    if (from !== null && from.parent === target) this.#left.set(target, from.id);
    const parent = this.nodes.find((node) => node.id === target)?.parent ?? null;
    if (parent !== null) this.#left.set(parent, target);
  }

  #put(detail: NodeDetail): void {
    this.#details.delete(detail.id);
    this.#details.set(detail.id, detail);
    for (const oldest of this.#details.keys()) {
      if (this.#details.size <= KEPT_DETAILS) break;
      this.#details.delete(oldest);
    }
  }

  /** Send what waits in the outbox, one edit after the other. */
  #flush(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  async #send(): Promise<void> {
    for (let chain = this.#outbox.pending; chain !== null; chain = this.#outbox.pending) {
      try {
        this.#confirmed(
          chain.project,
          await this.#server.edit(chain.project, chain.node, chain.edits[0]),
        );
      } catch (error) {
        if (error instanceof ServerGone) {
          await this.#connection.returned();
          continue;
        }
        this.#outbox.clear();
        this.unsaved = 0;
        if (chain.project === this.id) {
          this.detail = await this.detailOf(chain.node);
          this.onReplaced();
        }
        throw refusedEdit(error);
      }
    }
  }

  #confirmed(project: string, made: NodeDetail): void {
    this.#outbox.confirm(made.id);
    this.unsaved = Math.max(this.unsaved - 1, 0);
    if (project !== this.id) return;
    const shown = this.detail?.score ?? made.score;
    const detail = { ...made, score: withKnown(made.score, shown) };
    this.#put(detail);
    this.nodes = [...this.nodes, summaryOf(detail)];
    if (detail.parent !== null) this.#left.set(detail.parent, detail.id);
    const isLast = this.#outbox.isEmpty;
    this.detail = isLast ? detail : { ...detail, score: shown };
    if (isLast) this.onReplaced();
  }
}

function refusedEdit(error: unknown): unknown {
  if (!(error instanceof Refused)) return error;
  return new Error(
    `The edit could not be kept, so the piece is as it was before. ${error.message}`,
  );
}

/** A version without its music. */
export function summaryOf({ score, controllers, warnings, ...summary }: NodeDetail): NodeSummary {
  return summary;
}

/** Playing: on and off, loops, steps from bar to bar. */
import { BarGrid } from "../../core/bars.ts";
import type { TickRange } from "../../core/types.ts";
import type { Desk } from "./desk.svelte.ts";
import { type Listening, passageOf, passageOfBars } from "./listening.svelte.ts";
import type { Piece } from "./piece.svelte.ts";
import type { Sound } from "./sound.svelte.ts";
import type { Takes } from "./takes.svelte.ts";

/** What playing needs. */
export interface TransportNeeds {
  readonly desk: Desk;
  readonly listening: Listening;
  readonly piece: Piece;
  readonly sound: Sound;
  readonly takes: Takes;
}

export class Transport {
  readonly #needs: TransportNeeds;

  constructor(needs: TransportNeeds) {
    this.#needs = needs;
  }

  async togglePlay(): Promise<void> {
    this.#needs.listening.stop();
    this.#needs.takes.leaveAlone();
    if (this.#needs.sound.playing || this.#needs.sound.awaited) {
      this.#needs.sound.pause();
      return;
    }
    const end = this.end();
    await this.#needs.sound.play(this.#needs.sound.position >= end - 1 ? 0 : undefined);
  }

  /** Stop what is being written, and with it the take that plays. */
  async halt(): Promise<void> {
    const { listening, sound, takes } = this.#needs;
    if (listening.heard.kind === "take" || listening.heard.kind === "laid") sound.pause();
    listening.stop();
    await takes.stop();
  }

  /** Loop the chosen bars (or those of the take that is heard), or no longer. */
  toggleLoop(): void {
    const { desk } = this.#needs;
    const range = desk.loop === null ? this.#loopable() : null;
    desk.loop = range;
    this.#needs.sound.loop(range);
  }

  setLoop(range: TickRange | null): void {
    this.#needs.desk.loop = range;
    this.#needs.sound.loop(range);
  }

  stepBars(step: number): void {
    const { detail } = this.#needs.piece;
    if (detail === null) return;
    const grid = new BarGrid(detail.score);
    const bar = grid.barAt(this.#needs.sound.position + (step > 0 ? 1 : -1));
    this.#needs.sound.seek(grid.start(Math.max(step > 0 ? bar + 1 : bar, 0)));
  }

  /** The end of what is heard, in ticks. */
  end(): number {
    const { detail } = this.#needs.piece;
    if (detail === null) return 0;
    const { heard } = this.#needs.listening;
    if (heard.kind === "take") return passageOf(heard.asked, detail.score).end;
    if (heard.kind === "laid") return passageOfBars(heard.laid.bars, heard.laid.score).end;
    return new BarGrid(detail.score).endTick;
  }

  #loopable(): TickRange | null {
    const { detail } = this.#needs.piece;
    if (detail === null) return null;
    const { score } = detail;
    const grid = new BarGrid(score);
    if (this.#needs.desk.bars !== null) return grid.ticksOf(this.#needs.desk.bars);
    const { heard } = this.#needs.listening;
    if (heard.kind === "take") return passageOf(heard.asked, score);
    if (heard.kind === "laid") return passageOfBars(heard.laid.bars, heard.laid.score);
    return { start: 0, end: grid.endTick };
  }
}

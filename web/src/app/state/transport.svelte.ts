/** Playing: on and off, loops, steps from bar to bar. */
import { BarGrid } from "../../core/bars.ts";
import type { TickRange } from "../../core/types.ts";
import { passageOf } from "./listening.svelte.ts";
import type { Studio } from "./studio.svelte.ts";

/** What of the studio this needs. */
type Host = Pick<Studio, "desk" | "detail" | "listening" | "piece" | "sound" | "takes">;

export class Transport {
  readonly #studio: Host;

  constructor(studio: Host) {
    this.#studio = studio;
  }

  async togglePlay(): Promise<void> {
    this.#studio.listening.stop();
    this.#studio.takes.leaveAlone();
    if (this.#studio.sound.playing) {
      this.#studio.sound.pause();
      return;
    }
    const end = this.end();
    await this.#studio.sound.play(this.#studio.sound.position >= end - 1 ? 0 : undefined);
  }

  /** Loop the chosen bars (or those of the take that is heard), or no longer. */
  toggleLoop(): void {
    const { desk } = this.#studio;
    const range = desk.loop === null ? this.#loopable() : null;
    desk.loop = range;
    this.#studio.sound.loop(range);
  }

  setLoop(range: TickRange | null): void {
    this.#studio.desk.loop = range;
    this.#studio.sound.loop(range);
  }

  stepBars(step: number): void {
    const grid = new BarGrid(this.#studio.detail().score);
    const bar = grid.barAt(this.#studio.sound.position + (step > 0 ? 1 : -1));
    this.#studio.sound.seek(grid.start(Math.max(step > 0 ? bar + 1 : bar, 0)));
  }

  /** The end of what is heard, in ticks. */
  end(): number {
    const { detail } = this.#studio.piece;
    if (detail === null) return 0;
    const { heard } = this.#studio.listening;
    if (heard.kind === "take") return passageOf(heard.asked.region, detail.score).end;
    return new BarGrid(detail.score).endTick;
  }

  #loopable(): TickRange | null {
    const { score } = this.#studio.detail();
    const grid = new BarGrid(score);
    if (this.#studio.desk.bars !== null) return grid.ticksOf(this.#studio.desk.bars);
    const { heard } = this.#studio.listening;
    if (heard.kind === "take") return passageOf(heard.asked.region, score);
    return { start: 0, end: grid.endTick };
  }
}

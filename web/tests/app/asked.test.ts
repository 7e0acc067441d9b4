import { beforeEach, describe, expect, test } from "vitest";
import { Api } from "../../src/api/client.ts";
import { Suggestions } from "../../src/app/state/asked.svelte.ts";
import { Connection } from "../../src/app/state/connection.svelte.ts";
import { joinTracks } from "../../src/app/state/join.ts";
import { BAR, event, FakeServer, HandTimers, settle, take, track } from "./server.ts";

let server: FakeServer;
let timers: HandTimers;
let suggestions: Suggestions;

const REGION = { first: 2, last: 4, tracks: null };
const bar = (number: number, index: number) => ({
  take: number,
  bar: 2 + index,
  bars_done: index + 1,
  bars: 2,
  tracks: [track("Piano", [(2 + index) * BAR])],
});

beforeEach(() => {
  server = new FakeServer();
  timers = new HandTimers();
  const api = new Api(server.fetch);
  const connection = new Connection(() => api.info(), timers);
  api.onAnswer = (answered) => connection.answered(answered);
  suggestions = new Suggestions(api, connection);
});

const ask = () => suggestions.ask("p", 1, { task: "continue", takes: 2 });

describe("takes", () => {
  test("grow bar by bar, and can be heard before they are finished", async () => {
    const grown: string[] = [];
    suggestions.onGrowth = (asked, number) => {
      const { state, barsDone, tracks } = asked.of(number) ?? { tracks: [] };
      grown.push(`${number}: ${state} ${barsDone}: ${tracks[0].notes.onset.join()}`);
    };
    server.streams.push(
      event(1, "started", { region: REGION, takes: 2, resets: [] }) +
        event(2, "bar", bar(1, 0)) +
        event(3, "bar", bar(2, 0)) +
        event(4, "bar", bar(1, 1)),
    );
    await ask();
    await settle();
    expect(grown).toEqual([
      `1: writing 1: ${2 * BAR}`,
      `2: writing 1: ${2 * BAR}`,
      `1: writing 2: ${2 * BAR},${3 * BAR}`,
    ]);
  });

  test("are taken up where the stream broke off", async () => {
    server.streams.push(event(7, "started", { region: REGION, takes: 2, resets: [] }));
    server.streams.push(event(8, "take", take(1, [])) + event(9, "done", doneWith([1])));
    const asked = await ask();
    await settle();
    expect(server.lastEventIds).toEqual([null, "7"]);
    expect(asked.state).toBe("done");
    expect(asked.finished.map((view) => view.number)).toEqual([1]);
    expect(asked.of(2)?.state, "never came").toBe("stopped");
  });

  test("that were finished stay when the program has forgotten the others", async () => {
    server.streams.push(event(1, "take", take(1, [track("Piano", [2 * BAR])])));
    const asked = await ask();
    await settle();
    expect(asked.state).toBe("failed");
    expect(asked.message).toMatch(/restarted/);
    expect(asked.finished.map((view) => view.number)).toEqual([1]);
  });

  test("are stopped at once, before the server says so", async () => {
    server.streams.push(event(1, "started", { region: REGION, takes: 2, resets: [] }));
    const asked = await ask();
    const cancelling = suggestions.cancel(asked);
    expect(asked.isOpen).toBe(false);
    expect(asked.takes.map((view) => view.state)).toEqual(["stopped", "stopped"]);
    await cancelling;
    expect(server.calls).toContain("DELETE /api/suggestions/s");
  });
});

describe("joining bars", () => {
  test("keeps notes in order and lines tracks up", () => {
    const first = [track("Piano", [0, 10]), track("Bass", [])];
    const second = [track("Piano", [20]), track("Bass", [21]), track("Flute", [22])];
    const onsets = joinTracks(joinTracks([], first), second).map(({ notes }) => notes.onset);
    expect(onsets).toEqual([[0, 10, 20], [21], [22]]);
    const late = joinTracks([track("Piano", [50])], [track("Piano", [40])]);
    expect(late[0].notes.onset).toEqual([40, 50]);
  });
});

function doneWith(numbers: readonly number[]): unknown {
  const suggestion = server.suggestion("done") as { takes: unknown[] };
  return { ...suggestion, takes: numbers.map((number) => take(number, [])) };
}

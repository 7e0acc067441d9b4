import { beforeEach, describe, expect, test } from "vitest";
import { Api } from "../../src/api/client.ts";
import { DawPort } from "../../src/app/state/daw_port.svelte.ts";
import { type PlayerInterface, Sound } from "../../src/app/state/sound.svelte.ts";
import type { Listener } from "../../src/audio/index.ts";
import { FakeServer, settle } from "./server.ts";

let server: FakeServer;
let sound: Sound;
let port: DawPort;
let now: number;
let listener: Listener | null;

beforeEach(async () => {
  server = new FakeServer();
  sound = new Sound();
  now = 1000;
  listener = null;
  port = new DawPort(new Api(server.fetch), sound, () => now);
  const player = {
    subscribe: () => () => {},
    passOn: (to: Listener | null) => {
      listener = to;
    },
  };
  await sound.start(async () => player as unknown as PlayerInterface);
});

describe("the port to a DAW", () => {
  test("gets what is played, each message at the moment when it is heard here", async () => {
    expect(listener, "nobody listens before it is on").toBeNull();
    await port.open();
    listener?.([0x90, 60, 80], 0.1);
    listener?.([0x80, 60, 0], 0.35);
    await settle();
    expect(server.port).toEqual([
      {
        sent_ms: 1000,
        messages: [
          [1100, 0x90, 60, 80],
          [1350, 0x80, 60, 0],
        ],
      },
    ]);
  });

  test("gets messages in their order, the later ones after the answer for the earlier", async () => {
    await port.open();
    for (let i = 0; i < 20; i++) {
      now += 25;
      listener?.([0x90, i, 80], 0.1);
      if (i % 3 === 0) await Promise.resolve();
    }
    await settle();
    const pitches = server.port.flatMap(({ messages }) => messages.map(([, , pitch]) => pitch));
    expect(pitches).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(server.port.length).toBeLessThan(20);
  });

  test("is silent once it is off, and when the page goes", async () => {
    await port.open();
    await port.close();
    expect(listener).toBeNull();
    expect(server.calls.at(-1)).toBe("DELETE /api/port");
    await port.open();
    port.leave();
    await settle();
    expect(server.calls.at(-1)).toBe("DELETE /api/port");
    expect(port.on).toBe(false);
  });

  test("says how to get one where there is none", async () => {
    server.portProblem = "needs python-rtmidi: pip install 'segue-music[midi-port]'";
    await expect(port.open()).rejects.toThrow("pip install");
    expect([port.on, port.words]).toEqual([false, server.portProblem]);
  });

  test("ends with a word when the program is gone", async () => {
    const problems: unknown[] = [];
    port.onProblem = (error) => problems.push(error);
    await port.open();
    server.isGone = true;
    listener?.([0x90, 60, 80], 0.1);
    await settle();
    expect([port.on, problems.length, listener]).toEqual([false, 1, null]);
  });
});

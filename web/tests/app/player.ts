/** A player that plays nothing, for tests: each of them says what it wants to know. */
import type { PlayerInterface } from "../../src/app/state/sound.svelte.ts";

export function fakePlayer(parts: Partial<PlayerInterface> = {}): PlayerInterface {
  const names = ["load", "exchange", "loop", "setMix", "subscribe", "passOn", "pause", "seek"];
  const fake = {
    playing: false,
    play: async () => {},
    sound: async () => {},
    position: () => 0,
    ...Object.fromEntries(names.map((name) => [name, () => {}])),
    ...parts,
  };
  return fake as unknown as PlayerInterface;
}

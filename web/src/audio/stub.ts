import type { PlayerInterface } from "./player.ts";
export const Player = { async create(_: unknown): Promise<PlayerInterface> {
  let at = 0, playing = false, t0 = 0; const ls = new Set<(s: any) => void>();
  const pos = () => playing ? at + (performance.now() - t0) * 0.96 : at;
  const say = () => ls.forEach((l) => l(playing ? "playing" : "paused"));
  return { get playing() { return playing; }, get state() { return playing ? "playing" : "paused"; }, load() { at = 0; playing = false; }, exchange() {}, async play(f?: number) { at = f ?? pos(); t0 = performance.now(); playing = true; say(); }, pause() { at = pos(); playing = false; say(); }, seek(t: number) { at = t; t0 = performance.now(); }, loop() {}, position: pos, setMix() {}, async sound() {}, rms: () => 0, async renderWav() { return new Blob(); }, subscribe(l: any) { ls.add(l); return () => ls.delete(l); }, async close() {} } as any;
} };

/** Sound: what the application uses of it. */
export { Player } from "./player.ts";
export * from "./types.ts";

/** The piano roll: what the application uses of it. */
export type { Geometry } from "./geometry.ts";
export { DARK, hueOf, LIGHT, paletteOf } from "./palette.ts";
export {
  type PictureOptions,
  paintSmallRoll,
  pictureOf,
  type SmallRollOptions,
} from "./picture.ts";
export { PianoRoll } from "./roll.ts";
export type * from "./types.ts";

import { resolve } from "node:path";
import { defineConfig } from "vite";

const ROOT = resolve(import.meta.dirname, "static-demo");

/**
 * The page that needs no server, only something that gives out files: built beside the model and the
 * prompt that `scripts/write_static_demo.py` writes, by default into `build/static-demo`.
 */
export default defineConfig({
  root: ROOT,
  base: "./",
  build: {
    outDir: process.env.SEGUE_STATIC_DEMO ?? resolve(import.meta.dirname, "../build/static-demo"),
    emptyOutDir: false,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
});

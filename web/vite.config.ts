/// <reference types="vitest/config" />
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { licences } from "./scripts/licences.ts";

/** Where `segue studio` answers while `vite` serves the page with hot reload. */
const SERVER = process.env.SEGUE_STUDIO ?? "http://127.0.0.1:8765";

/**
 * The page as it ships: built into the Python package, from which the server gives it out.
 *
 * Nothing is inlined (no data: scripts, no inline scripts), since the page's Content-Security-Policy
 * forbids that; the synthesizer's worklet and the render worker are files of their own. Names end in
 * a hash of the content, so the same source makes the same files and a cache never mixes versions.
 */
export default defineConfig({
  base: "./",
  plugins: [svelte(), licences()],
  build: {
    outDir: "../src/segue/server/page",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rolldownOptions: {
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        chunkFileNames: "assets/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
  worker: { format: "es" },
  server: { host: "127.0.0.1", proxy: { "/api": SERVER, "/sound": SERVER } },
  test: {
    include: ["src/**/*.test.ts", "tests/**/*.test.ts"],
    environment: "node",
    restoreMocks: true,
  },
});

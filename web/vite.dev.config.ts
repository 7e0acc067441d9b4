import { resolve } from "node:path";
import { defineConfig } from "vite";
import { soundfont } from "./scripts/soundfont.ts";

/** The development page in `dev/`: roll and sound over a made-up piece, without server or framework. */
export default defineConfig({
  root: resolve(import.meta.dirname, "dev"),
  plugins: [soundfont()],
  build: { outDir: resolve(import.meta.dirname, "node_modules/.dev-page"), emptyOutDir: true },
  worker: { format: "es" },
  server: { host: "127.0.0.1", port: 5180, fs: { allow: [resolve(import.meta.dirname, "..")] } },
  preview: { host: "127.0.0.1", port: 5181 },
});

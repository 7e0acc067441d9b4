import { resolve } from "node:path";
import { defineConfig } from "vite";
import { soundfont } from "./scripts/soundfont.ts";

/** What the studio's server sends with the page. */
const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
  "connect-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'; " +
  "base-uri 'none'; form-action 'none'";

/** The development page in `dev/`: roll and sound over a made-up piece, without server or framework. */
export default defineConfig({
  root: resolve(import.meta.dirname, "dev"),
  plugins: [soundfont()],
  build: {
    outDir: resolve(import.meta.dirname, "node_modules/.dev-page"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  server: { host: "127.0.0.1", port: 5180, fs: { allow: [resolve(import.meta.dirname, "..")] } },
  preview: {
    host: "127.0.0.1",
    port: 5181,
    allowedHosts: ["studio.test"], // a name that is not this computer's, for tests
    headers: { "Content-Security-Policy": CSP, "Cross-Origin-Opener-Policy": "same-origin" },
  },
});

import { defineConfig } from "@playwright/test";

/** Browser tests of roll and sound by themselves, on the development page under the studio's CSP. */
export default defineConfig({
  testDir: "tests/browser",
  workers: 1,
  timeout: 90_000,
  reporter: "list",
  outputDir: "node_modules/.browser-tests",
  use: {
    baseURL: "http://127.0.0.1:5181",
    viewport: { width: 1280, height: 720 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
      ],
    },
  },
  webServer: {
    command:
      "npx vite build --config vite.dev.config.ts --logLevel warn && npx vite preview --config vite.dev.config.ts --strictPort",
    url: "http://127.0.0.1:5181",
    timeout: 60_000,
  },
});

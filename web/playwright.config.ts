import { defineConfig } from "@playwright/test";
import { chromium } from "./e2e/chromium.ts";

/**
 * The page on the real server with the shipped model: journeys (tests), screens (the pictures in
 * docs/studio), bench (the figures in benchmarks/studio).
 */
export default defineConfig({
  testDir: "e2e",
  outputDir: "node_modules/.e2e",
  workers: 1,
  // Takes are written on a processor that others may be using, too.
  timeout: 240_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1280, height: 720 },
    launchOptions: chromium(),
    acceptDownloads: true,
  },
  projects: [
    { name: "journeys", testMatch: "*.spec.ts" },
    { name: "screens", testMatch: "screens.ts" },
    { name: "bench", testMatch: "bench.ts" },
  ],
});

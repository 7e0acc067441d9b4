// Takes pictures of the development page: node dev/shoot.mjs FOLDER QUERY ...
import { chromium } from "@playwright/test";
import { createServer } from "vite";

const [folder, ...queries] = process.argv.slice(2);
const server = await createServer({ configFile: "vite.dev.config.ts", logLevel: "error" });
await server.listen();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
page.on("pageerror", (error) => process.stdout.write(`${error.stack}\n`));
for (const [i, query] of queries.entries()) {
  await page.goto(`${server.resolvedUrls.local[0]}?${query}`);
  await page.waitForTimeout(400);
  await page.screenshot({ path: `${folder}/${i}.png` });
}
await browser.close();
await server.close();

// time line of opening a page: node prof.mjs ROOT [n]
import { chromium } from "/work/studio2/web/node_modules/@playwright/test/index.mjs";
import { spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
const root = process.argv[2], n = Number(process.argv[3] ?? 3);
const wait = ms => new Promise(r=>setTimeout(r,ms));
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox","--disable-gpu","--no-first-run","--disable-background-networking","--autoplay-policy=no-user-gesture-required"] });
for (let i=0;i<n;i++){
  const port = 9100+Math.floor(Math.random()*800);
  const dir = mkdtempSync("/tmp/prof-");
  const p = spawn("/work/studio2/.venv/bin/python", ["-m","segue","studio","--no-browser","--port",String(port),"--projects",dir], {cwd: root, env:{...process.env, PYTHONPATH: root+"/src", OMP_NUM_THREADS:"1"}, stdio:"ignore"});
  const t00=performance.now();
  const url=`http://127.0.0.1:${port}/`;
  for(;;){ try { if((await fetch(url+"api/info")).ok) break; } catch{} await wait(20); }
  const t0=performance.now();
  const ctx = await browser.newContext({viewport:{width:1280,height:720}}); const page = await ctx.newPage();
  const t1=performance.now();
  await page.goto(url, {waitUntil:"commit"});
  const t2=performance.now();
  await page.getByRole("application").waitFor();
  const roll=performance.now();
  const cont = page.getByRole("button",{name:/^Continue/}).first();
  await page.waitForFunction(()=>[...document.querySelectorAll("button")].some(b=>/^\s*Continue/.test(b.textContent)&&!b.disabled));
  const usable=performance.now();
  await page.waitForFunction(()=>{const b=[...document.querySelectorAll("button")].find(b=>/^Play/.test(b.ariaLabel??b.getAttribute("aria-label")??"")); return b&&!b.disabled});
  const sound=performance.now();
  const nav = await page.evaluate(()=>({paint:performance.getEntriesByType("paint").map(e=>[e.name,Math.round(e.startTime)]), res:performance.getEntriesByType("resource").map(e=>[e.name.replace(/.*\/\/[^/]*/,""),Math.round(e.startTime),Math.round(e.responseEnd),e.transferSize]), dcl:Math.round(performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd)}));
  const s = await ctx.newCDPSession(page); await s.send("Performance.enable");
  const {metrics}=await s.send("Performance.getMetrics"); const m=Object.fromEntries(metrics.map(x=>[x.name,x.value]));
  console.log(root.split("/").pop(), JSON.stringify({answer:Math.round(t0-t00), ctx:Math.round(t1-t0), commit:Math.round(t2-t1), roll:Math.round(roll-t1), cont:Math.round(usable-t1), sound:Math.round(sound-t1), script:m.ScriptDuration.toFixed(2), task:m.TaskDuration.toFixed(2), layout:m.LayoutDuration.toFixed(2)}));
  if(i===0) console.log(JSON.stringify(nav));
  await ctx.close(); p.kill("SIGKILL");
}
await browser.close();

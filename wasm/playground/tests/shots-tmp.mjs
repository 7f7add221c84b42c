// Pictures of the stories in light, in dark and on a phone, to look at: `node tests/screenshots.mjs`.

import fs from "node:fs";
import path from "node:path";

import { browser, folder, reviewed, serve } from "./browser.mjs";

const out = process.argv[2];
fs.mkdirSync(out, { recursive: true });
const server = await serve();
const chromium = await browser();
const looks = {
  light: { viewport: { width: 1366, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1366, height: 900 }, colorScheme: "dark" },
  phone: { viewport: { width: 360, height: 740 }, colorScheme: "light", deviceScaleFactor: 1, isMobile: true },
};
const tabs = { release: "timeline", rename: "checklist", key: "timeline", concurrently: "comment", backfill: "rewrite", safe: "json" };
for (const [look, options] of Object.entries(looks)) {
  const page = await chromium.newPage({ ...options, reducedMotion: "reduce" });
  await page.goto(server.url);
  await reviewed(page);
  for (const [story, tab] of Object.entries(tabs)) {
    await page.selectOption("#story", story);
    await page.click(`#tab-${tab}`);
    await page.waitForTimeout(600);
    await page.screenshot({ path: path.join(out, `${story}-${look}.png`), fullPage: true });
  }
  await page.close();
}
await chromium.close();
server.close();
console.log(`screenshots: ${out}`);

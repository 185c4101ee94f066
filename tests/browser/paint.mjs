// How long the first contentful paint takes in Chromium on the loopback, page by page: a measurement, no test. For
// docs/performance.md; YIFA names the binary, which should be one made for release.
import assert from "node:assert/strict";
import { loadavg } from "node:os";
import { chromium } from "playwright-core";
import { account, start } from "./server.mjs";
import { signIn } from "./steps.mjs";

const TIMES = 7;
const LIMIT = 500;
const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const server = await start(binary);
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--lang=zh-CN"] });

async function session(who, home) {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await signIn(page, account(server, who), home);
  await page.goto("/cases?procedure=reconsideration");
  const link = await page.locator("main tbody a[href^='/cases/']").first().getAttribute("href");
  const cookies = await context.cookies();
  await context.close();
  return { cookies, link };
}

/** The paint of a first visit: nothing at hand in the browser. */
async function painted(path, cookies) {
  const context = await browser.newContext({ baseURL: server.url });
  await context.addCookies(cookies);
  const page = await context.newPage();
  await page.goto(path, { waitUntil: "load" });
  const time = await page.evaluate(() => new Promise((done) => {
    const told = (entries) => entries.find((one) => one.name === "first-contentful-paint")?.startTime;
    const now = told(performance.getEntriesByType("paint"));
    if (now !== undefined) return done(now);
    const seen = (list) => {
      const time = told(list.getEntries());
      if (time !== undefined) done(time);
    };
    return new PerformanceObserver(seen).observe({ type: "paint", buffered: true });
  }));
  await context.close();
  return time;
}

const officer = await session("handler", /\/desk$/);
const pages = [["/", []], ["/search?q=%E5%A4%8D%E8%AE%AE", []], ["/apply/reconsideration", []], ["/figures", []], ["/wall?still=1", []],
  ["/desk", officer.cookies], ["/cases", officer.cookies], [officer.link, officer.cookies]];
for (const [path, cookies] of pages) {
  const times = [];
  for (let count = 0; count < TIMES; count += 1) times.push(await painted(path, cookies));
  times.sort((one, other) => one - other);
  const [middle, most] = [times[Math.floor(TIMES / 2)], times.at(-1)].map((time) => time.toFixed(0));
  console.log(`${path}\t${middle} ms, at most ${most} ms\tlimit ${LIMIT} ms\tratio ${(middle / LIMIT).toFixed(2)}`);
}
console.log(`load ${loadavg().map((one) => one.toFixed(1)).join(" ")}`);
await browser.close();
await server.stop();

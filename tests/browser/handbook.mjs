// The pictures of the handbook, made anew from the pages each time: what the handbook shows is there, under the names it
// uses, and small enough for its pages. With YIFA_UPDATE=1 they are written into docs/handbook/pictures.
//
// YIFA names the binary.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { account, start } from "./server.mjs";
import { apply, signIn } from "./steps.mjs";

/** What a page of the handbook may weigh on a first visit, with its stylesheet of about 20 kB. */
const MOST = 120_000;
const handbook = join(dirname(fileURLToPath(import.meta.url)), "../../docs/handbook");
const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const server = await start(binary);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--lang=zh-CN"],
});

async function visitor() {
  const context = await browser.newContext({
    baseURL: server.url,
    javaScriptEnabled: false,
    locale: "zh-CN",
    viewport: { width: 600, height: 800 },
  });
  return context.newPage();
}

const made = {};
/** The part of the page that begins with what a selector finds. */
async function take(page, name, from, height = 360) {
  const box = await page.locator(from).first().boundingBox();
  const clip = { x: 0, y: Math.max(0, box.y - 12), width: page.viewportSize().width, height };
  made[`${name}.png`] = await page.screenshot({ fullPage: true, clip });
}

const citizen = await visitor();
const { number, code } = await apply(citizen);
await take(citizen, "receipt", "h1");
await citizen.goto("/follow");
await citizen.fill("#number", number);
await citizen.fill("#code", code);
await citizen.click("form.follow button");
await citizen.waitForSelector(`h1:has-text("${number}")`);
await take(citizen, "follow", "h1");

const officer = await visitor();
await signIn(officer, account(server, "handler"));
await take(officer, "desk", "main table");
await officer.goto("/cases?procedure=reconsideration");
await officer.click(`a:text-is("${number}")`);
await take(officer, "case", ".panels");
await officer.goto("/figures/reconsideration_received");
await take(officer, "figure", "h1");

const head = await visitor();
await signIn(head, account(server, "head"));
await head.goto("/plan");
await take(head, "plan", "main section");

const auditor = await visitor();
await signIn(auditor, account(server, "audit"), /audit$/);
await take(auditor, "log", "main table");

const pages = readdirSync(handbook).filter((name) => name.endsWith(".md"));
const shown = new Set();
for (const name of pages) {
  const text = readFileSync(join(handbook, name), "utf8");
  const own = [...text.matchAll(/!\[[^\]]+\]\(pictures\/([^)]+)\)/g)].map(([, picture]) => picture);
  for (const picture of own) {
    assert.ok(made[picture], `${name} shows ${picture}, which nothing takes`);
    shown.add(picture);
  }
  const weight = Buffer.byteLength(text) + own.reduce((sum, picture) => sum + made[picture].length, 0);
  assert.ok(weight <= MOST, `${name} would weigh ${weight} bytes`);
}
assert.deepEqual([...shown].sort(), Object.keys(made).sort(), "every picture is shown");
if (process.env.YIFA_UPDATE) {
  for (const [name, bytes] of Object.entries(made)) writeFileSync(join(handbook, "pictures", name), bytes);
}
for (const name of shown) {
  const kept = statSync(join(handbook, "pictures", name), { throwIfNoEntry: false });
  assert.ok(kept?.size, `docs/handbook/pictures/${name} is missing: run with YIFA_UPDATE=1`);
}
await browser.close();
await server.stop();
console.log(`handbook: ${shown.size} pictures, all there`);

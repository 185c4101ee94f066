// Every page of the site in every look: axe-core finds nothing, nothing is wider than the screen, nothing comes from
// elsewhere, a page stays light; a browser of 2017 still shows it; keys alone are enough.
//
// YIFA names the binary. Pictures go to the folder in YIFA_SHOTS, else to a temporary one.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { applyByKeys, actByKeys } from "./keys.mjs";
import { aged } from "./old.mjs";
import { account, start } from "./server.mjs";
import { signIn } from "./steps.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** Kilobytes of a first visit and of a later one; requests of a page. */
const [FIRST, LATER, REQUESTS] = [150, 30, 8];
const shots = process.env.YIFA_SHOTS ?? mkdtempSync(join(tmpdir(), "yifa-pages-"));
mkdirSync(shots, { recursive: true });

const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const SITE = `host = "德化县人民政府办公室"
operator = "演示运行单位"
phone = "0595-00000000"
code = "3505260000"
domain = "www.example.gov.cn"
icp = "闽ICP备00000000号"
police = "闽公网安备35052600000000号"
organ_mark = "https://example.gov.cn/mark"
elderly_mark = "https://example.gov.cn/elderly"
mistakes = "https://example.gov.cn/mistakes"
`;
const server = await start(binary, () => ({ "site.toml": SITE }));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--lang=zh-CN"],
});

/** The looks, as the cookie keeps them. */
const LOOKS = { light: "light", dark: "dark", large: "large-light", "large-dark": "large-dark" };

async function visitor({ scripts = true, width = 1280, look, cookies = [], scheme = "light" } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    javaScriptEnabled: scripts,
    locale: "zh-CN",
    bypassCSP: scripts,
    colorScheme: scheme,
    viewport: { width, height: 900 },
  });
  await context.addCookies(cookies);
  if (look) await context.addCookies([{ name: "yifa_display", value: LOOKS[look] ?? look, url: server.url }]);
  return context.newPage();
}

const sessions = {};
/** The cookies of somebody who has signed in, once. */
async function signedIn(who, home) {
  if (!sessions[who]) {
    const page = await visitor();
    await signIn(page, account(server, who), home);
    sessions[who] = await page.context().cookies();
    await page.context().close();
  }
  return sessions[who];
}

let failed = 0;
const tests = [];
const test = (name, work) => tests.push({ name, work });

/** The routes that show pages, taken from the table that a test of the server keeps in step with the router. */
const TABLE = readFileSync(new URL("../../crates/web/tests/matrix.tsv", import.meta.url), "utf8").trim().split("\n").map((line) => line.split("\t"));
const WHO = { anybody: "nobody", citizen: "party", handler: "officer", head: "head", system: "system", security: "security", audit: "audit" };
/** What is no page: files, data, what sends one elsewhere. */
const NO_PAGE = [/^\/assets/, /\/(export|sheet|receipt|proof|file|bundle)$/, /\.json$/, /^\/display/, /^\/journal\/(roots|lost)\//, /^\/sign-in\/(code|with|from)/, /\/files\//, /^\/audit\/kept/];

/** The paths that somebody may see, with what the demonstration has in the place of variables. */
function paths(who, known) {
  const column = TABLE[0].indexOf(WHO[who]);
  const shown = TABLE.filter((row) => row[0] === "GET" && row[column] === "200").map((row) => row[1]);
  const made = shown.filter((path) => !NO_PAGE.some((one) => one.test(path))).flatMap((path) => filled(path, known));
  return who === "anybody" ? [...made, "/nope"] : made;
}

function filled(path, known) {
  if (path.startsWith("/cases/{")) return known.case ? [path.replace("{id}", known.case).replace("{act}", known.act).replace("{number}", path.includes("documents") ? known.document : "1")].filter((one) => !one.includes("undefined")) : [];
  if (path.startsWith("/published/{")) return known.published ? [known.published] : [];
  const values = { id: path.startsWith("/figures") ? "reconsideration_received" : path.startsWith("/registers") ? "powers" : "reconsideration", procedure: "reconsideration", reference: "61", login: known.login, page: "officer" };
  return [path.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "undefined")].filter((one) => !one.includes("undefined"));
}

/** What the demonstration has: a case of this officer with an act and a document, something published, an account. */
async function scene(who) {
  const known = {};
  const page = await visitor({ cookies: who === "anybody" ? [] : await signedIn(who, HOMES[who]) });
  const first = async (path, pattern) => {
    await page.goto(path);
    const found = await page.locator("main a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    return found.find((href) => pattern.test(href));
  };
  known.published = await first("/published", /^\/published\/\d|^\/published\/[^?/]+\/\d+\//);
  if (["handler", "head", "citizen"].includes(who)) {
    const link = await first("/cases?procedure=reconsideration", /^\/cases\/(?!new|export)[^?/]+$/);
    if (link) {
      known.case = link.split("/")[2];
      known.act = (await first(link, /\/acts\//))?.split("/").at(-1);
      known.document = (await first(link, /\/documents\//))?.split("/").at(-1);
    }
  }
  if (["system", "security"].includes(who)) known.login = (await first("/admin/accounts", /^\/admin\/accounts\/(?!new)[^?/]+$/))?.split("/").at(-1);
  await page.context().close();
  return known;
}

const HOMES = { citizen: /\/cases$/, handler: /\/desk$/, head: /\/desk$/, system: /\/accounts$/, security: /\/accounts$/, audit: /\/audit$/ };
const nameOf = (path) => path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "").slice(0, 60) || "home";

/** What axe-core finds; in a look that only changes colours, of colours. */
async function faults(page, path, look) {
  await page.evaluate(AXE);
  const rules = look.endsWith("dark") ? { runOnly: ["color-contrast", "link-in-text-block"] } : {};
  const found = await page.evaluate((rules) => window.axe.run(document, { resultTypes: ["violations"], ...rules }), rules);
  return found.violations.map((one) => `${path}: ${one.id}: ${one.help} (${one.nodes.map((node) => node.target).slice(0, 3).join(" | ")})`);
}

const wide = (page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

for (const who of ["anybody", "citizen", "handler", "system", "security", "audit"]) {
  test(`every page of ${who}: axe-core finds nothing in any look, nothing is too wide at 320 px`, async () => {
    const known = await scene(who);
    const cookies = who === "anybody" ? [] : await signedIn(who, HOMES[who]);
    // What everybody sees is looked at once, and the first page of each for its own head.
    const common = who === "anybody" ? [] : paths("anybody", known);
    const list = paths(who, known).filter((path) => path === "/" || !common.includes(path));
    assert.ok(list.length > 4, `${who}: ${list.length} pages`);
    const told = [];
    for (const look of Object.keys(LOOKS)) {
      const page = await visitor({ look, cookies });
      const narrow = await visitor({ look, cookies, width: 320 });
      for (const path of list) {
        const answer = await page.goto(path);
        assert.ok(answer.status() < 500, path);
        told.push(...(await faults(page, `${look} ${path}`, look)));
        if (process.env.YIFA_SHOTS) await page.screenshot({ path: join(shots, `${who}-${nameOf(path)}-${look}.png`), fullPage: true });
        if (look.endsWith("dark")) continue;
        await narrow.goto(path);
        const over = await wide(narrow);
        if (over > 0) told.push(`${look} ${path} is ${over} px too wide at 320 px`);
      }
      await page.context().close();
      await narrow.context().close();
    }
    assert.deepEqual(told, []);
  });
}

test("a page asks for little, and nothing from elsewhere", async () => {
  const [told, most] = [[], { first: [0, ""], later: [0, ""], requests: [0, ""] }];
  const note = (what, number, path) => (most[what] = number > most[what][0] ? [number, path] : most[what]);
  for (const who of ["anybody", "handler", "system"]) {
    const known = await scene(who);
    const cookies = who === "anybody" ? [] : await signedIn(who, HOMES[who]);
    for (const path of paths(who, known)) {
      const page = await visitor({ cookies, scripts: false });
      const devtools = await page.context().newCDPSession(page);
      await devtools.send("Network.enable");
      let [bytes, asked] = [0, []];
      devtools.on("Network.loadingFinished", (one) => (bytes += one.encodedDataLength));
      page.on("request", (one) => asked.push(one.url()));
      const count = async () => {
        [bytes, asked] = [0, []];
        await page.goto(path, { waitUntil: "load" });
        await page.waitForTimeout(100);
        return [bytes / 1024, asked];
      };
      const [first, requests] = await count();
      const [later] = await count();
      note("first", first, path);
      note("later", later, path);
      note("requests", requests.length, path);
      if (first > FIRST) told.push(`${path}: ${first.toFixed(1)} KB at first`);
      if (later > LATER) told.push(`${path}: ${later.toFixed(1)} KB later`);
      if (requests.length > REQUESTS) told.push(`${path}: ${requests.length} requests`);
      for (const url of requests) if (!url.startsWith(server.url) && !url.startsWith("data:")) told.push(`${path} asks ${url}`);
      await page.context().close();
    }
  }
  console.error(`      most: ${JSON.stringify(most)}`);
  assert.deepEqual(told, []);
});

test("a look is chosen with a link, without JavaScript, and one stays where one was", async () => {
  const page = await visitor({ scripts: false });
  await page.goto("/procedures/reconsideration");
  await page.click("footer a:text-is('深色')");
  assert.equal(new URL(page.url()).pathname, "/procedures/reconsideration");
  const look = () => page.locator("html").getAttribute("class");
  assert.match(await look(), /\bdark\b/);
  await page.click("header a:text-is('长辈版')");
  assert.match(await look(), /large dark/);
  await page.click("footer a:text-is('深浅随设备')");
  assert.doesNotMatch(await look(), /dark/);
  await page.click("header a:text-is('标准版')");
  assert.doesNotMatch(await look(), /large/);
});

test("where nothing is chosen the device decides between light and dark", async () => {
  const ground = async (options) => {
    const page = await visitor(options);
    await page.goto("/");
    return page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  };
  assert.equal(await ground({ scheme: "dark" }), await ground({ look: "dark" }));
  assert.equal(await ground({ scheme: "dark", look: "light" }), await ground({ scheme: "light" }));
  assert.notEqual(await ground({ scheme: "dark" }), await ground({ scheme: "light" }));
});

/** What is too small to be hit, of buttons, inputs and the ways of the site. */
const small = (page, least) => page.evaluate((least) => {
  const all = document.querySelectorAll("button:not(.link), .button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, label.choice, nav.main a, nav.tabs a, header .account a, ul.ways a, .by-field a");
  const seen = [...all].filter((one) => one.getClientRects().length);
  return seen.filter((one) => one.getBoundingClientRect().height < least - 0.5).map((one) => `${one.localName} ${one.textContent.trim().slice(0, 12) || one.id} ${one.getBoundingClientRect().height}`);
}, least);

test("targets are 44 px high, in the elderly version 60 px, and letters 18 pt", async () => {
  for (const [look, least] of [["light", 44], ["large", 60]]) {
    const page = await visitor({ look });
    for (const path of ["/", "/apply", "/apply/reconsideration", "/follow", "/sign-in", "/published", "/figures", "/registers/powers", "/audit"]) {
      await page.goto(path);
      const found = await small(page, least);
      const own = look === "light" ? found.filter((one) => !one.startsWith("a ")) : found;
      assert.deepEqual(own, [], `${look} ${path}`);
      if (look !== "large") continue;
      const tiny = await page.evaluate(() => {
        const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
        const found = new Set();
        while (walker.nextNode()) {
          const { parentElement: one } = walker.currentNode;
          if (!walker.currentNode.data.trim() || !one.getClientRects().length || one.closest("svg, .printed, option, code")) continue;
          if (parseFloat(getComputedStyle(one).fontSize) < 24) found.add(`${one.localName}.${one.className} ${getComputedStyle(one).fontSize}`);
        }
        return [...found];
      });
      assert.deepEqual(tiny, [], path);
      const spaced = await page.evaluate(() => {
        const one = document.createElement("p");
        document.querySelector("main .inner").append(one);
        const { lineHeight, marginBottom } = getComputedStyle(one);
        one.remove();
        return [parseFloat(lineHeight), parseFloat(marginBottom)];
      });
      assert.ok(spaced[0] >= 24 * 1.3 && spaced[1] >= spaced[0] * 1.3, `${spaced}`);
    }
  }
});

test("at twice the size everything is still there and nothing scrolls sideways", async () => {
  const cookies = await signedIn("handler", HOMES.handler);
  // A window of 1280 px at 200 % has room for 640, and for 320 at 400 %.
  const page = await visitor({ cookies, width: 640 });
  for (const path of ["/", "/desk", "/cases", "/apply", "/figures", "/plan", "/procedures/reconsideration", "/design"]) {
    await page.goto(path);
    assert.ok((await wide(page)) <= 0, path);
  }
});

test("the foot says who runs the site, and its head says it to programs", async () => {
  const page = await visitor();
  await page.goto("/published");
  const foot = await page.textContent("footer");
  for (const text of ["主办单位：德化县人民政府办公室", "承办单位：演示运行单位", "联系电话：0595-00000000", "网站标识码：3505260000", "闽ICP备00000000号", "闽公网安备35052600000000号", "党政机关网站标识", "适老化及无障碍标识", "政府网站找错"]) {
    assert.ok(foot.includes(text), text);
  }
  const meta = (name) => page.locator(`meta[name="${name}"]`).getAttribute("content");
  assert.equal(await meta("SiteIDCode"), "3505260000");
  assert.equal(await meta("SiteDomain"), "www.example.gov.cn");
  assert.equal(await meta("ColumnName"), "公开信息");
  const first = await page.locator("ul.lines a").first().getAttribute("href");
  await page.goto(first);
  assert.equal(await meta("ArticleTitle"), await page.textContent("h1"));
  assert.match(await meta("PubDate"), /^\d{4}-\d\d-\d\d$/);
});

test("on paper there is who says it and what was done, and no way of going on", async () => {
  const known = await scene("handler");
  const page = await visitor({ cookies: await signedIn("handler", HOMES.handler), look: "dark" });
  await page.goto(`/cases/${known.case}`);
  await page.emulateMedia({ media: "print" });
  const seen = (selector) => page.locator(selector).first().isVisible();
  assert.ok((await seen(".brand .name")) && (await seen("ol.timeline")) && (await seen(".printed")));
  for (const gone of ["nav.main", "footer", ".account", ".actions a, .actions button", "form.filters"]) {
    if (await page.locator(gone).count()) assert.ok(!(await seen(gone)), gone);
  }
  assert.equal(await page.evaluate(() => getComputedStyle(document.querySelector("h1")).color), "rgb(0, 0, 0)");
  if (process.env.YIFA_SHOTS) await page.pdf({ path: join(shots, "case.pdf"), format: "A4", preferCSSPageSize: true });
});

for (const width of [1280, 320]) {
  test(`a browser of 2017 shows the pages at ${width} px: without grid, gaps and what came later`, async () => {
    const cookies = await signedIn("handler", HOMES.handler);
    const page = await visitor({ cookies, width });
    await page.route("**/assets/*.css", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: aged(await answer.text()) });
    });
    const known = await scene("handler");
    for (const path of ["/", "/desk", "/cases", `/cases/${known.case}`, "/cases/new/reconsideration", "/figures", "/plan", "/procedures/reconsideration", "/design"]) {
      await page.goto(path);
      const over = await wide(page);
      assert.ok(over <= 0, `${path} is ${over} px too wide`);
      const laps = await page.evaluate(() => {
        const boxes = [...document.querySelectorAll(".actions > *, .filters > *, .panels > *, nav.main li, .choices > *")].filter((one) => one.getClientRects().length).map((one) => [one, one.getBoundingClientRect()]);
        return boxes.filter(([one, box]) => boxes.some(([other, its]) => one !== other && one.parentElement === other.parentElement && box.left < its.right - 1 && its.left < box.right - 1 && box.top < its.bottom - 1 && its.top < box.bottom - 1)).map(([one]) => one.outerHTML.slice(0, 80));
      });
      assert.deepEqual(laps, [], `${path}: pieces lie over each other`);
      if (process.env.YIFA_SHOTS) await page.screenshot({ path: join(shots, `old-${nameOf(path)}-${width}.png`), fullPage: true });
    }
  });
}

for (const scripts of [true, false]) {
  const how = scripts ? "" : ", without JavaScript";
  test(`a citizen applies with keys alone${how}`, async () => {
    const page = await visitor({ scripts });
    const number = await applyByKeys(page);
    assert.match(number, /复〔\d{4}〕\d+号/);
  });
  test(`an officer does an act with keys alone${how}`, async () => {
    const page = await visitor({ scripts });
    await actByKeys(page, account(server, "handler"));
  });
}

test("the focus can always be seen, and goes as one reads", async () => {
  const page = await visitor();
  for (const path of ["/", "/apply/reconsideration", "/published", "/design"]) {
    await page.goto(path);
    let last = -1;
    for (let count = 0; count < 60; count += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => {
        const one = document.activeElement;
        if (one === document.body) return null;
        const { outlineStyle, outlineWidth } = getComputedStyle(one);
        const order = [...document.querySelectorAll("*")].indexOf(one);
        return { order, ring: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2, what: one.outerHTML.slice(0, 90) };
      });
      if (!at) break;
      assert.ok(at.ring, `${path}: no ring around ${at.what}`);
      assert.ok(at.order >= last, `${path}: back to ${at.what}`);
      last = at.order;
    }
  }
});

for (const { name, work } of tests) {
  const only = process.env.YIFA_ONLY;
  if (only && !new RegExp(only).test(name)) continue;
  const since = Date.now();
  try {
    await work();
    console.error(`ok    ${name} (${Date.now() - since} ms)`);
  } catch (fault) {
    failed += 1;
    console.error(`FAIL  ${name}\n${fault.stack ?? fault}`);
  }
}
await browser.close();
await server.stop();
console.error(`pictures: ${shots}`);
console.log(`${tests.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

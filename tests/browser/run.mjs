// The pages in a real browser: an officer handles a case from end to end, a citizen applies and follows, all of it
// without JavaScript; axe-core looks at every page; nothing is wider than the screen at 1280, 390 and 320 px.
//
// YIFA names the binary. Pictures go to the folder in YIFA_SHOTS, else to a temporary one.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { account, start } from "./server.mjs";
import { sheet } from "./sheet.mjs";
import { REPORT, actOn, apply, audit, signIn, simplified } from "./steps.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [1280, 390, 320];
const shots = process.env.YIFA_SHOTS ?? mkdtempSync(join(tmpdir(), "yifa-shots-"));
mkdirSync(shots, { recursive: true });

const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const server = await start(binary);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--lang=zh-CN"],
});

/** A fresh visitor; scripts run only where the test itself needs to look into the page. */
async function visitor({ scripts = false, width = 1280, policy = false } = {}) {
  const context = await browser.newContext({
    baseURL: server.url,
    javaScriptEnabled: scripts,
    locale: "zh-CN",
    // The policy of the pages forbids scripts; axe-core has to be let in past it.
    bypassCSP: scripts && !policy,
    viewport: { width, height: 900 },
  });
  return context.newPage();
}

let failed = 0;
const tests = [];
const test = (name, work) => tests.push({ name, work });
/** What the tests learn from one another. */
const known = {};

test("a citizen without an account applies and keeps the receipt", async () => {
  const page = await visitor();
  Object.assign(known, await apply(page));
  assert.match(known.number, /复〔\d{4}〕\d+号/);
  assert.match(known.code, /^[0-9A-Z]{5}-[0-9A-Z]{5}$/);
});

test("the holder of the receipt follows the case", async () => {
  const page = await visitor();
  await page.goto("/");
  await page.fill("#number", known.number);
  await page.fill("#code", known.code);
  await page.click("form.follow button");
  await page.waitForSelector(`h1:has-text("${known.number}")`);
  assert.ok(await page.locator("text=最后一日").count());
  assert.ok(!(await page.content()).includes("11010519491231002X"));
});

test("a root is made beside the server, witnessed, and the receipt can be taken away", async () => {
  server.beside("root", "--save", "root.json");
  server.beside("witness", "root.json", "--key", "own-key", "--name", "县档案馆", "--save", "witness.json");
  assert.match(server.beside("root", "--add-witness", "witness.json"), /已登记“县档案馆”/);
  const page = await visitor();
  await page.goto("/journal");
  assert.ok(await page.locator("text=见证：县档案馆").count());
  await page.goto("/follow");
  await page.fill("#number", known.number);
  await page.fill("#code", known.code);
  await page.click("form.follow button");
  const [file] = await Promise.all([page.waitForEvent("download"), page.click('button:has-text("下载凭证")')]);
  assert.match(server.beside("verify", "--receipt", await file.path()), /核验通过/);
});

test("officers handle it from the desk to the published decision, without JavaScript", async () => {
  const officer = await visitor();
  const head = await visitor();
  await signIn(officer, account(server, "handler"));
  await signIn(head, account(server, "head"));
  await officer.goto("/cases?procedure=reconsideration");
  await officer.click(`a:text-is("${known.number}")`);
  known.case = new URL(officer.url()).pathname;
  for (const step of simplified(await officer.textContent(".case-head time"))) {
    await actOn(step.head ? head : officer, known.case, step);
  }
  await officer.goto(known.case);
  assert.ok(await officer.locator("section[aria-labelledby=public] a").count());
  known.public = await officer.locator("section[aria-labelledby=public] a").first().getAttribute("href");
});

test("a head enters the list of powers from a sheet, and is told every wrong cell", async () => {
  const head = await visitor();
  await signIn(head, account(server, "head"));
  await head.goto("/registers/powers");
  const enter = async (rows) => {
    await head.setInputFiles("#sheet", sheet(rows));
    await head.fill("#reason", "年度调整");
    await head.click("button:has-text('核对并登记')");
  };
  const headings = ["起始日期", "职权标识", "职权名称", "类别", "依据"];
  await enter([headings, ["2024-01-01", "review", "行政复议", "裁决", "试验依据"], ["明年", "fine", "罚款", "行政处罚", "试验依据"]]);
  const told = await head.textContent("main");
  assert.match(told, /没有登记/);
  assert.match(told, /A3：起始日期“明年”不是日期/);
  assert.match(told, /第2行“类别”：没有“裁决”这个选项/);
  await enter([headings, ["2024-01-01", "review", "行政复议", "行政裁决", "试验依据"]]);
  await head.waitForSelector("text=已登记1条");
  const anybody = await visitor();
  await anybody.goto("/registers/powers");
  assert.match(await anybody.textContent("table"), /行政复议.*2024年1月1日/s);
  assert.equal(await anybody.locator("#sheet").count(), 0);
  await anybody.goto("/registers/powers?on=2023-12-31");
  assert.match(await anybody.textContent("main"), /没有条目/);
});

test("anybody reads the decision, masked", async () => {
  const page = await visitor();
  await page.goto(known.public);
  const text = await page.textContent("main");
  assert.ok(text.includes("撤销处罚决定"));
  assert.ok(!text.includes("演示测试人"));
});

test("what is wrong is said at the top and leads to its field", async () => {
  const page = await visitor();
  await page.goto("/apply/reconsideration");
  await page.fill("#f-request", "撤销");
  await page.click("button:has-text('提交申请')");
  const first = page.locator("#errors a").first();
  const target = await first.getAttribute("href");
  assert.equal(await page.locator(target).count(), 1);
  assert.equal(await page.inputValue("#f-request"), "撤销");
  await first.click();
  assert.ok(page.url().endsWith(target));
});

test("a report is chosen and its findings are seen, without JavaScript", async () => {
  const page = await visitor();
  await page.goto("/");
  await page.click("main a:text-is('审核一份报告')");
  await audit(page);
  await page.click(".list a:has-text('比率与分子、分母不符')");
  assert.equal(await page.locator("section.finding:target").count(), 1);
  await page.click("section.finding:target summary");
  assert.ok(await page.locator("section.finding:target dt:text-is('要写')").isVisible());
  const saved = page.waitForEvent("download");
  await page.click("button:has-text('网页')");
  const file = await (await saved).path();
  assert.ok(readFileSync(file, "utf8").includes("2254÷2310＝97.5758%"));
  await page.goto("/audit");
  await page.setInputFiles("#f-report", { name: "扫描.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 x") });
  await page.fill("#f-year", "二〇");
  await page.click("button:has-text('开始审核')");
  assert.equal(await page.locator("#errors a").count(), 2);
  assert.equal(await page.inputValue("#f-year"), "二〇");
});

test("a report is dropped where scripts run", async () => {
  const page = await visitor({ scripts: true, policy: true });
  await page.goto("/audit");
  const dropped = await page.evaluateHandle(([name, text]) => {
    const all = new DataTransfer();
    all.items.add(new File([text], name, { type: "text/plain" }));
    return all;
  }, [REPORT.name, REPORT.buffer.toString()]);
  await page.locator("[data-drop]").first().dispatchEvent("drop", { dataTransfer: dropped });
  assert.ok((await page.textContent("[data-drop] [data-told]")).includes(REPORT.name));
  await page.click("button:has-text('开始审核')");
  await page.waitForSelector(`h1:has-text("审核结果：${REPORT.name}")`);
});

test("an officer keeps an audit, and deletes it", async () => {
  const page = await visitor();
  await signIn(page, account(server, "handler"));
  await page.goto("/audit");
  await audit(page);
  await page.fill("#f-name", "送审稿");
  await page.click("button:has-text('存下来')");
  await page.waitForSelector("h1:has-text('审核结果：送审稿')");
  await page.goto("/audit");
  await page.click("section[aria-labelledby=kept] summary");
  await page.click("button:has-text('确定删除')");
  await page.waitForSelector("text=还没有存下来的");
});

for (const width of WIDTHS) {
  test(`the result of an audit and what is wrong at ${width} px`, async () => {
    const page = await visitor({ scripts: true, width });
    await page.goto("/audit");
    await audit(page);
    await seen(page, "audit-result", "audit-result");
    await page.goto("/audit");
    await page.fill("#f-year", "二〇");
    await page.click("button:has-text('开始审核')");
    await seen(page, "audit-wrong", "audit-wrong");
  });
}

/** The pages that are looked at, for the public and for officers. */
const PUBLIC = ["/", "/sign-in", "/apply", "/apply/reconsideration", "/apply/disclosure_request", "/follow",
  "/published", "/figures", "/figures/reconsideration_received", "/procedures", "/procedures/reconsideration",
  "/procedures/normative_document", "/audit", "/journal", "/registers", "/registers/powers", "/about", "/nope"];
const OFFICERS = ["/desk", "/audit", "/desk?whose=mine", "/cases", "/cases?procedure=reconsideration", "/cases/new",
  "/cases/new/disclosure_request", "/figures/reconsideration_received", "/cases?find=%E6%BC%94", "/registers/officers"];

async function look(page, path, name) {
  await page.goto(path);
  await seen(page, path, name);
}

/** Looks at the page that is open. */
async function seen(page, path, name) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, `${path} is ${wide} px too wide at ${page.viewportSize().width} px`);
  await page.screenshot({ path: join(shots, `${name}-${page.viewportSize().width}.png`), fullPage: true });
  if (page.viewportSize().width === 320) return;
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const told = found.violations.map((one) => `${one.id}: ${one.help} (${one.nodes.map((node) => node.target).slice(0, 3)})`);
  assert.deepEqual(told, [], path);
}

const nameOf = (path) => path.replace(/[^a-z0-9]+/gi, "-").replace(/^-|-$/g, "") || "home";

for (const width of WIDTHS) {
  test(`the public's pages at ${width} px`, async () => {
    const page = await visitor({ scripts: true, width });
    for (const path of [...PUBLIC, known.public]) await look(page, path, nameOf(path));
  });
  test(`the officers' pages at ${width} px`, async () => {
    const page = await visitor({ scripts: true, width });
    await signIn(page, account(server, "handler"));
    const own = [known.case, `${known.case}/acts/record_suit`, `${known.case}/correct/1`, `${known.case}/documents/3`];
    for (const [at, path] of [...OFFICERS, ...own].entries()) {
      await look(page, path, at < OFFICERS.length ? nameOf(path) : `case-${nameOf(path.slice(known.case.length))}`);
    }
  });
}

/** What the three administrators see, and everybody of their own account. */
const ADMINS = {
  system: [/accounts$/, ["/admin/accounts", "/admin/accounts?show=admins", "/admin/accounts/new", "/admin/accounts/admin-audit", "/admin/organs"]],
  security: [/accounts$/, ["/admin/security", "/admin/accounts", "/account", "/account/password", "/account/second"]],
  audit: [/audit$/, ["/admin/audit", "/admin/audit?what=account_added"]],
};

for (const width of WIDTHS) {
  test(`the administrators' pages at ${width} px`, async () => {
    for (const [who, [home, paths]] of Object.entries(ADMINS)) {
      const page = await visitor({ scripts: true, width });
      const { login, password } = account(server, who);
      await signIn(page, { login, password }, home);
      for (const path of paths) await look(page, path, `${who}-${nameOf(path)}`);
      if (who === "system") {
        await page.goto("/admin/accounts?after=admin");
        await page.click("tbody a >> nth=3");
        await seen(page, "an account", "system-account");
      }
    }
  });
}

test("larger letters on every page, chosen once", async () => {
  const page = await visitor({ scripts: true });
  await page.goto("/");
  await page.click("text=长辈版");
  await look(page, "/apply/disclosure_request", "large-apply");
  const size = await page.evaluate(() => parseFloat(getComputedStyle(document.body).fontSize));
  assert.ok(size >= 24, `${size} px`);
});

test("the whole page is within reach of the keyboard, the skip link first", async () => {
  const page = await visitor({ scripts: true });
  await page.goto("/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "跳到正文");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
});

for (const { name, work } of tests) {
  try {
    await work();
    console.error(`ok    ${name}`);
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

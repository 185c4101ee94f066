// What five people come for, from the first page to the last: an officer, the head of an organ, a citizen, an administrator,
// somebody who audits. Each is done three times: with scripts, without them, and by keyboard alone.
//
// YIFA names the binary. Pictures of pages on which something failed go to the folder in YIFA_SHOTS, else to a temporary one.
import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import * as circle from "./circle.mjs";
import * as disclosure from "./disclosure.mjs";
import { Keys, Mouse, needed } from "./hands.mjs";
import { tabTo } from "./keys.mjs";
import { account, start } from "./server.mjs";
import { sheet } from "./sheet.mjs";
import { PAPER, REPORT, actOn, application, dayOf, fill, signIn, simplified } from "./steps.mjs";

const shots = process.env.YIFA_SHOTS ?? mkdtempSync(join(tmpdir(), "yifa-tasks-"));
mkdirSync(shots, { recursive: true });
const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const server = await start(binary);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--lang=zh-CN"],
});

/** The ways of doing a task: their name, whether scripts run, and the hands. */
const WAYS = [
  ["with scripts", true, Mouse],
  ["without scripts", false, Mouse],
  ["by keyboard, without scripts", false, Keys],
];

async function visitor(scripts) {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: scripts, locale: "zh-CN", acceptDownloads: true });
  return context.newPage();
}

const text = (page) => page.locator("main").innerText();
/** Signs in as a person does who has only the first page before them. */
async function enter(hands, { login, password }, home) {
  await hands.page.goto("/");
  await hands.follow("登录");
  await hands.send({ login, password }, "登录");
  assert.match(new URL(hands.page.url()).pathname, home);
}

/** The day on which the server stands, as forms want it. */
async function today(page) {
  const [, year, month, day] = (await page.locator(".printed").last().textContent()).match(/(\d+)年(\d+)月(\d+)日/);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** The code that a program on a telephone shows, by RFC 6238. */
function codeOf(secret, at = Date.now()) {
  const bits = [...secret.replace(/[\s=]/g, "")].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)));
  const hash = createHmac("sha1", key).update(counter).digest();
  const place = hash.at(-1) & 15;
  return String((hash.readUInt32BE(place) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

let failed = 0;
const tests = [];
/** A task, once for each way. */
const task = (name, work) => {
  for (const [way, scripts, Hands] of WAYS) {
    tests.push({ name: `${name}, ${way}`, work: async () => {
      const page = await visitor(scripts);
      try {
        await work(new Hands(page), way);
      } catch (fault) {
        await page.screenshot({ path: join(shots, `${name}-${way}.png`.replace(/[ ,]+/g, "-")), fullPage: true }).catch(() => {});
        throw fault;
      } finally {
        await page.context().close();
      }
    } });
  }
};

// ---- an officer ----

task("an officer does the oldest duty, is refused with the article, and prints", async (hands) => {
  const { page } = hands;
  await enter(hands, account(server, "handler"), /\/desk$/);
  const day = await today(page);
  await hands.send({ waits: "ours" }, "筛选");
  await hands.follow(/^\/cases\/[^/?]+$/, "main table");
  const path = new URL(page.url()).pathname;
  const before = await page.locator("ol.timeline > li").count();
  // Why that day is the last one, step by step.
  await hands.unfold("这一天是怎样算出来的");
  assert.ok(await page.locator(".panel.must ol li").first().isVisible());
  await hands.follow(new RegExp(`^${path}/acts/`), ".panel.must");
  await hands.send({ ...(await needed(page, day)), on: day }, "确认办理");
  const errors = page.locator("#errors");
  if (await errors.count()) assert.fail(await errors.innerText());
  assert.equal(new URL(page.url()).pathname, path);
  assert.equal(await page.locator("ol.timeline > li").count(), before + 1);
  // What must not be done stands on the page with its article; a form of it that is still open in another window is refused.
  assert.match(await page.locator(".panel.not").innerText(), /《[^》]+》第.+条/);
  await page.goto(`${path}/acts/finish`);
  await hands.send({ ...(await needed(page, day)), on: day }, "确认办理");
  assert.match(await page.locator("#errors").innerText(), /依据：.*《行政处罚法》第二十四条/);
  await hands.follow(/^\/cases\/[^/]+$/, "main");
  const paper = await printed(page);
  assert.ok(paper.bytes > 5_000 && paper.hidden, JSON.stringify(paper));
});

/** Prints the page: how long the file is, and whether what leads on is left out. */
async function printed(page) {
  await page.emulateMedia({ media: "print" });
  const hidden = !(await page.locator("nav.main").isVisible()) && (await page.locator(".printed").last().isVisible());
  const bytes = (await page.pdf()).length;
  await page.emulateMedia({ media: "screen" });
  return { bytes, hidden };
}

// ---- the head of an organ ----

/** A case whose decision waits for the head's word, with its path; made by the officer beforehand. */
async function waiting() {
  const page = await visitor(false);
  await page.goto("/apply/reconsideration");
  await fill(page, { ...application(await dayOf(page), "演示待批人"), application: "file" });
  await page.click("button:has-text('提交申请')");
  const number = await page.locator(".big").first().textContent();
  const [officer, head] = [await visitor(false), await visitor(false)];
  await signIn(officer, account(server, "handler"));
  await signIn(head, account(server, "head"));
  await officer.goto(`/cases?find=${encodeURIComponent(number)}`);
  await officer.click(`a:text-is("${number}")`);
  const path = new URL(officer.url()).pathname;
  const steps = simplified(await officer.textContent(".case-head time"));
  for (const step of steps.slice(0, steps.findIndex((one) => one.act === "approve_decision"))) {
    await actOn(step.head ? head : officer, path, step);
  }
  for (const one of [page, officer, head]) await one.context().close();
  return { number, path };
}

task("a head sees what is late, hands a case over, reminds, approves", async (hands) => {
  const { page } = hands;
  const { number } = await waiting();
  await enter(hands, account(server, "head"), /\/desk$/);
  await hands.send({ days: "0" }, "筛选");
  assert.match(await page.locator("main table").innerText(), /已逾期 \d+ 天/);
  await hands.follow(/^\/cases\/[^/?]+$/, "main table");
  await hands.unfold("写一条留言，或者提醒别人");
  const colleague = await page.locator("#note-to option").nth(1).getAttribute("value");
  await hands.send({ text: "请本周办结（演示）", to: colleague }, "留言");
  assert.match(await page.locator("#notes").locator("..").innerText(), /提醒.*请本周办结/s);
  await hands.unfold("把本案移交给别人承办");
  const next = await page.locator("#hand-to option").nth(1).getAttribute("value");
  await hands.send({ to: next, reason: "工作调整（演示）" }, "移交");
  assert.match(await text(page), /变更承办人/);
  await hands.follow("案件", "nav.main");
  await hands.send({ find: number }, "查找");
  await hands.follow(number, "main");
  const path = new URL(page.url()).pathname;
  await hands.follow(new RegExp(`^${path}/acts/approve_decision$`), ".panels");
  await hands.send({ "f.opinion": "同意" }, "确认办理");
  assert.equal(new URL(page.url()).pathname, path);
  assert.match(await page.locator("ol.timeline").innerText(), /同意/);
});

// ---- a citizen ----

task("a citizen finds a service, applies, supplements, follows and verifies the receipt", async (hands) => {
  const { page } = hands;
  await enter(hands, account(server, "citizen"), /\/cases$/);
  await page.goto("/");
  await hands.send({ q: "复议" }, "搜索");
  await hands.follow("行政复议", "main");
  await hands.send({
    ...Object.fromEntries(Object.entries(application(await dayOf(page), "演示申请人001")).map(([name, value]) => [name === "organ" ? name : `f.${name}`, value])),
    "f.application": PAPER,
  }, "提交申请");
  assert.equal(await page.textContent("h1"), "申请回执");
  const [number, code] = await page.locator(".big").allTextContents();
  await askedToSupplement(number);
  await hands.follow("打开案件", "main");
  const path = new URL(page.url()).pathname;
  await hands.follow(new RegExp(`^${path}/acts/correct$`), ".panels");
  await hands.send({ "f.content": "补上身份证明（演示）", "f.papers": PAPER }, "确认办理");
  const errors = page.locator("#errors");
  if (await errors.count()) assert.fail(await errors.innerText());
  server.beside("root");
  await hands.follow("查办件");
  await hands.send({ number, code }, "查询");
  assert.match(await text(page), /提交补正材料/);
  const download = page.waitForEvent("download");
  await sendForFile(hands, "下载凭证");
  const receipt = await (await download).path();
  await page.goto("/follow");
  await hands.follow("核验凭证和文件", "main");
  const file = (buffer) => ({ name: "凭证.json", mimeType: "application/json", buffer });
  await hands.send({ file: file(readFileSync(receipt)) }, "核验");
  assert.match(await page.textContent("h1"), /核验通过/);
  assert.match(await text(page), /提交补正材料/);
  // One letter of what was received is another: the page says what does not hold.
  const broken = readFileSync(receipt, "utf8").replace(/"content": "(.)/, (_, first) => `"content": "${first === "0" ? "1" : "0"}`);
  await hands.follow("再核验一份", "main");
  await hands.send({ file: file(Buffer.from(broken)) }, "核验");
  assert.doesNotMatch(await text(page), /核验通过/);
});

/** The officer says what is missing, and that the applicant has it. */
async function askedToSupplement(number) {
  const officer = await visitor(false);
  await signIn(officer, account(server, "handler"));
  await officer.goto(`/cases?find=${encodeURIComponent(number)}`);
  await officer.click(`a:text-is("${number}")`);
  const path = new URL(officer.url()).pathname;
  await actOn(officer, path, { act: "examine", fields: { conclusion: "unclear" } });
  await actOn(officer, path, { act: "ask_correction", fields: { "items.0.item": "身份证明", "items.0.how": "交复印件" } });
  await actOn(officer, path, { act: "correction_notice_received" });
  await officer.context().close();
}

/** Sends a form whose answer is a file: the page stays. */
async function sendForFile(hands, button) {
  if (hands instanceof Mouse) return hands.page.click(`main button:has-text("${button}")`);
  await tabTo(hands.page, (at) => at.tag === "button" && at.text === button, button);
  return hands.page.keyboard.press("Enter");
}

const later = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** A draft that the public is asked about, made once by an officer and the head: the name under which it is published. */
async function draftForComment() {
  const title = "演示征求意见的决策";
  const [officer, head] = [await visitor(false), await visitor(false)];
  await signIn(officer, account(server, "handler"));
  await signIn(head, account(server, "head"));
  const [own, heads] = [new Mouse(officer), new Mouse(head)];
  const choices = (names, value) => Object.fromEntries(names.map((name) => [`f.${name}`, value]));
  await officer.goto("/cases/new/major_decision");
  const day = await today(officer);
  const send = async (hands, given) => {
    await hands.send({ ...(await needed(hands.page, day)), ...given, on: day }, "确认");
    const errors = hands.page.locator("#errors");
    if (await errors.count()) assert.fail(await errors.innerText());
  };
  await send(own, { "f.title": title, "f.maker": "government", "f.source": "department", "f.field": "other", "f.excluded": "no" });
  await own.follow("打开案件", "main");
  const path = new URL(officer.url()).pathname;
  const steps = [
    [own, "study", { "f.unit": "德化县人民政府" }],
    [heads, "start", { ...choices(["secret", "groups", "other_units", "hearing", "technical", "market", "reform", "concern"], "no"), "f.risk": "none", "f.congress": "none", "f.undertaker": "德化县人民政府", "f.due": later(60) }],
    [own, "draft", {}],
    [own, "post_draft", { "f.until": later(40) }],
  ];
  for (const [hands, act, given] of steps) {
    await hands.page.goto(`${path}/acts/${act}`);
    const shown = await hands.page.locator("main form.sheet [name^='f.']").evaluateAll((all) => all.map((one) => one.name));
    await send(hands, Object.fromEntries(Object.entries(given).filter(([name]) => shown.includes(name))));
  }
  for (const one of [officer, head]) await one.context().close();
  return title;
}

let draft;
task("anybody reads a draft that is open for comment and says what they think of it", async (hands) => {
  const { page } = hands;
  draft ??= draftForComment();
  const title = await draft;
  await page.goto("/");
  await hands.follow("公开信息", "nav.main");
  await hands.follow("正在征求意见的草案", "main");
  assert.match(await text(page), new RegExp(`${title}[\\s\\S]*征求意见到`));
  await hands.follow(/^\/published\//, "main");
  const file = page.waitForEvent("download");
  if (hands instanceof Mouse) await page.click("main ul.files a");
  else {
    await tabTo(page, (at) => at.tag === "a" && /\/files\//.test(at.href ?? ""), "the draft's text");
    await page.keyboard.press("Enter");
  }
  assert.match((await file).suggestedFilename(), /\.pdf$/);
  await hands.follow("提出意见", "main");
  await hands.send({}, "提交意见");
  assert.match(await page.locator("#errors").innerText(), /意见/);
  await hands.send({ "f.opinion": "请写明施行的日子（演示）。" }, "提交意见");
  assert.match(await page.textContent("h1"), /意见已经提交/);
});

// ---- the administrators ----

let made = 0;
task("administrators make an account with a second factor, enter organs from a sheet, look at jobs and the journal", async (hands, way) => {
  const { page } = hands;
  made += 1;
  const login = `newcomer${made}`;
  await enter(hands, account(server, "system"), /\/accounts$/);
  await hands.follow("新建账号", "main");
  await hands.send({ login, name: `演示新人${made}`, organ: "county", rank: "staff" }, "新建");
  const password = (await page.locator("code.big").textContent()).trim();
  await organsFromSheet(hands);
  await hands.follow("后台工作", "nav.main");
  assert.match(await text(page), /期限时钟[\s\S]*正常/);
  await hands.send({}, "现在核验");
  for (let wait = 0; wait < 60 && /正在进行/.test(await text(page)); wait += 1) {
    await page.waitForTimeout(500);
    await page.goto("/admin/jobs");
  }
  assert.match(await text(page), /日志完整：核验事项\d+条/);
  await hands.follow("程序", "nav.main");
  await hands.follow("行政复议", "main");
  assert.match(await text(page), /现行/);
  await granted(login);
  await page.context().clearCookies();
  await enter(hands, { login, password }, /\/account\/password$/);
  const fresh = "Sui-Yi-De-Mi-Ma-2026";
  const inputs = await page.locator("main input[type=password]").evaluateAll((all) => all.map((one) => one.name));
  await hands.send(Object.fromEntries(inputs.map((name, at) => [name, at === 0 && inputs.length > 2 ? password : fresh])), "");
  await page.goto("/account/second");
  const secret = await page.locator("main code.hash").first().textContent();
  await hands.send({ code: codeOf(secret) }, "绑定");
  assert.equal(await page.textContent("h1"), "恢复码");
  const [recovery] = await page.locator("ol.codes code").allTextContents();
  await page.context().clearCookies();
  await page.goto("/sign-in");
  await hands.send({ login, password: fresh }, "登录");
  assert.match(page.url(), /\/sign-in\/code$/, way);
  await hands.send({ code: recovery }, "");
  assert.match(page.url(), /\/desk$/);
});

/** A sheet with three mistakes is told all three at once; put right, it is entered. */
async function organsFromSheet(hands) {
  const { page } = hands;
  await hands.follow("机关", "nav.main");
  const head = ["标识", "名称", "文号中的简称", "性质", "区划代码", "统一社会信用代码", "上级的标识", "起始日期", "终止日期"];
  const file = (row) => ({ ...sheet([head, row]), name: "机关.xlsx" });
  await hands.send({ sheet: file(["Trial Office", "", "德试", "办公室", "350526", "", "county", "明年", ""]) }, "核对并登记");
  const told = await text(page);
  for (const what of ["标识", "性质", "起始日期"]) assert.match(told, new RegExp(`第2行“${what}”|H2：${what}`), `${what}: ${told.slice(0, 600)}`);
  await hands.send({ sheet: file([`trial_${made}`, `德化县演示试点办公室${made}`, `德试${made}`, "政府工作部门", "350526", "", "county", "2026-01-01", ""]) }, "核对并登记");
  assert.match(await text(page), new RegExp(`德化县演示试点办公室${made}`));
}

/** The security administrator lets the new account in. */
async function granted(login) {
  const page = await visitor(false);
  await signIn(page, account(server, "security"), /\/accounts$/);
  await page.goto(`/admin/accounts/${login}`);
  await page.click("main button:has-text('授权')");
  await page.context().close();
}

// ---- somebody who audits ----

task("an auditor goes from a figure to its records in two clicks, verifies the root, audits a text", async (hands) => {
  const { page } = hands;
  await page.goto("/");
  await hands.follow("统计数据", "nav.main");
  await hands.send({ year: String(new Date().getFullYear() - 2) }, "查看");
  const shown = await page.locator("main table td.value a").first().textContent();
  await hands.follow(/^\/figures\/[^?]+\?/, "main table td");
  assert.equal((await page.locator("p.number").textContent()).trim(), shown.trim());
  assert.ok(await page.locator("section[aria-labelledby=records] tbody tr").count());
  assert.ok((await page.locator("svg.chart").count()) >= 3, "months, years, quarters");
  await hands.follow(/^\/procedures\//, "main dl");
  assert.equal(new URL(page.url()).pathname.split("/")[1], "procedures");
  server.beside("root");
  await page.goto("/journal");
  const download = page.waitForEvent("download");
  if (hands instanceof Mouse) await page.click("main table a:has-text('下载')");
  else {
    await tabTo(page, (at) => at.tag === "a" && at.text === "下载", "the first root");
    await page.keyboard.press("Enter");
  }
  const root = readFileSync(await (await download).path());
  await hands.follow("核验凭证和文件", "main");
  await hands.send({ file: { name: "根.json", mimeType: "application/json", buffer: root } }, "核验");
  assert.match(await page.textContent("h1"), /核验通过/);
  await hands.follow("审核报告", "nav.main");
  const input = await page.locator("#f-report").getAttribute("name");
  await hands.send({ [input]: REPORT }, "开始审核");
  assert.match(await text(page), /比率与分子、分母不符/);
});

// ---- from the plan's text to the public report ----

let round = 0;
task("a new officer goes from the plan's text to a public report that anybody can check", async (hands) => {
  const { page } = hands;
  round += 1;
  const year = String(new Date().getFullYear() - 2);
  const code = `second-${round}`;
  const other = (kind, home) => as(hands, account(server, kind), home);
  const head = await other("head", /\/desk$/);
  await circle.takeOver(head, code);
  await enter(hands, account(server, "handler"), /\/desk$/);
  const day = await today(page);
  await circle.assign(hands, code, day);
  const report = await circle.draft(hands, year, day);
  await circle.cleared(hands, report.place, day);
  await circle.settle(head, report, day);
  await circle.publish(hands, report, day);
  const anybody = new hands.constructor(await visitor(false));
  await circle.check(anybody, year, shots, server.beside);
  for (const one of [head, anybody]) await one.page.context().close();
});

// ---- the report on disclosure, with its fixed tables ----

task("an officer fills in the report on disclosure and makes it public", async (hands) => {
  const year = String(new Date().getFullYear() - 2);
  const head = await as(hands, account(server, "head"), /\/desk$/);
  await enter(hands, account(server, "handler"), /\/desk$/);
  const day = await today(hands.page);
  const report = await disclosure.draft(hands, year, day);
  await disclosure.tables(hands, report.place);
  await disclosure.words(hands, report.place);
  await disclosure.toVetting(hands, report.place, day);
  await circle.settle(head, report, day);
  await disclosure.publish(hands, report, day);
  const anybody = new hands.constructor(await visitor(false));
  await disclosure.check(anybody, year);
  for (const one of [head, anybody]) await one.page.context().close();
});

/** Somebody else at another window, with the same hands. */
async function as(hands, who, home) {
  const own = new hands.constructor(await visitor(false));
  await enter(own, who, home);
  return own;
}

const only = process.argv[2];
const chosen = tests.filter((one) => !only || one.name.includes(only));
for (const { name, work } of chosen) {
  const began = Date.now();
  try {
    await work();
    console.error(`ok    ${name} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
  } catch (fault) {
    failed += 1;
    console.error(`FAIL  ${name}\n${fault.stack ?? fault}`);
  }
}
await browser.close();
await server.stop();
if (failed) console.error(`pictures: ${shots}`);
console.log(`${chosen.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

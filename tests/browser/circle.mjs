// From the plan's text to the year's account: what a new officer and the head of the organ do with nothing but the pages.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { needed } from "./hands.mjs";

const PLAN = new URL("../../crates/plan/tests/plans/second_county.txt", import.meta.url);
const path = (page) => new URL(page.url()).pathname;
const text = (page) => page.locator("main").innerText();

export async function well(page) {
  const errors = page.locator("#errors");
  if (await errors.count()) assert.fail(await errors.innerText());
}

/** Does the act whose form is open, with what must be filled in and what is given; what the form proposes stays. */
export async function act(hands, day, fields = {}) {
  const usual = await needed(hands.page, day);
  for (const name of Object.keys(usual)) {
    const inputs = hands.page.locator(`main [name="${name}"]`);
    const proposed = await inputs.first().evaluate((one) => !["radio", "checkbox"].includes(one.type) && one.value !== "");
    if (proposed) delete usual[name];
  }
  const given = Object.fromEntries(Object.entries(fields).map(([name, value]) => [`f.${name}`, value]));
  await hands.send({ ...usual, ...given, on: day }, "确认办理");
  await well(hands.page);
}

/** The head reads a plan of another county in and takes it over. */
export async function takeOver(hands, code) {
  const { page } = hands;
  await hands.follow("方案落实", "nav.main");
  await hands.follow("读入方案文本", "main");
  await hands.send({ file: { name: "方案.txt", mimeType: "text/plain", buffer: readFileSync(PLAN) } }, "读入");
  assert.match(await text(page), /未读入/);
  await hands.send({ code, issued_by: "乙县人民政府办公室", issued_on: "2024-03-01" }, "由本机关接收");
  await well(page);
  assert.equal(new URL(page.url()).searchParams.get("plan"), code);
}

/** The officer breaks a measure into a task and reports on it. */
export async function assign(hands, code, day) {
  const { page } = hands;
  await hands.follow("方案落实", "nav.main");
  if (!(await page.url()).includes(code)) await hands.send({ plan: code }, "查看");
  await hands.follow(/^\/plan\/2\?/, "main");
  await hands.follow("下达任务", "main");
  const proof = { lead: "德化县人民政府", title: "印发审核办法", due: day, proof: "document", document: `乙政〔2024〕${day.slice(-2)}号` };
  await act(hands, day, proof);
  await hands.follow("打开案件", "main");
  const made = path(page);
  await hands.follow(new RegExp(`^${made}/acts/report_progress$`), ".panels");
  await act(hands, day, { progress: "正在起草" });
  await page.goto(`/plan/2?plan=${code}`);
  assert.match(await text(page), /推进中.*正在起草/s);
}

/** The officer starts the yearly report and writes all that it must have. */
export async function draft(hands, year, day) {
  const { page } = hands;
  await hands.follow("年度报告", "nav.main");
  await hands.follow(/^\/cases\/new\/annual_report$/, "main");
  await act(hands, day, { kind: "county_government", year, year_end: `${year}-12-31`, demonstration: "no" });
  await hands.follow("打开案件", "main");
  const made = path(page);
  await hands.follow("打开报告稿", "main");
  await hands.send({}, "开始起草");
  const place = path(page);
  assert.match(await text(page), /必写，还没有写/);
  for (const [section, words] of [
    ["shortcomings", "法治培训还不够经常，原因是计划安排得晚。"],
    ["first_responsible_person", "主持召开法治建设专题会议{{stated:4次|县政府办公室|会议纪要}}。"],
    ["next_year", "健全审核制度，办好行政复议案件。"],
  ]) {
    await hands.follow(new RegExp(`^${place}/sections/${section}$`), "main");
    await hands.send({ text: words }, "保存");
    await hands.follow(new RegExp(`^${place}$`), "main");
  }
  return { made, place };
}

/** What stands in the way is told with a place and a reason, and each is accepted with why. */
export async function cleared(hands, place, day) {
  const { page } = hands;
  for (let round = 0; round < 40; round += 1) {
    await page.goto(`${place}/acts/draft`);
    await hands.send({ "f.changes": "初稿，数字取自平台", on: day }, "确认办理");
    const open = page.locator("main [role=alert]");
    if (!(await open.count())) return;
    const told = await open.first().innerText();
    const link = page.locator(`main [role=alert] a[href*="/sections/"]`);
    assert.ok(await link.count(), `nothing leads to what stands in the way:\n${told}`);
    await hands.follow(/\/sections\//, "main [role=alert]");
    await hands.send({ reason: "已核对原始材料" }, "接受");
  }
  assert.fail("it never gets to vetting");
}

/** Vetted and settled by the head, sent and made public by the officer. */
export async function settle(hands, { made, place }, day) {
  const { page } = hands;
  await page.goto(made);
  await hands.follow(new RegExp(`^${made}/acts/vet$`), ".panels");
  await act(hands, day, { complete: "yes", figures: "yes", secrets: "yes", passed: "yes" });
  await page.goto(place);
  await hands.follow(new RegExp(`^${place}/acts/settle$`), "main");
  await hands.send({ on: day }, "确认办理");
  await well(page);
}

export async function publish(hands, { place }, day) {
  const { page } = hands;
  for (const [name, fields] of [["submit", { party: "yes", congress: "yes", government: "no", upper: "yes", upper_department: "no", inspector: "yes" }], ["publish", { where: "website" }]]) {
    await page.goto(place);
    await hands.follow(new RegExp(`^${place}/acts/${name}$`), "main");
    await act(hands, day, fields);
  }
}

/** Anybody: from the list to the report, a number to its records, and the sealed bundle checked. */
export async function check(hands, year, folder, beside) {
  const { page } = hands;
  await page.goto("/");
  await hands.follow("年度报告", "nav.main");
  await hands.follow(new RegExp(`^/reports/county/${year}/annual_report$`), "main");
  assert.match(await text(page), /封存包/);
  const report = page.url();
  const bytes = await page.request.get(`/reports/county/${year}/annual_report/bundle.zip`).then((answer) => answer.body());
  const file = join(folder, `bundle-${year}.zip`);
  writeFileSync(file, bytes);
  assert.match(beside("verify", "--bundle", file), /通过/);
  await hands.follow("核验凭证和文件", "main");
  await hands.send({ file: { name: "封存包.zip", mimeType: "application/zip", buffer: bytes } }, "核验");
  assert.match(await page.textContent("h1"), /核验通过/);
  await page.goto(report);
  await hands.follow(/^#figure-/, "main");
  await hands.follow(/^\/figures\//, "main");
  assert.match(await text(page), /所数的记录/);
}

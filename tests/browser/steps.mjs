// What people do on the pages: sign in, apply, fill in the form of an act.
import assert from "node:assert/strict";

export const PAPER = { name: "材料.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4 a paper") };

export async function signIn(page, { login, password }, home = /\/desk$/) {
  await page.goto("/sign-in");
  await page.fill("#login", login);
  await page.fill("#password", password);
  await page.click("main button[type=submit]");
  await page.waitForURL(home);
}

/** Fills in fields by their names: texts, choices, files. */
export async function fill(page, fields) {
  for (const [name, value] of Object.entries(fields)) {
    const input = page.locator(`[name="f.${name}"], main [name="${name}"]`).first();
    const kind = await input.evaluate((one) => `${one.localName} ${one.type ?? ""}`);
    if (kind.endsWith("radio") || kind.endsWith("checkbox")) {
      await page.check(`[name="f.${name}"][value="${value}"]`);
    } else if (kind.startsWith("select")) {
      await input.selectOption(value);
    } else if (kind.endsWith("file")) {
      await input.setInputFiles(PAPER);
    } else {
      await input.fill(value);
    }
  }
}

/** The fields of an application for reconsideration of a day, but for its files. */
export const application = (day, applicant) => ({
  organ: "county",
  applicant,
  "applicant.code": "11010519491231002X",
  applicant_kind: "citizen",
  respondent: "德化县公安局",
  channel: "portal",
  submitted_on: day,
  act_title: "行政处罚决定（演示）",
  act_kind: "penalty",
  learned_on: day,
  told_rights: "yes",
  counts_from: day,
  real_property: "no",
  request: "撤销该处罚决定",
  facts: "当日并未到过现场",
  reasons: "认定事实不清",
});

/** The day of which the form of an application speaks. */
export async function dayOf(page) {
  const [, year, month, day] = (await page.textContent("main")).match(/提交之日为(\d+)年(\d+)月(\d+)日/);
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

/** Applies for reconsideration without an account; number and code of the receipt. */
export async function apply(page) {
  await page.goto("/apply/reconsideration");
  await fill(page, {
    ...application(await dayOf(page), "演示测试人"),
    "evidence.0.title": "现场照片",
    "evidence.0.copy": "file",
    application: "file",
  });
  await page.click("button:has-text('提交申请')");
  const errors = page.locator("main [role=alert]");
  if (await errors.count()) assert.fail(`apply: ${await errors.textContent()}`);
  await page.waitForSelector("h1:has-text('申请回执')");
  const [number, code] = await page.locator(".big").allTextContents();
  return { number, code };
}

/** A small report with two findings and a table. */
export const REPORT = {
  name: "报告.md",
  mimeType: "text/markdown",
  buffer: Buffer.from(
    "# 某县人民政府2024年度法治政府建设情况报告\n\n一、情况\n\n受理纠纷2310件，调解成功2254件，调解成功率96.7%。" +
      "配备39个公职律师。受理案件100件，办结98件，办结率98%。\n\n| 项目 | 甲 | 乙 | 合计 |\n|---|---|---|---|\n" +
      "| 受理 | 10 | 20 | 31 |\n| 办结 | 9 | 18 | 27 |\n\n二、打算\n\n继续努力。\n",
  ),
};

/** Chooses the report on the form that is open, and waits for its result. */
export async function audit(page) {
  await page.setInputFiles("#f-report", REPORT);
  await page.click("button:has-text('开始审核')");
  await page.waitForSelector(`h1:has-text("审核结果：${REPORT.name}")`);
}

/** Does an act through its form: from the case's own link. */
export async function actOn(page, path, { act, fields = {} }) {
  await page.goto(path);
  await page.locator(`.panels a[href="${path}/acts/${act}"]`).first().click();
  await fill(page, fields);
  await page.click("form.sheet button[type=submit]");
  const errors = page.locator("#errors");
  if (await errors.count()) assert.fail(`${act}: ${await errors.textContent()}`);
  await page.waitForURL((url) => url.pathname === path);
}

/** The simplified procedure, from the examination to the publication. */
export function simplified(openedOn) {
  const [year, month, day] = openedOn.match(/\d+/g);
  const on = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  return [
    { act: "examine", fields: { conclusion: "meets" } },
    { act: "accept", fields: { self_review: "no" } },
    { act: "assign_handlers", head: true, fields: { first: "承办人", second: "协办人" } },
    { act: "use_simplified", fields: { accepted_on: on, ground: "on_the_spot", reason: "当场作出，争议不大" } },
    { act: "send_copy", fields: { kind: "copy" } },
    { act: "copy_received" },
    {
      act: "answer",
      fields: {
        opinion: "处罚正确",
        "evidence.0.title": "执法记录",
        "evidence.0.proves": "违法事实",
        basis: "处罚依据",
        paper: "file",
      },
    },
    { act: "draft_decision", fields: { outcome: "annul", findings: "查明", reasons: "理由", on_transcript: "no" } },
    { act: "approve_decision", head: true, fields: { opinion: "同意" } },
    {
      act: "decide",
      fields: {
        outcome: "annul",
        respondent: "德化县公安局",
        applicant: "演示测试人",
        "applicant.code": "11010519491231002X",
        facts: "当日不在现场",
        reasons: "主要事实不清",
        basis: "《中华人民共和国行政复议法》第六十四条",
        result: "撤销处罚决定",
        worse: "no",
        compensation: "none",
        remedy: "十五日内可以起诉",
      },
    },
    { act: "serve_decision", fields: { needs_performance: "no", own_department: "yes", means: "direct" } },
    { act: "publish_decision" },
  ];
}

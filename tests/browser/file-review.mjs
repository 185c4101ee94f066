// A review of case files, from the draw to the published result, by two reviewers, the head of their organ and anybody who computes the
// draw again: without scripts, on a screen of telephone width. The public value comes a minute after the list is locked, as time really goes.
//
// YIFA names the binary.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { start } from "./server.mjs";
import { actOn, signIn } from "./steps.mjs";

const shots = process.env.YIFA_SHOTS ?? mkdtempSync(join(tmpdir(), "yifa-review-"));
mkdirSync(shots, { recursive: true });
const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const server = await start(binary);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--lang=zh-CN"],
});

async function enter(login) {
  const context = await browser.newContext({
    baseURL: server.url, javaScriptEnabled: false, locale: "zh-CN", viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  if (login) await signIn(page, server.accounts.find((one) => one.login === login));
  return page;
}

/** The beginning of the minute that is so many minutes on, in China: day and time. */
function minute(on) {
  const at = new Date(Date.now() + on * 60_000 + 8 * 3_600_000).toISOString();
  return { day: at.slice(0, 10), time: at.slice(11, 16) };
}
const until = async ({ day, time }) => {
  const left = Date.parse(`${day}T${time}:00+08:00`) - Date.now();
  await new Promise((done) => setTimeout(done, Math.max(left, 0) + 1_500));
};
const sm3 = (text) => createHash("sm3").update(text).digest("hex");
const text = (page) => page.locator("main").innerText();
const shot = (page, name) => page.screenshot({ path: join(shots, `${name}.png`), fullPage: true });

let failed = 0;
try {
  const [head, first, second] = [await enter("sifa0"), await enter("sifa1"), await enter("sifa2")];
  const anybody = await enter();

  // Approved by the head, locked by an officer.
  await head.goto("/cases/new/file_review?act=plan");
  await head.selectOption('[name="f.special"]', "regular").catch(() => head.check('[name="f.special"][value="regular"]'));
  await head.fill('[name="f.scope"]', "行政处罚案卷（演示）");
  await head.click("form.sheet button[type=submit]");
  await head.goto("/cases?procedure=file_review");
  const path = await head.locator('main table a[href^="/cases/"]').first().getAttribute("href");
  const value = minute(2);
  const end = minute(30);
  await actOn(first, path, {
    act: "lock_list",
    fields: {
      title: "案卷评查（演示）",
      sheet: "penalty_files@2026",
      organs: "德化县市场监督管理局",
      closed_from: "2024-01-01",
      closed_to: "2024-12-31",
      each: "1",
      reviewers: "演示司法承办人甲、演示司法审核人甲",
      limit: "20",
      inspect_from: value.day,
      inspect_to: "2030-12-31",
      source: "演示所定的公共数值（演示）",
      not_before_day: value.day,
      not_before_time: value.time,
      not_after_day: end.day,
      not_after_time: end.time,
    },
  });
  await anybody.goto(path.replace("/cases/", "/draws/"));
  const list = (await text(anybody)).match(/名单杂凑值\s*([0-9a-f]{64})/)[1];
  const secrets = { 评查机关: "1".repeat(64), 人大代表: "2".repeat(64) };
  for (const [party, nonce] of Object.entries(secrets)) {
    const commitment = sm3(`yifa draw commitment 1\n${list}\n${party}\n${nonce}\n`);
    await actOn(first, path, { act: "commit", fields: { party, commitment } });
  }
  await actOn(first, path, { act: "announce" });
  await until(value);
  await actOn(first, path, { act: "name_value", fields: { value: "3 1 4 1 5", known_day: value.day, known_time: value.time } });
  for (const [party, nonce] of Object.entries(secrets)) await actOn(first, path, { act: "reveal", fields: { party, nonce } });
  await actOn(first, path, { act: "draw" });

  // Anybody computes it again.
  await anybody.goto(path.replace("/cases/", "/draws/"));
  await anybody.click("text=重新计算");
  assert.match(await text(anybody), /核验通过/);

  // The file that was drawn is opened from the list, and scored by both.
  await first.goto("/file-review");
  await shot(first, "list");
  await first.locator('button[aria-label^="开始评查"]').first().click();
  await first.goto("/file-review");
  const sheet = await first.locator("tr", { hasText: "请您评分" }).locator("a").first().getAttribute("href");
  let item = "";
  for (const page of [first, second]) {
    await page.goto(sheet);
    await page.click("text=查看案卷");
    assert.match(await text(page), /案卷/);
    await page.goto(sheet);
    const groups = page.locator("form.sheet fieldset");
    for (let at = 0; at < (await groups.count()); at++) {
      const group = groups.nth(at);
      const met = group.locator('input[type=radio][value="符合"]');
      if (await met.count()) {
        await met.check();
        continue;
      }
      const most = (await group.locator("label", { hasText: "得分（0至" }).innerText()).match(/0至(\d+)/)[1];
      await group.locator('input[name^="points-"]').fill(most);
    }
    if (page === first) {
      // A deduction wants its reason; what was filled in is still there.
      item = (await page.locator('input[name^="points-"]:not([type=radio])').first().getAttribute("name")).slice("points-".length);
      await page.fill(`[name="points-${item}"]`, "3");
      await page.click("form.sheet button[type=submit]");
      assert.match(await page.locator("#errors").innerText(), /扣了分或者不符合，要写理由/);
      await shot(page, "sheet");
      await page.fill(`[name="remark-${item}"]`, "没有写明起止时间（演示）");
    }
    await page.click("form.sheet button[type=submit]");
    if (await page.locator("#errors").count()) assert.fail(await page.locator("#errors").innerText());
  }
  // They differ in one item: the head settles it.
  await head.goto(sheet);
  await head.fill(`[name="points-${item}"]`, "3.5");
  await head.fill(`[name="remark-${item}"]`, "首页写了日期（演示）");
  await head.click("form.sheet button[type=submit]");
  if (await head.locator("#errors").count()) assert.fail(await head.locator("#errors").innerText());
  assert.match(await text(head), /等次\s*优秀/);
  await shot(head, "result");

  // The result is computed, published, and anybody reads it.
  await actOn(head, path, { act: "publish_results", fields: { remarks: "笔录要写明起止时间（演示）" } });
  await head.goto(path);
  const told = await head.locator('main a[href^="/published/"]').last().getAttribute("href");
  await anybody.goto(told);
  assert.match(await text(anybody), /各机关的平均分和名次/);
  assert.match(await text(anybody), /德化县市场监督管理局：平均/);
  await shot(anybody, "published");
  console.log("ok: a review of case files, from the draw to the published result");
} catch (fault) {
  failed = 1;
  console.error(fault);
} finally {
  await browser.close();
  await server.stop();
}
process.exit(failed);

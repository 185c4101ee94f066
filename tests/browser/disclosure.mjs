// The yearly report on disclosure: drafted with its fixed tables, vetted, settled, made public, and seen by anybody.
import assert from "node:assert/strict";
import { act, well } from "./circle.mjs";

const path = (page) => new URL(page.url()).pathname;
const text = (page) => page.locator("main").innerText();

/** The officer begins the report; the figures stand in its tables. */
export async function draft(hands, year, day) {
  const { page } = hands;
  await hands.follow("年度报告", "nav.main");
  await hands.follow(/^\/cases\/new\/disclosure_report$/, "main");
  await act(hands, day, { kind: "government", year, year_end: `${year}-12-31` });
  await hands.follow("打开案件", "main");
  const made = path(page);
  await hands.follow("打开报告稿", "main");
  await hands.send({}, "开始起草");
  assert.match(await text(page), /格未提供/);
  return { made, place: path(page) };
}

/** What no record tells is stated in each table, with who and why; cells that are figures stay figures. */
export async function tables(hands, place) {
  const { page } = hands;
  const links = await page.locator(`main a[href^="${place}/tables/"]`).evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  assert.equal(links.length, 6);
  for (const link of links) {
    await page.goto(link);
    const names = await page.locator("main input.cell").evaluateAll((all) => all.map((one) => one.name));
    if (names.length === 0) continue;
    const first = Object.fromEntries(names.map((name) => [name, "0"]));
    if (link === links[0]) {
      // Without saying who, nothing is kept, and what was typed is still there.
      await hands.send(first, "保存");
      assert.match(await page.locator("main [role=alert]").first().innerText(), /谁提供的/);
      assert.equal(await page.locator("main input.cell").first().inputValue(), "0");
    }
    await hands.send({ ...first, who: "县政府办公室", why: "手工台账" }, "保存");
    assert.match(await text(page), /已保存，现在是第1稿/);
    assert.doesNotMatch(await text(page), /未提供”的/);
  }
  await page.goto(`${place}/tables/requests`);
  assert.match(await text(page), /一、本年新收政府信息公开申请数量/);
}

/** The words that the form wants beside the tables. */
export async function words(hands, place) {
  for (const [section, words] of [
    ["problems", "公开目录更新不够及时，已经明确专人负责。"],
    ["other", "没有收取信息处理费。"],
  ]) {
    await hands.page.goto(place);
    await hands.follow(new RegExp(`^${place}/sections/${section}$`), "main");
    await hands.send({ text: words }, "保存");
  }
}

/** It goes to vetting; what the auditor still asks is accepted with why. */
export async function toVetting(hands, place, day) {
  const { page } = hands;
  for (let round = 0; round < 20; round += 1) {
    await page.goto(`${place}/acts/draft`);
    await hands.send({ "f.changes": "初稿，数字取自平台", on: day }, "确认办理");
    const open = page.locator("main [role=alert]");
    if (!(await open.count())) return;
    const told = await open.first().innerText();
    await page.goto(place);
    const sections = await page.locator(`main a[href^="${place}/sections/"]`).evaluateAll((all) => all.map((one) => one.getAttribute("href")));
    let accepted = false;
    for (const section of sections) {
      await page.goto(section);
      if (!(await page.locator("main summary", { hasText: "写明理由，接受" }).count())) continue;
      await hands.unfold("写明理由，接受");
      await hands.send({ reason: "已核对原始材料" }, "接受");
      accepted = true;
    }
    assert.ok(accepted, `nothing can be done about:\n${told}`);
  }
  assert.fail("it never gets to vetting");
}

/** Made public by the officer: a government hands it in to nobody. */
export async function publish(hands, { place }, day) {
  await hands.page.goto(place);
  await hands.follow(new RegExp(`^${place}/acts/publish$`), "main");
  await act(hands, day, { where: "website" });
  await well(hands.page);
}

/** Anybody: from the list to the report, a cell to its figure and its records. */
export async function check(hands, year) {
  const { page } = hands;
  await page.goto("/");
  await hands.follow("年度报告", "nav.main");
  await hands.follow(new RegExp(`^/reports/county/${year}/disclosure_report$`), "main");
  const shown = await text(page);
  for (const part of ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "四、政府信息公开行政复议、行政诉讼情况", "五、存在的主要问题及改进情况", "六、其他需要报告的事项", "［自报］", "封存包"]) {
    assert.ok(shown.includes(part), part);
  }
  await hands.follow(/^#figure-disclosure_requests_received_natural_person$/, "main");
  await hands.follow(/^\/figures\/disclosure_requests_received_natural_person/, "main");
  assert.match(await text(page), /所数的记录/);
}

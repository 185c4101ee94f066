// People who use no mouse: what has the focus is asked of the browser, every step is a key.
import assert from "node:assert/strict";
import { PAPER, application, dayOf } from "./steps.mjs";

/** What has the focus, in few words. The browser tells the test also where the pages run no scripts. */
const focused = (page) => page.evaluate(() => {
  const one = document.activeElement;
  if (!one || one === document.body) return { what: "nothing", text: "" };
  return {
    name: one.getAttribute("name"), text: (one.textContent ?? "").trim(), id: one.id, tag: one.localName, href: one.getAttribute("href"),
    type: one.getAttribute("type"), value: one.getAttribute("value"), checked: Boolean(one.checked),
  };
});

/** Presses Tab until something fits. */
export async function tabTo(page, fits, what, most = 600) {
  for (let count = 0; count < most; count += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (await fits(at)) return at;
  }
  return assert.fail(`no way by Tab to ${what} on ${page.url()}`);
}

const link = (text) => (at) => at.tag === "a" && at.text === text;
const named = (name) => (at) => at.name === name;

export async function press(page, key = "Enter") {
  await Promise.all([page.waitForNavigation(), page.keyboard.press(key)]);
}

/** Fills in what a form needs and what it is given, field after field in the order of the Tab key, and sends it. */
async function fillIn(page, given, button) {
  for (let count = 0; count < 400; count += 1) {
    await page.keyboard.press("Tab");
    const at = await focused(page);
    if (at.tag === "button" && at.text.includes(button)) {
      await press(page);
      return;
    }
    const key = at.name?.replace(/^f\./, "");
    if (key === undefined || !(key in given)) continue;
    const value = given[key];
    await typeInto(page, at, value);
  }
  assert.fail(`no way to the button ${button}`);
}

/** Puts a value into what has the focus. */
export async function typeInto(page, at, value) {
  if (at.type === "radio") await choose(page, value);
  else if (at.type === "checkbox") await page.keyboard.press("Space");
  else if (at.tag === "select") await select(page, value);
  else if (at.type === "date") await page.keyboard.type(value.replace(/(\d+)-(\d+)-(\d+)/, "$2$3$1"));
  else if (at.type === "file") await page.locator(":focus").setInputFiles(value);
  else {
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type(value);
  }
}

/** In a group of radio buttons the arrows move and choose; space takes the one that has the focus. */
async function choose(page, value) {
  for (let count = 0; count < 12; count += 1) {
    const at = await focused(page);
    if (at.value === value) {
      if (!at.checked) await page.keyboard.press("Space");
      return;
    }
    await page.keyboard.press("ArrowDown");
  }
  assert.fail(`no choice ${value}`);
}

/** The arrow keys go through a list without opening it. */
async function select(page, value) {
  for (let count = 0; count < 40; count += 1) {
    if ((await page.locator(":focus").inputValue()) === value) return;
    await page.keyboard.press("ArrowDown");
  }
  assert.fail(`no line ${value}`);
}



/** From the first page to the receipt; its number. */
export async function applyByKeys(page) {
  await page.goto("/");
  await tabTo(page, link("跳到正文"), "the skip link", 1);
  await tabTo(page, link("行政复议"), "the service");
  await press(page);
  const fields = { ...application(await dayOf(page), "演示键盘人"), application: PAPER };
  await fillIn(page, fields, "提交申请");
  const errors = page.locator("main [role=alert]");
  if (await errors.count()) assert.fail(await errors.textContent());
  assert.equal(await page.textContent("h1"), "申请回执");
  return page.locator(".big").first().textContent();
}

/** From signing in over the desk to an act that is on the record. */
export async function actByKeys(page, { login, password }) {
  await page.goto("/sign-in");
  await fillIn(page, { login, password }, "登录");
  assert.match(page.url(), /\/desk$/);
  await tabTo(page, link("案件"), "the list of cases");
  await press(page);
  await tabTo(page, named("find"), "the search");
  await page.keyboard.type("演示键盘人");
  await press(page);
  await tabTo(page, (at) => at.tag === "a" && /复〔\d{4}〕\d+号/.test(at.text), "the case");
  await press(page);
  const path = new URL(page.url()).pathname;
  const before = await page.locator("ol.timeline > li").count();
  await tabTo(page, (at) => at.tag === "a" && at.text === "审查申请", "the act");
  await press(page);
  await fillIn(page, { conclusion: "meets" }, "确认办理");
  const errors = page.locator("#errors");
  if (await errors.count()) assert.fail(await errors.textContent());
  assert.equal(new URL(page.url()).pathname, path);
  assert.equal(await page.locator("ol.timeline > li").count(), before + 1);
}

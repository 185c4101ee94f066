// Two ways of using a page: with a mouse, and by keyboard alone. A task is written once and done with either.
import assert from "node:assert/strict";
import { press, tabTo, typeInto } from "./keys.mjs";
import { PAPER } from "./steps.mjs";

const same = (text) => (text ?? "").replace(/\s+/g, " ").trim();

/** Somebody with a mouse. */
export class Mouse {
  constructor(page) {
    this.page = page;
  }

  /** Follows a link of this text, or whose address fits; within a part of the page. */
  async follow(what, within = "body") {
    const links = this.page.locator(`${within} a:visible`);
    const link = what instanceof RegExp ? await byAddress(links, what) : links.getByText(what, { exact: true }).first();
    await Promise.all([this.page.waitForNavigation(), link.click()]);
  }

  /** Opens what is folded. */
  async unfold(text) {
    await this.page.locator("summary", { hasText: text }).first().click();
  }

  /** Fills in the fields of a form by their names and sends it with the button of this text. */
  async send(fields, button) {
    for (const [name, value] of Object.entries(fields)) {
      const input = this.page.locator(`main [name="${name}"]:visible`).first();
      const { tag, type } = await kind(input);
      if (type === "radio" || type === "checkbox") await this.page.check(`main [name="${name}"][value="${value}"]:visible`);
      else if (tag === "select") await input.selectOption(value);
      else if (type === "file") await input.setInputFiles(value);
      else await input.fill(value);
    }
    const sender = this.page.locator("main button:visible", { hasText: button }).first();
    await Promise.all([this.page.waitForNavigation(), sender.click()]);
  }
}

async function byAddress(links, pattern) {
  for (const link of await links.all()) if (pattern.test(await link.getAttribute("href"))) return link;
  return assert.fail(`no link to ${pattern}`);
}

const kind = (input) => input.evaluate((one) => ({ tag: one.localName, type: one.type ?? "" }));

/** Somebody who uses the keyboard alone. */
export class Keys {
  constructor(page) {
    this.page = page;
  }

  async follow(what, within = "body") {
    const fits = what instanceof RegExp ? (at) => what.test(at.href ?? "") : (at) => same(at.text) === what;
    const lies = () => this.page.evaluate((part) => document.activeElement.closest(part) !== null, within);
    await tabTo(this.page, async (at) => at.tag === "a" && fits(at) && (await lies()), `the link ${what}`);
    await press(this.page);
  }

  async unfold(text) {
    await tabTo(this.page, (at) => at.tag === "summary" && at.text.includes(text), `the fold ${text}`);
    await this.page.keyboard.press("Enter");
  }

  async send(fields, button) {
    const left = new Map(Object.entries(fields));
    await tabTo(this.page, async (at) => {
      if (at.tag === "button" && left.size === 0) return at.text.includes(button);
      if (!left.has(at.name)) return false;
      const value = left.get(at.name);
      left.delete(at.name);
      await typeInto(this.page, at, value);
      return false;
    }, `the button ${button}, with ${[...left.keys()]} to fill in`);
    await press(this.page);
  }
}

/** What a form must have, each with something that fits: what an officer would write who tries the form out. */
export async function needed(page, day) {
  const inputs = await page.locator("main form.sheet [name^='f.']").evaluateAll((all) =>
    all.map((one) => ({
      name: one.name,
      tag: one.localName,
      type: one.type,
      value: one.value,
      options: one.localName === "select" ? [...one.options].map((option) => option.value) : [],
      must: one.getAttribute("aria-required") === "true" || one.required ||
        Boolean(one.closest("fieldset")?.textContent.includes("必填")),
    })));
  const fields = {};
  for (const one of inputs.filter((input) => input.must && !(input.name in fields))) {
    if (one.type === "radio" || one.type === "checkbox") fields[one.name] = one.value;
    else if (one.tag === "select") fields[one.name] = one.options.find(Boolean);
    else if (one.type === "date") fields[one.name] = day;
    else if (one.type === "file") fields[one.name] = PAPER;
    else fields[one.name] = one.tag === "textarea" ? "经核实，情况属实（演示）。" : "3";
  }
  return fields;
}

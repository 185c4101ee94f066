// A stylesheet as a browser of early 2017 (Chrome 49 to 56, custom properties but no grid) would read it: what it does
// not know is left out as such a browser leaves it out, declaration by declaration and rule by rule.

/** Declarations that are dropped, by their name or their value. */
const NAMES = /^(gap|row-gap|column-gap|grid.*|inset.*|accent-color|color-scheme|text-wrap|border-block.*|border-inline.*|aspect-ratio|text-underline-offset|text-decoration-thickness|scroll-(padding|margin).*|break-(inside|after|before)|content-visibility|place-.*|overflow-wrap(?=: anywhere))$/;
const VALUES = /\b(min|max|clamp)\(|^grid$|^inline-grid$|^anywhere$|^fit-content$|" \/ "/;
/** Selectors that make their whole rule unknown. */
const SELECTORS = /:focus-visible|:is\(|:where\(|:has\(|::details-content|:not\([^)]*[ ,]/;

/** The stylesheet without what such a browser does not know. */
export function aged(text) {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, "");
  return rules(plain);
}

function rules(text) {
  let made = "";
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf("{", at);
    if (open < 0) break;
    const head = text.slice(at, open).trim();
    const close = end(text, open);
    const body = text.slice(open + 1, close);
    at = close + 1;
    if (/^@supports/.test(head)) {
      if (/not \((inset: 0|display: grid)\)/.test(head)) made += rules(body);
    } else if (/^@media/.test(head)) {
      if (!/prefers-color-scheme|prefers-reduced-motion/.test(head)) made += `${head}{${rules(body)}}`;
    } else if (/^@page/.test(head)) {
      continue;
    } else if (!SELECTORS.test(head)) {
      made += `${head}{${declarations(body)}}`;
    }
  }
  return made;
}

/** Where the block that opens at `open` ends. */
function end(text, open) {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text[at] === "{") depth += 1;
    if (text[at] === "}") depth -= 1;
    if (depth === 0) return at;
  }
  return text.length;
}

function declarations(body) {
  const kept = body.split(";").filter((one) => {
    const colon = one.indexOf(":");
    if (colon < 0) return false;
    const [name, value] = [one.slice(0, colon).trim(), one.slice(colon + 1).trim()];
    return name.startsWith("--") || !(NAMES.test(name) || VALUES.test(value));
  });
  return kept.join(";");
}

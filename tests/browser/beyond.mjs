// What stands beside the pages: single sign-on with a real provider, and the API, whose description a public linter
// accepts, from which a client is generated and compiled, and which a fuzzer drives from that description.
//
// YIFA names the binary, SCHEMATHESIS the fuzzer; without the latter that one test says so and fails.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { passProvider, startProvider } from "./provider.mjs";
import { account, freePort, start } from "./server.mjs";
import { signIn } from "./steps.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const binary = process.env.YIFA ?? process.env.YIFA_BIN;
assert.ok(binary, "set YIFA to the path of the yifa binary");
const port = await freePort();
const signOn = (site) => `site = "${site}"

[[provider]]
id          = "province"
name        = "省统一身份认证"
for         = "staff"
issuer      = "http://127.0.0.1:${port}"
client_id   = "yifa"
secret_file = "provider.secret"

[[provider]]
id          = "citizens"
name        = "群众身份认证"
for         = "citizen"
issuer      = "http://127.0.0.1:${port}"
client_id   = "yifa"
secret_file = "provider.secret"
`;
const server = await start(binary, (site) => ({
  "sign_on.toml": signOn(site),
  "provider.secret": "secret of the provider\n",
}), [
  // The fuzzer asks more often in a second than anybody may: what is turned away for that alone says nothing of the rest.
  "--limit-times", "100",
]);
const provider = await startProvider(port, server.url, { lin: "林演示" });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--lang=zh-CN"],
});
const work = mkdtempSync(join(tmpdir(), "yifa-beyond-"));

async function visitor() {
  const context = await browser.newContext({ baseURL: server.url, locale: "zh-CN" });
  return context.newPage();
}

let failed = 0;
const tests = [];
const test = (name, body) => tests.push({ name, body });

test("an officer who is not known here is told so, binds the account, and then needs no password", async () => {
  const stranger = await visitor();
  await stranger.goto("/sign-in");
  await stranger.click('a:has-text("用省统一身份认证登录")');
  await passProvider(stranger, "lin");
  await stranger.waitForSelector("text=这里没有对应的账号");

  const page = await visitor();
  await signIn(page, account(server, "handler"));
  await page.goto("/account");
  await page.click('button:has-text("绑定省统一身份认证")');
  await page.click('a:has-text("去登录")');
  await passProvider(page, "lin");
  await page.waitForSelector("text=已绑定1个身份");

  const again = await visitor();
  await again.goto("/sign-in?next=/cases");
  await again.click('a:has-text("用省统一身份认证登录")');
  await passProvider(again, "lin");
  await again.waitForSelector('h1:has-text("案件")');
  assert.match(again.url(), /\/cases$/);
});

test("a citizen gets an account by coming, and finds it again", async () => {
  for (const count of [1, 2]) {
    const page = await visitor();
    await page.goto("/sign-in");
    await page.click('a:has-text("用群众身份认证登录")');
    await passProvider(page, "chen");
    await page.waitForSelector('h1:has-text("我的办件")');
    await page.goto("/account");
    assert.equal(await page.locator("dd:has-text('申请人')").count() > 0, true, `visit ${count}`);
  }
});

test("what comes back twice, late, from elsewhere or with another's state signs nobody in", async () => {
  const page = await visitor();
  let returned = "";
  page.on("request", (request) => {
    if (request.url().includes("/sign-in/from/")) returned = request.url();
  });
  await page.goto("/sign-in");
  await page.click('a:has-text("用群众身份认证登录")');
  await passProvider(page, "wu");
  await page.waitForSelector('h1:has-text("我的办件")');
  assert.ok(returned);
  const thief = await visitor();
  for (const url of [returned, `${server.url}/sign-in/from/citizens?state=made-up&code=made-up`, `${server.url}/sign-in/from/citizens`]) {
    await thief.goto(url);
    await thief.waitForSelector('h1:has-text("没有登录")');
  }
  await thief.goto("/cases");
  assert.match(thief.url(), /\/sign-in/);
});

/** A program that may read and write, as the security administrator lets it in. */
async function program(scope) {
  const page = await visitor();
  await signIn(page, account(server, "security"), /\/admin\/accounts$/);
  await page.goto("/admin/clients");
  await page.fill("#name", "市共享平台");
  await page.fill("#login", account(server, "handler").login);
  await page.check(`input[name="scope"][value="${scope}"]`);
  await page.click('button:has-text("登记")');
  await page.waitForSelector('h1:has-text("接入程序已登记")');
  const [id, secret] = await page.locator("dl.facts code").allTextContents();
  // It is no use before the owner of the account has agreed.
  const owner = await visitor();
  await signIn(owner, account(server, "handler"));
  await owner.goto("/account");
  await owner.click('button:has-text("同意")');
  await owner.waitForSelector('#programs');
  const body = new URLSearchParams({ grant_type: "client_credentials", client_id: id, client_secret: secret });
  const answer = await fetch(`${server.url}/api/v1/token`, { method: "POST", body });
  assert.equal(answer.status, 200);
  return (await answer.json()).access_token;
}

async function description() {
  const file = join(work, "openapi.json");
  writeFileSync(file, await (await fetch(`${server.url}/api/v1/openapi.json`)).text());
  return file;
}

test("a public linter accepts the description of the API", async () => {
  const file = await description();
  const lint = spawnSync("npx", ["redocly", "lint", "--config", join(here, "redocly.yaml"), file], { cwd: here, encoding: "utf8",
    env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" } });
  assert.equal(lint.status, 0, lint.stdout + lint.stderr);
});

test("a client that is generated from the description compiles and does what it says", async () => {
  const file = await description();
  execFileSync("npx", ["openapi-typescript", file, "-o", join(here, "api.generated.ts")], { cwd: here, stdio: "pipe" });
  try {
    const compiled = spawnSync("npx", ["tsc", "-p", join(here, "tsconfig.json")], { cwd: here, encoding: "utf8" });
    assert.equal(compiled.status, 0, compiled.stdout + compiled.stderr);
  } finally {
    rmSync(join(here, "api.generated.ts"), { force: true });
  }
  const { default: createClient } = await import("openapi-fetch");
  const client = createClient({ baseUrl: `${server.url}/api/v1`, headers: { authorization: `Bearer ${await program("read")}` } });
  const { data, error } = await client.GET("/cases", { params: { query: { whose: "held" } } });
  assert.equal(error, undefined);
  assert.ok(data.items.length > 0);
});

test("a fuzzer finds no error of the server and no answer that the description does not name", async () => {
  const fuzzer = process.env.SCHEMATHESIS;
  assert.ok(fuzzer, "set SCHEMATHESIS to the path of schemathesis");
  const token = await program("write");
  const run = spawnSync(
    fuzzer,
    ["--config-file", join(here, "schemathesis.toml"), "run", await description(), "--url", `${server.url}/api/v1`,
      "-H", `Authorization: Bearer ${token}`, "--seed", "2026", "--max-examples", process.env.YIFA_EXAMPLES ?? "20", "--no-color"],
    { cwd: work, encoding: "utf8", timeout: 900_000, maxBuffer: 1 << 26 },
  );
  assert.equal(run.status, 0, (run.stdout + run.stderr).slice(-6000));
});

for (const { name, body } of tests) {
  const since = Date.now();
  try {
    await body();
    console.log(`ok ${name} (${Date.now() - since} ms)`);
  } catch (fault) {
    failed += 1;
    console.log(`FAILED ${name}\n${fault.stack ?? fault}`);
    const open = browser.contexts().flatMap((context) => context.pages()).at(-1);
    if (open) console.log(`  at ${open.url()}\n  ${(await open.textContent("body").catch(() => "")).slice(0, 800)}`);
  }
}
await browser.close();
await provider.stop();
await server.stop();
rmSync(work, { recursive: true, force: true });
console.log(`${tests.length - failed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

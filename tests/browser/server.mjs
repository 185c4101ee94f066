// Starts the platform over a demonstration store of its own, and knows its accounts.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A port that is free just now. */
export function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once("error", fail);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

const ADMINS = { system: "system-admin", security: "security-admin", audit: "audit-admin" };

/** Makes the demonstration and its three administrators; the platform then gives all of them new passwords. */
function prepare(binary, data) {
  const run = (...args) => {
    const done = spawnSync(binary, ["--data", data, ...args], { input: "", encoding: "utf8", timeout: 300_000 });
    if (done.status !== 0) throw new Error(`yifa ${args.join(" ")}:\n${done.stdout}${done.stderr}`);
  };
  run("demo", "--no-serve");
  for (const [login, rank] of Object.entries(ADMINS)) {
    run("account", "add", `admin-${login}`, "--rank", rank, "--name", `演示${login}`);
  }
}

/** Starts `yifa demo` and waits until its pages can be read. `files` are the files to lay into the folder of the data
 * before, by their names, as made from the address of the site; `options` go to the command besides. */
export async function start(binary, files = () => ({}), options = []) {
  const dir = mkdtempSync(join(tmpdir(), "yifa-browser-"));
  prepare(binary, join(dir, "data"));
  const listen = `127.0.0.1:${await freePort()}`;
  for (const [name, text] of Object.entries(files(`http://${listen}`))) writeFileSync(join(dir, "data", name), text);
  const child = spawn(binary, ["--data", join(dir, "data"), "demo", "--listen", listen, "--read-limit-times", "0", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  child.stdout.on("data", (piece) => (told += piece));
  child.stderr.on("data", (piece) => (told += piece));
  const url = `http://${listen}`;
  const patience = Date.now() + 300_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the server ended:\n${told}`);
    if (Date.now() > patience) throw new Error(`the server did not start:\n${told}`);
    const well = await fetch(`${url}/healthz`).then((answer) => answer.ok, () => false);
    if (well) break;
    await new Promise((done) => setTimeout(done, 200));
  }
  const accounts = [...told.matchAll(/^\s+(\S+)　密码 (\S+)　(.*)$/gm)].map(([, login, password, who]) => ({
    login,
    password,
    who,
  }));
  const stop = async () => {
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  /** A command beside the running server; what it prints. */
  const beside = (...args) => execFileSync(binary, ["--data", "data", ...args], { cwd: dir, encoding: "utf8" });
  return { url, accounts, stop, beside };
}

const WHO = { handler: /县人民政府 演示复议承办人/, head: /县人民政府 演示县政府负责人/, citizen: /^申请人/,
  system: /^系统管理员/, security: /^安全管理员/, audit: /^审计管理员/ };

/** The first account of a kind. */
export function account(server, kind) {
  const found = server.accounts.find((one) => WHO[kind].test(one.who));
  if (!found) throw new Error(`no account of a ${kind} among ${server.accounts.length}`);
  return found;
}

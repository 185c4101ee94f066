// All scripts of this folder that test, two at a time: a page that is drawn waits for the server, and the server for the
// page. Each one's output stands together, in the order of the list.
import { spawn } from "node:child_process";

const SCRIPTS = ["pages", "tasks", "run", "beyond", "file-review", "handbook"];
const LANES = 2;

/** Runs a script; what it printed and how it ended. */
function run(name) {
  return new Promise((done) => {
    const child = spawn(process.execPath, [new URL(`${name}.mjs`, import.meta.url).pathname], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    child.stdout.on("data", (piece) => (told += piece));
    child.stderr.on("data", (piece) => (told += piece));
    child.once("error", (fault) => done({ status: 1, told: `${told}${fault}\n` }));
    child.once("close", (status) => done({ status: status ?? 1, told }));
  });
}

const waiting = SCRIPTS.map((name) => {
  let begin;
  const ended = new Promise((done) => (begin = async () => done(await run(name))));
  return { name, begin, ended };
});
const queue = [...waiting];
for (let lane = 0; lane < LANES; lane += 1) {
  (async () => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      next.begin();
      await next.ended;
    }
  })();
}
const failed = [];
for (const { name, ended } of waiting) {
  const { status, told } = await ended;
  process.stdout.write(told);
  if (status !== 0) failed.push(name);
}
for (const name of failed) console.log(`not passed: ${name}.mjs`);
process.exit(failed.length === 0 ? 0 : 1);

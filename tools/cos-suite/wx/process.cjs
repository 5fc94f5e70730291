// Runs cos-wx-sdk-v5's demo/test.js, unchanged, in a process that looks like a Mini Program to it. It sends over IPC how
// each case ended.
const path = require("node:path");
const { connectOnlyToEmulator } = require("../process/only-emulator.cjs");
const { createWx } = require("./wx.cjs");

const { folder, only, timeoutMs, ...emulator } = JSON.parse(process.argv[2]);
const tell = (message) => process.send(message);
connectOnlyToEmulator(emulator, (host) => tell({ type: "elsewhere", host }));

// The suite chooses files with these names from the phone's album.
const album = { "1.txt": 1024, "5m.zip": 5 * 1024 * 1024 };
globalThis.wx = createWx(process.cwd(), album);
globalThis.window = globalThis;

// The suite's settings are in a file that a developer writes. The test itself sets the account's number.
const settings = { stsUrl: emulator.stsUrl, Bucket: emulator.bucket, Region: emulator.region };
Object.defineProperty(settings, "Uin", { get: () => emulator.ownerUin, set() {} });
const settingsFile = path.join(folder, "demo/config.js");
require.cache[settingsFile] = { id: settingsFile, filename: settingsFile, loaded: true, exports: settings };

// The suite prints a line for each check and for each answer that it gets, and one at its end.
for (const method of ["info", "warn", "error"]) console[method] = () => {};
console.log = (line) => {
  if (String(line).startsWith("test complete!")) process.disconnect();
};
process.on("disconnect", () => process.exit());

/** Fails the running case, wherever the error was thrown. */
let fail = () => {};
process.on("uncaughtException", (error) => fail(String(error?.message ?? error)));
process.on("unhandledRejection", (error) => fail(String(error?.message ?? error)));

/**
 * The suite does not export its groups and cases, but stores them in lists as pairs of a title and a function. To get at
 * them, this calls `change` with each pair that is pushed onto a list during `work`, and pushes what it returns instead.
 */
function changingPairs(change, work) {
  const { push } = Array.prototype;
  Array.prototype.push = function (...items) {
    const isPair = ([item]) =>
      Array.isArray(item) && typeof item[0] === "string" && typeof item[1] === "function";
    return push.apply(this, items.length === 1 && isPair(items) ? [change(...items[0])] : items);
  };
  try {
    work();
  } finally {
    Array.prototype.push = push;
  }
}

function runCase(title, run, next) {
  let error;
  let ended = false;
  const end = () => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    fail = () => {};
    tell(error === undefined ? { type: "pass", title } : { type: "fail", title, error });
    next();
  };
  const check = (holds, what = "") => {
    if (!holds) error ??= `a check failed: ${what}`;
  };
  fail = (message) => {
    error ??= message;
    end();
  };
  const timer = setTimeout(() => fail(`not done after ${timeoutMs / 1000} s`), timeoutMs);
  try {
    run(end, { ok: check, equal: (a, b, what) => check(a === b, what) });
  } catch (thrown) {
    fail(String(thrown?.message ?? thrown));
  }
}

const suite = path.join(folder, "demo/test.js");
changingPairs(changeGroup, () => require(suite));

/** Wraps a group, which defines its cases only when it runs. */
function changeGroup(title, define) {
  if (!title.includes(only)) return [title, () => {}];
  const defineCases = () => {
    let count = 0;
    const changeCase = (name, run) => {
      count += 1;
      return [name, (next) => runCase(name, run, next)];
    };
    changingPairs(changeCase, define);
    tell({ type: "group", title, count });
  };
  return [title, defineCases];
}

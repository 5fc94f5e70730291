// Runs one group of cos-nodejs-sdk-v5's test/test.js in its own process. It sends over IPC which groups there are or, if
// it gets a group's place in the file, how each case of that group ended.
const { createRequire } = require("node:module");
const path = require("node:path");
const { connectOnlyToEmulator } = require("../process/only-emulator.cjs");

const [folder, cosPort, appId, timeoutMs, place] = process.argv.slice(2);

connectOnlyToEmulator({ cosPort, appId }, (host) => process.send({ type: "elsewhere", host }));

const Mocha = createRequire(path.join(folder, "package.json"))("mocha");

class Reporter {
  constructor(runner) {
    runner.on("pass", (test) => process.send({ type: "pass", title: test.title }));
    // A case that calls done twice, or throws after its end, is reported as failed too: the last report counts.
    runner.on("fail", (test, error) =>
      process.send({ type: "fail", title: test.title, error: String(error?.message ?? error) }),
    );
  }
}

// The suite would print every answer that it gets.
console.log = () => {};

const mocha = new Mocha({ reporter: Reporter });
mocha.addFile(path.join(folder, "test/test.js"));
mocha.loadFiles();
mocha.files = [];
const groups = mocha.suite.suites;
if (place === undefined) {
  process.send({
    type: "groups",
    groups: groups.map(({ title, tests }) => ({ title, count: tests.length })),
  });
  process.disconnect();
} else {
  const group = groups[Number(place)];
  for (const runnable of [group, ...group.tests]) runnable.timeout(Number(timeoutMs));
  mocha.suite.suites = [group];
  // When the callback of the last message is called, all earlier messages have been sent too.
  mocha.run(() => process.send({ type: "end" }, () => process.exit()));
}

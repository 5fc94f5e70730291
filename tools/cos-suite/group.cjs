// One group of cos-nodejs-sdk-v5's test/test.js, in a process of its own. Says over IPC which groups there are, or,
// given a group's place in the file, how each of its cases ended.
const { createRequire } = require("node:module");
const net = require("node:net");
const path = require("node:path");
const tls = require("node:tls");

const [folder, cosPort, timeoutMs, place] = process.argv.slice(2);

const OF_COS = /(?:^|\.)(?:myqcloud\.com|tencentcos\.cn)$/;
const OF_THIS_MACHINE = /^(?:127\.0\.0\.1|::1|localhost)$/;

// The suite takes no address but COS's own, so what it sends there goes to the emulator. All else goes nowhere: a run
// must not depend on the network.
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const target = Array.isArray(args[0]) ? args[0][0] : args[0];
  const host = typeof target === "object" ? (target.host ?? "localhost") : "localhost";
  if (!OF_THIS_MACHINE.test(host)) {
    target.port = OF_COS.test(host) ? cosPort : 1;
    target.host = "127.0.0.1";
  }
  return connect.apply(this, args);
};

// The emulator has a certificate for its one address, and this machine's, not for every bucket's.
const { connect: connectTls, checkServerIdentity } = tls;
tls.connect = (...args) => {
  const [options] = args;
  if (typeof options === "object" && OF_COS.test(options.host ?? "")) {
    options.checkServerIdentity = (_host, certificate) => checkServerIdentity("localhost", certificate);
  }
  return connectTls(...args);
};

const Mocha = createRequire(path.join(folder, "package.json"))("mocha");

class Reporter {
  constructor(runner) {
    runner.on("pass", (test) => process.send({ type: "pass", title: test.title }));
    // A case that calls done twice, or throws behind its end, fails once more: the last word counts.
    runner.on("fail", (test, error) =>
      process.send({ type: "fail", title: test.title, error: String(error?.message ?? error) }),
    );
  }
}

// The suite prints every answer that it gets.
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
  mocha.run(() => process.send({ type: "end" }, () => process.exit()));
}

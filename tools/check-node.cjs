"use strict";

// Says in one sentence that Node.js is too old. It is written so that an old version can run it: no other script of this
// project would get far enough to say anything.
const wanted = require("../package.json").engines.node.replace(/^>=/, "");
const number = (version) => version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);
const here = process.versions.node;

if (number(here) < number(`${wanted}.0`)) {
  console.error(
    `This needs Node.js ${wanted} or newer, but this is ${here}: see https://nodejs.org/en/download.`,
  );
  process.exit(1);
}

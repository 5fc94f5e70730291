"use strict";

// Says in a sentence that Node.js is too old, in words that an old one understands: no script of this project would come
// so far as to say anything.
const wanted = require("../package.json").engines.node.replace(/^>=/, "");
const number = (version) => version.split(".").reduce((sum, part) => sum * 1000 + Number(part), 0);
const here = process.versions.node;

if (number(here) < number(`${wanted}.0`)) {
  console.error(
    `This needs Node.js ${wanted} or newer, and this is ${here}: see https://nodejs.org/en/download.`,
  );
  process.exit(1);
}

"use strict";

// Serverless Devs loads components as CommonJS. This one is TypeScript and is compiled while it loads, so no built copy
// can be out of date.
// `register` caches the compiled code for the next run. tsx's own `require` does not, and compiling takes longer than
// everything else here.
const unregister = require("tsx/cjs/api").register();
module.exports = require("./src/component.ts");
unregister();

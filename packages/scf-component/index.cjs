"use strict";

// Serverless Devs loads a component as CommonJS; this one is TypeScript, compiled as it is loaded, so that there is
// no built copy that could be stale.
// tsx's own `require` would keep nothing of what it compiles for the next run, which takes longer than the rest of it.
const unregister = require("tsx/cjs/api").register();
module.exports = require("./src/component.ts");
unregister();

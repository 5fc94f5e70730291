"use strict";

// Serverless Devs loads a component as CommonJS; this one is TypeScript, compiled as it is loaded, so that there is
// no built copy that could be stale.
module.exports = require("tsx/cjs/api").require("./src/component.ts", __filename);

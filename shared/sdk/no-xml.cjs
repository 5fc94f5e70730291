"use strict";

/**
 * What cos-nodejs-sdk-v5/sdk/util.js gets for its XML parser in the bundle (see tools/build/packages.ts). It makes one
 * of each when it is loaded; signing uses neither, and any use would find no method.
 */
exports.XMLParser = class {};
exports.XMLBuilder = class {};

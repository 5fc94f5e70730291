// In the bundle, this is what qcloud-cos-sts gets for `require("axios")`, and it calls it as a function.
// ../sts/transport.ts connects it; the other way round, esbuild would have to keep whole ES modules.
let send = async () => {
  throw new TypeError("No transport is connected.");
};
module.exports = (options) => send(options);
module.exports.connect = (transport) => {
  send = transport;
};

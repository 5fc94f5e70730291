// A suite accepts only COS's own addresses, so its connections to these are redirected to the emulator. All other
// connections fail and are reported: a run must not depend on the network.
const net = require("node:net");
const tls = require("node:tls");

const OF_COS = /(?:^|\.)(?:myqcloud\.com|tencentcos\.cn)$/;
const APP_ID = /^[a-z\d-]+-(\d+)\./;
const OF_THIS_MACHINE = /^(?:127\.0\.0\.1|::1|localhost)$/;

/**
 * @param {{ cosPort: string, appId: string }} emulator its port, and the APPID of its buckets
 * @param {(host: string) => void} onElsewhere called with every other host, including other accounts' buckets
 */
exports.connectOnlyToEmulator = ({ cosPort, appId }, onElsewhere) => {
  const { connect } = net.Socket.prototype;
  net.Socket.prototype.connect = function (...args) {
    const target = Array.isArray(args[0]) ? args[0][0] : args[0];
    const host = typeof target === "object" ? (target.host ?? "localhost") : "localhost";
    if (!OF_THIS_MACHINE.test(host)) {
      const isOfCos = OF_COS.test(host);
      if (!isOfCos || isOfOthers(host, appId)) onElsewhere(host);
      target.port = isOfCos ? cosPort : 1;
      target.host = "127.0.0.1";
    }
    return connect.apply(this, args);
  };

  // The emulator's certificate covers its own address and this machine's, not every bucket's name.
  const { connect: connectTls, checkServerIdentity } = tls;
  tls.connect = (...args) => {
    const [options] = args;
    if (typeof options === "object" && OF_COS.test(options.host ?? "")) {
      options.checkServerIdentity = (_host, certificate) => checkServerIdentity("localhost", certificate);
    }
    return connectTls(...args);
  };
};

function isOfOthers(host, appId) {
  const [, named] = APP_ID.exec(host) ?? [];
  return named !== undefined && named !== appId;
}

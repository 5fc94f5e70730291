// An STS that checks nothing and answers at once, so that only the caller's time is measured.
const { createServer } = require("node:https");

let answered = 0;
let second = 0;
let body = "";

/** A credential for 900 s, as everything here requests. */
function answer() {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    const ExpiredTime = now + 900;
    const Credentials = { Token: "t".repeat(240), TmpSecretId: "AKIDbench", TmpSecretKey: "k".repeat(44) };
    const Expiration = new Date(ExpiredTime * 1000).toISOString();
    body = JSON.stringify({ Response: { Credentials, ExpiredTime, Expiration, RequestId: "bench" } });
  }
  return body;
}

process.once("message", ({ key, cert }) => {
  const server = createServer({ key, cert, keepAliveTimeout: 600_000 }, (request, response) => {
    request.resume();
    request.on("end", () => {
      answered += 1;
      const text = answer();
      response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
      response.end(text);
    });
  });
  server.listen(0, "127.0.0.1", () => {
    process.on("message", () => process.send({ answered }));
    process.send({ port: server.address().port });
  });
});
process.on("disconnect", () => process.exit());

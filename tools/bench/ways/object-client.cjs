// A client that only signs and PUTs, or GETs, objects of one size over plain HTTP. It is called like a function.
const { Agent, request } = require("node:http");
const { getAuth } = require("cos-nodejs-sdk-v5/sdk/util");

const { COS_SECRET_ID, COS_SECRET_KEY, OBJECT_HOST, OBJECT_METHOD, OBJECT_BYTES } = process.env;
const [hostname, port] = OBJECT_HOST.split(":");
const agent = new Agent({ keepAlive: true });
const body = Buffer.alloc(Number(OBJECT_BYTES), "x");
// The same keys are used repeatedly, so that a long run does not fill the disk.
const KEYS = 16;
let count = 0;

function send(method, key) {
  return new Promise((resolve, reject) => {
    const start = Math.floor(Date.now() / 1000) - 60;
    const authorization = getAuth({
      SecretId: COS_SECRET_ID,
      SecretKey: COS_SECRET_KEY,
      Method: method,
      Key: key,
      Headers: { host: OBJECT_HOST },
      KeyTime: `${start};${start + 900}`,
    });
    const headers = { authorization, ...(method === "PUT" && { "content-length": body.length }) };
    const sent = request({ hostname, port, method, path: `/${key}`, headers, agent }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => {
        bytes += chunk.length;
      });
      response.on("end", () => {
        const isWhole = method === "PUT" || bytes === body.length;
        resolve({ statusCode: isWhole ? response.statusCode : 500, body: `${bytes} bytes` });
      });
    });
    sent.on("error", reject);
    sent.end(method === "PUT" ? body : undefined);
  });
}

let stored;

exports.main_handler = async () => {
  count += 1;
  if (OBJECT_METHOD === "PUT") return send("PUT", `bench/${process.pid}/${count % KEYS}.bin`);
  stored ??= send("PUT", `bench/${process.pid}/read.bin`);
  await stored;
  return send("GET", `bench/${process.pid}/read.bin`);
};

// A client of the emulator's COS that only signs and PUTs 1 KB. It is called like a function.
const { Agent, request } = require("node:https");
const { getAuth } = require("cos-nodejs-sdk-v5/sdk/util");

const { COS_SECRET_ID, COS_SECRET_KEY, COS_DOMAIN } = process.env;
const [hostname, port] = COS_DOMAIN.split(":");
const agent = new Agent({ keepAlive: true });
const body = Buffer.alloc(1024, "x");
let count = 0;

exports.main_handler = () =>
  new Promise((resolve, reject) => {
    count += 1;
    const key = `bench/${process.pid}/${count}.jpg`;
    const start = Math.floor(Date.now() / 1000) - 60;
    const authorization = getAuth({
      SecretId: COS_SECRET_ID,
      SecretKey: COS_SECRET_KEY,
      Method: "PUT",
      Key: key,
      Headers: { host: COS_DOMAIN },
      KeyTime: `${start};${start + 900}`,
    });
    const headers = { authorization, "content-length": body.length };
    const put = request({ hostname, port, method: "PUT", path: `/${key}`, headers, agent }, (response) => {
      response.resume();
      response.on("end", () => resolve({ statusCode: response.statusCode, body: "" }));
    });
    put.on("error", reject);
    put.end(body);
  });

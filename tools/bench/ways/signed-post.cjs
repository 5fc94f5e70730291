// A client of the emulator's STS that only signs and sends requests. It is called like a function.
const { createHmac, randomInt } = require("node:crypto");
const { Agent, request } = require("node:https");
const { putPolicy } = require("./put-policy.cjs");

const { COS_SECRET_ID, COS_SECRET_KEY, COS_REGION, STS_ENDPOINT } = process.env;
const [hostname, port] = STS_ENDPOINT.split(":");
const agent = new Agent({ keepAlive: true });
const policy = JSON.stringify(putPolicy("uploads/20260101/a.jpg"));

function form() {
  const parameters = {
    Action: "GetFederationToken",
    DurationSeconds: "900",
    Name: "bench",
    Nonce: String(randomInt(2 ** 47)),
    Policy: encodeURIComponent(policy),
    Region: COS_REGION,
    SecretId: COS_SECRET_ID,
    Timestamp: String(Math.floor(Date.now() / 1000)),
    Version: "2018-08-13",
  };
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}=${value}`);
  const text = `POST${STS_ENDPOINT}/?${pairs.join("&")}`;
  const Signature = createHmac("sha1", COS_SECRET_KEY).update(text).digest("base64");
  return new URLSearchParams({ ...parameters, Signature }).toString();
}

exports.main_handler = () =>
  new Promise((resolve, reject) => {
    const body = form();
    const headers = {
      "content-type": "application/x-www-form-urlencoded",
      "content-length": String(body.length),
    };
    const post = request({ hostname, port, method: "POST", path: "/", headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ statusCode: text.includes('"Credentials"') ? 200 : 500, body: text });
      });
    });
    post.on("error", reject);
    post.end(body);
  });

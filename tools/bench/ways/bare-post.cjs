// The lower limit: only one POST to STS over a kept-alive connection. It is called like a function.
const { Agent, request } = require("node:https");

const { PUT_POLICY, STS_ENDPOINT } = process.env;
const [hostname, port] = STS_ENDPOINT.split(":");
const agent = new Agent({ keepAlive: true });
// What qcloud-cos-sts sends for one object: the policy, encoded twice, and 250 bytes of other parameters.
const body = `Policy=${encodeURIComponent(encodeURIComponent(PUT_POLICY))}${"p".repeat(250)}`;
const headers = {
  accept: "application/json",
  "content-type": "application/x-www-form-urlencoded",
  "content-length": String(body.length),
};

exports.main_handler = () =>
  new Promise((resolve, reject) => {
    const post = request({ hostname, port, method: "POST", path: "/", headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ statusCode: response.statusCode, body: Buffer.concat(chunks).toString() }),
      );
    });
    post.on("error", reject);
    post.end(body);
  });

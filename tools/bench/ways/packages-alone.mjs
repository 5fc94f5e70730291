// The two packages by themselves, bundled like our functions: one key, one credential for it, one signature. There is no
// check of the caller, and there are no rules, no time limit and no log. It is called like a function.
import { randomBytes } from "node:crypto";
import { Agent, request } from "node:https";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import tencentSts from "qcloud-cos-sts";
import { putPolicy } from "./put-policy.cjs";

const { COS_SECRET_ID, COS_SECRET_KEY, COS_BUCKET, COS_REGION, STS_ENDPOINT } = process.env;
const [hostname, port] = STS_ENDPOINT.split(":");
const host = `${COS_BUCKET}.cos.${COS_REGION}.myqcloud.com`;
const agent = new Agent({ keepAlive: true });

const send = ({ method, headers, data }) =>
  new Promise((resolve, reject) => {
    const post = request({ hostname, port, path: "/", method, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ data: JSON.parse(Buffer.concat(chunks).toString()) }));
    });
    post.on("error", reject);
    post.end(data);
  });

export async function main_handler({ queryString }) {
  const key = `uploads/20260101/${Date.now()}_${randomBytes(16).toString("hex")}.${queryString.ext}`;
  const { credentials, startTime, expiredTime } = await tencentSts.getCredential({
    secretId: COS_SECRET_ID,
    secretKey: COS_SECRET_KEY,
    endpoint: STS_ENDPOINT,
    region: COS_REGION,
    durationSeconds: 900,
    proxy: send,
    policy: putPolicy(key),
  });
  const authorization = cosUtil.getAuth({
    SecretId: credentials.tmpSecretId,
    SecretKey: credentials.tmpSecretKey,
    Method: "PUT",
    Key: key,
    Headers: { host },
    KeyTime: `${startTime};${expiredTime}`,
  });
  const body = { cosHost: host, cosKey: key, authorization, securityToken: credentials.sessionToken };
  return { isBase64Encoded: false, statusCode: 200, headers: {}, body: JSON.stringify(body) };
}

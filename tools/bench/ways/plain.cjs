// What the two packages' documentation suggests: the whole SDK and qcloud-cos-sts, used as they are.
const { randomBytes } = require("node:crypto");
const COS = require("cos-nodejs-sdk-v5");
const STS = require("qcloud-cos-sts");
const { putPolicy } = require("./put-policy.cjs");

const { COS_SECRET_ID, COS_SECRET_KEY, COS_BUCKET, COS_REGION, STS_ENDPOINT } = process.env;
const host = `${COS_BUCKET}.cos.${COS_REGION}.myqcloud.com`;

/** The same work as put-sign without checking the caller: one key, one credential for it, one signature. */
exports.sign = async (ext) => {
  const date = new Date().toISOString().slice(0, 10).replaceAll("-", "");
  const key = `uploads/${date}/${Date.now()}_${randomBytes(16).toString("hex")}.${ext}`;
  const { credentials, expiredTime } = await STS.getCredential({
    secretId: COS_SECRET_ID,
    secretKey: COS_SECRET_KEY,
    endpoint: STS_ENDPOINT,
    region: COS_REGION,
    durationSeconds: 900,
    policy: putPolicy(key),
  });
  const authorization = COS.getAuthorization({
    SecretId: credentials.tmpSecretId,
    SecretKey: credentials.tmpSecretKey,
    Method: "PUT",
    Key: key,
    Headers: { host },
    Expires: 900,
  });
  return {
    cosHost: host,
    cosKey: key,
    authorization,
    securityToken: credentials.sessionToken,
    expiresAt: expiredTime,
  };
};

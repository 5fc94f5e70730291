import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { readCertWatch } from "../../functions/cert-watch/settings.ts";
import { jwtAuthorizer } from "../../shared/auth/jwt.ts";
import { type Environment, readBucket, readDownloadHost, readSts } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { readCorsOrigins } from "../../shared/http/cors.ts";
import { readWebhook } from "../../shared/life/service.ts";
import { readQuotaSettings } from "../../shared/quota/config.ts";
import { readWeChat } from "../../shared/wechat/config.ts";

const ENV: Environment = {
  COS_SECRET_ID: "AKIDexample",
  COS_SECRET_KEY: "example",
  COS_BUCKET: "b-1250000000",
  COS_REGION: "ap-guangzhou",
  WX_APPID: "wx0",
  WX_SECRET: "example",
  CERT_HOSTS: "a.example.com",
  WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
};

/** Set well, the reader goes on to the part that is only in a bundle. */
function readKeySet(env: Environment): void {
  try {
    jwtAuthorizer({ ...env, JWT_ISSUER: "https://id.example.com", JWT_AUDIENCE: "uploads" });
  } catch (error) {
    if (!String(error).includes("key-set.js")) throw error;
  }
}

describe("refuses a host or an origin with a trailing slash, and names its setting", () => {
  test.each<[string, string, (env: Environment) => unknown]>([
    ["COS_DOMAIN", "files.example.com", readBucket],
    ["STS_ENDPOINT", "sts.example.com", readSts],
    ["DOWNLOAD_DOMAIN", "cdn.example.com", readDownloadHost],
    ["CORS_ORIGINS", "https://www.example.com", readCorsOrigins],
    ["CERT_HOSTS", "a.example.com", readCertWatch],
  ])("%s", (name, value, read) => {
    expect(() => read({ ...ENV, [name]: value })).not.toThrow();
    for (const slashes of ["/", "//"]) {
      const env = { ...ENV, [name]: value + slashes };
      expect(() => read(env)).toThrow(ConfigurationError);
      expect(() => read(env)).toThrow(name);
    }
  });
});

test.each(["", "/", "//", "///"])("WX_ENDPOINT ending in %j is the same address", (slashes) => {
  const { endpoint } = readWeChat({ ...ENV, WX_ENDPOINT: `https://api.example.com${slashes}` });
  expect(new URL("/sns/jscode2session", endpoint).href).toBe("https://api.example.com/sns/jscode2session");
});

// https://github.com/ollama/ollama/issues/18011, emissary-ingress/emissary#912, sanic-org/sanic-ext#233,
// digitaldemocracy2030/idobata#413: a space after a comma is how people write lists.
test.each(["https://a.example.com, https://b.example.com", "https://a.example.com  ,https://b.example.com"])(
  "CORS_ORIGINS may have spaces around its commas: %j",
  (CORS_ORIGINS) => {
    const origins = readCorsOrigins({ ...ENV, CORS_ORIGINS });
    expect([...origins]).toEqual(["https://a.example.com", "https://b.example.com"]);
  },
);

describe("refuses an origin that no browser would send", () => {
  test.each([
    // https://github.com/Unleash/unleash-proxy/issues/158 and others: wildcards, which other programs accept.
    "https://*.example.com",
    "https://*",
    "*",
    "null",
    // https://github.com/IQSS/dataverse/pull/11745: a list in quotes.
    '"https://a.example.com"',
    "https://a.example.com https://b.example.com",
    "https://a.example.com;https://b.example.com",
    "https://a.example.com，https://b.example.com",
    "https://a.example.com,",
    "https://a.example.com:443",
    "https://A.example.com",
    "https://图.example.com",
    "a.example.com",
    "ws://a.example.com",
  ])("%j", (CORS_ORIGINS) => {
    expect(() => readCorsOrigins({ ...ENV, CORS_ORIGINS })).toThrow(/^CORS_ORIGINS must be/);
  });
});

describe("refuses an address with more than one host, and names its setting", () => {
  test.each<[string, (env: Environment) => unknown]>([
    ["UPLOADED_WEBHOOK", readWebhook],
    ["CERT_WEBHOOK", readCertWatch],
    ["WX_ENDPOINT", readWeChat],
    ["JWT_JWKS_URL", readKeySet],
  ])("%s", (name, read) => {
    expect(() => read({ ...ENV, [name]: "https://a.example.com" })).not.toThrow();
    for (const wrong of [
      // Pasted after the https:// that a form already contains.
      "https://https://a.example.com",
      "https://http://a.example.com",
      "https://a.example.com,https://b.example.com",
      "https://a.example.com;b.example.com",
      "https://*.example.com",
    ]) {
      const env = { ...ENV, [name]: wrong };
      expect(() => read(env)).toThrow(ConfigurationError);
      expect(() => read(env)).toThrow(name);
    }
  });
});

test.each(["?a=b", "#a", "/#/"])("refuses WX_ENDPOINT with %s, which would be dropped", (rest) => {
  expect(() => readWeChat({ ...ENV, WX_ENDPOINT: `https://api.example.com${rest}` })).toThrow("WX_ENDPOINT");
});

test.each([
  "files.example.com:0",
  "files.example.com:",
  "files.example.com.",
  "files。example.com",
  "[::1]:9000",
])("refuses COS_DOMAIN=%s", (COS_DOMAIN) => {
  expect(() => readBucket({ ...ENV, COS_DOMAIN })).toThrow("COS_DOMAIN must be host");
});

// The forms of RoleArn at https://cloud.tencent.com/document/api/1312/48197
test.each([
  "qcs::cam::uin/12345678:roleName/testRoleName",
  "qcs::cam::uin/12345678:role/4611686018427397919",
  "qcs::cam::uin/12345678:role/tencentcloudServiceRole/4611686018427397920",
  "qcs::cam::uin/12345678:role/tencentcloudServiceRoleName/testServiceRoleName",
])("COS_ROLE_ARN=%s", (COS_ROLE_ARN) => {
  expect(readSts({ ...ENV, COS_ROLE_ARN }).roleArn).toBe(COS_ROLE_ARN);
  expect(() => readSts({ ...ENV, COS_ROLE_ARN: COS_ROLE_ARN.replace("uin/", "") })).toThrow(/^COS_ROLE_ARN/);
});

describe("REDIS_URL", () => {
  const read = (REDIS_URL: string) => readQuotaSettings({ ...ENV, REDIS_URL }).redisUrl;

  // https://github.com/redis/ioredis/issues/1944, 989 and whatyouhide/redix#282: generated passwords.
  test.each([
    "redis://:sJ3RAYkWN8SlBu4y1+hp=@10.0.0.5:6379",
    "redis://:a%2Fb@10.0.0.5",
    "redis://user:p@w@10.0.0.5/0",
  ])("accepts %s unchanged", (url) => {
    expect(read(url)).toBe(url);
  });

  // https://github.com/aheckmann/muri/issues/15: a % breaks the client, and with it the function.
  test.each(["redis://:100%@10.0.0.5", "redis://:p%zz@10.0.0.5", "redis://u%:p@10.0.0.5"])(
    "refuses %s, which cannot be decoded",
    (url) => {
      expect(() => read(url)).toThrow(/^REDIS_URL must be .*%25/);
    },
  );

  test.each(["redis://10.0.0.5,10.0.0.6", "redis://a.example.com;b.example.com", "redis://*"])(
    "refuses %s, which is not one host",
    (url) => {
      expect(() => read(url)).toThrow(/^REDIS_URL must be/);
    },
  );

  // https://github.com/redis-rb/redis-client/issues/274
  test("refuses a password in the place of a user", () => {
    expect(() => read("redis://password@10.0.0.5:6379")).toThrow("write a colon before the password");
  });
});

import { describe, expect, test } from "vitest";
import { readCertWatch } from "../../functions/cert-watch/settings.ts";
import { type Environment, readBucket, readDownloadHost, readSts } from "../../shared/config.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { readCorsOrigins } from "../../shared/http/cors.ts";
import { readWeChat } from "../../shared/wechat/config.ts";

const ENV: Environment = {
  COS_SECRET_ID: "AKIDexample",
  COS_SECRET_KEY: "example",
  COS_BUCKET: "b-1250000000",
  COS_REGION: "ap-guangzhou",
  WX_APPID: "wx0",
  WX_SECRET: "example",
  CERT_HOSTS: "a.example.com",
};

describe("a host or an origin with a trailing slash is refused by its setting's name:", () => {
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

import { describe, expect, test } from "vitest";
import { TEST_JWT_SECRET } from "../support/account.ts";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";

const jwt = { ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET };
const without = (name: string, env: Record<string, string> = TEST_ENV) =>
  Object.fromEntries(Object.entries(env).filter(([key]) => key !== name));

describe.each(["put-sign", "post-policy"])("%s", (name) => {
  test.each<[string, Record<string, string>, RegExp]>([
    ["no SecretId", without("COS_SECRET_ID"), /COS_SECRET_ID/],
    ["no SecretKey", without("COS_SECRET_KEY"), /COS_SECRET_KEY/],
    ["a blank SecretKey", { ...TEST_ENV, COS_SECRET_KEY: "" }, /COS_SECRET_KEY/],
    ["no bucket", without("COS_BUCKET"), /COS_BUCKET/],
    ["a bucket without its appid", { ...TEST_ENV, COS_BUCKET: "uploads" }, /COS_BUCKET.*name-appid/],
    ["a wildcard bucket", { ...TEST_ENV, COS_BUCKET: "*-1250000000" }, /COS_BUCKET/],
    ["no region", without("COS_REGION"), /COS_REGION/],
    ["a place name as the region", { ...TEST_ENV, COS_REGION: "Guangzhou" }, /COS_REGION/],
    [
      "a domain with a scheme",
      { ...TEST_ENV, COS_DOMAIN: "https://files.example.com" },
      /COS_DOMAIN.*without https/,
    ],
    ["a domain with a path", { ...TEST_ENV, COS_DOMAIN: "files.example.com/x" }, /COS_DOMAIN/],
    ["a blank domain", { ...TEST_ENV, COS_DOMAIN: "" }, /COS_DOMAIN/],
    ["an invalid port", { ...TEST_ENV, COS_DOMAIN: "files.example.com:99999" }, /COS_DOMAIN/],
    [
      "an STS address with a scheme",
      { ...TEST_ENV, STS_ENDPOINT: "https://sts.tencentcloudapi.com" },
      /STS_ENDPOINT/,
    ],
    ["a lifetime of zero seconds", { ...TEST_ENV, SIGNATURE_SECONDS: "0" }, /SIGNATURE_SECONDS.*60 to 7200/],
    ["a lifetime of a day", { ...TEST_ENV, SIGNATURE_SECONDS: "86400" }, /SIGNATURE_SECONDS/],
    ["a lifetime that is not a number", { ...TEST_ENV, SIGNATURE_SECONDS: "15m" }, /SIGNATURE_SECONDS/],
    ["an unknown check", { ...TEST_ENV, UPLOAD_AUTH: "off" }, /UPLOAD_AUTH.*jwt or none/],
    ["no check, and no key for the default one", without("UPLOAD_AUTH"), /JWT_SECRET or JWT_JWKS_URL/],
    ["a JWT secret that is too short", { ...jwt, JWT_SECRET: "short" }, /JWT_SECRET.*32 bytes/],
    ["two kinds of JWT key", { ...jwt, JWT_JWKS_URL: "https://id.example.com/jwks" }, /not both/],
    [
      "JWT keys over plain HTTP",
      { ...without("JWT_SECRET", jwt), JWT_JWKS_URL: "http://id.example.com" },
      /JWT_JWKS_URL/,
    ],
    [
      "JWT keys shared with other applications, and no audience",
      {
        ...without("JWT_SECRET", jwt),
        JWT_JWKS_URL: "https://id.example.com/jwks",
        JWT_ISSUER: "https://id.example.com",
      },
      /JWT_AUDIENCE is not set/,
    ],
    ["a wildcard origin", { ...TEST_ENV, CORS_ORIGINS: "*" }, /CORS_ORIGINS/],
    ["an origin with a path", { ...TEST_ENV, CORS_ORIGINS: "https://example.com/" }, /CORS_ORIGINS/],
    ["an origin without a scheme", { ...TEST_ENV, CORS_ORIGINS: "example.com" }, /CORS_ORIGINS/],
  ])("%s is reported at cold start and answered with 500, without the value", async (_, env, message) => {
    const { log, main_handler } = loadBundle(name, env);
    expect(JSON.parse(log[0] ?? "{}")).toMatchObject({
      code: "ConfigurationError",
      message: expect.stringMatching(message),
    });
    const answer = await main_handler({ queryString: { ext: "jpg" } });
    expect(answer.statusCode).toBe(500);
    expect(errorOf(answer).code).toBe("ConfigurationError");
    for (const value of Object.values(env).filter((text) => text.length > 3)) {
      expect(answer.body).not.toContain(value);
      if (value === env["COS_SECRET_KEY"] || value === env["JWT_SECRET"])
        expect(log.join()).not.toContain(value);
    }
  });

  test("UPLOAD_AUTH=none logs a warning at cold start", () => {
    expect(JSON.parse(loadBundle(name, TEST_ENV).log[0] ?? "{}")).toMatchObject({
      level: "warn",
      code: "AuthorizationOff",
    });
  });

  test("a complete configuration with the default check logs nothing", () => {
    expect(loadBundle(name, without("UPLOAD_AUTH", jwt)).log).toEqual([]);
  });
});

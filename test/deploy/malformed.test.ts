import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { malformedProblems } from "../../deploy/malformed.ts";
import { checkSettings } from "../../tools/doctor/settings/check-settings.ts";
import { READ_VARIABLES } from "../../tools/doctor/settings/known-variables.ts";
import { TEST_ACCOUNT } from "../support/account.ts";
import { loadBundle } from "../support/bundle.ts";

type Variables = Readonly<Record<string, string>>;

const secret = () => randomBytes(32).toString("hex");

/** Settings with which every function starts. */
const GOOD: Variables = {
  COS_SECRET_ID: TEST_ACCOUNT.secretId,
  COS_SECRET_KEY: TEST_ACCOUNT.secretKey,
  COS_BUCKET: "uploads-1250000000",
  COS_REGION: "ap-guangzhou",
  JWT_SECRET: secret(),
  WX_APPID: "wx0123456789abcdef",
  WX_SECRET: secret(),
  WX_PUSH_TOKEN: "PushToken",
  LIFE_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-life",
  LOGIN_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-login",
  FUNCTION_ROLE: "cos-functions",
  CERT_HOSTS: "a.example.com",
};

/** The same without these. */
function without(variables: Variables, ...names: string[]): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
}

const KEY_SET = {
  // WeChat's login signs with a secret of its own.
  ...without(GOOD, "JWT_SECRET", "WX_APPID", "WX_SECRET", "WX_PUSH_TOKEN"),
  JWT_JWKS_URL: "https://id.example.com/keys",
  JWT_ISSUER: "https://id.example.com",
  JWT_AUDIENCE: "uploads",
};
const WEBHOOK = { UPLOADED_WEBHOOK: "https://hooks.example.com/", WEBHOOK_SECRET: `whsec_${"A".repeat(44)}` };
const RENEWING = { CERT_RENEW: "yes", CERT_SECRET_ID: "AKIDexample", CERT_SECRET_KEY: secret() };

/** A variable with a value that cannot be used, a function that reads it, and what else must be set for that. */
const UNUSABLE: [name: string, value: string, reader: string, others?: Variables][] = [
  ["COS_BUCKET", "uploads", "put-sign"],
  ["COS_REGION", "Guangzhou", "put-sign"],
  ["COS_DOMAIN", "https://files.example.com", "put-sign"],
  ["COS_SECRET_ID", "a b", "put-sign"],
  ["COS_SECRET_KEY", "", "put-sign"],
  ["COS_ROLE_ARN", "my-role", "put-sign"],
  ["STS_ENDPOINT", "https://sts.example.com", "put-sign"],
  ["DOWNLOAD_DOMAIN", "cdn.example.com/x", "object-url"],
  ["UPLOAD_AUTH", "jtw", "put-sign"],
  ["JWT_SECRET", "short", "put-sign"],
  ["JWT_JWKS_URL", "http://id.example.com/keys", "put-sign", without(KEY_SET, "JWT_JWKS_URL")],
  ["JWT_ISSUER", "", "put-sign"],
  ["JWT_AUDIENCE", "", "put-sign"],
  ["USER_PREFIX_SECRET", "short", "put-sign"],
  ["USER_PREFIX_SECRET", "short", "multipart", { ...GOOD, UPLOAD_AUTH: "none" }],
  ["CORS_ORIGINS", "*", "put-sign"],
  ["SIGNATURE_SECONDS", "86400", "put-sign"],
  ["RENEWAL_SECONDS", "60", "multipart"],
  ["RENEWAL_SECONDS", "1h", "upload-credentials"],
  ["TOKEN_SECONDS", "1", "login"],
  ["WX_APPID", "wx 1", "login"],
  ["WX_SECRET", "a b", "login"],
  ["WX_ENDPOINT", "http://api.weixin.qq.com", "login"],
  ["MEDIA_CHECK", "yes", "wechat-push"],
  ["WX_PUSH_TOKEN", "a b", "wechat-push"],
  ["WX_PUSH_AES_KEY", "short", "wechat-push"],
  ["COS_AUDIT_TOKEN", "short", "wechat-push"],
  ["QUOTA_FILES_PER_DAY", "0", "put-sign"],
  ["QUOTA_BYTES_PER_DAY", "10MB", "put-sign"],
  ["QUOTA_REQUESTS_PER_MINUTE", "-1", "put-sign"],
  ["QUOTA_WHEN_DOWN", "yes", "put-sign"],
  ["REDIS_URL", "redis://", "put-sign", { ...GOOD, QUOTA_FILES_PER_DAY: "5" }],
  ["UPLOADED_WEBHOOK", "http://hooks.example.com/", "uploaded", { ...GOOD, ...WEBHOOK }],
  ["WEBHOOK_SECRET", "short", "uploaded", { ...GOOD, ...WEBHOOK }],
  ["CERT_HOSTS", "a b", "cert-watch"],
  ["CERT_WEBHOOK", "http://hooks.example.com/", "cert-watch"],
  ["CERT_RENEW", "true", "cert-watch"],
  ["CERT_SECRET_ID", "short", "cert-watch", { ...GOOD, ...RENEWING }],
  ["CERT_SECRET_KEY", "short", "cert-watch", { ...GOOD, ...RENEWING }],
  ["SSL_ENDPOINT", "ssl.example.com", "cert-watch", { ...GOOD, ...RENEWING }],
];

/** A variable that is missing although another one, which is set, needs it. */
const MISSING: readonly (readonly [name: string, because: string, reader: string, variables: Variables])[] = [
  ["JWT_ISSUER", "JWT_JWKS_URL", "put-sign", without(KEY_SET, "JWT_ISSUER")],
  ["JWT_AUDIENCE", "JWT_JWKS_URL", "put-sign", without(KEY_SET, "JWT_AUDIENCE")],
  ["WEBHOOK_SECRET", "UPLOADED_WEBHOOK", "uploaded", { ...GOOD, ...without(WEBHOOK, "WEBHOOK_SECRET") }],
  ["WX_SECRET", "MEDIA_CHECK", "uploaded", { ...without(GOOD, "WX_SECRET"), MEDIA_CHECK: "wechat" }],
  ["CERT_SECRET_ID", "CERT_RENEW", "cert-watch", { ...GOOD, ...without(RENEWING, "CERT_SECRET_ID") }],
];

const FROM_ENVIRONMENT = {
  fileNames: [],
  expandedNames: [],
  doubts: { cut: [], joined: [], twice: [], unread: [] },
  fileAuthority: undefined,
};

/** What each of the three says is wrong: the function at its cold start, `npm run deploy`, and doctor. */
function said(reader: string, env: Variables) {
  const lines = loadBundle(reader, env).log.map((line) => JSON.parse(line));
  const { findings } = checkSettings({ ...FROM_ENVIRONMENT, env });
  return {
    function: lines.flatMap(({ code, message }) => (code === "ConfigurationError" ? [String(message)] : [])),
    deploy: malformedProblems(env),
    doctor: findings.flatMap(({ status, detail }) => (status === "fail" ? [detail] : [])),
  };
}

/** What of it begins with this variable. */
function saidOf(name: string, reader: string, env: Variables) {
  const of = (sentences: readonly string[]) => sentences.some((sentence) => sentence.startsWith(`${name} `));
  const { function: cold, deploy, doctor } = said(reader, env);
  return { function: of(cold), deploy: of(deploy), doctor: of(doctor) };
}

const ALL = { function: true, deploy: true, doctor: true };

describe("the functions, npm run deploy and doctor refuse the same:", () => {
  test.each(UNUSABLE.map(([name, value, reader, others = GOOD]) => [name, value, reader, others] as const))(
    "%s=%j",
    (name, value, reader, others) => {
      expect(saidOf(name, reader, { ...others, [name]: value })).toEqual(ALL);
    },
  );

  test.each(MISSING)("no %s, which %s needs", (name, _, reader, variables) => {
    expect(saidOf(name, reader, variables)).toEqual(ALL);
  });

  test("JWT_SECRET and JWT_JWKS_URL", () => {
    expect(saidOf("JWT_SECRET", "put-sign", { ...KEY_SET, JWT_SECRET: secret() })).toEqual(ALL);
  });

  test("every variable that a function reads", () => {
    const tried = new Set(UNUSABLE.map(([name]) => name));
    expect(READ_VARIABLES.filter((name) => !tried.has(name))).toEqual([]);
  });

  test.each<[string, Variables]>([
    ["a secret", GOOD],
    ["a key set", KEY_SET],
    ["everything", { ...GOOD, ...WEBHOOK, ...RENEWING, MEDIA_CHECK: "wechat", QUOTA_FILES_PER_DAY: "5" }],
  ])("nothing of settings that can be used: %s", (_, variables) => {
    expect(said("multipart", variables)).toEqual({ function: [], deploy: [], doctor: [] });
  });
});

test("npm run deploy names every unusable quota, and the others after it", () => {
  const variables = { QUOTA_FILES: "5", QUOTA_BYTES: "6", QUOTA_WHEN_DOWN: "yes" };
  expect(malformedProblems(variables).map((problem) => problem.split(" ")[0])).toEqual(
    Object.keys(variables),
  );
});

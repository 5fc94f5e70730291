import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { parse as parseYaml } from "yaml";
import { readCertWatch } from "../../../functions/cert-watch/settings.ts";
import { loginService } from "../../../functions/login/service.ts";
import { credentialsService } from "../../../functions/upload-credentials/service.ts";
import { pushService } from "../../../functions/wechat-push/service.ts";
import { downloadService } from "../../../shared/download/service.ts";
import { lifeService } from "../../../shared/life/service.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { readQuotaSettings } from "../../../shared/quota/config.ts";
import { checkSettings } from "../../../tools/doctor/settings/check-settings.ts";
import { KNOWN_VARIABLES, READ_VARIABLES } from "../../../tools/doctor/settings/known-variables.ts";
import { mediaCheckFinding } from "../../../tools/doctor/settings/media-check.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { setRuleQuotas } from "../../support/rule-quotas.ts";
import { RULE } from "../../support/signing.ts";
import { doctor, temporaryFile } from "./support.ts";

const GOOD = {
  COS_SECRET_ID: "AKIDofTheTest",
  COS_SECRET_KEY: "of-the-test",
  COS_BUCKET: "uploads-1250000000",
  COS_REGION: "ap-guangzhou",
  JWT_SECRET: TEST_JWT_SECRET,
};

const NO_DOUBTS = { cut: [], joined: [], twice: [], unread: [] };
const FROM_FILE = { fileNames: [], expandedNames: [], doubts: NO_DOUBTS, fileAuthority: undefined };

/** The finding on what the `check` of the rules in force needs, which has tests with rules of their own. */
const DEPENDS_ON_RULES = "settings.media-check";

beforeAll(() => setRuleQuotas());

function check(env: Record<string, string>, id: string, fileNames: readonly string[] = []) {
  const { findings } = checkSettings({ env, ...FROM_FILE, fileNames });
  return findings.find((finding) => finding.id === id);
}

test("valid settings pass every check", () => {
  const { findings, bucket } = checkSettings({ env: GOOD, ...FROM_FILE });
  const fixed = findings.filter(({ id }) => id !== DEPENDS_ON_RULES);
  expect(fixed.filter(({ status }) => status !== "pass" && status !== "skip")).toEqual([]);
  expect(bucket?.host).toBe("uploads-1250000000.cos.ap-guangzhou.myqcloud.com");
});

// https://github.com/tencentyun/cos-php-sdk-v5/issues/62 has hk; the others are written as people write the same.
test.each([
  ["COS_REGION", "hk", "ap-hongkong"],
  ["COS_REGION", "广州", "ap-guangzhou"],
  ["COS_REGION", "华东地区（上海金融）", "ap-shanghai-fsi"],
  ["COS_REGION", "Guangzhou", "ap-guangzhou"],
  ["COS_REGION", "Silicon Valley", "na-siliconvalley"],
  ["COS_REGION", "ap_guangzhou", "ap-guangzhou"],
  ["COS_REGION", "ap-guangzhou-3", "ap-guangzhou"],
  ["COS_REGION", "cos.ap-guangzhou", "ap-guangzhou"],
  ["COS_REGION", "https://uploads-1250000000.cos.ap-beijing-1.myqcloud.com", "ap-beijing-1"],
  ["COS_BUCKET", "https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com/", "uploads-1250000000"],
  ["COS_BUCKET", "Uploads-1250000000", "uploads-1250000000"],
  ["COS_DOMAIN", "https://Files.example.com/", "files.example.com"],
  ["DOWNLOAD_DOMAIN", "cdn.example.com/img", "cdn.example.com"],
  [
    "CORS_ORIGINS",
    "https://a.example.com/，http://localhost:5173/app",
    "https://a.example.com,http://localhost:5173",
  ],
])("names what was meant by %s=%s", (name, value, meant) => {
  const { findings } = checkSettings({ env: { ...GOOD, [name]: value }, ...FROM_FILE });
  const failed = findings.filter(({ status }) => status === "fail");
  expect(failed.map(({ fix }) => fix)).toEqual([`Set ${name}=${meant}.`]);
});

test.each([
  ["COS_REGION", "auto"],
  ["COS_REGION", "ap-guangzhou,ap-shanghai"],
  ["COS_BUCKET", "uploads"],
  ["COS_BUCKET", "my_uploads-1250000000"],
  ["CORS_ORIGINS", "www.example.com"],
  ["CORS_ORIGINS", "*"],
  ["DOWNLOAD_DOMAIN", "https://user:word@files.example.com"],
  ["DOWNLOAD_DOMAIN", "img"],
])("guesses nothing of %s=%s", (name, value) => {
  const { findings } = checkSettings({ env: { ...GOOD, [name]: value }, ...FROM_FILE });
  const fixes = findings.filter(({ id }) => id !== DEPENDS_ON_RULES).map(({ fix }) => fix);
  expect(fixes.filter((fix) => fix?.startsWith("Set "))).toEqual([]);
});

test.each<[string, number, string]>([
  ["no rule", 0, "MEDIA_CHECK is not set: neither"],
  ["one rule", 1, 'The rule photo0 has check: "before", but MEDIA_CHECK is not set'],
  ["two rules", 2, 'The rules photo0, photo1 have check: "before", but MEDIA_CHECK is not set'],
])("without MEDIA_CHECK, doctor names %s whose files wait for a check", (_, count, said) => {
  const waiting = Array.from({ length: count }, (_, at) => [
    `photo${at}`,
    { ...RULE, check: "before" as const },
  ]);
  const rules = defineRules({ ...Object.fromEntries(waiting), other: RULE });
  const settings = { isOn: false, push: undefined };
  const finding = mediaCheckFinding(settings, GOOD, rules, { id: "settings.media-check", title: "checks" });
  expect(finding.status).toBe(count === 0 ? "skip" : "warn");
  expect(finding.detail).toContain(said);
});

describe("reports", () => {
  test.each([
    [
      "a webhook over plain HTTP",
      { UPLOADED_WEBHOOK: "http://hooks.example.com/x" },
      "settings.webhook",
      "fail",
      "UPLOADED_WEBHOOK must be an https://",
    ],
    [
      "a webhook without a secret",
      { UPLOADED_WEBHOOK: "https://hooks.example.com/x" },
      "settings.webhook",
      "fail",
      "WEBHOOK_SECRET is not set",
    ],
    [
      "half a key for stored files",
      { LIFE_SECRET_ID: "AKIDother" },
      "settings.life",
      "fail",
      "LIFE_SECRET_KEY is not set",
    ],
    [
      "an invalid role for stored files",
      { LIFE_ROLE_ARN: "cos-life" },
      "settings.life",
      "fail",
      "LIFE_ROLE_ARN must be a role",
    ],
    [
      "one key for uploads and for stored files",
      { LIFE_SECRET_ID: "AKIDofTheTest", LIFE_SECRET_KEY: "of-the-test" },
      "settings.life",
      "warn",
      "may remove files too",
    ],
    [
      "an unknown check",
      { MEDIA_CHECK: "yes" },
      "settings.media-check",
      "fail",
      "MEDIA_CHECK must be wechat",
    ],
    [
      "a check without the Mini Program",
      { MEDIA_CHECK: "wechat" },
      "settings.media-check",
      "fail",
      "WX_APPID is not set",
    ],
    [
      "a check without the message push",
      { MEDIA_CHECK: "wechat", WX_APPID: "wx1", WX_SECRET: "its-secret" },
      "settings.media-check",
      "fail",
      "WX_PUSH_TOKEN is not set",
    ],
    [
      "a check of anonymous uploads",
      {
        MEDIA_CHECK: "wechat",
        WX_APPID: "wx1",
        WX_SECRET: "its-secret",
        WX_PUSH_TOKEN: "PushToken",
        LOGIN_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-login",
        UPLOAD_AUTH: "none",
      },
      "settings.media-check",
      "fail",
      "the service does not know the user",
    ],
    [
      "an unencrypted message push",
      {
        MEDIA_CHECK: "wechat",
        WX_APPID: "wx1",
        WX_SECRET: "its-secret",
        WX_PUSH_TOKEN: "PushToken",
        LOGIN_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-login",
      },
      "settings.media-check",
      "warn",
      "WX_PUSH_AES_KEY is not set",
    ],
    [
      "a guessable secret for COS's audit",
      { COS_AUDIT_TOKEN: "short" },
      "settings.media-check",
      "fail",
      "COS_AUDIT_TOKEN must be 32 to 128",
    ],
    ["no bucket", { COS_BUCKET: undefined }, "settings.bucket", "fail", "COS_BUCKET is not set"],
    ["a bucket without its app id", { COS_BUCKET: "uploads" }, "settings.bucket", "fail", "name-appid"],
    ["a region in words", { COS_REGION: "Guangzhou" }, "settings.bucket", "fail", "COS_REGION"],
    ["a misspelt region", { COS_REGION: "ap-guangzhuo" }, "settings.bucket", "fail", "ap-guangzhou is"],
    ["an unknown region", { COS_REGION: "xx-nowhere" }, "settings.bucket", "warn", "xx-nowhere"],
    // https://github.com/tencentyun/wafer2-startup/issues/84, for the region and for the name.
    ["a region's old name", { COS_REGION: "cn-south" }, "settings.bucket", "fail", "ap-guangzhou is"],
    [
      "the bucket's old name",
      { COS_DOMAIN: "uploads-1250000000.cosgz.myqcloud.com" },
      "settings.domain",
      "fail",
      "not COS's name for a bucket",
    ],
    [
      "the region's name",
      { COS_DOMAIN: "cos.ap-guangzhou.myqcloud.com" },
      "settings.domain",
      "fail",
      "belongs to no bucket",
    ],
    [
      "a domain that this check cannot tell",
      { COS_DOMAIN: "files.example.com" },
      "settings.domain",
      "skip",
      "must be bound to uploads-1250000000",
    ],
    [
      "a domain with a scheme",
      { COS_DOMAIN: "https://a.example.com" },
      "settings.bucket",
      "fail",
      "COS_DOMAIN must be host",
    ],
    [
      "another bucket's domain",
      { COS_DOMAIN: "other-1250000000.cos.ap-guangzhou.myqcloud.com" },
      "settings.domain",
      "fail",
      "names the bucket other-1250000000",
    ],
    [
      "another region's domain",
      { COS_DOMAIN: "uploads-1250000000.cos.ap-beijing.myqcloud.com" },
      "settings.domain",
      "fail",
      "names the region ap-beijing",
    ],
    [
      "a static website's domain",
      { COS_DOMAIN: "uploads-1250000000.cos-website.ap-guangzhou.myqcloud.com" },
      "settings.domain",
      "fail",
      "accepts no uploads",
    ],
    ["no key", { COS_SECRET_KEY: undefined }, "settings.key", "fail", "COS_SECRET_KEY is not set"],
    [
      "the two halves of the key swapped",
      { COS_SECRET_ID: "of-the-test", COS_SECRET_KEY: "AKIDofTheTest" },
      "settings.key",
      "fail",
      "contains a SecretId",
    ],
    ["a key of another kind", { COS_SECRET_ID: "LTAIofTheTest" }, "settings.key", "warn", "AKID"],
    // https://cloud.tencent.com/document/api/1312/48195 has such a TmpSecretId.
    ["STS's id", { COS_SECRET_ID: "AKIDffFe_9Hnr3ckAvHEb5Vj" }, "settings.key", "warn", "temporary key's"],
    [
      "an id that is too long",
      { COS_SECRET_ID: `AKID${"abcdefghij".repeat(5)}` },
      "settings.key",
      "warn",
      "temporary key's",
    ],
    [
      "a Redis in which nothing is counted",
      { REDIS_URL: "redis://127.0.0.1" },
      "settings.quota",
      "warn",
      "REDIS_URL is not used",
    ],
    [
      "another letters' domain",
      { COS_DOMAIN: "文件.example.com:8443" },
      "settings.idn",
      "warn",
      "it is sent in ASCII",
    ],
    // https://github.com/jsonwebtoken/jsonwebtoken.github.io: the secret of jwt.io's example, repeated to be long enough.
    [
      "a secret from an example",
      { JWT_SECRET: Array(2).fill("your-256-bit-secret").join("-") },
      "settings.guessable",
      "warn",
      "JWT_SECRET looks like an example",
    ],
    [
      "a secret of one character",
      { USER_PREFIX_SECRET: "x".repeat(32) },
      "settings.guessable",
      "warn",
      "USER_PREFIX_SECRET looks like",
    ],
    [
      "a command in the place of its output",
      { JWT_SECRET: "node -p require('crypto').randomBytes(32).toString('hex')" },
      "settings.guessable",
      "warn",
      "JWT_SECRET looks like an example",
    ],
    // https://github.com/dunglas/mercure/pull/1315
    [
      "a public key as the secret of tokens",
      {
        JWT_SECRET: "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
      },
      "settings.auth",
      "fail",
      "no key of a pair",
    ],
    // https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/60
    [
      "a host of COS in the place of STS's",
      { STS_ENDPOINT: "uploads-1250000000.cos.ap-guangzhou.myqcloud.com" },
      "settings.key",
      "fail",
      "a host of COS, not of STS",
    ],
    // What https://github.com/serverless-components/tencent-fullstack/issues/10 and others have in their templates.
    ...[
      { COS_SECRET_ID: "AKIDxxxxxxxxxxxxxxxx" },
      { COS_SECRET_ID: "AKID****************TEST" },
      { COS_SECRET_ID: "SecretId" },
      { COS_SECRET_KEY: "<SecretKey>" },
      { COS_SECRET_KEY: "your-secret-key" },
      { WX_SECRET: "********************************" },
    ].map((env): [string, Record<string, string>, string, "warn", string] => [
      `the placeholder ${JSON.stringify(env)}`,
      env,
      "settings.placeholder",
      "warn",
      "like an example",
    ]),
    // https://github.com/tencentyun/wafer2-client-sdk/issues/51, https://github.com/ArtisanCloud/PowerWechatTutorial/issues/76
    ["an account's original ID", { WX_APPID: "gh_3c884a361561" }, "settings.appid", "warn", "original ID"],
    ["a company's ID", { WX_APPID: "ww3c884a3615610d2b" }, "settings.appid", "warn", "WeCom"],
    [
      "an AppID that lost a digit",
      { WX_APPID: "wx3c884a3615610d2" },
      "settings.appid",
      "warn",
      "16 of the digits",
    ],
    [
      "an AppSecret in the place of the AppID",
      { WX_APPID: "7c1e9a52b04f8d36e1a7295cb83d4f60" },
      "settings.appid",
      "warn",
      "as long as an AppSecret",
    ],
    ["an invalid role", { COS_ROLE_ARN: "uploader" }, "settings.key", "fail", "COS_ROLE_ARN"],
    ["a short secret", { JWT_SECRET: "short" }, "settings.auth", "fail", "at least 32 bytes"],
    [
      "no way to check a token",
      { JWT_SECRET: undefined },
      "settings.auth",
      "fail",
      "JWT_SECRET or JWT_JWKS_URL",
    ],
    [
      "a key set without an audience",
      {
        JWT_SECRET: undefined,
        JWT_JWKS_URL: "https://id.example.com/jwks",
        JWT_ISSUER: "https://id.example.com",
      },
      "settings.auth",
      "fail",
      "JWT_AUDIENCE is not set",
    ],
    ["no check at all", { UPLOAD_AUTH: "none" }, "settings.auth", "warn", "anyone"],
    ["half of WeChat's login", { WX_APPID: "wx0" }, "settings.login", "fail", "WX_SECRET is not set"],
    ["a wildcard origin", { CORS_ORIGINS: "*" }, "settings.cors", "fail", "CORS_ORIGINS"],
    [
      "a lifetime of a day",
      { SIGNATURE_SECONDS: "86400" },
      "settings.signature-seconds",
      "fail",
      "from 60 to 7200",
    ],
    [
      "a download domain with a path",
      { DOWNLOAD_DOMAIN: "a.example.com/x" },
      "settings.download",
      "fail",
      "host",
    ],
  ])("%s", (_, change: Record<string, string | undefined>, id, status, says) => {
    const env = Object.fromEntries(
      Object.entries({ ...GOOD, ...change }).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, value]],
      ),
    );
    expect(check(env, id)).toMatchObject({ status, detail: expect.stringContaining(says) });
  });
});

test.each([
  ["from what is stored", {}, "warn", "what the rules' quotas allow, counted from what is stored"],
  ["in Redis", { REDIS_URL: "redis://127.0.0.1" }, "pass", "what the rules' quotas allow, counted in Redis"],
])("a rule's quota counted %s is reported, as those of QUOTA_… are", (_, change, status, says) => {
  setRuleQuotas({ filesPerDay: 5 });
  onTestFinished(() => setRuleQuotas());
  const finding = check({ ...GOOD, ...change }, "settings.quota");
  expect(finding).toMatchObject({ status, detail: expect.stringContaining(says) });
});

describe("characters that nobody meant", () => {
  test.each([
    // https://github.com/1jehuang/jcode/issues/376, dotenv-linter/dotenv-linter#956, langflow-ai/langflow#14398.
    ["COS_BUCKET", "\u200buploads-1250000000", "COS_BUCKET has U+200B, which is invisible."],
    ["COS_SECRET_KEY", "exam\u200dple", "COS_SECRET_KEY has U+200D, which is invisible."],
    ["COS_SECRET_KEY", "example\n", "COS_SECRET_KEY has U+000A, which is invisible."],
    // https://github.com/openshift/ci-chat-bot/pull/504
    ["COS_BUCKET", "“uploads-1250000000”", "COS_BUCKET has “ (U+201C), ” (U+201D)."],
    ["SIGNATURE_SECONDS", "９00", "SIGNATURE_SECONDS has ９ (U+FF19)."],
    // What word processors make of a hyphen.
    ["COS_BUCKET", "uploads—1250000000", "COS_BUCKET has — (U+2014)."],
    ["CORS_ORIGINS", "https://a.example.com、https://b.example.com", "CORS_ORIGINS has 、 (U+3001)."],
    // https://github.com/Molunerfinn/PicGo/issues/20
    ["COS_SECRET_KEY", "example ", "COS_SECRET_KEY has a space at its end."],
    ["COS_REGION", " ap-guangzhou", "COS_REGION has a space at its beginning."],
    // Lines that were copied from a program or from JSON.
    ["COS_SECRET_KEY", "example;", "COS_SECRET_KEY has a semicolon at its end."],
    [
      "COS_SECRET_KEY",
      "'example',",
      "COS_SECRET_KEY has a quotation mark at its beginning, a comma at its end.",
    ],
  ])("%s=%j", (name, value, detail) => {
    expect(check({ ...GOOD, [name]: value }, "settings.characters")).toMatchObject({
      status: "warn",
      detail,
    });
  });

  test("are not in ordinary values, nor in other programs' variables", () => {
    const JWT_SECRET = "any of: +/=!#$%&'()*,-.<>?@[]^_`{|}~ 0";
    expect(check({ ...GOOD, JWT_SECRET, PS1: "“”\u200b;" }, "settings.characters")).toBeUndefined();
  });
});

describe("names", () => {
  test.each([
    ["COS_REGON", "COS_REGION"],
    ["COS_BUKCET", "COS_BUCKET"],
    ["cos_bucket", "COS_BUCKET"],
    ["COS-BUCKET", "COS_BUCKET"],
    ["JWT_SECRETS", "JWT_SECRET"],
    ["WX_APP_ID", "WX_APPID"],
    ["CSO_REGION", "COS_REGION"],
  ])("%s is reported as a misspelt %s", (name, meant) => {
    expect(check({ ...GOOD, [name]: "x" }, "settings.typos")).toMatchObject({
      status: "warn",
      fix: `Rename ${name} to ${meant}.`,
    });
  });

  // What Serverless Framework, S3's clients and COS's demos call them: for the first two,
  // https://github.com/serverless-components/tencent-fullstack/issues/10.
  test.each([
    ["TENCENT_SECRET_ID", "COS_SECRET_ID"],
    ["TENCENT_SECRET_KEY", "COS_SECRET_KEY"],
    ["SecretId", "COS_SECRET_ID"],
    ["COS_SECRET_ACCESS_KEY", "COS_SECRET_KEY"],
    ["Bucket", "COS_BUCKET"],
    ["COS_BUCKET_NAME", "COS_BUCKET"],
    ["WECHAT_APPID", "WX_APPID"],
  ])("%s is read by others, and here %s, which is missing", (name, meant) => {
    const { [meant]: value = "x", ...rest }: Record<string, string> = GOOD;
    expect(check({ ...rest, [name]: value }, "settings.typos")).toMatchObject({
      status: "warn",
      fix: `Rename ${name} to ${meant}.`,
    });
    expect(check({ ...GOOD, [meant]: value, [name]: "x" }, "settings.typos")?.status).toBe("pass");
  });

  test("ignores other programs' variables", () => {
    const env = {
      ...GOOD,
      PATH: "/bin",
      HOME: "/",
      COLORTERM: "x",
      npm_config_user_agent: "x",
      AWS_REGION: "x",
      OSS_BUCKET: "x",
    };
    expect(check(env, "settings.typos")?.status).toBe("pass");
  });

  test("warns of a name in the file that SCF reserves", () => {
    expect(check(GOOD, "settings.reserved", ["QCLOUD_BUCKET", "SCF_ENDPOINT"])).toMatchObject({
      status: "warn",
      detail: expect.stringMatching(/^QCLOUD_BUCKET: /),
    });
    expect(check({ ...GOOD, TENCENTCLOUD_REGION: "x" }, "settings.reserved")?.status).toBe("pass");
  });

  test("knows every variable that serverless.yml passes on, and no other", async () => {
    const text = await readFile(new URL("../../../serverless.yml", import.meta.url), "utf8");
    const { vars }: { vars: Record<string, (string | Record<string, string>)[]> } = parseYaml(text);
    // COS_SECRET_ID: LOGIN_SECRET_ID only
    const passed = Object.values(vars)
      .flat()
      .flatMap((one) => (typeof one === "string" ? [one] : Object.entries(one).flat()))
      .map((name) => name.split(" ")[0]);
    // Only cert-watch reads it, and only the emulator sets it.
    expect(new Set([...passed, "SSL_ENDPOINT"])).toEqual(new Set(KNOWN_VARIABLES));
  });

  test("knows every variable that the functions read", () => {
    const read = new Set<string>();
    const watched = (env: Record<string, string>) =>
      new Proxy(env, {
        get(target, name) {
          read.add(String(name));
          return Reflect.get(target, name);
        },
      });
    const { JWT_SECRET: _, ...withoutSecret } = GOOD;
    const keySet = {
      ...withoutSecret,
      JWT_JWKS_URL: "https://id.example.com/keys",
      JWT_ISSUER: "https://id.example.com",
      JWT_AUDIENCE: "uploads",
    };
    downloadService(watched(GOOD));
    // All are read before the part is loaded, which only a build has.
    expect(() => downloadService(watched(keySet))).toThrow("key-set.js beside index.js cannot be loaded");
    credentialsService(watched(GOOD));
    const WECHAT = { WX_APPID: "wx1", WX_SECRET: "its-secret" };
    loginService(watched({ ...GOOD, ...WECHAT }));
    const WEBHOOK_SECRET = `whsec_${randomBytes(32).toString("base64")}`;
    lifeService(watched({ ...GOOD, UPLOADED_WEBHOOK: "https://hooks.example.com/x", WEBHOOK_SECRET }));
    pushService(watched({ ...GOOD, MEDIA_CHECK: "wechat", ...WECHAT, WX_PUSH_TOKEN: "PushToken" }));
    const renewing = { CERT_RENEW: "yes", CERT_SECRET_ID: "AKIDEXAMPLE", CERT_SECRET_KEY: "its-secret" };
    readCertWatch(watched({ CERT_HOSTS: "a.example.com", ...renewing }));
    readQuotaSettings(watched(GOOD));
    // A variable of Node's own, which cert-watch uses as Node does.
    read.delete("NODE_EXTRA_CA_CERTS");
    expect([...read].filter((name) => !READ_VARIABLES.includes(name))).toEqual([]);
  });
});

test("a .env file gives what the environment does not", async () => {
  const file = await temporaryFile(
    "functions.env",
    `${Object.entries(GOOD)
      .map(([name, value]) => `${name}="${value}"`)
      .join("\n")}\nSCF_X=1\n`,
  );
  const outcome = await doctor(["--json", "--no-upload", "--timeout", "1", "--env-file", file], {
    env: { COS_BUCKET: "a", COS_REGION: "ap-beijing" },
  });
  expect(outcome.check("settings.key").status).toBe("pass");
  expect(outcome.check("settings.reserved").status).toBe("warn");
  expect(outcome.check("settings.bucket")).toMatchObject({ status: "fail" });
  expect(outcome.output).not.toContain(GOOD.JWT_SECRET);
});

// .env.example has such lines, and npm run deploy takes them for nothing.
test("a variable with an empty value is not set", async () => {
  const { JWT_SECRET: _, ...keyless } = GOOD;
  const lines = Object.entries({
    ...keyless,
    JWT_SECRET: "",
    COS_DOMAIN: "",
    JWT_JWKS_URL: "https://id.example.com/keys",
    JWT_ISSUER: "https://id.example.com",
    JWT_AUDIENCE: "uploads",
  }).map(([name, value]) => `${name}=${value}`);
  const file = await temporaryFile("blank.env", lines.join("\n"));
  const outcome = await doctor(["--json", "--no-upload", "--timeout", "1", "--env-file", file]);
  expect(outcome.check("settings.auth").status).toBe("pass");
  expect(outcome.check("settings.bucket").status).toBe("pass");
});

test("what the file says otherwise than it was meant is a warning, without its values", async () => {
  const lines = [
    ...Object.entries(GOOD).map(([name, value]) => `${name}=${value}`),
    "WX_SECRET=its-pass#word",
    "TOKEN_SECONDS=600; CERT_WEBHOOK=https://a.example.com",
    "SIGNATURE_SECONDS=600",
    "SIGNATURE_SECONDS=900",
    "COS_DOMAIN＝files.example.com",
  ];
  const file = await temporaryFile("doubtful.env", lines.join("\n"));
  const outcome = await doctor(["--json", "--no-upload", "--timeout", "1", "--env-file", file]);
  expect(["hash", "joined", "twice", "lines"].map((id) => outcome.check(`settings.${id}`))).toMatchObject([
    { status: "warn", detail: "WX_SECRET: the value ends at the #; the rest is read as a comment." },
    { status: "warn", detail: "TOKEN_SECONDS: the value goes on with another setting." },
    { status: "warn", detail: "SIGNATURE_SECONDS: there are different values; the last one counts." },
    { status: "warn", detail: "Line 10: it sets no variable." },
  ]);
  expect(outcome.output).not.toMatch(/its-pass|word"/);
});

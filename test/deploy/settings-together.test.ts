import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import checkEnvironment from "../../deploy/check-environment.ts";
import { inDeployersWords, type Project, readProject } from "../../packages/scf-component/src/project.ts";
import { readProps } from "../../packages/scf-component/src/props.ts";
import { checkSettings } from "../../tools/doctor/settings/check-settings.ts";
import { propsOf } from "../packages/scf-component/command-line.ts";
import { TEST_ACCOUNT } from "../support/account.ts";
import { loadBundle } from "../support/bundle.ts";

/*
 * Settings that need each other, whichever functions they are for: `npm run deploy`, with the real serverless.yml and the
 * functions as they start, and doctor say the same.
 */

type Variables = Readonly<Record<string, string>>;

const secret = () => randomBytes(32).toString("hex");
const GOOD: Variables = {
  COS_SECRET_ID: TEST_ACCOUNT.secretId,
  COS_SECRET_KEY: TEST_ACCOUNT.secretKey,
  COS_BUCKET: "uploads-1250000000",
  COS_REGION: "ap-guangzhou",
  JWT_SECRET: secret(),
};
const own = (owner: string) => ({
  [`${owner}_SECRET_ID`]: `AKID${secret()}`,
  [`${owner}_SECRET_KEY`]: secret(),
});
const ROLE = "qcs::cam::uin/100000000001:roleName/cos-uploads";
const WECHAT = { WX_APPID: "wx3c884a3615610d2b", WX_SECRET: secret() };
const PUSH = { WX_PUSH_TOKEN: "PushToken", WX_PUSH_AES_KEY: "A".repeat(43) };
const WEBHOOK = {
  UPLOADED_WEBHOOK: "https://hooks.example.com/",
  WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
};
const CHECKED = { MEDIA_CHECK: "wechat", ...WECHAT, ...PUSH, ...own("LIFE"), ...own("LOGIN") };
const RENEWING = { CERT_RENEW: "yes", CERT_SECRET_ID: `AKID${secret()}`, CERT_SECRET_KEY: secret() };
const { JWT_SECRET: _, ...SECRETLESS } = GOOD;
const KEY_SET = {
  ...SECRETLESS,
  JWT_JWKS_URL: "https://id.example.com/keys",
  JWT_ISSUER: "https://id.example.com",
  JWT_AUDIENCE: "uploads",
};

const without = (variables: Variables, ...names: string[]): Variables =>
  Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));

let template: string;
const TEMPLATE = fileURLToPath(new URL("../../serverless.yml", import.meta.url));
beforeAll(async () => {
  template = await readFile(TEMPLATE, "utf8");
});

function projectOf(env: Variables): Project {
  return readProject(readProps(propsOf(template, env), TEMPLATE, "cos-direct-upload"), env);
}

/** What `npm run deploy` refuses, without the processes in which it starts the functions. */
function deployProblems(env: Variables): string[] {
  const problems = projectOf(env).functions.flatMap((spec) => [
    ...inDeployersWords(spec, checkEnvironment(spec.environment, { role: spec.role, deployer: env })),
    ...inDeployersWords(
      spec,
      loadBundle(spec.name, spec.environment)
        .log.map((line) => JSON.parse(line))
        .flatMap(({ code, message }) => (code === "ConfigurationError" ? [String(message)] : [])),
    ),
  ]);
  return [...new Set(problems)];
}

function findingsOf(env: Variables, of: "fail" | "warn"): string[] {
  const { findings } = checkSettings({
    env,
    fileNames: [],
    expandedNames: [],
    doubts: { cut: [], joined: [], twice: [], unread: [] },
    fileAuthority: undefined,
  });
  return findings.flatMap(({ status, detail }) => (status === of ? [detail ?? ""] : []));
}

const names = (problems: readonly string[]) => [...new Set(problems.map((problem) => problem.split(" ")[0]))];

test.each<[missing: string, because: string, Variables]>([
  ["COS_SECRET_KEY", "COS_SECRET_ID", without(GOOD, "COS_SECRET_KEY")],
  ["COS_SECRET_ID", "COS_SECRET_KEY", without(GOOD, "COS_SECRET_ID")],
  ...["LIFE", "OBJECTS", "LOGIN"].flatMap((owner): [string, string, Variables][] => {
    const [id, key] = [`${owner}_SECRET_ID`, `${owner}_SECRET_KEY`];
    return [
      [key, id, { ...GOOD, ...without(own(owner), key) }],
      [id, key, { ...GOOD, ...without(own(owner), id) }],
    ];
  }),
  ["WX_SECRET", "WX_APPID", { ...GOOD, ...without(WECHAT, "WX_SECRET") }],
  ["JWT_SECRET", "WX_APPID", { ...SECRETLESS, ...WECHAT, UPLOAD_AUTH: "none", ALLOW_PUBLIC_UPLOADS: "yes" }],
  ["WX_PUSH_TOKEN", "MEDIA_CHECK", { ...GOOD, ...without(CHECKED, "WX_PUSH_TOKEN", "WX_PUSH_AES_KEY") }],
  ["WX_APPID", "WX_PUSH_TOKEN", { ...GOOD, ...PUSH, ...own("LIFE") }],
  ["LIFE_SECRET_ID", "WX_PUSH_TOKEN", { ...GOOD, ...WECHAT, ...PUSH }],
  ["LIFE_SECRET_ID", "MEDIA_CHECK", { ...GOOD, ...without(CHECKED, "LIFE_SECRET_ID", "LIFE_SECRET_KEY") }],
  ["LIFE_SECRET_ID", "UPLOADED_WEBHOOK", { ...GOOD, ...WEBHOOK }],
  ["LOGIN_SECRET_ID", "MEDIA_CHECK", { ...GOOD, ...without(CHECKED, "LOGIN_SECRET_ID", "LOGIN_SECRET_KEY") }],
  [
    "MEDIA_CHECK",
    "users that log in",
    { ...GOOD, ...CHECKED, UPLOAD_AUTH: "none", ALLOW_PUBLIC_UPLOADS: "yes" },
  ],
  ["WEBHOOK_SECRET", "UPLOADED_WEBHOOK", { ...GOOD, ...own("LIFE"), ...without(WEBHOOK, "WEBHOOK_SECRET") }],
  ["JWT_ISSUER", "JWT_JWKS_URL", without(KEY_SET, "JWT_ISSUER")],
  ["JWT_AUDIENCE", "JWT_JWKS_URL", without(KEY_SET, "JWT_AUDIENCE")],
  ["CERT_HOSTS", "CERT_RENEW", { ...GOOD, ...RENEWING }],
  [
    "CERT_SECRET_KEY",
    "CERT_RENEW",
    { ...GOOD, CERT_HOSTS: "a.example.com", ...without(RENEWING, "CERT_SECRET_KEY") },
  ],
  ...["LIFE", "OBJECTS"].map((owner): [string, string, Variables] => [
    "FUNCTION_ROLE",
    `${owner}_ROLE_ARN`,
    { ...GOOD, [`${owner}_ROLE_ARN`]: ROLE },
  ]),
  [
    "FUNCTION_ROLE",
    "COS_ROLE_ARN",
    { ...without(GOOD, "COS_SECRET_ID", "COS_SECRET_KEY"), COS_ROLE_ARN: ROLE },
  ],
  // The parameter Role is a name (https://cloud.tencent.com/document/product/583/18586).
  ["FUNCTION_ROLE", "LIFE_ROLE_ARN, as a name,", { ...GOOD, LIFE_ROLE_ARN: ROLE, FUNCTION_ROLE: ROLE }],
])(
  "npm run deploy and doctor refuse a missing %s, which %s needs, and name nothing else",
  (missing, _, env) => {
    expect(names(deployProblems(env))).toEqual([missing]);
    expect(names(findingsOf(env, "fail"))).toEqual([missing]);
  },
);

// What is off may be so on purpose, and what belongs to it may be left in place.
test.each<[missing: string, left: string, Variables]>([
  ["WX_APPID", "WX_SECRET", without(WECHAT, "WX_APPID")],
  ["WX_PUSH_TOKEN", "WX_PUSH_AES_KEY", { ...WECHAT, ...without(PUSH, "WX_PUSH_TOKEN") }],
  ["CERT_HOSTS", "CERT_WEBHOOK", { CERT_WEBHOOK: "https://qyapi.weixin.qq.com/x" }],
  ["UPLOADED_WEBHOOK", "WEBHOOK_SECRET", without(WEBHOOK, "UPLOADED_WEBHOOK")],
])("without %s, doctor warns of %s, which nothing uses, and both are accepted", (missing, left, more) => {
  const env = { ...GOOD, ...more };
  expect([...deployProblems(env), ...findingsOf(env, "fail")]).toEqual([]);
  // The rules may deserve warnings of their own.
  const always = findingsOf(GOOD, "warn");
  expect(findingsOf(env, "warn").filter((warning) => !always.includes(warning))).toEqual([
    expect.stringMatching(new RegExp(`^${missing} is not set, and ${left} is: `)),
  ]);
});

describe("npm run deploy and doctor have nothing against", () => {
  test.each<[string, Variables, left: string[]]>([
    [
      "one key for everything",
      GOOD,
      ["login", "uploaded", "upload-status", "wechat-push", "check-watch", "cert-watch"],
    ],
    [
      "keys of their own",
      { ...GOOD, ...own("LIFE"), ...own("OBJECTS"), ...WEBHOOK },
      ["login", "wechat-push", "check-watch", "cert-watch"],
    ],
    ["a check by WeChat", { ...GOOD, ...CHECKED }, ["cert-watch"]],
    [
      "the same where another login signs the tokens",
      { ...KEY_SET, ...without(CHECKED, "LOGIN_SECRET_ID", "LOGIN_SECRET_KEY") },
      ["login", "cert-watch"],
    ],
    [
      "roles",
      {
        ...without(GOOD, "COS_SECRET_ID", "COS_SECRET_KEY"),
        COS_ROLE_ARN: ROLE,
        LIFE_ROLE_ARN: `${ROLE}-life`,
        FUNCTION_ROLE: "scf",
      },
      ["login", "wechat-push", "check-watch", "cert-watch"],
    ],
    [
      "certificates that are renewed",
      { ...GOOD, ...RENEWING, CERT_HOSTS: "a.example.com" },
      ["login", "uploaded", "upload-status", "wechat-push", "check-watch"],
    ],
  ])("%s", (_, env, left) => {
    expect(deployProblems(env)).toEqual([]);
    expect(findingsOf(env, "fail")).toEqual([]);
    expect(projectOf(env).left.map(({ functionName }) => functionName)).toEqual(left);
  });
});

/** A function's variables by serverless.yml. */
const variablesOf = (name: string, env: Variables) =>
  projectOf(env).functions.find((spec) => spec.name === name)?.environment;

test("a function's own key replaces the shared role, and its own role the shared key", () => {
  const objects = own("OBJECTS");
  const shared = {
    ...without(GOOD, "COS_SECRET_ID", "COS_SECRET_KEY"),
    COS_ROLE_ARN: ROLE,
    FUNCTION_ROLE: "scf",
  };
  const keyed = variablesOf("objects", { ...shared, ...objects });
  expect(keyed).toMatchObject({ COS_SECRET_ID: objects["OBJECTS_SECRET_ID"] });
  expect(keyed).not.toHaveProperty("COS_ROLE_ARN");
  const inRole = variablesOf("objects", { ...GOOD, OBJECTS_ROLE_ARN: ROLE, FUNCTION_ROLE: "scf" });
  expect(inRole).toMatchObject({ COS_ROLE_ARN: ROLE });
  expect(inRole).not.toHaveProperty("COS_SECRET_ID");
});

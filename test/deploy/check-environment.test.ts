import { expect, test } from "vitest";
import checkEnvironment from "../../deploy/check-environment.ts";
import { ENV, startDeployment } from "../packages/scf-component/support.ts";
import { TEST_ACCOUNT } from "../support/account.ts";

const CHECK = new URL("../../deploy/check-environment.ts", import.meta.url);

test.each([
  ["JWT_SECRET", "the-emulator-signs-tokens-with-this-text"],
  ["WX_SECRET", "emulatedminiprogramsecret0000000"],
  ["USER_PREFIX_SECRET", "sixteen letters!"],
  ["COS_SECRET_ID", "AKIDEmulatorEmulatorEmulatorEmulator"],
  ["COS_SECRET_KEY", "EmulatorSecretEmulatorSecret0000"],
])("attack: a publicly known value of %s is not deployed", (name, value) => {
  const own = { COS_SECRET_ID: TEST_ACCOUNT.secretId, COS_SECRET_KEY: TEST_ACCOUNT.secretKey };
  expect(checkEnvironment({ ...own, [name]: value }, { role: "", deployer: {} })).toEqual([
    `${name} is public: its value is in this project's source, tests or documentation. Set your own.`,
  ]);
});

test("attack: a published secret is not deployed under a name that no function reads", async () => {
  const deployment = await startDeployment();
  deployment.useModule("environmentCheck", CHECK);
  deployment.env = { GREETING: "hello", A_SECRET: "the-emulator-signs-tokens-with-this-text" };
  await expect(deployment.deploy()).rejects.toThrow("Nothing was changed. A_SECRET is public");
  await expect(deployment.plan()).rejects.toThrow("Nothing was changed. A_SECRET is public");
  expect(deployment.proxy.calls).toEqual([]);
});

test("attack: a function with UPLOAD_AUTH=none is not deployed until ALLOW_PUBLIC_UPLOADS=yes acknowledges that it is open to all", async () => {
  const says = /UPLOAD_AUTH=none lets anyone .* set ALLOW_PUBLIC_UPLOADS=yes/;
  const deployment = await startDeployment();
  deployment.useModule("environmentCheck", CHECK);
  deployment.env = { ...ENV, UPLOAD_AUTH: "none" };
  await expect(deployment.deploy()).rejects.toThrow(says);
  await expect(deployment.plan()).rejects.toThrow(says);
  deployment.env = { ...ENV, UPLOAD_AUTH: "none", ALLOW_PUBLIC_UPLOADS: "1" };
  await expect(deployment.deploy()).rejects.toThrow(says);
  expect(deployment.proxy.calls).toEqual([]);
  deployment.env = { ...ENV, UPLOAD_AUTH: "none", ALLOW_PUBLIC_UPLOADS: "yes" };
  expect(Object.keys((await deployment.deploy()).urls)).toEqual(["one", "two"]);
});

test("refuses COS_ROLE_ARN without an execution role to assume it", async () => {
  const deployment = await startDeployment();
  deployment.useModule("environmentCheck", CHECK);
  deployment.env = { ...ENV, COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload" };
  deployment.props["functions"] = { one: { environment: ["COS_ROLE_ARN"] } };
  await expect(deployment.deploy()).rejects.toThrow("Nothing was changed. FUNCTION_ROLE is not set; with");
  expect(deployment.proxy.calls).toEqual([]);
  deployment.props["role"] = "scf-execution";
  expect(Object.keys((await deployment.deploy()).urls)).toEqual(["one"]);
});

test("names every unusable variable at once, and leaves missing ones to the functions", () => {
  const variables = {
    COS_BUCKET: "uploads",
    COS_REGION: "Guangzhou",
    COS_DOMAIN: "https://files.example.com",
    STS_ENDPOINT: "https://sts.example.com",
    DOWNLOAD_DOMAIN: "cdn.example.com/x",
    JWT_SECRET: "short",
    WX_APPID: "wx 1",
    WX_ENDPOINT: "http://api.weixin.qq.com",
    CORS_ORIGINS: "*",
    SIGNATURE_SECONDS: "86400",
    TOKEN_SECONDS: "1",
  };
  const problems = checkEnvironment(variables, { role: "", deployer: {} });
  expect(problems.map((problem) => problem.split(" ")[0]).sort()).toEqual(Object.keys(variables).sort());
  for (const problem of problems) expect(problem).toContain(" must ");
});

test("accepts variables that the functions can use", () => {
  const variables = {
    COS_BUCKET: "uploads-1250000000",
    SIGNATURE_SECONDS: "900",
    CORS_ORIGINS: "https://a.example",
  };
  expect(checkEnvironment(variables, { role: "", deployer: {} })).toEqual([]);
  expect(checkEnvironment({}, { role: "", deployer: {} })).toEqual([]);
});

test("a variable that the check and a function miss is named once", async () => {
  const deployment = await startDeployment();
  deployment.useModule("environmentCheck", CHECK);
  const line = { code: "ConfigurationError", message: "LIFE_SECRET_KEY is not set; it must be a key." };
  await deployment.writeCode(
    "one",
    `console.log(${JSON.stringify(JSON.stringify(line))}); exports.main_handler = async () => {};`,
  );
  deployment.env = { ...ENV, LIFE_SECRET_ID: TEST_ACCOUNT.secretId };
  await expect(deployment.deploy()).rejects.toThrow(
    /^Nothing was changed\. LIFE_SECRET_KEY is not set; a key consists of both\.$/,
  );
});

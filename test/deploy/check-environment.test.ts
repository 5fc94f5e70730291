import { expect, test } from "vitest";
import checkEnvironment from "../../deploy/check-environment.ts";
import { startDeployment } from "../packages/scf-component/support.ts";
import { TEST_ACCOUNT } from "../support/account.ts";

test.each([
  ["JWT_SECRET", "the-emulator-signs-tokens-with-this-text"],
  ["WX_SECRET", "emulatedminiprogramsecret0000000"],
  ["USER_PREFIX_SECRET", "sixteen letters!"],
  ["COS_SECRET_ID", "AKIDEmulatorEmulatorEmulatorEmulator"],
  ["COS_SECRET_KEY", "EmulatorSecretEmulatorSecret0000"],
])("attack: %s with a value that everybody can read is not put up", (name, value) => {
  const own = { COS_SECRET_ID: TEST_ACCOUNT.secretId, COS_SECRET_KEY: TEST_ACCOUNT.secretKey };
  expect(checkEnvironment({ ...own, [name]: value })).toEqual([
    `${name} is public: its value is in this project's source, tests or documentation. Set your own.`,
  ]);
});

test("attack: deploy puts up a published secret under a name that no function reads", async () => {
  const deployment = await startDeployment();
  deployment.useEnvironmentCheck(new URL("../../deploy/check-environment.ts", import.meta.url));
  deployment.env = { GREETING: "hello", A_SECRET: "the-emulator-signs-tokens-with-this-text" };
  await expect(deployment.deploy()).rejects.toThrow("Nothing was changed. A_SECRET is public");
  await expect(deployment.plan()).rejects.toThrow("Nothing was changed. A_SECRET is public");
  expect(deployment.proxy.calls).toEqual([]);
});

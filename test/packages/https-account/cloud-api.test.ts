import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import { object } from "valibot";
import { expect, test, vi } from "vitest";
import { CloudApi } from "../../../packages/https-account/src/cloud-api.ts";

const HINTS = { key: "Look at the key of yours.", permission: "Look at the policy of yours." };

// https://cloud.tencent.com/document/api/400/41662, the common codes of the API.
test.each([
  ["AuthFailure.SecretIdNotFound", "Look at the key of yours.", "Check the key."],
  ["UnauthorizedOperation", "Look at the policy of yours.", "The key lacks the permission."],
  ["AuthFailure.UnauthorizedOperation", "Look at the policy of yours.", "The key lacks the permission."],
  ["AuthFailure.SignatureExpire", "Set this machine's clock.", "Set this machine's clock."],
])("says what to do about %s in the caller's words, or in its own", async (code, theirs, own) => {
  const refused = vi.spyOn(CommonClient.prototype, "request").mockRejectedValue({ code, message: "no" });
  const ask = async (more: object) => {
    const credential = { secretId: "AKIDexample", secretKey: "example" };
    const options = { credential, endpoint: undefined, timeoutSeconds: 1, sleep: async () => {}, ...more };
    return await new CloudApi("ssl", options).call("DescribeCertificates", {}, object({})).catch(String);
  };
  const said = [await ask({ hints: HINTS }), await ask({})];
  refused.mockRestore();
  expect(said).toEqual([
    `CloudError: DescribeCertificates: ${code}: no. ${theirs}`,
    `CloudError: DescribeCertificates: ${code}: no. ${own}`,
  ]);
});

test("asks up to four times while the API limits the rate, each time after twice the pause", async () => {
  const code = "RequestLimitExceeded";
  const asked = vi.spyOn(CommonClient.prototype, "request").mockRejectedValue({ code, message: "no" });
  const pauses: number[] = [];
  const credential = { secretId: "AKIDexample", secretKey: "example" };
  const sleep = async (ms: number) => void pauses.push(ms);
  const ssl = new CloudApi("ssl", { credential, endpoint: undefined, timeoutSeconds: 1, sleep });
  await expect(ssl.call("DescribeCertificates", {}, object({}))).rejects.toThrow(code);
  const times = asked.mock.calls.length;
  asked.mockRestore();
  expect([times, pauses]).toEqual([4, [500, 1000, 2000]]);
});

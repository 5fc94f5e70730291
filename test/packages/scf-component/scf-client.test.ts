import { expect, test } from "vitest";
import { createClient, REAL_PACE, Scf } from "../../../packages/scf-component/src/scf-client.ts";
import { TEST_ACCOUNT } from "../../support/account.ts";

const to = (endpoint: string) => () => createClient(TEST_ACCOUNT, "ap-guangzhou", endpoint);

test.each([
  "http://scf.example.com",
  "http://127.0.0.1.example.com",
  "ftp://127.0.0.1",
  "https://scf.example.com/api",
  "scf.tencentcloudapi.com",
])("attack: the key and the functions' secrets are sent to %s", (endpoint) => {
  expect(to(endpoint)).toThrow(
    "SCF_ENDPOINT must be https://HOST, or http:// with an address on this computer.",
  );
});

test.each([
  "https://scf.tencentcloudapi.com",
  "http://127.0.0.1:9000",
  "http://localhost:9000",
  "http://[::1]:9000",
])("accepts %s as SCF's endpoint", (endpoint) => expect(to(endpoint)).not.toThrow());

test("asks up to four times while SCF limits the rate, each time after twice the pause", async () => {
  const pauses: number[] = [];
  const pace = { ...REAL_PACE, sleep: async (ms: number) => void pauses.push(ms) };
  const terms = { command: "s", policy: undefined, role: "role in s.yaml" };
  let asked = 0;
  const busy = new Scf(to("https://scf.tencentcloudapi.com")(), pace, terms).write(
    "CreateFunction",
    "one",
    async () => {
      asked += 1;
      throw Object.assign(new Error("busy"), { code: "RequestLimitExceeded" });
    },
  );
  await expect(busy).rejects.toThrow("RequestLimitExceeded");
  expect([asked, pauses]).toEqual([4, [500, 1000, 2000]]);
});

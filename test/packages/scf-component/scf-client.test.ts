import { expect, test } from "vitest";
import { createClient } from "../../../packages/scf-component/src/scf-client.ts";
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

import { expect, test } from "vitest";
import ScfComponent from "../../../packages/scf-component/src/component.ts";
import { failure } from "./support.ts";

const PROPS = {
  region: "ap-guangzhou",
  runtime: "Nodejs20.19",
  memorySize: 128,
  timeout: 10,
  codeUri: ".",
  functions: { one: { environment: [] } },
};

test("the key of the README is no key to deploy with", async () => {
  const inputs = {
    props: PROPS,
    args: [],
    yaml: { path: "serverless.yml" },
    getCredential: async () => ({ AccountID: "…", SecretID: "…", SecretKey: "…" }),
  };
  for (const command of ["deploy", "plan", "info", "logs"] as const) {
    expect(await failure(new ScfComponent()[command](inputs))).toContain(
      "The key to deploy with: SecretID is a placeholder, not a key",
    );
  }
});

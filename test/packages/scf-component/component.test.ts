import { readdir, readFile } from "node:fs/promises";
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

test("refuses the README's example key", async () => {
  const inputs = {
    props: PROPS,
    args: [],
    yaml: { path: "s.yaml" },
    resource: { access: "default" },
    getCredential: async () => ({ AccountID: "…", SecretID: "…", SecretKey: "…" }),
  };
  for (const command of ["deploy", "plan", "info", "logs"] as const) {
    expect(await failure(new ScfComponent()[command](inputs))).toContain(
      "The key to deploy with: SecretID is a placeholder, not a key",
    );
  }
});

test("a missing key has to be set in the variable that the template's access names, if it names one", async () => {
  const messageFor = (access: string) =>
    failure(
      new ScfComponent().info({
        props: PROPS,
        args: [],
        yaml: { path: "s.yaml" },
        resource: { access },
        getCredential: async () => ({}),
      }),
    );
  expect(await messageFor("default")).toBe(
    "There is no Tencent Cloud key to deploy with: add one with s config add and name it with -a.",
  );
  expect(await messageFor("my_serverless_devs_key")).toContain(
    `: set my_serverless_devs_key='{"AccountID":"…","SecretID":"…","SecretKey":"…"}', or add one with s config add`,
  );
});

test("the component contains nothing about the project that it deploys here", async () => {
  const folder = new URL("../../../packages/scf-component/src/", import.meta.url);
  for (const name of await readdir(folder)) {
    const source = await readFile(new URL(name, folder), "utf8");
    expect(source).not.toMatch(
      /npm run|deploy\/|serverless\.yml|cos.direct.upload|COS_|CUSTOM_DOMAIN|CERTIFICATE_ID|FUNCTION_|UPLOAD_/,
    );
  }
});

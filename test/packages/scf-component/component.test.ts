import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import ScfComponent from "../../../packages/scf-component/src/component.ts";
import { writeFunctions } from "../cos-emulator/fixture-functions.ts";
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

// What Tencent Cloud calls its own: https://cloud.tencent.com/document/product/598/40488
test.each([
  ["Tencent Cloud's console", { SecretId: "…", SecretKey: "…" }],
  ["its SDKs", { secretId: "…", secretKey: "…" }],
])("a key with the names of %s is a key", async (_, key) => {
  const info = new ScfComponent().info({
    props: PROPS,
    args: [],
    yaml: { path: "s.yaml" },
    resource: { access: "default" },
    getCredential: async () => key,
  });
  expect(await failure(info)).toContain("The key to deploy with: SecretID is a placeholder");
});

test.each([
  "{'SecretID':'a-secret-of-the-team'}",
  "{“SecretID”:“a-secret-of-the-team”}",
  "a-secret:of-the-team",
])("a variable that holds no key is told from one that is not set: %s", async (value) => {
  vi.stubEnv("my_serverless_devs_key", value);
  onTestFinished(() => void vi.unstubAllEnvs());
  const info = new ScfComponent().info({
    props: PROPS,
    args: [],
    yaml: { path: "s.yaml" },
    resource: { access: "my_serverless_devs_key" },
    getCredential: async () => {
      throw new Error("Not found access: my_serverless_devs_key");
    },
  });
  const message = await failure(info);
  expect(message).toMatch(/^my_serverless_devs_key is set, but holds no key: it must be JSON/);
  expect(message).not.toContain("of-the-team");
});

test.each([
  ["answers", "return what"],
  ["throws", "throw new Error(what)"],
])(
  "attack: what a function logs and %s cannot control the terminal, and shows no secret of the deployer's",
  async (_, outcome) => {
    const directory = await writeFunctions({
      one: `exports.main_handler = async () => {
        const what = "\\u001b[2Ja\\u009b31mb\\u202ec a-secret-of-the-team";
        console.log(what);
        ${outcome};
      };`,
    });
    vi.stubEnv("A_SECRET", "a-secret-of-the-team");
    let said = "";
    const streams = [process.stdout, process.stderr].map((stream) =>
      vi.spyOn(stream, "write").mockImplementation((text) => {
        said += String(text);
        return true;
      }),
    );
    try {
      const error = await failure(
        new ScfComponent().local({
          props: PROPS,
          args: ["--query", "a=b"],
          yaml: { path: join(directory, "s.yaml") },
          resource: { access: "default" },
          getCredential: async () => ({}),
        }),
      );
      said += error;
    } finally {
      for (const stream of streams) stream.mockRestore();
      vi.unstubAllEnvs();
    }
    expect(said.split("c ***")).toHaveLength(outcome.startsWith("return") ? 3 : 2);
    expect(said).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|a-secret/u);
  },
);

test("the component contains nothing about the project that it deploys here", async () => {
  const folder = new URL("../../../packages/scf-component/src/", import.meta.url);
  for (const name of await readdir(folder)) {
    const source = await readFile(new URL(name, folder), "utf8");
    expect(source).not.toMatch(
      /npm run|deploy\/|serverless\.yml|cos.direct.upload|COS_|CUSTOM_DOMAIN|CERTIFICATE_ID|FUNCTION_|UPLOAD_/,
    );
  }
});

import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { decide } from "../../packages/cos-emulator/src/cam/decide.ts";
import { parsePolicy } from "../../packages/cos-emulator/src/cam/parse-policy.ts";
import { HELP } from "../../packages/scf-component/src/help.ts";
import { onTestEnd } from "../packages/cos-emulator/fixture-functions.ts";
import { TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { startFakeSts } from "../support/fake-sts.ts";

async function readPolicy(name: string) {
  const text = await readFile(new URL(`../../deploy/policies/${name}.json`, import.meta.url), "utf8");
  return parsePolicy(text);
}

function allows(policy: Awaited<ReturnType<typeof readPolicy>>, action: string, resource: string): boolean {
  return decide(policy, { action, resource, keys: new Map() }).allowed;
}

describe("functions.json", () => {
  const BUCKET = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000";

  test.each([
    ["put-sign", { ext: "jpg" }],
    ["post-policy", { ext: "jpg" }],
    ["upload-credentials", { ext: "mp4" }],
    ["object-url", { key: "uploads/20260101/a.jpg" }],
  ])("allows what %s asks STS for", async (name, queryString) => {
    const policy = await readPolicy("functions");
    const sts = await startFakeSts();
    onTestEnd(() => sts.close());
    const bundle = await BundleProcess.start(name, { ...TEST_ENV, ...sts.env });
    onTestEnd(() => bundle.close());
    const answer = await bundle.invoke({ queryString }, { time_limit_in_ms: 3000 });
    expect(answer.statusCode).toBe(200);
    const { statements } = parsePolicy(decodeURIComponent(sts.forms[0]?.get("Policy") ?? ""));
    for (const { actions, resources } of statements) {
      for (const action of actions) {
        for (const resource of resources) expect(allows(policy, action, resource)).toBe(true);
      }
    }
    expect(allows(policy, "sts:GetFederationToken", "qcs::sts::uin/1:federationuser/x")).toBe(true);
  });

  test.each([
    ["deleting", "name/cos:DeleteObject", `${BUCKET}/uploads/a.jpg`],
    ["listing the bucket", "name/cos:GetBucket", `${BUCKET}/`],
    ["another prefix", "name/cos:PutObject", `${BUCKET}/private/a.jpg`],
    [
      "another bucket",
      "name/cos:PutObject",
      "qcs::cos:ap-guangzhou:uid/1250000000:other-1250000000/uploads/a",
    ],
    ["taking a role", "sts:AssumeRole", "qcs::cam::uin/1:roleName/x"],
  ])("refuses %s", async (_, action, resource) => {
    expect(allows(await readPolicy("functions"), action, resource)).toBe(false);
  });
});

describe("deployer.json", () => {
  const FUNCTION = "qcs::scf:gz:uin/100000000001:namespace/default/function";

  test("allows every call that the component makes", async () => {
    const policy = await readPolicy("deployer");
    const sources = ["apply", "code-package", "commands", "custom-domain", "observe"].map((name) =>
      readFile(new URL(`../../deploy/scf-component/${name}.ts`, import.meta.url), "utf8"),
    );
    const calls = (await Promise.all(sources)).join("").matchAll(/client\.([A-Z]\w+)\(/g);
    const actions = [...new Set([...calls].map(([, action = ""]) => action))];
    expect(actions).toContain("UpdateFunctionCode");
    expect(actions.length).toBeGreaterThanOrEqual(13);
    for (const action of actions) expect(allows(policy, `scf:${action}`, `${FUNCTION}/put-sign`)).toBe(true);
    expect(allows(policy, "scf:CreateFunction", "qcs::scf:gz:uin/100000000001:namespace/default")).toBe(true);
  });

  test("names every function of serverless.yml", async () => {
    const policy = await readPolicy("deployer");
    const yaml = await readFile(new URL("../../serverless.yml", import.meta.url), "utf8");
    const names = [...yaml.matchAll(/^ {8}([a-z][a-z-]+):$/gm)].map(([, name = ""]) => name);
    expect(names).toContain("upload-credentials");
    for (const name of names) expect(allows(policy, "scf:DeleteFunction", `${FUNCTION}/${name}`)).toBe(true);
  });

  test.each([
    ["somebody else's function", "scf:UpdateFunctionCode", `${FUNCTION}/another`],
    ["another namespace", "scf:CreateFunction", "qcs::scf:gz:uin/1:namespace/production"],
    ["the account's keys", "cam:CreateAccessKey", "*"],
  ])("refuses %s", async (_, action, resource) => {
    expect(allows(await readPolicy("deployer"), action, resource)).toBe(false);
  });
});

test("every command has its help", () => {
  for (const { help } of Object.values(HELP)) expect(help.description).not.toBe("");
});

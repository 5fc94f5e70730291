import { readdir, readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ownKeyOf } from "../../deploy/own-keys.ts";
import { decide } from "../../packages/cos-emulator/src/cam/decide.ts";
import { parsePolicy } from "../../packages/cos-emulator/src/cam/parse-policy.ts";
import * as commands from "../../packages/scf-component/src/commands.ts";
import { HELP } from "../../packages/scf-component/src/help.ts";
import { lifeGrants } from "../../shared/life/service.ts";
import { allNotesGrants } from "../../shared/life/tell-again.ts";
import { pendingKey, placesOf, triggerPrefixes } from "../../shared/object/places.ts";
import { rules } from "../../shared/object/rules.ts";
import { dayPrefixes } from "../../shared/quota/list-day.ts";
import { onTestEnd } from "../packages/cos-emulator/fixture-functions.ts";
import { ECHO } from "../packages/cos-emulator/scf/api/support.ts";
import { startDeployment } from "../packages/scf-component/support.ts";
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

  test.each(["UploadPart", "ListParts", "CompleteMultipartUpload", "AbortMultipartUpload", "HeadObject"])(
    "allows %s, which multipart asks STS for",
    async (action) => {
      const policy = await readPolicy("functions");
      expect(allows(policy, `name/cos:${action}`, `${BUCKET}/uploads/20260101/a`)).toBe(true);
    },
  );

  test.each(rules.all)(
    "allows uploads where rule $name puts them, and reading under $prefix",
    async (rule) => {
      const policy = await readPolicy("functions");
      const key = `${rule.prefix}/20260101/a`;
      const arrives = rule.check === "before" ? pendingKey(key) : key;
      for (const action of ["PutObject", "PostObject", "InitiateMultipartUpload"]) {
        expect(allows(policy, `name/cos:${action}`, `${BUCKET}/${arrives}`)).toBe(true);
      }
      for (const action of ["GetObject", "HeadObject"]) {
        expect(allows(policy, `name/cos:${action}`, `${BUCKET}/${key}`)).toBe(true);
      }
    },
  );

  test.each([
    ["deleting", "name/cos:DeleteObject", `${BUCKET}/uploads/a.jpg`],
    ["listing the bucket", "name/cos:GetBucket", `${BUCKET}/`],
    ["another prefix", "name/cos:PutObject", `${BUCKET}/private/a.jpg`],
    [
      "another bucket",
      "name/cos:PutObject",
      "qcs::cos:ap-guangzhou:uid/1250000000:other-1250000000/uploads/a",
    ],
    ["assuming a role", "sts:AssumeRole", "qcs::cam::uin/1:roleName/x"],
  ])("refuses %s", async (_, action, resource) => {
    expect(allows(await readPolicy("functions"), action, resource)).toBe(false);
  });
});

describe("objects.json", () => {
  const BUCKET = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000";

  test.each(rules.all)("allows listing and emptying $prefix, the prefix of rule $name", async (rule) => {
    const policy = await readPolicy("objects");
    expect(allows(policy, "name/cos:GetBucket", `${BUCKET}/${rule.prefix}/ann/`)).toBe(true);
    expect(allows(policy, "name/cos:DeleteObject", `${BUCKET}/${rule.prefix}/ann/20260101/a`)).toBe(true);
    expect(allows(policy, "name/cos:HeadObject", `${BUCKET}/${rule.prefix}/ann/20260101/a`)).toBe(true);
    for (const action of ["ListMultipartUploads", "AbortMultipartUpload"]) {
      expect(allows(policy, `name/cos:${action}`, `${BUCKET}/${rule.prefix}/ann/20260101/a`)).toBe(true);
    }
    expect(allows(policy, "sts:GetFederationToken", "qcs::sts::uin/1:federationuser/x")).toBe(true);
  });

  test.each([
    ["uploading", "name/cos:PutObject", `${BUCKET}/uploads/a.jpg`],
    ["reading", "name/cos:GetObject", `${BUCKET}/uploads/a.jpg`],
    ["beginning an upload", "name/cos:InitiateMultipartUpload", `${BUCKET}/uploads/a.mp4`],
    ["reading a user's openid", "name/cos:GetObject", `${BUCKET}/life/users/a`],
    ["deleting a check", "name/cos:DeleteObject", `${BUCKET}/life/checks/a`],
    ["looking at a file that waits for its check", "name/cos:HeadObject", `${BUCKET}/pending/uploads/a.jpg`],
    ["listing the bucket", "name/cos:GetBucket", `${BUCKET}/`],
    ["another prefix", "name/cos:DeleteObject", `${BUCKET}/private/a.jpg`],
  ])("refuses %s", async (_, action, resource) => {
    expect(allows(await readPolicy("objects"), action, resource)).toBe(false);
  });
});

describe("life.json", () => {
  const BUCKET = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000";

  test.each(rules.all)("allows everything that is done with a file under $prefix", async ({ prefix }) => {
    const policy = await readPolicy("life");
    const grants = placesOf(`${prefix}/20260101/a.jpg`, rules).flatMap(lifeGrants);
    expect(grants.length).toBeGreaterThan(0);
    for (const { key, permissions } of grants) {
      for (const { actions } of permissions) {
        for (const action of actions)
          expect(allows(policy, `name/cos:${action}`, `${BUCKET}/${key}`)).toBe(true);
      }
    }
  });

  test("allows listing, reading and deleting notes about outstanding announcements", async () => {
    const policy = await readPolicy("life");
    expect(allNotesGrants().length).toBeGreaterThan(0);
    for (const grant of allNotesGrants()) {
      for (const action of grant.permissions.flatMap(({ actions }) => actions)) {
        expect(allows(policy, `name/cos:${action}`, `${BUCKET}/life/untold/${"x".repeat(40)}`)).toBe(true);
      }
    }
  });

  test.each([
    ["uploading", "name/cos:PutObject", `${BUCKET}/uploads/a.jpg`],
    ["signing a form", "name/cos:PostObject", `${BUCKET}/uploads/a.jpg`],
    ["deleting the record of a file", "name/cos:DeleteObject", `${BUCKET}/life/state/uploads/a/ended`],
    ["another prefix", "name/cos:GetObject", `${BUCKET}/private/a.jpg`],
    ["the bucket's settings", "name/cos:PutBucketPolicy", `${BUCKET}/`],
  ])("refuses %s", async (_, action, resource) => {
    expect(allows(await readPolicy("life"), action, resource)).toBe(false);
  });

  test.each(["life", "rejected", "pending"])("functions.json gives no access under %s", async (place) => {
    const policy = await readPolicy("functions");
    for (const action of ["GetObject", "PutObject", "DeleteObject"]) {
      expect(allows(policy, `name/cos:${action}`, `${BUCKET}/${place}/uploads/a.jpg`)).toBe(false);
    }
  });
});

describe("quota.json", () => {
  const BUCKET = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000";

  test("allows listing wherever files are counted", async () => {
    const policy = await readPolicy("quota");
    const prefixes = dayPrefixes({ user: "ann" }, "20260101", rules);
    expect(prefixes.length).toBeGreaterThan(0);
    for (const prefix of prefixes)
      expect(allows(policy, "name/cos:GetBucket", `${BUCKET}/${prefix}`)).toBe(true);
  });
});

describe("serverless.yml", () => {
  test("COS calls uploaded for every prefix of the rules, and for no other", async () => {
    const text = await readFile(new URL("../../serverless.yml", import.meta.url), "utf8");
    const listed = /^ +prefixes: \[([^\]]*)\]/m.exec(text)?.[1]?.split(", ");
    expect(listed?.toSorted()).toEqual(triggerPrefixes(rules).toSorted());
  });
});

test("deploy/own-keys.ts has the key of every function as serverless.yml passes it", async () => {
  const text = await readFile(new URL("../../serverless.yml", import.meta.url), "utf8");
  const document = parse(text);
  const passed = Object.entries<{ environment: string }>(document.resources.scf.props.functions).map(
    ([name, { environment }]) => {
      const variables: (string | { COS_SECRET_ID?: string })[] = document.vars[environment.slice(7, -1)];
      const renamed = variables.flatMap((one) => (typeof one === "string" ? [] : (one.COS_SECRET_ID ?? [])));
      return [name, renamed[0]?.split("_")[0]];
    },
  );
  expect(passed).toContainEqual(["objects", "OBJECTS"]);
  expect(passed).toEqual(passed.map(([name = ""]) => [name, ownKeyOf(name)]));
});

describe("login.json", () => {
  const LIFE = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/life";

  test("allows writing a user's openid, and nothing else", async () => {
    const policy = await readPolicy("login");
    expect(allows(policy, "name/cos:PutObject", `${LIFE}/users/a`)).toBe(true);
    expect(allows(policy, "name/cos:GetObject", `${LIFE}/users/a`)).toBe(false);
    expect(allows(policy, "name/cos:PutObject", `${LIFE}/checks/a`)).toBe(false);
    expect(allows(policy, "name/cos:PutObject", `${LIFE}/../uploads/a`)).toBe(false);
  });
});

// https://cloud.tencent.com/document/product/228/41868: CDN's permissions are for single names.
test.each([
  ["www.example.com", true],
  ["other.example.com", false],
])("https.json allows changing %s on the CDN: %s", async (name, isAllowed) => {
  const resource = `qcs::cdn::uin/100000000001:domain/${name}`;
  expect(allows(await readPolicy("https"), "cdn:UpdateDomainConfig", resource)).toBe(isAllowed);
});

describe("deployer.json", () => {
  const FUNCTION = "qcs::scf:gz:uin/100000000001:namespace/default/function";

  test("allows every call that the component makes over the life of a deployment", async () => {
    const policy = await readPolicy("deployer");
    const deployment = await startDeployment();
    const { props, tools } = deployment;
    const withTimer = (timer: string) => {
      const functions = { one: { environment: [], url: false, timer }, two: { environment: ["GREETING"] } };
      Object.assign(props, { functions });
    };
    withTimer("0 0 9 * * * *");
    props["customDomain"] = { domain: "api.example.com", certificateId: "cert1234" };
    await deployment.deploy();
    withTimer("0 0 10 * * * *");
    props["customDomain"] = { domain: "api.example.com", certificateId: "cert5678" };
    deployment.env = { GREETING: "good morning" };
    await deployment.writeCode("two", ECHO("another"));
    await deployment.deploy();
    await commands.invoke(["--function", "two"], deployment.project(), tools);
    await commands.logs(["--function", "two"], deployment.project(), tools);
    await deployment.remove("-y");

    const actions = new Set(deployment.proxy.calls.map((call) => call.split(" ")[0] ?? ""));
    expect([...actions].sort()).toEqual([
      "CreateCustomDomain",
      "CreateFunction",
      "CreateTrigger",
      "DeleteCustomDomain",
      "DeleteFunction",
      "DeleteTrigger",
      "GetFunction",
      "GetFunctionAddress",
      "GetFunctionLogs",
      "Invoke",
      "ListCustomDomains",
      "UpdateCustomDomain",
      "UpdateFunctionCode",
      "UpdateFunctionConfiguration",
    ]);
    for (const action of actions) expect(allows(policy, `scf:${action}`, `${FUNCTION}/put-sign`)).toBe(true);
    expect(allows(policy, "scf:CreateFunction", "qcs::scf:gz:uin/100000000001:namespace/default")).toBe(true);
  });

  test("names every function of this project", async () => {
    const policy = await readPolicy("deployer");
    const names = await readdir(new URL("../../functions", import.meta.url));
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

test("every command has help", () => {
  for (const { help } of Object.values(HELP)) expect(help.description).not.toBe("");
});

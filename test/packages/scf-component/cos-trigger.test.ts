import { describe, expect, test } from "vitest";
import { readProps } from "../../../packages/scf-component/src/props.ts";
import { failure, startDeployment } from "./support.ts";

const BUCKET = "uploads-1250000000";
const ADDRESS = `${BUCKET}.cos.ap-guangzhou.myqcloud.com`;
const CREATED = "cos:ObjectCreated:*";

async function startWithTriggers(...prefixes: string[]) {
  const deployment = await startDeployment();
  const watch = (...some: string[]) => {
    const cos = { bucket: BUCKET, event: CREATED, prefixes: some };
    deployment.props["functions"] = { one: { environment: ["GREETING"], url: false, cos } };
  };
  watch(...prefixes);
  const triggers = async (name = "one") => {
    const { Triggers = [] } = await deployment.client.ListTriggers({ FunctionName: name, Order: "ASC" });
    return Triggers.map(({ Type, TriggerName, TriggerDesc }) => [
      Type,
      TriggerName,
      JSON.parse(TriggerDesc ?? "").filter.Prefix,
    ]);
  };
  return { deployment, watch, triggers };
}

describe("a function that is called after uploads", () => {
  test("has one trigger for each prefix", async () => {
    const { deployment, triggers } = await startWithTriggers("uploads/", "avatars/");
    expect(await deployment.plan()).toEqual([
      "one: create: Nodejs20.19, 128 MB, 10 s, variables GREETING",
      `one: create the trigger ${CREATED} for uploads/ of ${BUCKET}`,
      `one: create the trigger ${CREATED} for avatars/ of ${BUCKET}`,
    ]);
    await deployment.deploy();
    expect(await triggers()).toEqual([
      ["cos", ADDRESS, "uploads/"],
      ["cos", ADDRESS, "avatars/"],
    ]);
    expect(await deployment.writesSince(deployment.deploy)).toEqual([]);
    expect(await deployment.plan()).toEqual(["one: unchanged"]);
  });

  test("loses the trigger of a removed prefix before it gets another", async () => {
    const { deployment, watch, triggers } = await startWithTriggers("uploads/");
    await deployment.deploy();
    watch("avatars/");
    expect(await deployment.plan()).toEqual([
      `one: delete the trigger ${CREATED} for uploads/ of ${BUCKET}`,
      `one: create the trigger ${CREATED} for avatars/ of ${BUCKET}`,
    ]);
    expect(await deployment.writesSince(deployment.deploy)).toEqual([
      "DeleteTrigger one",
      "CreateTrigger one",
    ]);
    expect(await triggers()).toEqual([["cos", ADDRESS, "avatars/"]]);
  });

  test("gets back a trigger that somebody disabled", async () => {
    const { deployment } = await startWithTriggers("uploads/");
    await deployment.deploy();
    const TriggerDesc = JSON.stringify({ event: CREATED, filter: { Prefix: "uploads/", Suffix: "" } });
    const closed = { FunctionName: "one", TriggerName: ADDRESS, Type: "cos", Enable: "CLOSE", TriggerDesc };
    await deployment.client.UpdateTrigger(closed);
    await deployment.deploy();
    const { Triggers = [] } = await deployment.client.ListTriggers({ FunctionName: "one", Order: "ASC" });
    expect(Triggers.map(({ Enable }) => Enable)).toEqual([1]);
  });

  test("is removed with its triggers, and the bucket has room for others", async () => {
    const { deployment } = await startWithTriggers("uploads/");
    await deployment.deploy();
    expect(await deployment.writesSince(() => deployment.remove("-y"))).toEqual([
      "DeleteTrigger one",
      "DeleteFunction one",
    ]);
    await deployment.deploy();
  });

  test("is refused when another function has its event", async () => {
    const { deployment, watch } = await startWithTriggers("uploads/");
    await deployment.deploy();
    watch("uploads/");
    deployment.props["namePrefix"] = "other-";
    expect(await failure(deployment.deploy())).toMatch(
      /^CreateTrigger was refused for other-one .*another function has a trigger for this event and these keys/,
    );
  });

  test("needs the bucket's name before anything is changed", async () => {
    const { deployment } = await startWithTriggers("uploads/");
    const cos = { bucket: "", event: CREATED, prefixes: ["uploads/"] };
    deployment.props["functions"] = { one: { environment: [], cos } };
    const writes = await deployment.writesSince(async () => {
      expect(await failure(deployment.deploy())).toMatch(
        /^Nothing was changed\. s\.yaml: functions\.one\.cos\.bucket is not set; one is/,
      );
    });
    expect(writes).toEqual([]);
  });

  test("is not called without an event", async () => {
    const { deployment } = await startWithTriggers("uploads/");
    const { local } = await import("../../../packages/scf-component/src/commands.ts");
    expect(await failure(local(["--function", "one"], deployment.project(), () => {}))).toBe(
      "COS calls one: give its event as JSON with --event FILE.",
    );
  });
});

const read = (cos: unknown) =>
  readProps(
    {
      region: "ap-guangzhou",
      runtime: "Nodejs20.19",
      memorySize: 128,
      timeout: 10,
      functions: { f: { environment: [], cos } },
    },
    "s.yaml",
    "a-project",
  );
const good = { bucket: BUCKET, event: CREATED, prefixes: ["a/"] };

test.each<[string, unknown, string]>([
  ["a list", [good], "s.yaml: functions.f.cos must be a mapping."],
  ["a text", "uploads/", "s.yaml: functions.f.cos must be a mapping."],
  ["a misspelt setting", { ...good, prefix: "a/" }, "functions.f.cos has no setting prefix"],
  ["a bucket without its APPID", { ...good, bucket: "uploads" }, "functions.f.cos.bucket must be a bucket's"],
  ["an event that COS does not have", { ...good, event: "cos:Put" }, "functions.f.cos.event must be one of"],
  ["no prefix", { ...good, prefixes: [] }, "functions.f.cos.prefixes must be a list of 1 to 10"],
  [
    "more triggers than SCF and COS take",
    { ...good, prefixes: Array.from({ length: 11 }, (_, i) => `p${i}-/`) },
    "allow at most 10 triggers",
  ],
  [
    "a prefix that is a number",
    { ...good, prefixes: [1] },
    "functions.f.cos.prefixes.0 must be a key prefix",
  ],
  ["the same prefix twice", { ...good, prefixes: ["a/", "a/"] }, "must not contain a/, which another prefix"],
  ["a prefix within another", { ...good, prefixes: ["a/", "a/b/"] }, "must not contain a/b/"],
])("refuses %s", (_, cos, message) => {
  expect(() => read(cos)).toThrow(message);
});

test("a variable may take another's value, so that functions can have their own keys", async () => {
  const deployment = await startDeployment();
  deployment.props["functions"] = {
    one: { environment: ["GREETING", { A_SECRET: "NOWHERE only" }] },
    two: { environment: [{ GREETING: "A_SECRET" }], onlyWith: ["NOWHERE", "A_SECRET"] },
  };
  await deployment.deploy();
  const variables = async (FunctionName: string) =>
    (await deployment.client.GetFunction({ FunctionName })).Environment?.Variables;
  expect(await variables("one")).toEqual([{ Key: "GREETING", Value: "hello" }]);
  expect(await variables("two")).toEqual([{ Key: "GREETING", Value: "a-secret-of-the-functions" }]);
  deployment.env = { GREETING: "hello" };
  expect(await deployment.plan()).toContain("two: not deployed, NOWHERE or A_SECRET is not set");
});

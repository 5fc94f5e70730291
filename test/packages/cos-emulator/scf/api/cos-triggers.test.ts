import { describe, expect, test } from "vitest";
import { NEW, refusal, startScf } from "./support.ts";

const BUCKET_ADDRESS = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";

const triggerOf = (event: string, filter?: object, changes: object = {}) => ({
  FunctionName: "echo",
  TriggerName: BUCKET_ADDRESS,
  Type: "cos",
  TriggerDesc: JSON.stringify({ event, ...(filter && { filter }) }),
  ...changes,
});

async function startWithFunctions() {
  const scf = await startScf();
  await scf.client.CreateFunction(NEW);
  await scf.client.CreateFunction({ ...NEW, FunctionName: "other" });
  scf.pass();
  return scf;
}

test("several COS triggers of a bucket are listed, and deleted by their TriggerDesc", async () => {
  const { client } = await startWithFunctions();
  const created = triggerOf("cos:ObjectCreated:*", { Prefix: "in/", Suffix: ".jpg" });
  const removed = triggerOf("cos:ObjectRemove:*");
  await client.CreateTrigger(created);
  await client.CreateTrigger(removed);
  const { Triggers = [] } = await client.ListTriggers({ FunctionName: "echo", Order: "ASC" });
  expect(Triggers.map(({ Type, TriggerName, Enable }) => ({ Type, TriggerName, Enable }))).toEqual([
    { Type: "cos", TriggerName: BUCKET_ADDRESS, Enable: 1 },
    { Type: "cos", TriggerName: BUCKET_ADDRESS, Enable: 1 },
  ]);
  expect(Triggers.map(({ TriggerDesc }) => JSON.parse(TriggerDesc ?? ""))).toEqual([
    { event: "cos:ObjectCreated:*", filter: { Prefix: "in/", Suffix: ".jpg" } },
    { event: "cos:ObjectRemove:*", filter: { Prefix: "", Suffix: "" } },
  ]);
  expect(await refusal(client.DeleteTrigger(triggerOf("cos:ObjectCreated:*")))).toBe(
    "ResourceNotFound.Trigger",
  );
  await client.DeleteTrigger(removed);
  expect((await client.ListTriggers({ FunctionName: "echo" })).TotalCount).toBe(1);
  await client.CreateTrigger({ ...removed, FunctionName: "other" });
});

test("with a bucketUrl in TriggerDesc, the name can be chosen freely", async () => {
  const { client } = await startWithFunctions();
  const TriggerDesc = JSON.stringify({ event: "cos:ObjectCreated:Put", bucketUrl: BUCKET_ADDRESS });
  await client.CreateTrigger(triggerOf("", undefined, { TriggerName: "on-upload", TriggerDesc }));
});

describe("CreateTrigger of type cos is refused:", () => {
  test.each([
    ["an unknown event", triggerOf("cos:ObjectCreated:Upload"), "InvalidParameterValue.TriggerDesc"],
    [
      "a desc that is not JSON",
      triggerOf("", undefined, { TriggerDesc: "*" }),
      "InvalidParameterValue.TriggerDesc",
    ],
    [
      "an unknown member",
      triggerOf("", undefined, { TriggerDesc: '{"event":"cos:ObjectCreated:*","x":1}' }),
      "UnknownParameter",
    ],
    ["a prefix that is not a text", triggerOf("cos:ObjectCreated:*", { Prefix: 1 }), "InvalidParameter"],
    [
      "a name that is not a bucket's",
      triggerOf("cos:ObjectCreated:*", undefined, { TriggerName: "uploads" }),
      "InvalidParameterValue.TriggerName",
    ],
    [
      "a bucket in another region",
      triggerOf("cos:ObjectCreated:*", undefined, {
        TriggerName: "uploads-1250000000.cos.ap-beijing.myqcloud.com",
      }),
      "InvalidParameterValue.Cos",
    ],
    [
      "a bucket that does not exist",
      triggerOf("cos:ObjectCreated:*", undefined, {
        TriggerName: "nobody-1250000000.cos.ap-guangzhou.myqcloud.com",
      }),
      "InvalidParameterValue.Cos",
    ],
    [
      "the same rule for the same function",
      triggerOf("cos:ObjectRemove:*", { Prefix: "a/" }),
      "ResourceInUse.Trigger",
    ],
    [
      "the same rule for another function",
      triggerOf("cos:ObjectRemove:*", { Prefix: "a/" }, { FunctionName: "other" }),
      "InvalidParameterValue.CosNotifyRuleConflict",
    ],
    [
      "a part of the same event for the same keys",
      triggerOf("cos:ObjectRemove:Delete", { Prefix: "a/" }, { FunctionName: "other" }),
      "InvalidParameterValue.CosNotifyRuleConflict",
    ],
    [
      "the same event for all keys",
      triggerOf("cos:ObjectRemove:*", undefined, { FunctionName: "other" }),
      "InvalidParameterValue.CosNotifyRuleConflict",
    ],
  ])("%s", async (_, trigger, code) => {
    const { client } = await startWithFunctions();
    await client.CreateTrigger(triggerOf("cos:ObjectRemove:*", { Prefix: "a/" }));
    expect(await refusal(client.CreateTrigger(trigger))).toBe(code);
    expect((await client.ListTriggers({ FunctionName: "echo" })).TotalCount).toBe(1);
  });

  test("the eleventh of a bucket, whichever function it is for", async () => {
    const { client } = await startWithFunctions();
    for (let count = 0; count < 10; count += 1) {
      const FunctionName = count < 5 ? "echo" : "other";
      await client.CreateTrigger(triggerOf("cos:ObjectCreated:*", { Prefix: `${count}/` }, { FunctionName }));
    }
    const eleventh = triggerOf("cos:ObjectCreated:*", { Prefix: "x/" });
    expect(await refusal(client.CreateTrigger(eleventh))).toBe("LimitExceeded.Trigger");
  });
});

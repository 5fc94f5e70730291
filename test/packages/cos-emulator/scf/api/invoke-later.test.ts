import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { NEW, refusal, startScf, zipOf } from "./support.ts";

const NAME = { FunctionName: "echo" };
/** Long enough for a call that should not come. */
const AWHILE_MS = 400;

/** Logs its request id, and fails for an event that asks for it. */
const SOURCE = `exports.main_handler = async (event, { request_id }) => {
  console.log("CALLED " + request_id);
  if (event.fail) throw new Error("no");
  return "done";
};`;

async function startWithFunction() {
  const scf = await startScf();
  await scf.client.CreateFunction({ ...NEW, Code: { ZipFile: zipOf({ "index.js": SOURCE }) } });
  scf.pass();
  const calls = () =>
    scf.lines.filter((line) => line.includes("CALLED ")).map((line) => line.split("CALLED ")[1]);
  const invokeLater = async (event: object) => {
    const { Result } = await scf.client.Invoke({
      ...NAME,
      InvocationType: "Event",
      ClientContext: JSON.stringify(event),
    });
    return Result;
  };
  return { ...scf, calls, invokeLater };
}

describe("Invoke with InvocationType Event", () => {
  test("answers with the request id only, and the function is called with it", async () => {
    const { invokeLater, calls } = await startWithFunction();
    const result = await invokeLater({});
    expect(result).toMatchObject({ RetMsg: "", ErrMsg: "", Log: "", InvokeResult: 0 });
    await expect.poll(() => calls()).toEqual([result?.FunctionRequestId]);
  });

  test("retries twice after a failure, with the same request id", async () => {
    const { invokeLater, calls, advance, lines } = await startWithFunction();
    const result = await invokeLater({ fail: true });
    for (const attempt of [1, 2, 3]) {
      await expect.poll(() => lines.join("\n")).toContain(`attempt ${attempt} at an event`);
      advance(61_000);
    }
    await sleep(AWHILE_MS);
    const id = result?.FunctionRequestId;
    expect(calls()).toEqual([id, id, id]);
  });

  test.each([
    ["another InvocationType", { InvocationType: "event" }, "InvalidParameterValue.InvokeType"],
    ["not JSON", { ClientContext: "{" }, "InvalidParameterValue.Param"],
    [
      "more than 128 KB",
      { ClientContext: JSON.stringify("x".repeat(128 * 1024 - 1)) },
      "InvalidParameter.RequestTooLarge",
    ],
    ["a function that does not exist", { FunctionName: "nobody" }, "ResourceNotFound.Function"],
  ])("is refused for %s", async (_, changes, code) => {
    const { client, calls } = await startWithFunction();
    expect(await refusal(client.Invoke({ ...NAME, InvocationType: "Event", ...changes }))).toBe(code);
    await sleep(AWHILE_MS);
    expect(calls()).toEqual([]);
  });

  test("accepts 128 KB", async () => {
    const { client, calls } = await startWithFunction();
    const ClientContext = JSON.stringify("x".repeat(128 * 1024 - 2));
    await client.Invoke({ ...NAME, InvocationType: "Event", ClientContext });
    await expect.poll(() => calls()).toHaveLength(1);
  });

  test("is refused for a function that is not ready", async () => {
    const { client } = await startScf();
    await client.CreateFunction(NEW);
    expect(await refusal(client.Invoke({ ...NAME, InvocationType: "Event" }))).toBe(
      "FailedOperation.FunctionStatusError",
    );
  });
});

describe("UpdateFunctionEventInvokeConfig", () => {
  const config = (RetryNum: number, MsgTTL: number) => ({
    ...NAME,
    AsyncTriggerConfig: { RetryConfig: [{ RetryNum }], MsgTTL },
  });

  test("is returned by GetFunctionEventInvokeConfig, whose default is two retries in six hours", async () => {
    const { client } = await startWithFunction();
    const get = async () => (await client.GetFunctionEventInvokeConfig(NAME)).AsyncTriggerConfig;
    expect(await get()).toEqual({ RetryConfig: [{ RetryNum: 2 }], MsgTTL: 21_600 });
    await client.UpdateFunctionEventInvokeConfig(config(1, 3600));
    expect(await get()).toEqual({ RetryConfig: [{ RetryNum: 1 }], MsgTTL: 3600 });
  });

  test("with RetryNum 0 does not retry a failing function", async () => {
    const { client, invokeLater, calls, lines, advance } = await startWithFunction();
    await client.UpdateFunctionEventInvokeConfig(config(0, 21_600));
    await invokeLater({ fail: true });
    await expect.poll(() => lines.join("\n")).toContain("it will not be retried");
    advance(61_000);
    await sleep(AWHILE_MS);
    expect(calls()).toHaveLength(1);
  });

  test("with a MsgTTL drops an event after that time, whatever its retries", async () => {
    const { client, invokeLater, calls, lines, advance } = await startWithFunction();
    await client.UpdateFunctionEventInvokeConfig(config(100, 60));
    await invokeLater({ fail: true });
    await expect.poll(() => lines.join("\n")).toContain("it will be retried");
    advance(61_000);
    await expect
      .poll(() => lines.join("\n"))
      .toContain("attempt 2 at an event failed with 430; it will not be retried");
    expect(calls()).toHaveLength(2);
  });

  test.each([
    ["no config", {}, "MissingParameter"],
    ["a text", { AsyncTriggerConfig: "{}" }, "InvalidParameter"],
    ["no RetryConfig", { AsyncTriggerConfig: { MsgTTL: 60 } }, "InvalidParameterValue"],
    ["no MsgTTL", { AsyncTriggerConfig: { RetryConfig: [{ RetryNum: 1 }] } }, "MissingParameter"],
    ["a negative number", config(-1, 60).AsyncTriggerConfig, "InvalidParameterValue"],
    ["a MsgTTL of zero", config(1, 0).AsyncTriggerConfig, "InvalidParameterValue"],
    ["half a retry", config(0.5, 60).AsyncTriggerConfig, "InvalidParameter"],
    ["an unknown member", { ...config(1, 60).AsyncTriggerConfig, x: 1 }, "UnknownParameter"],
  ])("is refused for %s, and changes nothing", async (_, given, code) => {
    const { client } = await startWithFunction();
    const parameters =
      "AsyncTriggerConfig" in given || Object.keys(given).length === 0
        ? given
        : { AsyncTriggerConfig: given };
    // The client's types would not allow these.
    const call = client.request("UpdateFunctionEventInvokeConfig", { ...NAME, ...parameters });
    expect(await refusal(call)).toBe(code);
    expect((await client.GetFunctionEventInvokeConfig(NAME)).AsyncTriggerConfig.MsgTTL).toBe(21_600);
  });
});

test("a dead-letter queue is refused by name, for a new function and an existing one", async () => {
  const { client } = await startWithFunction();
  const DeadLetterConfig = { Type: "CMQ-QUEUE", Name: "failed" };
  const asked = [
    client.CreateFunction({ ...NEW, FunctionName: "other", DeadLetterConfig }),
    client.request("UpdateFunctionConfiguration", { ...NAME, DeadLetterConfig }),
  ];
  for (const call of asked) {
    await expect(call).rejects.toMatchObject({
      code: "UnsupportedOperation",
      message: expect.stringContaining("DeadLetterConfig"),
    });
  }
});

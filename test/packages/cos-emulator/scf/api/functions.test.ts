import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { temporaryFolder } from "../../fixture-functions.ts";
import { ECHO, NEW, refusal, startScf, zipOf } from "./support.ts";

const ECHO_NAME = { FunctionName: "echo" };

async function startWithEcho() {
  const scf = await startScf();
  await scf.client.CreateFunction(NEW);
  scf.pass();
  return scf;
}

async function say(client: Awaited<ReturnType<typeof startScf>>["client"]) {
  const { Result } = await client.Invoke({ ...ECHO_NAME, ClientContext: '{"a":1}' });
  return JSON.parse(JSON.parse(Result?.RetMsg ?? "{}").body);
}

describe("states", () => {
  test("a new function is Creating for a while, and then Active", async () => {
    const { client, pass } = await startScf();
    await client.CreateFunction({ ...NEW, MemorySize: 64, Timeout: 10, Description: "Mine, since 2026." });
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({ Status: "Creating", CodeSize: 0 });
    pass();
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({
      Status: "Active",
      AvailableStatus: "Available",
      FunctionName: "echo",
      Namespace: "default",
      Type: "Event",
      Runtime: "Nodejs20.19",
      Handler: "index.main_handler",
      Description: "Mine, since 2026.",
      MemorySize: 64,
      Timeout: 10,
      Environment: { Variables: [] },
      Triggers: [],
      StatusReasons: [],
    });
  });

  test("missing settings have the documented defaults", async () => {
    const { client } = await startWithEcho();
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({
      MemorySize: 128,
      Timeout: 3,
      Description: "",
    });
  });

  test("a change takes effect only when the function is Active again", async () => {
    const { client, pass } = await startWithEcho();
    await client.UpdateFunctionConfiguration({ ...ECHO_NAME, Timeout: 7 });
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({ Status: "Updating", Timeout: 3 });
    pass();
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({
      Status: "Active",
      Timeout: 7,
      MemorySize: 128,
    });
  });

  test("an environment replaces the previous one", async () => {
    const { client, pass } = await startWithEcho();
    const set = async (...names: string[]) => {
      const Variables = names.map((Key) => ({ Key, Value: "1" }));
      await client.UpdateFunctionConfiguration({ ...ECHO_NAME, Environment: { Variables } });
      pass();
    };
    await set("A", "B");
    await set("C");
    const { Environment } = await client.GetFunction(ECHO_NAME);
    expect(Environment).toEqual({ Variables: [{ Key: "C", Value: "1" }] });
    expect((await say(client)).env).toMatchObject({
      C: "1",
      SCF_FUNCTIONNAME: "echo",
      SCF_RUNTIME: "Nodejs20.19",
    });
    expect((await say(client)).env).not.toHaveProperty("A");
  });

  test("an environment of 4 KB works, whatever the emulator adds to it", async () => {
    const { client, pass } = await startScf({ platformEnvironment: { NODE_EXTRA_CA_CERTS: "/dev/null" } });
    const Environment = { Variables: [{ Key: "A", Value: "x".repeat(4095) }] };
    await client.CreateFunction({ ...NEW, Environment });
    pass();
    expect((await say(client)).env).toMatchObject({
      A: "x".repeat(4095),
      NODE_EXTRA_CA_CERTS: "/dev/null",
    });
  });

  test("events run the old code until the new code is ready", async () => {
    const { client, pass } = await startWithEcho();
    await client.UpdateFunctionCode({ ...ECHO_NAME, ZipFile: zipOf({ "index.js": ECHO("second") }) });
    expect((await say(client)).word).toBe("first");
    pass();
    expect(await say(client)).toMatchObject({ word: "second", event: { a: 1 } });
  });

  test("a failed creation says why, can only be deleted, and can then be repeated", async () => {
    let failing = true;
    const reason = {
      ErrorCode: "FailedOperation.ClsServiceUnregistered",
      ErrorMessage: "CLS is not opened.",
    };
    const { client, pass } = await startScf({ createFailure: () => (failing ? reason : undefined) });
    await client.CreateFunction(NEW);
    pass();
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({
      Status: "CreateFailed",
      CodeSize: 0,
      StatusReasons: [reason],
    });
    expect(await refusal(client.CreateFunction(NEW))).toBe("ResourceInUse.Function");
    expect(await refusal(client.UpdateFunctionConfiguration({ ...ECHO_NAME, Timeout: 5 }))).toBe(
      "FailedOperation.UpdateFunctionConfiguration",
    );
    failing = false;
    await client.DeleteFunction(ECHO_NAME);
    pass();
    await client.CreateFunction(NEW);
    pass();
    expect((await say(client)).word).toBe("first");
  });

  test("a deleted function is Deleting, then gone, with its code", async () => {
    // Other tests' functions have their code in the system's own folder.
    const folder = await temporaryFolder();
    vi.stubEnv("TMPDIR", folder);
    const { client, pass } = await startWithEcho();
    const [code = ""] = await readdir(folder);
    await client.DeleteFunction(ECHO_NAME);
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({ Status: "Deleting" });
    expect(await refusal(client.CreateFunction(NEW))).toBe("ResourceInUse.Function");
    pass();
    expect(await refusal(client.GetFunction(ECHO_NAME))).toBe("ResourceNotFound.Function");
    expect(code).toMatch(/^scf-code-/);
    await expect.poll(() => readdir(folder)).toEqual([]);
  });
});

describe("refuses in the wrong state:", () => {
  test.each([
    ["DeleteFunction", ECHO_NAME, "FailedOperation.DeleteFunction"],
    ["UpdateFunctionCode", { ...ECHO_NAME, ZipFile: NEW.Code.ZipFile }, "FailedOperation.UpdateFunctionCode"],
    ["UpdateFunctionConfiguration", ECHO_NAME, "FailedOperation.UpdateFunctionConfiguration"],
    ["Invoke", ECHO_NAME, "FailedOperation.FunctionStatusError"],
    [
      "CreateTrigger",
      { ...ECHO_NAME, TriggerName: "t", Type: "timer", TriggerDesc: "0 0 9 * * * *" },
      "FailedOperation.CreateTrigger",
    ],
  ])("%s while Creating", async (action, request, code) => {
    const { client } = await startScf();
    await client.CreateFunction(NEW);
    expect(await refusal(client.request(action, request))).toBe(code);
  });
});

describe("CreateFunction refuses", () => {
  const variables = (...pairs: [string, string][]) => ({
    Environment: { Variables: pairs.map(([Key, Value]) => ({ Key, Value })) },
  });
  test.each<[string, object, string]>([
    ["a name of one letter", { FunctionName: "a" }, "InvalidParameter.FunctionName"],
    ["a name that ends in a hyphen", { FunctionName: "put-" }, "InvalidParameter.FunctionName"],
    ["a name that starts with a digit", { FunctionName: "1put" }, "InvalidParameter.FunctionName"],
    ["a name of 61 letters", { FunctionName: "a".repeat(61) }, "InvalidParameter.FunctionName"],
    ["no runtime, which means Python", { Runtime: undefined }, "MissingParameter.Runtime"],
    ["a runtime that does not exist", { Runtime: "Nodejs24" }, "InvalidParameterValue.Runtime"],
    ["a handler without a dot", { Handler: "main_handler" }, "InvalidParameterValue.Handler"],
    ["a handler in a folder", { Handler: "src/index.main" }, "InvalidParameterValue.Handler"],
    ["memory that is not a multiple of 128", { MemorySize: 100 }, "InvalidParameterValue.MemorySize"],
    ["too much memory", { MemorySize: 3200 }, "InvalidParameterValue.MemorySize"],
    ["a timeout of more than 900 s", { Timeout: 901 }, "LimitExceeded.Timeout"],
    ["a description with a hyphen", { Description: "put-sign" }, "InvalidParameterValue.Description"],
    ["an empty variable", variables(["A", ""]), "InvalidParameterValue.Environment"],
    ["a variable's name with a hyphen", variables(["A-B", "1"]), "InvalidParameterValue.Environment"],
    ["a repeated variable", variables(["A", "1"], ["A", "2"]), "InvalidParameterValue.Environment"],
    ["SCF_", variables(["SCF_X", "1"]), "InvalidParameterValue.EnvironmentSystemProtect"],
    ["QCLOUD_", variables(["QCLOUD_X", "1"]), "InvalidParameterValue.EnvironmentSystemProtect"],
    ["TENCENTCLOUD_", variables(["TENCENTCLOUD_X", "1"]), "InvalidParameterValue.EnvironmentSystemProtect"],
    ["more than 4 KB", variables(["A", "x".repeat(4096)]), "InvalidParameterValue.EnvironmentExceededLimit"],
    ["no code", { Code: undefined }, "MissingParameter.Code"],
    ["invalid base64", { Code: { ZipFile: "%%%" } }, "InvalidParameterValue.ZipFileBase64BinasciiError"],
    ["not a zip", { Code: { ZipFile: "AAAA" } }, "InvalidParameterValue.ZipFile"],
    ["an empty zip", { Code: { ZipFile: zipOf({}) } }, "InvalidParameterValue.ZipFile"],
    [
      "a zip with a path out of its folder",
      { Code: { ZipFile: zipOf({ "../x.js": "" }) } },
      "InvalidParameterValue.ZipFile",
    ],
    [
      "a zip with an absolute path",
      { Code: { ZipFile: zipOf({ "/x.js": "" }) } },
      "InvalidParameterValue.ZipFile",
    ],
    ["another namespace", { Namespace: "other" }, "ResourceNotFound.Namespace"],
    ["a parameter that does not exist", { Memory: 64 }, "UnknownParameter"],
    ["a parameter that is not emulated", { Tags: [] }, "UnsupportedOperation"],
  ])("%s", async (_, changes, code) => {
    const { client } = await startScf();
    expect(await refusal(client.request("CreateFunction", { ...NEW, ...changes }))).toBe(code);
    expect(await refusal(client.GetFunction({ FunctionName: "echo" }))).toBe("ResourceNotFound.Function");
  });

  test("a name that is already taken", async () => {
    const { client } = await startScf();
    await client.CreateFunction(NEW);
    expect(await refusal(client.CreateFunction(NEW))).toBe("ResourceInUse.Function");
  });

  test("the 51st function", async () => {
    const { client } = await startScf();
    for (let index = 0; index < 50; index += 1) {
      await client.CreateFunction({ ...NEW, FunctionName: `echo${index}` });
    }
    expect(await refusal(client.CreateFunction(NEW))).toBe("LimitExceeded.Function");
  });
});

describe("access", () => {
  test.each([
    ["another SecretKey", { secretKey: "guessed" }, "AuthFailure.SignatureFailure"],
    ["an unknown SecretId", { secretId: "AKIDguessed" }, "AuthFailure.SecretIdNotFound"],
    ["another region", { region: "ap-beijing" }, "UnsupportedRegion"],
  ])("%s is refused", async (_, options, code) => {
    const { connect } = await startScf();
    expect(await refusal(connect(options).CreateFunction(NEW))).toBe(code);
  });

  test("refuses an unknown action", async () => {
    const { client } = await startScf();
    expect(await refusal(client.request("CreateNamespace", {}))).toBe("InvalidAction");
  });
});

test("attack: of simultaneous creations under one name, only the first succeeds", async () => {
  const { client, pass } = await startScf();
  const outcomes = await Promise.all([1, 2, 3].map(() => refusal(client.CreateFunction(NEW))));
  expect(outcomes.toSorted()).toEqual(["", "ResourceInUse.Function", "ResourceInUse.Function"]);
  pass();
  expect((await client.GetFunction(ECHO_NAME)).Status).toBe("Active");
});

test("GetFunctionAddress returns the package's hash and its address", async () => {
  const { client, origin } = await startWithEcho();
  const { Url = "", CodeSha256 } = await client.GetFunctionAddress(ECHO_NAME);
  const zip = Buffer.from(NEW.Code.ZipFile, "base64");
  expect(CodeSha256).toBe(createHash("sha256").update(zip).digest("hex"));
  const response = await fetch(Url);
  expect(Buffer.from(await response.arrayBuffer()).equals(zip)).toBe(true);
  expect(Url.startsWith(`${origin}/code/`)).toBe(true);
  expect((await fetch(Url.replace(/sign=.*/, "sign=00"))).status).toBe(403);
});

test("a handler is a file and its export", async () => {
  const { client, pass } = await startScf();
  const ZipFile = zipOf({ "other.js": "exports.go = async () => 'here';" });
  await client.CreateFunction({ ...NEW, Handler: "other.go", Code: { ZipFile } });
  pass();
  expect((await client.Invoke(ECHO_NAME)).Result?.RetMsg).toBe('"here"');
});

test("a missing handler fails when it is called", async () => {
  const { client, pass } = await startScf();
  await client.CreateFunction({ ...NEW, Handler: "index.other" });
  pass();
  const { Result } = await client.Invoke(ECHO_NAME);
  expect(JSON.parse(Result?.ErrMsg ?? "{}")).toMatchObject({ statusCode: 437, errorCode: -1 });
});

describe("logs", () => {
  test("have an invocation's lines, its report and, as on the platform, its return value", async () => {
    const { client } = await startWithEcho();
    await say(client);
    const { TotalCount, Data: [record] = [] } = await client.GetFunctionLogs(ECHO_NAME);
    expect(TotalCount).toBe(1);
    expect(record).toMatchObject({ FunctionName: "echo", RetCode: 0, InvokeFinished: 1 });
    expect(record?.StartTime).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
    expect(record?.Log).toContain('{"said":"first"');
    expect(record?.Log).toMatch(/Report RequestId:\S+ Duration:\d+ms Memory:128MB MemUsage:[\d.]+MB/);
    expect(record?.Log).toContain("RetMsg:{");
    expect(JSON.parse(record?.RetMsg ?? "{}")).toMatchObject({ statusCode: 200 });
  });

  test("can be read for one request, but not for too long a period", async () => {
    const { client } = await startWithEcho();
    await say(client);
    const { Result } = await client.Invoke(ECHO_NAME);
    const FunctionRequestId = Result?.FunctionRequestId ?? "";
    const { Data = [] } = await client.GetFunctionLogs({ ...ECHO_NAME, FunctionRequestId });
    expect(Data.map(({ RequestId }) => RequestId)).toEqual([FunctionRequestId]);
    const times = { StartTime: "2026-01-01 00:00:00", EndTime: "2026-01-03 00:00:00" };
    expect(await refusal(client.GetFunctionLogs({ ...ECHO_NAME, ...times }))).toBe(
      "InvalidParameterValue.DateTime",
    );
  });
});

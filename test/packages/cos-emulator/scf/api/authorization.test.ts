import { describe, expect, test } from "vitest";
import { NEW, refusal, type ScfClient, startScf, URL_TRIGGER, zipOf } from "./support.ts";

const ECHO_NAME = { FunctionName: "echo" };
const ECHO_RESOURCE = "qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function/echo";
const SECRET = "kept-from-others";
const UPLOAD_ONLY = {
  effect: "allow",
  action: ["name/cos:PutObject"],
  resource: ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/uploads/a.jpg"],
};

async function startWithEcho() {
  const scf = await startScf();
  await scf.client.CreateFunction({
    ...NEW,
    Environment: { Variables: [{ Key: "SECRET", Value: SECRET }] },
  });
  scf.pass();
  return scf;
}

async function messageOf(call: Promise<unknown>): Promise<string> {
  return await call.then(
    () => "",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}

const DOMAIN = {
  Domain: "api.example.com",
  Protocol: "HTTP",
  EndpointsConfig: [
    { Namespace: "default", FunctionName: "echo", Qualifier: "$LATEST", PathMatch: "/*", PathRewrite: [] },
  ],
};
/** Every action of the API, with parameters that the account's own key may use. */
const CALLS: Readonly<Record<string, object>> = {
  CreateFunction: { ...NEW, FunctionName: "other" },
  GetFunction: ECHO_NAME,
  UpdateFunctionCode: { ...ECHO_NAME, ZipFile: zipOf({ "index.js": "" }) },
  UpdateFunctionConfiguration: { ...ECHO_NAME, Timeout: 9 },
  DeleteFunction: ECHO_NAME,
  GetFunctionAddress: ECHO_NAME,
  CreateTrigger: { ...ECHO_NAME, ...URL_TRIGGER },
  UpdateTrigger: { ...ECHO_NAME, TriggerName: "function-url", Type: "http", Enable: "OPEN" },
  ListTriggers: ECHO_NAME,
  DeleteTrigger: { ...ECHO_NAME, TriggerName: "function-url", Type: "http" },
  Invoke: ECHO_NAME,
  UpdateFunctionEventInvokeConfig: {
    FunctionName: "echo",
    AsyncTriggerConfig: { RetryConfig: [{ RetryNum: 9 }], MsgTTL: 9 },
  },
  GetFunctionEventInvokeConfig: { FunctionName: "echo" },
  GetFunctionLogs: ECHO_NAME,
  CreateCustomDomain: DOMAIN,
  UpdateCustomDomain: DOMAIN,
  GetCustomDomain: { Domain: DOMAIN.Domain },
  ListCustomDomains: {},
  DeleteCustomDomain: { Domain: DOMAIN.Domain },
};

async function actionsOf(client: ScfClient): Promise<string[]> {
  const message = await messageOf(client.request("NoSuchAction", {}));
  return /one of ([\w, ]+)/.exec(message)?.[1]?.split(", ") ?? [];
}

test("an upload's key may call no action of SCF, and changes nothing", async () => {
  const scf = await startWithEcho();
  const thief = scf.connectAs(UPLOAD_ONLY);
  expect((await actionsOf(scf.client)).toSorted()).toEqual(Object.keys(CALLS).toSorted());
  for (const [action, parameters] of Object.entries(CALLS)) {
    const message = await messageOf(thief.request(action, parameters));
    expect(message, action).toContain(`scf:${action}`);
    expect(message, action).not.toContain(SECRET);
    expect(await refusal(thief.request(action, parameters)), action).toBe("UnauthorizedOperation.CAM");
  }
  scf.pass();
  expect(await refusal(scf.client.GetFunction({ FunctionName: "other" }))).toBe("ResourceNotFound.Function");
  expect(await scf.client.GetFunction(ECHO_NAME)).toMatchObject({ Status: "Active", Timeout: 3 });
  expect((await scf.client.ListTriggers(ECHO_NAME)).TotalCount).toBe(0);
  expect((await scf.client.GetFunctionLogs(ECHO_NAME)).TotalCount).toBe(0);
  expect((await scf.client.ListCustomDomains({})).Total).toBe(0);
});

test("an upload's key does not learn whether a function exists", async () => {
  const { connectAs } = await startWithEcho();
  const thief = connectAs(UPLOAD_ONLY);
  expect(await refusal(thief.GetFunction({ FunctionName: "nobody" }))).toBe("UnauthorizedOperation.CAM");
});

describe("a key for one function", () => {
  test.each([
    ["its whole name", ECHO_RESOURCE],
    ["no account, as deploy/policies writes it", "qcs::scf:::namespace/default/function/echo"],
    ["an empty uin", "qcs::scf:ap-guangzhou::namespace/default/function/echo"],
    ["a wildcard of functions", "qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function/*"],
    ["a wildcard of resources", "qcs::scf:::*"],
    ["any resource", "*"],
  ])("reads it if the policy names %s", async (_, resource) => {
    const { connectAs } = await startWithEcho();
    const client = connectAs({ effect: "allow", action: ["scf:GetFunction"], resource: [resource] });
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({ FunctionName: "echo" });
    expect(await refusal(client.DeleteFunction(ECHO_NAME))).toBe("UnauthorizedOperation.CAM");
  });

  test.each([
    ["another function", "qcs::scf:ap-guangzhou:uin/100000000001:namespace/default/function/ech"],
    ["another region", "qcs::scf:ap-beijing:uin/100000000001:namespace/default/function/echo"],
    ["another account", "qcs::scf:ap-guangzhou:uin/100000000002:namespace/default/function/echo"],
    ["another namespace", "qcs::scf:ap-guangzhou:uin/100000000001:namespace/test/function/echo"],
    ["another service", "qcs::cos:ap-guangzhou:uin/100000000001:namespace/default/function/echo"],
  ])("does not read it if the policy names %s", async (_, resource) => {
    const { connectAs } = await startWithEcho();
    const client = connectAs({ effect: "allow", action: ["scf:*"], resource: [resource] });
    expect(await refusal(client.GetFunction(ECHO_NAME))).toBe("UnauthorizedOperation.CAM");
  });

  test("does not list the domains, which belong to no function", async () => {
    const { connectAs } = await startWithEcho();
    const client = connectAs({ effect: "allow", action: ["scf:*"], resource: ["qcs::scf:::*"] });
    expect(await refusal(client.ListCustomDomains({}))).toBe("UnauthorizedOperation.CAM");
  });
});

describe("a function's role", () => {
  const withRole = (Role: string) => ({ ...NEW, FunctionName: "other", Role });

  test("cannot be passed on with a key that may only create functions", async () => {
    const { client, connectAs } = await startWithEcho();
    const creator = connectAs({ effect: "allow", action: ["scf:*"], resource: ["*"] });
    const update = { ...ECHO_NAME, Role: "scf-execution" };
    expect(await messageOf(creator.CreateFunction(withRole("scf-execution")))).toContain("cam:PassRole");
    expect(await refusal(creator.CreateFunction(withRole("scf-execution")))).toBe(
      "UnauthorizedOperation.CAM",
    );
    expect(await refusal(creator.UpdateFunctionConfiguration(update))).toBe("UnauthorizedOperation.CAM");
    expect(await refusal(client.GetFunction({ FunctionName: "other" }))).toBe("ResourceNotFound.Function");
    expect(await refusal(creator.CreateFunction(withRole("")))).toBe("");
  });

  test("can be passed on with a key that may pass it", async () => {
    const { connectAs } = await startWithEcho();
    const creator = connectAs({ effect: "allow", action: ["scf:*", "cam:PassRole"], resource: ["*"] });
    expect(await refusal(creator.CreateFunction(withRole("scf-execution")))).toBe("");
  });

  test("that does not exist is refused, and nothing changes", async () => {
    const { client } = await startWithEcho();
    const code = "FailedOperation.QcsRoleNotFound";
    expect(await refusal(client.CreateFunction(withRole("scf-executoin")))).toBe(code);
    expect(await refusal(client.GetFunction({ FunctionName: "other" }))).toBe("ResourceNotFound.Function");
    expect(await refusal(client.UpdateFunctionConfiguration({ ...ECHO_NAME, Role: "nobody" }))).toBe(code);
    expect(await client.GetFunction(ECHO_NAME)).toMatchObject({ Status: "Active", Role: "" });
  });
});

test("attack: the address of one function's code does not give another's", async () => {
  const scf = await startWithEcho();
  await scf.client.CreateFunction({ ...NEW, FunctionName: "other" });
  scf.pass();
  const thief = scf.connectAs({
    effect: "allow",
    action: ["scf:GetFunctionAddress"],
    resource: [ECHO_RESOURCE],
  });
  const { Url = "" } = await thief.GetFunctionAddress(ECHO_NAME);
  expect((await fetch(Url)).status).toBe(200);
  expect((await fetch(Url.replace("/echo_LATEST", "/other_LATEST"))).status).toBe(403);
});

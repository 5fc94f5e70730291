import { get } from "node:http";
import { describe, expect, test } from "vitest";
import { NEW, refusal, startScf, URL_TRIGGER } from "./support.ts";

const ECHO_NAME = { FunctionName: "echo" };

async function startWithUrl() {
  const scf = await startScf();
  await scf.client.CreateFunction(NEW);
  scf.pass();
  await scf.client.CreateTrigger({ ...ECHO_NAME, ...URL_TRIGGER });
  scf.pass();
  const { Triggers: [trigger] = [] } = await scf.client.ListTriggers(ECHO_NAME);
  const url: string = JSON.parse(trigger?.TriggerDesc ?? "{}").NetConfig.ExtranetUrl;
  return { ...scf, trigger, url };
}

/** With a Host header of the test's own, which fetch would not send. */
function getAs(host: string, url: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { host } }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    }).on("error", reject);
  });
}

describe("a Function URL", () => {
  test("gets its address a moment after its creation", async () => {
    const { client, pass } = await startScf();
    await client.CreateFunction(NEW);
    pass();
    const { TriggerInfo } = await client.CreateTrigger({ ...ECHO_NAME, ...URL_TRIGGER, Enable: "OPEN" });
    expect(JSON.parse(TriggerInfo?.TriggerDesc ?? "{}")).toEqual({
      AuthType: "NONE",
      NetConfig: { EnableExtranet: true, EnableIntranet: false },
    });
    pass();
    const { Triggers = [] } = await client.GetFunction(ECHO_NAME);
    expect(Triggers).toHaveLength(1);
    expect(Triggers[0]).toMatchObject({ Type: "http", TriggerName: "function-url", Enable: 1 });
    expect(JSON.parse(Triggers[0]?.TriggerDesc ?? "{}").NetConfig.ExtranetUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+$/,
    );
  });

  test("calls the function with a Function URL's event, at any path", async () => {
    const { url } = await startWithUrl();
    const response = await fetch(`${url}/any/path?ext=jpg`, { method: "POST", body: "hello" });
    const { event, word } = JSON.parse(await response.text());
    expect(word).toBe("first");
    expect(event).toMatchObject({
      httpMethod: "POST",
      path: "/any/path",
      queryString: { ext: "jpg" },
      body: "hello",
    });
    expect(event).not.toHaveProperty("requestContext");
  });

  test("has its calls in the function's log", async () => {
    const { client, url } = await startWithUrl();
    await fetch(url);
    expect((await client.GetFunctionLogs(ECHO_NAME)).TotalCount).toBe(1);
  });

  test("calls nothing while it is closed", async () => {
    const { client, url } = await startWithUrl();
    const name = { ...ECHO_NAME, TriggerName: "function-url", Type: "http" };
    await client.UpdateTrigger({ ...name, Enable: "CLOSE" });
    expect((await client.GetFunction(ECHO_NAME)).Triggers).toMatchObject([{ Enable: 0 }]);
    expect((await fetch(url)).status).toBe(403);
    expect((await client.GetFunctionLogs(ECHO_NAME)).TotalCount).toBe(0);
    await client.UpdateTrigger({ ...name, Enable: "OPEN" });
    expect((await fetch(url)).status).toBe(200);
  });

  test("created closed calls nothing", async () => {
    const { client, pass } = await startScf();
    await client.CreateFunction(NEW);
    pass();
    await client.CreateTrigger({ ...ECHO_NAME, ...URL_TRIGGER, Enable: "CLOSE" });
    pass();
    const { Triggers: [trigger] = [] } = await client.ListTriggers(ECHO_NAME);
    const url: string = JSON.parse(trigger?.TriggerDesc ?? "{}").NetConfig.ExtranetUrl;
    expect((await fetch(url)).status).toBe(403);
    expect((await client.GetFunctionLogs(ECHO_NAME)).TotalCount).toBe(0);
  });

  test.each<[string, object, string]>([
    ["an unknown state", { Enable: "SHUT" }, "InvalidParameterValue.Enable"],
    ["a trigger that does not exist", { TriggerName: "other" }, "ResourceNotFound.Trigger"],
    ["another type", { Type: "timer" }, "ResourceNotFound.Trigger"],
    ["a TriggerDesc that is not JSON", { TriggerDesc: "NONE" }, "InvalidParameterValue.TriggerDesc"],
  ])("stays open when UpdateTrigger has %s", async (_, changes, code) => {
    const { client, url } = await startWithUrl();
    const request = {
      ...ECHO_NAME,
      TriggerName: "function-url",
      Type: "http",
      Enable: "CLOSE",
      ...changes,
    };
    expect(await refusal(client.request("UpdateTrigger", request))).toBe(code);
    expect((await fetch(url)).status).toBe(200);
  });

  // OrderBy is mod_time, and Order DESC, by default: https://cloud.tencent.com/document/api/583/44268
  test("is listed before the triggers that were changed earlier", async () => {
    const { client, pass } = await startWithUrl();
    pass();
    await client.CreateTrigger({
      ...ECHO_NAME,
      TriggerName: "nightly",
      Type: "timer",
      TriggerDesc: "0 0 2 * * * *",
    });
    pass();
    await client.UpdateTrigger({ ...ECHO_NAME, TriggerName: "function-url", Type: "http", Enable: "OPEN" });
    const names = async (order: object) =>
      (await client.ListTriggers({ ...ECHO_NAME, ...order })).Triggers?.map(({ TriggerName }) => TriggerName);
    expect(await names({})).toEqual(["function-url", "nightly"]);
    expect(await names({ OrderBy: "add_time" })).toEqual(["nightly", "function-url"]);
    expect(await names({ Order: "ASC" })).toEqual(["nightly", "function-url"]);
    expect(await refusal(client.ListTriggers({ ...ECHO_NAME, Order: "asc" }))).toBe(
      "InvalidParameterValue.Order",
    );
  });

  test("ends with its trigger", async () => {
    const { client, url } = await startWithUrl();
    await client.DeleteTrigger({ ...ECHO_NAME, TriggerName: "function-url", Type: "http" });
    await expect(fetch(url)).rejects.toThrow();
    expect((await client.ListTriggers(ECHO_NAME)).TotalCount).toBe(0);
  });

  test("ends with its function", async () => {
    const { client, url, pass } = await startWithUrl();
    await client.DeleteFunction(ECHO_NAME);
    pass();
    await refusal(client.GetFunction(ECHO_NAME));
    await expect.poll(() => refusal(fetch(url))).not.toBe("");
  });
});

describe("CreateTrigger refuses", () => {
  const desc = (changes: object) => ({
    TriggerDesc: JSON.stringify({ ...JSON.parse(URL_TRIGGER.TriggerDesc), ...changes }),
  });
  test.each<[string, object, string]>([
    ["a second Function URL", { TriggerName: "second" }, "ResourceInUse.Trigger"],
    ["a name that is taken", { Type: "timer", TriggerDesc: "0 0 9 * * * *" }, "ResourceInUse.TriggerName"],
    ["no function", { FunctionName: "other" }, "ResourceNotFound.Function"],
    ["API Gateway, which is discontinued", { TriggerName: "x", Type: "apigw" }, "InvalidParameterValue.Type"],
    [
      "a timer of five fields",
      { TriggerName: "x", Type: "timer", TriggerDesc: "0 9 * * *" },
      "InvalidParameterValue.TriggerDesc",
    ],
    ["a number as Enable", { TriggerName: "x", Enable: "1" }, "InvalidParameterValue.Enable"],
  ])("%s", async (_, changes, code) => {
    const { client } = await startWithUrl();
    const request = { ...ECHO_NAME, ...URL_TRIGGER, ...changes };
    expect(await refusal(client.request("CreateTrigger", request))).toBe(code);
  });

  test.each<[string, object, string]>([
    ["a TriggerDesc that is not JSON", { TriggerDesc: "NONE" }, "InvalidParameterValue.TriggerDesc"],
    ["no AuthType", desc({ AuthType: undefined }), "InvalidParameterValue.TriggerDesc"],
    ["a misspelt setting", desc({ Cors: {} }), "UnknownParameter"],
    ["CAM, which the emulator does not check", desc({ AuthType: "CAM" }), "UnsupportedOperation.Trigger"],
  ])("%s", async (_, changes, code) => {
    const { client, pass } = await startScf();
    await client.CreateFunction(NEW);
    pass();
    const request = { ...ECHO_NAME, ...URL_TRIGGER, ...changes };
    expect(await refusal(client.request("CreateTrigger", request))).toBe(code);
  });
});

test("a timer keeps its expression", async () => {
  const { client, pass } = await startScf();
  await client.CreateFunction(NEW);
  pass();
  const timer = { TriggerName: "daily", Type: "timer", TriggerDesc: "0 0 9 * * * *", Enable: "OPEN" };
  await client.CreateTrigger({ ...ECHO_NAME, ...timer });
  const { Triggers: [trigger] = [] } = await client.ListTriggers(ECHO_NAME);
  expect(trigger).toMatchObject({ Type: "timer", TriggerDesc: '{"cron":"0 0 9 * * * *"}' });
});

describe("a custom domain", () => {
  const endpoint = (PathMatch: string, FunctionName = "echo") => ({
    Namespace: "default",
    FunctionName,
    Qualifier: "$LATEST",
    PathMatch,
  });
  const DOMAIN = {
    Domain: "api.example.com",
    Protocol: "HTTPS",
    CertConfig: { CertificateId: "cert1234" },
    EndpointsConfig: [endpoint("/echo")],
  };

  test("can be created, listed, changed and deleted", async () => {
    const { client } = await startWithUrl();
    await client.CreateCustomDomain(DOMAIN);
    expect((await client.ListCustomDomains({})).Domains).toMatchObject([DOMAIN]);
    await client.UpdateCustomDomain({ Domain: DOMAIN.Domain, EndpointsConfig: [endpoint("/other/*")] });
    expect(await client.GetCustomDomain({ Domain: DOMAIN.Domain })).toMatchObject({
      ...DOMAIN,
      EndpointsConfig: [endpoint("/other/*")],
    });
    await client.DeleteCustomDomain({ Domain: DOMAIN.Domain });
    expect(await client.ListCustomDomains({})).toMatchObject({ Total: 0, Domains: [] });
  });

  // OrderBy is AddTime, and Order DESC, by default: ListCustomDomainsRequest of tencentcloud-sdk-nodejs-scf
  test("is listed before those that were created earlier", async () => {
    const { client, pass } = await startWithUrl();
    for (const Domain of ["a.example.com", "b.example.com"]) {
      await client.CreateCustomDomain({ ...DOMAIN, Domain });
      pass();
    }
    await client.UpdateCustomDomain({ Domain: "a.example.com", Protocol: "HTTP" });
    const names = async (order: object) =>
      (await client.ListCustomDomains(order)).Domains?.map(({ Domain }) => Domain);
    expect(await names({})).toEqual(["b.example.com", "a.example.com"]);
    expect(await names({ Order: "ASC" })).toEqual(["a.example.com", "b.example.com"]);
    expect(await names({ OrderBy: "ModTime" })).toEqual(["a.example.com", "b.example.com"]);
    expect(await refusal(client.ListCustomDomains({ OrderBy: "add_time" }))).toBe(
      "InvalidParameterValue.OrderBy",
    );
  });

  test("routes a path to its function, and nothing else", async () => {
    const { client, url } = await startWithUrl();
    await client.CreateCustomDomain({ ...DOMAIN, EndpointsConfig: [endpoint("/echo"), endpoint("/deep/*")] });
    const { status, text } = await getAs("api.example.com", `${url}/echo?x=1`);
    expect(status).toBe(200);
    expect(JSON.parse(text).event).toMatchObject({ path: "/echo", queryString: { x: "1" } });
    expect((await getAs("api.example.com", `${url}/deep/er`)).status).toBe(200);
    expect((await getAs("api.example.com", `${url}/echo/deeper`)).status).toBe(404);
  });

  test("needs its CNAME first", async () => {
    const { client, pass } = await startScf({ hasCname: () => false });
    await client.CreateFunction(NEW);
    pass();
    expect(await refusal(client.CreateCustomDomain(DOMAIN))).toBe("FailedOperation.CNAME");
  });

  test.each<[string, object, string]>([
    ["HTTPS without a certificate", { CertConfig: undefined }, "InvalidParameterValue"],
    ["a wildcard", { Domain: "*.example.com" }, "InvalidParameterValue"],
    ["an unknown protocol", { Protocol: "https" }, "InvalidParameterValue"],
    ["a path without its slash", { EndpointsConfig: [endpoint("echo")] }, "InvalidParameterValue"],
    ["a repeated path", { EndpointsConfig: [endpoint("/a"), endpoint("/a")] }, "InvalidParameterValue"],
    ["no path", { EndpointsConfig: [] }, "InvalidParameterValue"],
    [
      "a function that does not exist",
      { EndpointsConfig: [endpoint("/a", "other")] },
      "ResourceNotFound.Function",
    ],
  ])("is refused with %s", async (_, changes, code) => {
    const { client } = await startWithUrl();
    expect(await refusal(client.request("CreateCustomDomain", { ...DOMAIN, ...changes }))).toBe(code);
  });
});

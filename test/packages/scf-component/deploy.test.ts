import { describe, expect, test } from "vitest";
import { packFunction } from "../../../packages/scf-component/src/code-package.ts";
import { hasCode, observe } from "../../../packages/scf-component/src/observe.ts";
import { planFunction } from "../../../packages/scf-component/src/plan.ts";
import { ECHO, NEW, URL_TRIGGER } from "../cos-emulator/scf/api/support.ts";
import type { Fault } from "./scf-proxy.ts";
import { ask, ENV, failure, startDeployment } from "./support.ts";

/** Only one function, where a second would add nothing: planning and deploying start each of them. */
async function startOne(options: Parameters<typeof startDeployment>[0] = {}) {
  const deployment = await startDeployment(options);
  deployment.props["functions"] = { one: { environment: ["GREETING", "A_SECRET", "UPLOAD_AUTH"] } };
  return deployment;
}

async function startDeployed(start = startDeployment) {
  const deployment = await start();
  const { urls } = await deployment.deploy();
  return { ...deployment, deployment, urls };
}

describe("deploying", () => {
  test("creates every function, with its variables, behind its URL", async () => {
    const { urls, said, client } = await startDeployed();
    expect(await ask(urls["one"])).toMatchObject({ word: "one", event: { path: "/one" }, env: ENV });
    const { word, env } = await ask(urls["two"]);
    expect(word).toBe("two");
    expect(env).toMatchObject({ GREETING: "hello" });
    expect(env).not.toHaveProperty("A_SECRET");
    expect(await client.GetFunction({ FunctionName: "one" })).toMatchObject({
      Status: "Active",
      Runtime: "Nodejs20.19",
      Handler: "index.main_handler",
      MemorySize: 128,
      Timeout: 10,
      Description: expect.stringMatching(/^Deployed by a project\./),
    });
    expect(said).toContain("one: create: Nodejs20.19, 128 MB, 10 s, variables GREETING A_SECRET");
    expect(said.join()).not.toContain(ENV.A_SECRET);
  });

  test("prints a config.ts with an address for each function that clients call", async () => {
    const deployment = await startDeployment();
    deployment.props["functions"] = {
      one: { environment: ["GREETING"] },
      two: { environment: ["GREETING"], client: false },
    };
    const { urls, weChatDomains, ...summary } = await deployment.deploy();
    const one = new URL(urls["one"] ?? "").origin;
    expect(summary["config.ts"]).toBe(`export const ENDPOINT = "${one}";`);
    expect(weChatDomains.request).toBe(one);

    deployment.props["functions"] = {
      one: { environment: ["GREETING"] },
      two: { environment: ["GREETING"] },
    };
    const text = (await deployment.deploy())["config.ts"] ?? "";
    const code = text.replace(/^export const ENDPOINT = /, "return ");
    const addresses: Record<string, string> = new Function(code)();
    expect(Object.keys(addresses)).toEqual(["one", "two"]);
    for (const [name, address] of Object.entries(addresses)) {
      expect(await ask(`${address}/${name}`)).toMatchObject({ word: name });
    }
  });

  test("changes nothing the second time", async () => {
    const { deployment, urls } = await startDeployed();
    const writes = await deployment.writesSince(async () => {
      expect((await deployment.deploy()).urls).toEqual(urls);
    });
    expect(writes).toEqual([]);
    expect(deployment.said.slice(-2).sort()).toEqual(["one: unchanged", "two: unchanged"]);
  });

  test("sends only the changed function's code", async () => {
    const { deployment, urls } = await startDeployed();
    await deployment.writeCode("two", ECHO("other"));
    expect(await deployment.writesSince(deployment.deploy)).toEqual(["UpdateFunctionCode two"]);
    expect((await ask(urls["two"])).word).toBe("other");
  });

  test("sends only the changed function's variables", async () => {
    const { deployment, urls } = await startDeployed();
    deployment.env = { GREETING: "hello", A_SECRET: "another-secret-of-theirs" };
    expect(await deployment.writesSince(deployment.deploy)).toEqual(["UpdateFunctionConfiguration one"]);
    expect((await ask(urls["one"])).env).toMatchObject({ A_SECRET: "another-secret-of-theirs" });
  });

  test("removes a variable that was deleted or emptied", async () => {
    const { deployment, urls } = await startDeployed(startOne);
    deployment.env = { GREETING: "hello", A_SECRET: "" };
    expect(await deployment.plan()).toContain("one: update the configuration: variables -A_SECRET");
    await deployment.deploy();
    expect((await ask(urls["one"])).env).not.toHaveProperty("A_SECRET");
  });

  test("recreates a deleted Function URL", async () => {
    const { deployment, client } = await startDeployed(startOne);
    await client.DeleteTrigger({ FunctionName: "one", TriggerName: "function-url", Type: "http" });
    expect(await deployment.writesSince(deployment.deploy)).toEqual(["CreateTrigger one"]);
  });

  test("reports a failed creation with what to do, and the next run repeats it", async () => {
    let isOpened = false;
    const reason = { ErrorCode: "FailedOperation.ClsServiceUnregistered", ErrorMessage: "CLS is not opened" };
    const deployment = await startDeployment({ createFailure: () => (isOpened ? undefined : reason) });
    expect(await failure(deployment.deploy())).toMatch(
      /CreateFunction was refused for one \(FailedOperation\.ClsServiceUnregistered\): open the log service/,
    );
    isOpened = true;
    const writes = await deployment.writesSince(deployment.deploy);
    expect(writes.filter((call) => call.endsWith(" one"))).toEqual([
      "DeleteFunction one",
      "CreateFunction one",
      "CreateTrigger one",
    ]);
  });

  test("waits for a function that another run is creating", async () => {
    const deployment = await startDeployment();
    deployment.proxy.fault = ({ action }) => (action === "CreateFunction" ? { kind: "lost" } : undefined);
    await failure(deployment.deploy());
    deployment.proxy.fault = () => undefined;
    const writes = await deployment.writesSince(deployment.deploy);
    expect(writes.sort()).toEqual(["CreateTrigger one", "CreateTrigger two"]);
  });

  test("gives up at the deadline on a change that the platform does not finish", async () => {
    const deployment = await startOne();
    deployment.proxy.fault = ({ action }) =>
      action === "GetFunction"
        ? {
            kind: "edited",
            edit: (answer) => Object.assign(answer, answer["Error"] ? {} : { Status: "Updating" }),
          }
        : undefined;
    expect(await failure(deployment.deploy())).toMatch(
      /one is still Updating after \d+ s: run this again later/,
    );
    expect(deployment.said).toContain("one: Updating, 5 s");
  });

  test("repeats a failed update, code and configuration", async () => {
    const { deployment } = await startDeployed(startOne);
    let asked = 0;
    deployment.proxy.fault = ({ action, parameters }) => {
      if (action !== "GetFunction" || parameters["FunctionName"] !== "one") return undefined;
      asked += 1;
      return asked > 1
        ? undefined
        : { kind: "edited", edit: (answer) => Object.assign(answer, { Status: "UpdateFailed" }) };
    };
    expect(await deployment.writesSince(deployment.deploy)).toEqual([
      "UpdateFunctionConfiguration one",
      "UpdateFunctionCode one",
    ]);
  });

  test("compares code file by file if the platform's hash is of something else", async () => {
    const { deployment } = await startDeployed(startOne);
    const edit = (answer: Record<string, unknown>) => Object.assign(answer, { CodeSha256: "0".repeat(64) });
    deployment.proxy.fault = ({ action }) =>
      action === "GetFunctionAddress" ? { kind: "edited", edit } : undefined;
    expect(await deployment.writesSince(deployment.deploy)).toEqual([]);
    await deployment.writeCode("one", ECHO("other"));
    expect(await deployment.writesSince(deployment.deploy)).toEqual(["UpdateFunctionCode one"]);
  });

  test("sends code again if it cannot be compared", async () => {
    const { deployment } = await startDeployed();
    const edit = (answer: Record<string, unknown>) =>
      Object.assign(answer, { CodeSha256: "", Url: "http://127.0.0.1:1/code.zip" });
    deployment.proxy.fault = ({ action }) =>
      action === "GetFunctionAddress" ? { kind: "edited", edit } : undefined;
    expect(await deployment.writesSince(deployment.deploy)).toEqual([
      "UpdateFunctionCode one",
      "UpdateFunctionCode two",
    ]);
  });

  test("deploys a function only once its variable is set", async () => {
    const deployment = await startDeployment();
    deployment.props["functions"] = {
      one: { environment: ["GREETING"] },
      two: { environment: ["TWO_ID"], onlyWith: "TWO_ID" },
    };
    const summary = await deployment.deploy();
    expect(Object.keys(summary.urls)).toEqual(["one"]);
    expect(summary.notes).toContain("two is not deployed: TWO_ID is not set.");
    deployment.env = { ...ENV, TWO_ID: "2" };
    expect(Object.keys((await deployment.deploy()).urls)).toEqual(["one", "two"]);
  });

  test("gives a function another variable's value, if that is set", async () => {
    const deployment = await startDeployment();
    deployment.props["functions"] = {
      one: { environment: [{ GREETING: "OWN_GREETING" }] },
      two: { environment: ["GREETING"] },
    };
    const { urls } = await deployment.deploy();
    expect((await ask(urls["one"])).env).toMatchObject({ GREETING: ENV["GREETING"] });
    deployment.env = { ...ENV, OWN_GREETING: "my own" };
    await deployment.deploy();
    expect((await ask(urls["one"])).env).toMatchObject({ GREETING: "my own" });
    expect((await ask(urls["one"])).env).not.toHaveProperty("OWN_GREETING");
    expect((await ask(urls["two"])).env).toMatchObject({ GREETING: ENV["GREETING"] });
  });

  test("keyless: the execution role is given to the functions that assume a role, and can be removed again", async () => {
    const deployment = await startDeployment();
    deployment.env = { ...ENV, COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload" };
    deployment.props["role"] = "scf-execution";
    deployment.props["roleWith"] = "COS_ROLE_ARN";
    deployment.props["functions"] = {
      one: { environment: ["GREETING", "COS_ROLE_ARN"] },
      two: { environment: ["GREETING"] },
    };
    const { urls } = await deployment.deploy();
    expect((await ask(urls["one"])).env).toMatchObject({ TENCENTCLOUD_SESSIONTOKEN: "role-token" });
    expect((await ask(urls["two"])).env).not.toHaveProperty("TENCENTCLOUD_SESSIONTOKEN");
    expect(await deployment.writesSince(() => deployment.deploy())).toEqual([]);
    deployment.env = ENV;
    await deployment.deploy();
    expect((await ask(urls["one"])).env).not.toHaveProperty("TENCENTCLOUD_SESSIONTOKEN");
  });

  test("creates a timer once, and again when its time changes", async () => {
    const deployment = await startDeployment();
    const withTimer = (timer: string) => {
      deployment.props["functions"] = { one: { environment: ["GREETING"], url: false, timer } };
    };
    withTimer("0 0 9 * * * *");
    expect((await deployment.deploy()).urls).toEqual({});
    expect(await deployment.writesSince(deployment.deploy)).toEqual([]);
    withTimer("0 0 10 * * * *");
    expect(await deployment.writesSince(deployment.deploy)).toEqual([
      "DeleteTrigger one",
      "CreateTrigger one",
    ]);
    const { Triggers = [] } = await deployment.client.ListTriggers({ FunctionName: "one", Order: "ASC" });
    expect(Triggers.map(({ TriggerDesc }) => TriggerDesc)).toEqual(['{"cron":"0 0 10 * * * *"}']);
  });

  test("recreates a disabled timer, enabled", async () => {
    const deployment = await startDeployment();
    const timer = "0 0 9 * * * *";
    deployment.props["functions"] = { one: { environment: ["GREETING"], url: false, timer } };
    await deployment.deploy();
    await deployment.client.UpdateTrigger({
      FunctionName: "one",
      TriggerName: "timer",
      Type: "timer",
      Enable: "CLOSE",
    });
    expect(await deployment.writesSince(deployment.deploy)).toEqual([
      "DeleteTrigger one",
      "CreateTrigger one",
    ]);
    const { Triggers = [] } = await deployment.client.ListTriggers({ FunctionName: "one", Order: "ASC" });
    expect(Triggers.map(({ Enable }) => Enable)).toEqual([1]);
  });
});

describe("planning", () => {
  test("says what deploy would do, without changing anything", async () => {
    const deployment = await startDeployment();
    const writes = await deployment.writesSince(async () => {
      expect(await deployment.plan()).toEqual([
        "one: create: Nodejs20.19, 128 MB, 10 s, variables GREETING A_SECRET",
        "one: create the Function URL",
        "two: create: Nodejs20.19, 128 MB, 10 s, variables GREETING",
        "two: create the Function URL",
      ]);
    });
    expect(writes).toEqual([]);
    await deployment.deploy();
    expect(await deployment.plan()).toEqual(["one: unchanged", "two: unchanged"]);
  });

  test("names the differences, and only the names of variables", async () => {
    const { deployment } = await startDeployed();
    await deployment.writeCode("two", ECHO("other"));
    deployment.props["memorySize"] = 64;
    deployment.props["timeout"] = "5";
    deployment.env = { A_SECRET: "another-secret-of-theirs", UPLOAD_AUTH: "jwt" };
    const lines = await deployment.plan();
    expect(lines).toEqual([
      "one: update the configuration: memory 128 to 64 MB, timeout 10 to 5 s, variables +UPLOAD_AUTH ~A_SECRET -GREETING",
      "two: update the configuration: memory 128 to 64 MB, timeout 10 to 5 s, variables -GREETING",
      "two: update the code",
    ]);
    await deployment.deploy();
    expect(await deployment.plan()).toEqual(["one: unchanged", "two: unchanged"]);
  });
});

describe("refuses before anything is changed:", () => {
  async function expectRefusal(
    deployment: Awaited<ReturnType<typeof startDeployment>>,
    message: RegExp,
  ): Promise<void> {
    for (const command of [deployment.deploy, deployment.plan]) {
      let found = "";
      const writes = await deployment.writesSince(async () => {
        found = await failure(command());
      });
      expect(found).toMatch(message);
      expect(found).toMatch(/^Nothing was changed\. |^There is no index\.js /);
      expect(writes).toEqual([]);
    }
  }

  test("a variable that the function itself requires", async () => {
    const deployment = await startDeployment();
    const line = { level: "error", code: "ConfigurationError", message: "COS_BUCKET is not set." };
    await deployment.writeCode("two", `console.log(${JSON.stringify(JSON.stringify(line))}); ${ECHO("two")}`);
    await expectRefusal(deployment, /COS_BUCKET is not set\./);
  });

  test("a variable that SCF reserves", async () => {
    const deployment = await startDeployment();
    deployment.props["functions"] = { one: { environment: ["SCF_X"] } };
    deployment.env = { SCF_X: "1" };
    await expectRefusal(deployment, /one: the name SCF_X is reserved by SCF/);
  });

  test("more variables than 4 KB", async () => {
    const deployment = await startDeployment();
    deployment.env = { GREETING: "x".repeat(5000) };
    await expectRefusal(deployment, /one: its variables have 5008 bytes; SCF allows 4096/);
  });

  test("code that does not load", async () => {
    const deployment = await startDeployment();
    await deployment.writeCode("one", "throw new Error('broken')");
    await expectRefusal(deployment, /one does not load: broken/);
  });

  test("code that exports no main_handler", async () => {
    const deployment = await startDeployment();
    await deployment.writeCode("one", "exports.other = 1");
    await expectRefusal(deployment, /one does not load: no main_handler/);
  });

  test("a function that was not built", async () => {
    const deployment = await startDeployment();
    deployment.props["functions"] = { three: { environment: [] } };
    await expectRefusal(
      deployment,
      /There is no index\.js in .*three: build the function, or remove functions\.three in s\.yaml/,
    );
  });

  test("another runtime than the deployed function's", async () => {
    const { deployment } = await startDeployed(startOne);
    deployment.props["runtime"] = "Nodejs18.15";
    await expectRefusal(
      deployment,
      /one has the runtime Nodejs20\.19, which SCF cannot change to Nodejs18\.15: set runtime in s\.yaml to Nodejs20\.19, or remove the function first with s remove\./,
    );
  });

  test("somebody else's function of the same name", async () => {
    const deployment = await startDeployment();
    await deployment.client.CreateFunction({ ...NEW, FunctionName: "two" });
    deployment.pass();
    await expectRefusal(
      deployment,
      /The function two exists and is not this project's: set namePrefix in s\.yaml/,
    );
    deployment.props["namePrefix"] = "my-";
    const { urls } = await deployment.deploy();
    expect((await ask(urls["two"])).env).toMatchObject({ SCF_FUNCTIONNAME: "my-two" });
  });

  test("an account without balance", async () => {
    const { deployment } = await startDeployed(startOne);
    deployment.proxy.fault = ({ action }) =>
      action === "GetFunction"
        ? {
            kind: "edited",
            edit: (answer) => Object.assign(answer, { AvailableStatus: "InsufficientBalance" }),
          }
        : undefined;
    await expectRefusal(deployment, /has no balance left/);
  });

  test.each([
    ["asks for CAM", { AuthType: "CAM" }, 1],
    ["is switched off", { AuthType: "NONE" }, 0],
  ])("a Function URL that %s", async (_, desc, Enable) => {
    const { deployment } = await startDeployed(startOne);
    const Triggers = [{ ...URL_TRIGGER, Enable, TriggerDesc: JSON.stringify({ NetConfig: {}, ...desc }) }];
    deployment.proxy.fault = ({ action }) =>
      action === "GetFunction"
        ? { kind: "edited", edit: (answer) => Object.assign(answer, { Triggers }) }
        : undefined;
    await expectRefusal(deployment, /Function URL of one is switched off or requires CAM/);
  });

  test("reports all problems at once", async () => {
    const deployment = await startDeployment();
    deployment.env = { ...ENV, SCF_GREETING: "hello" };
    deployment.props["functions"] = {
      one: { environment: ["SCF_GREETING"] },
      two: { environment: ["GREETING"] },
    };
    await deployment.writeCode("two", "throw new Error('broken')");
    const message = await failure(deployment.deploy());
    expect(message).toContain("\n- one: the name SCF_GREETING is reserved by SCF.");
    expect(message).toContain("\n- two does not load: broken");
  });
});

/** A plan's check of it, without starting the function. */
async function changesOfOne({ project, tools }: Awaited<ReturnType<typeof startDeployment>>) {
  const [spec] = project().functions;
  if (spec === undefined) throw new Error("There is no function.");
  const deployed = await observe(tools.scf, spec.functionName);
  const code = await packFunction(spec.directory);
  return planFunction(spec, deployed, await hasCode(tools.scf, spec.functionName, deployed, code));
}

describe("each failing call ends in one clear sentence, and the next run finishes", () => {
  const FAULTS: [string, Fault, RegExp][] = [
    ["throttled", { kind: "refused", code: "RequestLimitExceeded" }, /calls the API too often/],
    [
      "denied",
      {
        kind: "refused",
        code: "UnauthorizedOperation.CAM",
        message:
          "you are not authorized to perform operation (scf:TheAction)\nresource (…) has no permission",
      },
      /this key has no permission for scf:TheAction: allow it for its user in CAM/,
    ],
    [
      "in the wrong state",
      { kind: "refused", code: "FailedOperation.FunctionStatusError" },
      /another change to the function is in progress/,
    ],
    [
      "failed by the platform",
      { kind: "refused", code: "InternalError.System" },
      /the platform failed: run this again/,
    ],
    [
      "answered with 500",
      { kind: "http", status: 500 },
      /: (?:it may or may not have taken effect; )?run this again/,
    ],
    ["cut off", { kind: "closed" }, /: (?:it may or may not have taken effect; )?check the network/],
    ["done, and its answer lost", { kind: "lost" }, /: (?:it may or may not have taken effect; )?check/],
  ];
  const CREATING = ["GetFunction", "CreateFunction", "CreateTrigger"];
  const UPDATING = ["GetFunctionAddress", "UpdateFunctionConfiguration", "UpdateFunctionCode"];
  const cases = [...CREATING, ...UPDATING].flatMap((action) =>
    FAULTS.map(([name, fault, message]) => [action, name, fault, message] as const),
  );

  test.each(cases)("%s %s", async (action, _, fault, message) => {
    const deployment = await startDeployment();
    deployment.props["functions"] = { one: { environment: ["GREETING"] } };
    if (UPDATING.includes(action)) {
      await deployment.deploy();
      deployment.env = { GREETING: "changed" };
      await deployment.writeCode("one", ECHO("other"));
    }
    deployment.proxy.fault = (call) => (call.action === action ? fault : undefined);
    const found = await failure(deployment.deploy());
    expect(found).toContain(`${action} was refused for one (`);
    expect(found).toMatch(message);
    if (fault.kind === "refused") expect(found).toContain(`(${fault.code}, request request-of-the-fault)`);
    else expect(found.includes("may or may not have taken effect")).toBe(!action.startsWith("Get"));
    deployment.proxy.fault = () => undefined;
    await deployment.deploy();
    const { Environment, Status } = await deployment.client.GetFunction({ FunctionName: "one" });
    expect(Status).toBe("Active");
    expect(Environment?.Variables).toEqual([{ Key: "GREETING", Value: deployment.env["GREETING"] }]);
    expect(await changesOfOne(deployment)).toEqual([]);
  });

  test("does not report a busy API that recovers", async () => {
    const deployment = await startDeployment();
    const seen = new Map<string, number>();
    deployment.proxy.fault = ({ action, parameters }) => {
      const key = `${action} ${parameters["FunctionName"]}`;
      seen.set(key, (seen.get(key) ?? 0) + 1);
      return (seen.get(key) ?? 0) <= 2 ? { kind: "refused", code: "RequestLimitExceeded" } : undefined;
    };
    expect(await failure(deployment.deploy())).toBe("");
  });

  test("does not report a temporary state", async () => {
    const deployment = await startDeployment();
    let refused = 0;
    deployment.proxy.fault = ({ action }) => {
      if (action !== "CreateTrigger" || refused === 2) return undefined;
      refused += 1;
      return { kind: "refused", code: "FailedOperation.CreateTrigger" };
    };
    expect(await failure(deployment.deploy())).toBe("");
  });

  test("one function's failure does not stop the others", async () => {
    const deployment = await startDeployment();
    deployment.proxy.fault = ({ parameters, action }) =>
      action === "CreateFunction" && parameters["FunctionName"] === "one"
        ? { kind: "refused", code: "LimitExceeded.Function" }
        : undefined;
    expect(await failure(deployment.deploy())).toMatch(
      /^CreateFunction was refused for one \(LimitExceeded\.Function/,
    );
    deployment.proxy.fault = () => undefined;
    const writes = await deployment.writesSince(deployment.deploy);
    expect(writes).toEqual(["CreateFunction one", "CreateTrigger one"]);
  });
});

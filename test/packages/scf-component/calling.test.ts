import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as commands from "../../../packages/scf-component/src/commands.ts";
import { temporaryFolder } from "../cos-emulator/fixture-functions.ts";
import { ENV, failure, startDeployment } from "./support.ts";

async function startDeployed() {
  const started = await start();
  await started.deployment.deploy();
  return started;
}

/** Nothing is deployed: `local` calls what is built, and a refused command calls nothing. */
async function start() {
  const deployment = await startDeployment();
  return {
    deployment,
    invoke: (...args: string[]) => commands.invoke(args, deployment.project(), deployment.tools),
    local: (...args: string[]) => commands.local(args, deployment.project(), deployment.tools.say),
    logs: (...args: string[]) => commands.logs(args, deployment.project(), deployment.tools),
  };
}

function bodyOf(answer: string) {
  expect(answer).toMatch(/^HTTP 200\ncontent-type: application\/json\n\n/);
  return JSON.parse(answer.slice(answer.indexOf("\n\n")));
}

describe.each(["invoke", "local"] as const)("%s", (command) => {
  const deploys = command === "invoke";
  const startCalling = deploys ? startDeployed : start;

  test("calls a function as its URL would", async () => {
    const started = await startCalling();
    const answer = await started[command]("--function", "one", "--query", "ext=jpg", "--query", "size=3");
    expect(bodyOf(answer)).toMatchObject({
      word: "one",
      env: ENV,
      event: {
        httpMethod: "GET",
        path: "/one",
        queryString: { ext: "jpg", size: "3" },
        headers: {},
        body: "",
      },
    });
  });

  test("calls it with method, path, headers and body", async () => {
    const started = await startCalling();
    const answer = await started[command](
      ...["--function", "two", "--path", "/x", "--header", "Authorization: Bearer abc", "--body", '{"a":1}'],
    );
    expect(bodyOf(answer).event).toEqual({
      httpMethod: "POST",
      path: "/x",
      queryString: {},
      headers: { "content-type": "application/json", authorization: "Bearer abc" },
      body: '{"a":1}',
    });
  });

  test("calls it with the event in a file", async () => {
    const started = await startCalling();
    const file = join(await temporaryFolder(), "event.json");
    await writeFile(file, '{"any":"thing"}');
    expect(bodyOf(await started[command]("--function", "one", "--event", file)).event).toEqual({
      any: "thing",
    });
  });

  test.each([
    ["no function", [], "Choose one with --function: one, two."],
    [
      "an unknown function",
      ["--function", "three"],
      "There is no function three; the functions are one, two.",
    ],
    ["two functions", ["--function", "one", "--function", "two"], "--function is given twice."],
    ["an unknown option", ["--functoin", "one"], "Unknown option '--functoin'."],
    [
      "a file and a path",
      ["--function", "one", "--event", "e.json", "--path", "/"],
      "--event and --path cannot be combined.",
    ],
    [
      "a missing file",
      ["--function", "one", "--event", "none.json"],
      "--event none.json is not a JSON file.",
    ],
    ["a header without a colon", ["--function", "one", "--header", "x"], "--header must be 'name: value'."],
    [
      "a path without a leading slash",
      ["--function", "one", "--path", "x"],
      "--path must start with a slash.",
    ],
  ])("refuses %s", async (_, args, message) => {
    const started = await start();
    expect(await failure(started[command](...args))).toBe(message);
  });

  test("fails when the function throws", async () => {
    const { deployment, ...started } = await start();
    await deployment.writeCode("one", "exports.main_handler = async () => { throw new Error('broken'); };");
    if (deploys) await deployment.deploy();
    const message = await failure(started[command]("--function", "one"));
    expect(message).toMatch(/^one (failed|threw)(.|\n)*broken/);
    if (deploys) expect(message).toMatch(/; see s logs\.$/);
  });

  test("shows an answer that is not HTTP as it is", async () => {
    const { deployment, ...started } = await start();
    await deployment.writeCode("one", "exports.main_handler = async () => ['plain'];");
    if (deploys) await deployment.deploy();
    expect(await started[command]("--function", "one")).toBe('["plain"]');
  });
});

describe("invoke", () => {
  test("calls a timer's function with the timer's event", async () => {
    const { deployment, invoke } = await startDeployed();
    deployment.props["functions"] = {
      one: { environment: [], url: false, timer: "0 0 9 * * * *", timeout: 20 },
    };
    const { event } = bodyOf(await invoke("--function", "one"));
    expect(event).toEqual({ Type: "Timer", TriggerName: "timer", Time: expect.any(String), Message: "" });
    await deployment.deploy();
    expect(await deployment.client.GetFunction({ FunctionName: "one" })).toMatchObject({ Timeout: 20 });
  });

  test("says which request it made", async () => {
    const { deployment, invoke } = await startDeployed();
    await invoke("--function", "one");
    expect(deployment.said.at(-1)).toMatch(/^one: request [0-9a-f-]{36}, \d+ ms, \d+ MB$/);
  });
});

describe("local", () => {
  test("ends a function that takes too long", async () => {
    const { deployment, local } = await start();
    deployment.props["timeout"] = 1;
    await deployment.writeCode(
      "one",
      "exports.main_handler = () => new Promise(() => setInterval(() => {}, 9));",
    );
    expect(await failure(local("--function", "one"))).toBe("one took longer than 1 seconds.");
  });

  test("reports a function that ends its process", async () => {
    const { deployment, local } = await start();
    await deployment.writeCode("one", "exports.main_handler = async () => process.exit(3);");
    expect(await failure(local("--function", "one"))).toBe("one ended by itself (exit code 3).");
  });
});

describe("logs", () => {
  test("shows what functions logged, oldest first, without their return values", async () => {
    const { deployment, invoke, logs } = await startDeployed();
    await invoke("--function", "two");
    deployment.advance(1000);
    await invoke("--function", "one");
    const text = await logs("--since", "60");
    expect(text.indexOf('"said":"two"')).toBeGreaterThan(0);
    expect(text.indexOf('"said":"one"')).toBeGreaterThan(text.indexOf('"said":"two"'));
    expect(text).toMatch(/Report RequestId:\S+ Duration:\d+ms/);
    expect(text).not.toContain("RetMsg");
    expect(text).not.toContain(ENV.A_SECRET);
  });

  test("shows those of one function, or of one request", async () => {
    const { deployment, invoke, logs } = await startDeployed();
    await invoke("--function", "one");
    await invoke("--function", "two");
    expect(await logs("--function", "one")).not.toContain('"said":"two"');
    const id = /request (\S+),/.exec(deployment.said.at(-1) ?? "")?.[1] ?? "";
    const text = await logs("--request-id", id);
    expect(text).toContain('"said":"two"');
    expect(text).not.toContain('"said":"one"');
  });

  test.each<[string[], number, string]>([
    [[], 15, "Nothing in the last 15 minutes (--since MINUTES)."],
    [
      ["--request-id", "x"],
      1439,
      "Nothing in the last day. What is older is in the log service (CLS), if it keeps it.",
    ],
    [["--request-id", "x", "--since", "30"], 30, "Nothing in the last 30 minutes (--since MINUTES)."],
  ])("looks back as far as is useful, and says when there is nothing: %j", async (args, minutes, message) => {
    const { deployment, logs } = await startDeployed();
    let from = "";
    deployment.proxy.fault = ({ parameters }) => {
      from = String(parameters["StartTime"]);
      return undefined;
    };
    expect(await logs(...args)).toBe(message);
    // SCF's times are Beijing's.
    const back = (Date.now() - Date.parse(`${from.replace(" ", "T")}+08:00`)) / 60_000;
    expect(Math.abs(back - minutes)).toBeLessThan(1);
  });

  test.each([
    ["--since", "0"],
    ["--since", "1440"],
    ["--limit", "many"],
  ])("refuses %s %s", async (option, value) => {
    const { logs } = await start();
    expect(await failure(logs(option, value))).toMatch(
      new RegExp(`^${option} must be a whole number from 1 to`),
    );
  });

  test("points to the log service where the API is switched off", async () => {
    const { deployment, logs } = await startDeployed();
    deployment.proxy.fault = () => ({ kind: "refused", code: "ActionOffline" });
    expect(await failure(logs("--function", "one"))).toMatch(
      /search the log service .* for SCF_FunctionName:"one"\.$/,
    );
  });
});

describe("info", () => {
  test("says what is deployed", async () => {
    const { deployment } = await startDeployed();
    const info = await commands.info(deployment.project(), deployment.tools);
    expect(info["functions"]).toMatchObject({
      one: expect.stringMatching(
        /^Active, Nodejs20\.19, 128 MB, 10 s, changed \d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/,
      ),
    });
    expect(info["urls"]).toEqual((await deployment.deploy()).urls);
  });

  test("says what is not deployed", async () => {
    const deployment = await startDeployment();
    const info = await commands.info(deployment.project(), deployment.tools);
    expect(info).toMatchObject({ functions: { one: "not deployed", two: "not deployed" }, urls: {} });
  });
});

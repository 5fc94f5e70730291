import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { HELP } from "../../../packages/scf-component/src/help.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "../../upload/client.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";
import { onTestEnd } from "../cos-emulator/fixture-functions.ts";
import { cloneProject, type Run, readRehearsalFile } from "./command-line.ts";
import { type Fault, startScfProxy } from "./scf-proxy.ts";

const FILE = Buffer.from("the bytes of a photo");
/** Every function; cert-watch is deployed only with CERT_HOSTS. */
const FUNCTIONS = readdirSync(new URL("../../../functions", import.meta.url)).filter(
  (name) => name !== "cert-watch",
);

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let rehearsal: Record<string, string>;

beforeAll(async () => {
  emulator = await startTestEmulator();
  rehearsal = await readRehearsalFile(emulator.rehearsalFile);
});

afterAll(() => emulator.close());

let clones = 0;

/** A clone, and a proxy through which it deploys, to functions of its own. */
async function startClone() {
  const project = await cloneProject();
  const proxy = await startScfProxy(emulator.scfEndpoint);
  clones += 1;
  const prefix = `clone${clones}-`;
  const env: Record<string, string> = {
    ...rehearsal,
    SCF_ENDPOINT: proxy.origin,
    FUNCTION_PREFIX: prefix,
    // With this, the function that receives WeChat's results is deployed.
    WX_PUSH_TOKEN: "anything",
  };
  const close = () => Promise.all([proxy.close(), project.remove()]);
  return { ...project, proxy, prefix, env, close };
}

/** One that is removed after the test. */
async function startOwnClone() {
  const clone = await startClone();
  onTestEnd(clone.close);
  return clone;
}

/** The URL of a function as `deploy` and `info` print it. */
function urlIn(output: string, name: string): string {
  return new RegExp(`${name}: \\S*\\s*(http\\S+/${name})`).exec(output)?.[1] ?? "";
}

const secrets = () =>
  ["COS_SECRET_KEY", "JWT_SECRET", "WX_SECRET"].map((name) => rehearsal[name] ?? "").filter(Boolean);

const COLOUR = "\u001b[";

// A run of Serverless Devs costs a second of CPU time, so these tests share one deployment, in this order.
describe("npm run deploy, from the plan to the removal", () => {
  let clone: Awaited<ReturnType<typeof startClone>>;
  let planned: Run;
  let killed: Run;
  let first: Run;

  beforeAll(async () => {
    clone = await startClone();
    const { deploy, proxy, env } = clone;
    planned = await deploy(["plan"], env);
    const written = proxy.writes();
    let kill = () => {};
    proxy.fault = ({ action }) => {
      if (action === "CreateTrigger") kill();
      return undefined;
    };
    killed = await deploy([], env, (killIt) => {
      kill = killIt;
    });
    proxy.fault = () => undefined;
    first = await deploy(["--debug"], env);
    expect(written).toEqual([]);
  });

  afterAll(() => clone.close());

  test("plans, and changes nothing", () => {
    expect(planned.code).toBe(0);
    for (const name of FUNCTIONS)
      expect(planned.output).toMatch(
        new RegExp(`^${clone.prefix}${name}: create: Nodejs20.19, 128 MB, \\d+ s`, "m"),
      );
    const trigger = `${clone.prefix}uploaded: create the trigger cos:ObjectCreated:* for uploads/ of ${rehearsal["COS_BUCKET"]}`;
    expect(planned.output).toContain(`\n${trigger}\n`);
    expect(planned.output).not.toContain(COLOUR);
  });

  test("killed while creating, it finishes on the next run, and a Mini Program uploads through the deployed functions", async () => {
    expect(killed.code).toBe(null);
    expect(first.code).toBe(0);
    const put = await ask<PutAnswer>(`${urlIn(first.output, "put-sign")}?ext=jpg`);
    expect(put.status).toBe(200);
    const phone = new MiniProgram(emulator.caFile);
    expect((await phone.put(put.json, FILE)).status).toBe(200);
    const post = await ask<PostAnswer>(`${urlIn(first.output, "post-policy")}?ext=jpg`);
    expect((await phone.post(post.json, FILE)).status).toBe(200);
    const login = await ask<{ token: string }>(urlIn(first.output, "login"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code: "a-code-of-wx-login" }),
    });
    expect(login).toMatchObject({ status: 200 });
    expect(login.json.token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  test("changes nothing when nothing has changed, and neither prints nor leaves a secret", async () => {
    const { component, proxy, env, homeText } = clone;
    proxy.calls.length = 0;
    const second = await component("deploy", [], env);
    expect(second.error).toBe("");
    expect(proxy.writes()).toEqual([]);
    expect(second.result).toMatchObject({ urls: { "put-sign": urlIn(first.output, "put-sign") } });

    const texts = [planned.output, first.output, second.output, await homeText()];
    for (const secret of secrets()) for (const text of texts) expect(text).not.toContain(secret);
  });

  test("calls and shows what is deployed, and calls what is built", async () => {
    const { deploy, env } = clone;
    const question = ["--function", "put-sign", "--query", "ext=jpg"];
    for (const command of ["invoke", "local"]) {
      const { code, output } = await deploy([command, ...question], env);
      expect(code).toBe(0);
      expect(output).toMatch(/\nHTTP 200\n(.*\n)*\n\{.*"cosHost":"127\.0\.0\.1:\d+"/);
    }
    const { code, output } = await deploy(["logs", "--function", "put-sign"], env);
    expect(code).toBe(0);
    expect(output).toContain('"function":"put-sign","status":200');
    expect(output).not.toContain("securityToken");
  });

  test("sends only the one function's changed code, even after a refusal and a dropped call", async () => {
    const { component, proxy, env, prefix, directory } = clone;
    const bundle = join(directory, "dist/login/index.js");
    await writeFile(bundle, `${await readFile(bundle, "utf8")}\n// one more line\n`);

    const message = "you are not authorized to perform operation (scf:UpdateFunctionCode)";
    const faults: readonly [Fault, string][] = [
      [
        { kind: "refused", code: "UnauthorizedOperation", message },
        "this key has no permission for scf:UpdateFunctionCode: attach deploy/policies/deployer.json",
      ],
      [{ kind: "closed" }, "it may or may not have taken effect"],
    ];
    for (const [fault, says] of faults) {
      proxy.fault = ({ action }) => (action === "UpdateFunctionCode" ? fault : undefined);
      expect((await component("deploy", [], env)).error).toContain(says);
    }

    proxy.fault = () => undefined;
    proxy.calls.length = 0;
    expect((await component("deploy", [], env)).error).toBe("");
    expect(proxy.writes()).toEqual([`UpdateFunctionCode ${prefix}login`]);
    expect((await ask(`${urlIn(first.output, "put-sign")}?ext=jpg`)).status).toBe(200);
  });

  test("removes only when told to", async () => {
    const { component, deploy, proxy, env, prefix } = clone;
    proxy.calls.length = 0;
    const { error } = await component("remove", [], env);
    const [, named = ""] = /To remove (.*) without being asked, add -y\./.exec(error) ?? [];
    expect(named.split(", ").sort()).toEqual(FUNCTIONS.map((name) => prefix + name).sort());
    expect(proxy.writes()).toEqual([]);
    expect((await deploy(["remove", "-y"], env)).code).toBe(0);
    const { result } = await component("info", [], env);
    expect(result).toMatchObject({ functions: { [`${prefix}put-sign`]: "not deployed" } });
  });
});

test("reads .env beside serverless.yml, unless the shell sets a variable, and can take the key from an alias of s config", async () => {
  const { deploy, s, env, directory } = await startOwnClone();
  const { COS_BUCKET = "", tencent_serverless_devs_key: key = "{}", ...others } = env;
  const { UPLOAD_AUTH: _, WX_PUSH_TOKEN: __, ...rest } = others;
  const { AccountID, SecretID, SecretKey } = JSON.parse(key);
  const add = ["config", "add", "-a", "mine", "--AccountID", AccountID, "--SecretID", SecretID];
  expect((await s([...add, "--SecretKey", SecretKey], {})).code).toBe(0);
  await writeFile(join(directory, ".env"), `COS_BUCKET=${COS_BUCKET}\nCOS_REGION=ap-beijing\nWX_APPID=\n`);
  const { code, output } = await deploy(["plan", "-a", "mine"], { ...rest, WX_APPID: "", WX_PUSH_TOKEN: "" });
  expect(code).toBe(0);
  expect(output).toContain("put-sign: create");
  expect(output).toContain("login: not deployed, WX_APPID is not set");
});

// Serverless Devs reads nothing of such a file, and every variable would be missing.
test("a .env in UTF-16 is named, before Serverless Devs starts", async () => {
  const { deploy, env, directory } = await startOwnClone();
  await writeFile(join(directory, ".env"), Buffer.from("\ufeffCOS_REGION=ap-guangzhou\n", "utf16le"));
  const { code, output } = await deploy(["plan"], env);
  expect([code, output]).toEqual([100, ".env is not UTF-8 text; save it as UTF-8.\n"]);
});

describe("npm run deploy refuses, and changes nothing", () => {
  test.each<[string, Record<string, string>, readonly string[]]>([
    ["a missing bucket", { COS_BUCKET: "" }, ["COS_BUCKET is not set"]],
    ["no way to check a caller", { UPLOAD_AUTH: "jwt", JWT_SECRET: "", WX_APPID: "" }, ["JWT_SECRET"]],
    [
      "open uploads, and the emulator's former JWT_SECRET, into an emulator too",
      { ALLOW_PUBLIC_UPLOADS: "", JWT_SECRET: "the-emulator-signs-tokens-with-this-text" },
      ["set ALLOW_PUBLIC_UPLOADS=yes", "JWT_SECRET is public"],
    ],
  ])("%s", async (_, changes, messages) => {
    const { component, proxy, env } = await startOwnClone();
    const { error, output } = await component("deploy", [], { ...env, ...changes });
    for (const message of messages) expect(error).toContain(message);
    expect(proxy.writes()).toEqual([]);
    for (const secret of secrets()) expect(output).not.toContain(secret);
  });
});

describe("npm run deploy refuses with an exit code, and changes nothing", () => {
  test.each<[string, readonly string[], Record<string, string>, number, readonly string[]]>([
    [
      "no key",
      [],
      { tencent_serverless_devs_key: "" },
      101,
      [
        "There is no Tencent Cloud key to deploy with",
        "set tencent_serverless_devs_key='",
        "npx s config add and name it with -a.",
      ],
    ],
    [
      "a key that is not JSON",
      [],
      { tencent_serverless_devs_key: '{"SecretKey":"a-secret-key' },
      101,
      ["tencent_serverless_devs_key is set, but holds no key"],
    ],
    ["an alias that does not exist", ["-a", "nobody"], {}, 101, ["to deploy with (nobody)"]],
    ["an unknown option", ["--functoin", "x"], {}, 101, ["Unknown option '--functoin'"]],
    [
      "an unknown command",
      ["deplyo"],
      {},
      100,
      ["There is no command deplyo; the commands are deploy, plan"],
    ],
  ])("%s", async (_, args, changes, exitCode, messages) => {
    const { deploy, proxy, env } = await startOwnClone();
    const { code, output } = await deploy(args, { ...env, ...changes });
    for (const message of messages) expect(output).toContain(message);
    expect(code).toBe(exitCode);
    expect(proxy.writes()).toEqual([]);
    for (const secret of [...secrets(), "a-secret-key"]) expect(output).not.toContain(secret);
  });
});

test("another template can replace the project's; NO_COLOR wins over forced colour", async () => {
  const { deploy, env } = await startOwnClone();
  const missing = await deploy(["plan", "-t", "nowhere.yml"], { ...env, FORCE_COLOR: "1" });
  expect(missing.output).toContain("nowhere.yml");
  expect(missing.output).not.toContain("serverless.yml");
  expect(missing.output).toContain(COLOUR);
  expect(missing.code).not.toBe(0);
  const plain = await deploy(["plan", "-t", "nowhere.yml"], { ...env, FORCE_COLOR: "1", NO_COLOR: "1" });
  expect(plain.output).toContain("nowhere.yml");
  expect(plain.output).not.toContain(COLOUR);
});

describe("-o json, --output json or --output-format=json", () => {
  async function asJson(args: readonly string[], changes: Record<string, string> = {}) {
    const { directory, base, env } = await startOwnClone();
    return await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
      execFile(
        process.execPath,
        ["deploy/s.mjs", ...args],
        { cwd: directory, env: { ...base, ...env, ...changes } },
        (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }),
      );
    });
  }

  test("prints exactly one JSON document to standard output", async () => {
    const { code, stdout } = await asJson(["info", "--output-format=json"]);
    const { functions } = JSON.parse(stdout);
    expect(Object.values(functions)).toEqual(FUNCTIONS.map(() => "not deployed"));
    expect(code).toBe(0);
  });

  test("turns lines of text into a list", async () => {
    const { code, stdout } = await asJson(["remove", "--output", "json"]);
    expect(JSON.parse(stdout).output).toEqual(["There is nothing to remove."]);
    expect(code).toBe(0);
  });

  test("prints a failure as one document too, with its text on standard error, and sets the exit code", async () => {
    const changes = { COS_REGION: "Guangzhou", FUNCTION_RUNTIME: "python" };
    const { code, stdout, stderr } = await asJson(["-o", "json"], changes);
    const { error } = JSON.parse(stdout);
    expect(error.message).toMatch(/COS_REGION .*must be(.|\n)*FUNCTION_RUNTIME .*must be/);
    expect(stderr).toContain("FUNCTION_RUNTIME");
    expect(code).toBe(101);
    for (const secret of secrets()) expect(stdout + stderr).not.toContain(secret);
  });
});

test("help does not start Serverless Devs, which would leave a folder in the home directory", async () => {
  const { deploy, homeText } = await startOwnClone();
  for (const args of [["--help"], ["-h"], ["logs", "--help"], ["plan", "-h"]]) {
    const { code, output } = await deploy(args, {});
    expect(output).toMatch(/^Usage: npm run deploy -- /);
    expect(output.includes("Commands: deploy, plan, info")).toBe(args.length === 1);
    expect(output.split("\n").filter((line) => line.length > 80)).toEqual([]);
    expect(code).toBe(0);
  }
  expect(await homeText()).toBe("");
});

test("the command ends when its reader goes away", async () => {
  const { directory, base } = await startOwnClone();
  const child = spawn(process.execPath, ["deploy/s.mjs", "plan", "--help"], {
    cwd: directory,
    env: base,
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 170_000,
  });
  child.stdout.destroy();
  const [code, signal] = await once(child, "exit");
  expect({ code, signal }).toEqual({ code: 0, signal: null });
});

test("the wrapper knows every command, and each has help", async () => {
  const { deploy, env } = await startOwnClone();
  const unknown = await deploy(["undeploy"], env);
  expect(unknown.output).toBe(
    `There is no command undeploy; the commands are ${Object.keys(HELP).join(", ")}.\n`,
  );
  const { output } = await deploy(["logs", "--help"], env);
  expect(output).toContain("--since <minutes>");
});

test("says what is missing before it starts: .env, or the -- that npm wants", async () => {
  const { deploy, env, homeText } = await startOwnClone();
  const { COS_REGION, ...others } = env;
  expect(await deploy(["plan"], others)).toEqual({
    code: 100,
    output: "There are no settings to deploy: copy .env.example to .env, and fill it in.\n",
  });
  const kept = await deploy(["logs", "put-sign"], { ...env, npm_config_function: "true" });
  expect(kept.output).toContain("npm run deploy -- logs --function …");
  expect(kept.code).toBe(100);
  expect(await homeText()).toBe("");
});

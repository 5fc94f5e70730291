import { chmod, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Dev } from "../../../dev/emulator.ts";
import type { ChangingWorld } from "../../../tools/lib/consent.ts";
import { readAnchors } from "../../../tools/lib/named-files.ts";
import { type HttpAnswer, type Network, send } from "../../../tools/lib/network.ts";
import { askBucket } from "../../../tools/lib/signed-request.ts";
import { freePort } from "../../support/free-port.ts";
import { startTestEmulator } from "../../upload/emulator.ts";
import { doctor, type Outcome, temporaryFile } from "./support.ts";

const ORIGIN = "https://www.example.com";

/** Somebody else's rule, in the form of the API's example, with an element that this command does not know. */
const FOREIGN =
  "<CORSRule><ID>costs &amp; more</ID><AllowedOrigin>https://*.example.org</AllowedOrigin>" +
  "<AllowedMethod>DELETE</AllowedMethod><AllowedHeader>x-cos-meta-a</AllowedHeader>" +
  "<ExposeHeader>x-cos-meta-a</ExposeHeader><MaxAgeSeconds>005</MaxAgeSeconds></CORSRule>";

const configuration = (...parts: string[]) => `<CORSConfiguration>${parts.join("")}</CORSConfiguration>`;

/** The command's rule for these origins, without white space between the elements. */
const ruleFor = (...origins: string[]) =>
  `<CORSRule><ID>cos-direct-upload</ID>${origins.map((origin) => `<AllowedOrigin>${origin}</AllowedOrigin>`).join("")}` +
  "<AllowedMethod>PUT</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedMethod>GET</AllowedMethod>" +
  "<AllowedMethod>HEAD</AllowedMethod><AllowedHeader>*</AllowedHeader><ExposeHeader>ETag</ExposeHeader>" +
  "<ExposeHeader>x-cos-request-id</ExposeHeader><MaxAgeSeconds>600</MaxAgeSeconds></CORSRule>";

let emulator: Dev;
let network: Network;
let ca: string;
let directory: string;

beforeAll(async () => {
  emulator = await startTestEmulator();
  ca = emulator.caFile;
  network = { anchors: await readAnchors(ca, {}), timeoutMs: 60_000, addresses: new Map() };
});

afterAll(() => emulator.close());

beforeEach(async () => {
  // A policy may deny deleting the rules.
  for (const subResource of ["policy", "cors"]) await ask("DELETE", undefined, subResource);
  directory = await mkdtemp(join(tmpdir(), "doctor-cors-"));
  onTestFinished(() => rm(directory, { recursive: true }));
});

const settings = (changes: Record<string, string> = {}) => ({
  COS_SECRET_ID: emulator.account.secretId,
  COS_SECRET_KEY: emulator.account.secretKey,
  COS_BUCKET: emulator.bucket.name,
  COS_REGION: emulator.bucket.region,
  COS_DOMAIN: emulator.cosHost,
  CORS_ORIGINS: ORIGIN,
  ...changes,
});

interface Asked extends Outcome {
  readonly questions: readonly string[];
}

/** Runs `npm run doctor -- cors` with these arguments. */
async function cors(args: readonly string[] = [], world: Partial<ChangingWorld> = {}): Promise<Asked> {
  const questions: string[] = [];
  const { ask } = world;
  const outcome = await doctor(["--ca", ca, "cors", ...args], {
    env: settings(),
    directory,
    ...world,
    ask:
      ask &&
      ((question) => {
        questions.push(question);
        return ask(question);
      }),
  });
  return { ...outcome, questions };
}

const yes = { ask: async () => "y" };

function ask(method: "GET" | "PUT" | "DELETE", body?: string, subResource = "cors"): Promise<HttpAnswer> {
  const signer = {
    key: emulator.account,
    endpoint: new URL(`https://${emulator.cosHost}`),
    now: Math.floor(Date.now() / 1000),
  };
  const contentType = subResource === "cors" ? "application/xml" : "application/json";
  const content = body === undefined ? {} : { body, contentType };
  return askBucket({ method, query: { [subResource]: "" }, ...content }, signer, network);
}

/** The bucket's rules, without white space between the elements; undefined if there are none. */
async function present(): Promise<string | undefined> {
  const { status, body } = await ask("GET");
  return status === 404 ? undefined : body.toString().replaceAll(/>\s+</g, "><");
}

async function put(text: string): Promise<void> {
  expect((await ask("PUT", text)).status).toBe(200);
}

function preflight(origin: string, method = "PUT"): Promise<HttpAnswer> {
  const headers = {
    origin,
    "access-control-request-method": method,
    "access-control-request-headers":
      "authorization,content-md5,content-type,x-cos-security-token,x-cos-meta-b",
  };
  return send(new URL(`https://${emulator.cosHost}/a`), { method: "OPTIONS", headers }, network);
}

async function onlySaved(): Promise<string> {
  const [name = "", ...others] = await readdir(directory);
  expect(others).toEqual([]);
  return join(directory, name);
}

describe("without rules", () => {
  test("shows the rule, asks, adds it, and a page of the origin may then send and read", async () => {
    expect((await preflight(ORIGIN)).status).toBe(403);
    const outcome = await cors([], yes);
    expect(outcome).toMatchObject({ code: 0, errors: "" });
    expect(outcome.questions).toEqual([`Add this CORS rule to ${emulator.bucket.name}? [y/N] `]);
    expect(outcome.output).toContain(`+     <AllowedOrigin>${ORIGIN}</AllowedOrigin>`);
    expect(outcome.output).not.toMatch(/^-/m);
    expect(await present()).toBe(configuration(ruleFor(ORIGIN)));

    const answer = await preflight(ORIGIN);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(answer.headers.get("access-control-max-age")).toBe("600");
    expect(answer.headers.get("access-control-expose-headers")).toBe("ETag,x-cos-request-id");
    for (const method of ["POST", "GET", "HEAD"]) expect((await preflight(ORIGIN, method)).status).toBe(200);
    expect((await preflight(ORIGIN, "DELETE")).status).toBe(403);
    expect((await preflight("https://other.example.com")).status).toBe(403);
  });

  test("doctor names the command, and no longer warns afterwards", async () => {
    const check = async () => {
      const { checks } = await doctor(["--ca", ca, "--no-upload", "--json"], { env: settings() });
      return checks.find(({ id }) => id === `storage.cors@${ORIGIN}`);
    };
    expect(await check()).toMatchObject({
      status: "warn",
      fix: expect.stringContaining("npm run doctor -- cors"),
    });
    await cors(["-y"]);
    expect(await check()).toMatchObject({ status: "pass" });
  });

  test("--undo deletes it again, given the saved file", async () => {
    await cors(["-y"]);
    const file = await onlySaved();
    const outcome = await cors(["--undo", file], yes);
    expect(outcome.code).toBe(0);
    expect(outcome.output).toMatch(/^- .*<AllowedOrigin>/m);
    expect(outcome.output).toContain("deleted");
    expect(await present()).toBeUndefined();
    expect(await cors(["--undo", file])).toMatchObject({
      code: 0,
      output: expect.stringContaining("nothing to do"),
    });
  });
});

describe("with other rules", () => {
  const before = configuration(FOREIGN, "<ResponseVary>true</ResponseVary>");

  test("keeps them as they are, and saves the previous configuration unchanged", async () => {
    await put(before);
    const outcome = await cors(["-y"]);
    expect(outcome.code).toBe(0);
    expect(outcome.output).not.toMatch(/^- /m);
    expect(await present()).toBe(
      configuration(ruleFor(ORIGIN), FOREIGN, "<ResponseVary>true</ResponseVary>"),
    );
    const file = await onlySaved();
    expect(file).toMatch(new RegExp(`/bucket-cors-${emulator.bucket.name}-\\d{8}T\\d{9}Z\\.xml$`));
    expect(outcome.output).toContain(`npm run doctor -- cors --undo ${file}`);
    expect(await readFile(file, "utf8")).toBe(before);
  });

  test("the command that undoes it can be copied, whatever the folder is called", async () => {
    const folder = join(directory, "it's 我的 项目");
    await mkdir(folder);
    const { output } = await cors(["-y"], { directory: folder });
    expect(output).toMatch(/--undo '\S+\/it'\\''s 我的 项目\/bucket-cors-\S+\.xml'$/m);
  });

  test("--undo restores them, and saves the current configuration", async () => {
    await put(before);
    await cors(["-y"]);
    const file = await onlySaved();
    expect((await cors(["--undo", file, "-y"])).code).toBe(0);
    expect(await present()).toBe(before);
    expect(await readdir(directory)).toHaveLength(2);
  });

  test("replaces the rule for the previous origins in its place", async () => {
    await put(configuration(FOREIGN, ruleFor("https://old.example.com"), FOREIGN));
    const env = settings({ CORS_ORIGINS: `${ORIGIN},http://localhost:5173` });
    expect((await cors(["-y"], { env })).code).toBe(0);
    expect(await present()).toBe(configuration(FOREIGN, ruleFor(ORIGIN, "http://localhost:5173"), FOREIGN));
    expect((await preflight("https://old.example.com")).status).toBe(403);
  });
});

describe("nothing to do", () => {
  test("the second time: changes nothing, asks nothing and saves nothing", async () => {
    await cors(["-y"]);
    const text = await present();
    expect(await cors()).toMatchObject({
      code: 0,
      questions: [],
      output: expect.stringContaining("nothing to do"),
    });
    expect(await present()).toBe(text);
    await onlySaved();
  });

  test("for an equivalent rule in another order and with another ID", async () => {
    const same =
      "<CORSRule><MaxAgeSeconds>600</MaxAgeSeconds><ExposeHeader>X-Cos-Request-Id</ExposeHeader>" +
      "<ExposeHeader>etag</ExposeHeader><AllowedHeader>*</AllowedHeader><AllowedMethod>HEAD</AllowedMethod>" +
      "<AllowedMethod>GET</AllowedMethod><AllowedMethod>POST</AllowedMethod><AllowedMethod>PUT</AllowedMethod>" +
      `<AllowedOrigin>${ORIGIN}</AllowedOrigin></CORSRule>`;
    await put(configuration(FOREIGN, same));
    expect(await cors()).toMatchObject({ code: 0, output: expect.stringContaining("nothing to do") });
  });

  test.each([
    ["for more origins", ruleFor(ORIGIN, "https://more.example.com")],
    ["with one method less", ruleFor(ORIGIN).replace("<AllowedMethod>POST</AllowedMethod>", "")],
    ["with only some headers", ruleFor(ORIGIN).replace("<AllowedHeader>*<", "<AllowedHeader>content-type<")],
    ["that exposes less", ruleFor(ORIGIN).replace("<ExposeHeader>ETag</ExposeHeader>", "")],
  ])("but not for a rule %s", async (_, rule) => {
    const other = rule.replace("cos-direct-upload", "somebody's");
    await put(configuration(other));
    expect((await cors(["-y"])).code).toBe(0);
    expect(await present()).toBe(configuration(ruleFor(ORIGIN), other));
  });
});

test("--undo ignores a ResponseVary with its default value", async () => {
  await put(configuration(FOREIGN, "<ResponseVary>false</ResponseVary>"));
  const file = await temporaryFile("bucket-cors.xml", configuration(FOREIGN));
  expect(await cors(["--undo", file])).toMatchObject({ code: 0, questions: [] });
});

describe("changes nothing", () => {
  test("if nobody can be asked without -y, but shows the change", async () => {
    expect(await cors()).toMatchObject({
      code: 1,
      output: expect.stringContaining(ORIGIN),
      errors: expect.stringContaining("-y"),
    });
    expect(await present()).toBeUndefined();
    expect(await readdir(directory)).toEqual([]);
  });

  test.each(["", "n", "cors"])("if the answer is %j", async (answer) => {
    expect(await cors([], { ask: async () => answer })).toMatchObject({
      code: 1,
      errors: "Nothing was changed.\n",
    });
    expect(await present()).toBeUndefined();
    expect(await readdir(directory)).toEqual([]);
  });

  test("if somebody else changes the rules during the question", async () => {
    const theirs = async () => {
      await put(configuration(FOREIGN));
      return "y";
    };
    expect(await cors([], { ask: theirs })).toMatchObject({
      code: 1,
      errors: expect.stringContaining("meantime"),
    });
    expect(await present()).toBe(configuration(FOREIGN));
  });

  test("if the previous configuration cannot be saved", async () => {
    await put(configuration(FOREIGN));
    const file = await temporaryFile("a-file", "");
    await chmod(file, 0o600);
    expect(await cors(["-y"], { directory: file })).toMatchObject({
      code: 1,
      errors: expect.stringContaining("could not be saved"),
    });
    expect(await present()).toBe(configuration(FOREIGN));
  });

  test.each([
    ["a missing file", undefined, "cannot be read"],
    ["one that is not XML", "<CORSConfiguration>", "well-formed"],
    ["another configuration", "<AccessControlPolicy/>", "CORSConfiguration"],
    ["one with a name that the XML parser refuses", configuration("<constructor/>"), "well-formed"],
    ["one that declares entities", `<!DOCTYPE a [<!ENTITY b "c">]>${configuration(FOREIGN)}`, "well-formed"],
  ])("by --undo with %s", async (_, content, message) => {
    await put(configuration(FOREIGN));
    const file = content === undefined ? join(directory, "none.xml") : await temporaryFile("a.xml", content);
    expect(await cors(["-y", "--undo", file])).toMatchObject({
      code: 2,
      errors: expect.stringContaining(message),
    });
    expect(await present()).toBe(configuration(FOREIGN));
  });

  test("without CORS_ORIGINS, or with an invalid one", async () => {
    const { CORS_ORIGINS: _, ...unset } = settings();
    for (const env of [unset, settings({ CORS_ORIGINS: "*" })]) {
      expect(await cors(["-y"], { env })).toMatchObject({
        code: 2,
        errors: expect.stringContaining("CORS_ORIGINS"),
      });
    }
    expect(await present()).toBeUndefined();
  });
});

describe("exits with 2 and says what to do", () => {
  /** Denies everybody one action on the bucket, as if the functions' own key lacked it. */
  async function deny(action: string): Promise<void> {
    const { bucket, account } = emulator;
    const resource = `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/*`;
    const principal = { qcs: ["qcs::cam::anyone:anyone"] };
    const statement = [{ effect: "deny", principal, action: [action], resource: [resource] }];
    const { status } = await ask("PUT", JSON.stringify({ version: "2.0", statement }), "policy");
    expect(status).toBeLessThan(300);
  }

  test.each([
    ["see the rules", "name/cos:GetBucketCORS", ["-y"]],
    ["put rules", "name/cos:PutBucketCORS", ["-y"]],
    ["delete them", "name/cos:DeleteBucketCORS", ["-y", "--undo", "<saved>"]],
  ])("if the key may not %s: the permission is named", async (_, action, args) => {
    const saved = await temporaryFile("bucket-cors.xml", configuration());
    if (args.includes("--undo")) await put(configuration(FOREIGN));
    await deny(action);
    const outcome = await cors(args.map((arg) => (arg === "<saved>" ? saved : arg)));
    expect(outcome).toMatchObject({ code: 2, errors: expect.stringContaining(`The key needs ${action}`) });
    expect(outcome.errors).toContain("403 AccessDenied");
    expect((await preflight(ORIGIN)).status).toBe(403);
  });

  test("if COS does not know the key; nothing of it is printed", async () => {
    const env = settings({ COS_SECRET_ID: "AKIDsomebody", COS_SECRET_KEY: "a-secret-key" });
    const outcome = await cors(["-y"], { env });
    expect(outcome).toMatchObject({ code: 2, errors: expect.stringContaining("InvalidAccessKeyId") });
    expect(outcome.output + outcome.errors).not.toMatch(/a-secret-key|q-signature/);
  });

  test("if COS cannot be reached", async () => {
    const env = settings({ COS_DOMAIN: `127.0.0.1:${await freePort()}` });
    expect(await cors(["-y"], { env })).toMatchObject({
      code: 2,
      errors: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("--json", () => {
  test("reports what was done, and then that nothing is left to do", async () => {
    const done = await cors(["-y", "--json"]);
    expect(done).toMatchObject({ code: 0, errors: "" });
    expect(done.check("cors")).toMatchObject({ status: "pass", detail: expect.stringContaining(ORIGIN) });
    expect((await cors(["--json"])).check("cors")).toMatchObject({
      status: "pass",
      detail: expect.stringContaining("nothing to do"),
    });
  });

  test("asks nobody: without -y it changes nothing and fails", async () => {
    const outcome = await cors(["--json"], yes);
    expect(outcome).toMatchObject({ code: 1, questions: [] });
    expect(outcome.check("cors")).toMatchObject({ status: "fail", fix: expect.stringContaining("-y") });
    expect(await present()).toBeUndefined();
  });

  test("reports a refusal as a check that could not be done", async () => {
    const outcome = await cors(["-y", "--json"], { env: settings({ COS_SECRET_ID: "AKIDsomebody" }) });
    expect(outcome.code).toBe(2);
    expect(outcome.check("cors")).toMatchObject({ status: "skip", detail: expect.stringContaining("403") });
  });
});

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { TEST_ENV } from "../../support/bundle.ts";
import { issue } from "../../support/certificates.ts";
import { startFakeSts } from "../../support/fake-sts.ts";
import { freePort } from "../../support/free-port.ts";
import { bundledProgram } from "../../support/programs.ts";
import { doctor, serveSilence, serveTls, temporaryFile } from "./support.ts";

const MAIN_PATH = "tools/doctor/main.ts";
const MAIN = fileURLToPath(new URL(`../../../${MAIN_PATH}`, import.meta.url));
/** As `npm run doctor` starts it, and its bundle, which starts sooner. */
const AS_IS = ["--import", import.meta.resolve("tsx"), "--", MAIN];
const BUNDLED = ["--", bundledProgram(MAIN_PATH)];

/** `npm run doctor` in a folder of the test's own, with only PATH in its environment. */
async function spawned(args: readonly string[], { envFile = "", program = BUNDLED } = {}) {
  const cwd = await mkdtemp(join(tmpdir(), "doctor-"));
  onTestFinished(() => rm(cwd, { recursive: true }));
  if (envFile !== "") await writeFile(join(cwd, ".env"), envFile);
  return await new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    const env = { PATH: process.env["PATH"] ?? "" };
    execFile(process.execPath, [...program, ...args], { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

describe("exit status of the process", () => {
  test("0: all checks pass, as JSON with exactly five fields per check", async () => {
    const certificate = await issue({ names: ["127.0.0.1"] });
    const port = await serveTls({ key: certificate.keyPem, cert: certificate.pem });
    const ca = await temporaryFile("ca.pem", certificate.pem);
    const { code, stdout, stderr } = await spawned(["--host", `127.0.0.1:${port}`, "--ca", ca, "--json"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const { checks, ...others } = JSON.parse(stdout);
    expect(others).toEqual({});
    for (const check of checks) {
      expect(Object.keys(check)).toEqual(["id", "status", "title", "detail", "fix"]);
      expect(["pass", "warn", "fail", "skip"]).toContain(check.status);
    }
  });

  test("1: a check fails; the default .env is read", async () => {
    const { code, stdout } = await spawned(["--no-upload"], { envFile: "COS_BUCKET=uploads\n" });
    expect(code).toBe(1);
    expect(stdout).toMatch(/^FAIL {2}COS_BUCKET, COS_REGION and COS_DOMAIN are well formed$/m);
  });

  test("1: STS is asked as the functions ask it, and COS does not answer", async () => {
    const sts = await startFakeSts();
    onTestFinished(() => sts.close());
    const { NODE_EXTRA_CA_CERTS: ca = "", ...address } = sts.env;
    const env = { ...TEST_ENV, ...address, COS_DOMAIN: `127.0.0.1:${await freePort()}` };
    const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
    // It gives qcloud-cos-sts a sender by way of the installed package, and a bundle has its own copy.
    const { code, stdout } = await spawned(["--json", "--ca", ca], {
      envFile: lines.join(""),
      program: AS_IS,
    });
    expect(code).toBe(1);
    const checks: { id: string; status: string }[] = JSON.parse(stdout).checks;
    expect(checks.find(({ id }) => id === "sts.answers")?.status).toBe("pass");
    expect(sts.forms.map((form) => form.get("Action"))).toEqual(["GetFederationToken"]);
    expect(sts.forms[0]?.get("SecretId")).toBe(TEST_ENV.COS_SECRET_ID);
  });

  test("2: a host that never answers", async () => {
    const { code, stdout } = await spawned(["--host", `127.0.0.1:${await serveSilence()}`, "--timeout", "1"]);
    expect(code).toBe(2);
    expect(stdout).toContain("because they could not be checked");
  });

  test("2: an unknown option", async () => {
    const { code, stderr } = await spawned(["--hosts", "example.com"]);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option");
  });
});

describe("usage", () => {
  test.each([
    ["a host with a path", ["--host", "example.com/x"]],
    ["a host with plain HTTP", ["--host", "http://example.com"]],
    ["an invalid port", ["--host", "example.com:99999"]],
    ["an unknown word", ["certs"]],
    ["an invalid address", ["--resolve", "example.com"]],
    ["an invalid address of the functions", ["--function-url", "example.com"]],
    ["a missing CA file", ["--ca", "/nowhere/ca.pem"]],
    ["a missing environment file", ["--env-file", "/nowhere/.env"]],
    ["a missing certificate file", ["cert", "/nowhere/cert.pem"]],
    ["no certificate", ["cert"]],
  ])("%s: 2", async (_, args) => {
    const { code, output, errors } = await doctor(args);
    expect({ code, output }).toEqual({ code: 2, output: "" });
    expect(errors).not.toBe("");
  });

  test("a misspelt command: names those that there are", async () => {
    const { errors } = await doctor(["crs"]);
    expect(errors).toContain("The commands are cert, cors.");
  });

  test("--env-file is read by doctor, not by node, which would exit with 9", async () => {
    const { code, stderr } = await spawned(["--env-file", "/nowhere/.env"], { program: AS_IS });
    expect(code).toBe(2);
    expect(stderr).toContain("The environment file cannot be read");
    const scripts: Record<string, string> = JSON.parse(await readFile("package.json", "utf8")).scripts;
    expect(scripts).toMatchObject({
      doctor: expect.stringMatching(/&& tsx -- tools\/doctor\/main\.ts$/),
      https: expect.stringMatching(/&& tsx -- tools\/https\/main\.ts$/),
    });
  });

  test("--help: 0", async () => {
    const { code, output } = await doctor(["--help"]);
    expect(code).toBe(0);
    expect(output).toContain("Exit status");
  });
});

describe("text", () => {
  const args = async () => ["--host", `127.0.0.1:${await freePort()}`];

  test("has one line per check, with detail and fix below it", async () => {
    const { output } = await doctor(await args());
    expect(output).toMatch(
      /^FAIL {2}127\.0\.0\.1:\d+: HTTPS answers\n {6}NET::ERR_CONNECTION_REFUSED: .*\n {6}→ Start the server/m,
    );
    expect(output).toMatch(/\n\d+ ok, 0 warn, 1 fail, \d+ skipped\n$/);
  });

  test("is coloured only on a terminal, and not with NO_COLOR", async () => {
    const colour = "\u001b[";
    expect((await doctor(await args())).output).not.toContain(colour);
    expect((await doctor(await args(), { isTerminal: true })).output).toContain(colour);
    expect((await doctor(await args(), { isTerminal: true, env: { NO_COLOR: "1" } })).output).not.toContain(
      colour,
    );
  });
});

test("without settings and a host, reports the missing settings once", async () => {
  const { checks, code } = await doctor(["--json"]);
  expect(checks).toEqual([expect.objectContaining({ id: "settings", status: "fail" })]);
  expect(checks[0]?.fix).toContain(".env");
  expect(code).toBe(1);
});

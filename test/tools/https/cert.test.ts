import { beforeEach, describe, expect, test } from "vitest";
import type { Issued } from "../../support/certificates.ts";
import { answering, type Outcome, startBucket, type TestBucket } from "./support.ts";

const NAME = "files.example.test";

let bucket: TestBucket;
let files: { chain: string; key: string };
let issued: Issued;
beforeEach(async () => {
  bucket = await startBucket();
  await bucket.settings.setDomains([
    { name: NAME, status: "ENABLED", type: "REST" },
    { name: "off.example.test", status: "DISABLED", type: "WEBSITE" },
  ]);
  issued = await bucket.authority.server({ names: [NAME], toDays: 80 });
  files = await write(issued);
});

async function write(certificate: Issued): Promise<typeof files> {
  return {
    chain: await bucket.file("chain.pem", certificate.pem + bucket.authority.intermediate.pem),
    key: await bucket.file("key.pem", certificate.keyPem),
  };
}

/** The domains are served where the bucket is. */
function cert(args: readonly string[], world = {}): Promise<Outcome> {
  const outside = ["--https-port", String(bucket.port)];
  for (const name of [NAME, "off.example.test"]) outside.push("--resolve", `${name}=127.0.0.1`);
  return bucket.https(["cert", ...args, ...outside], world);
}

function installed(): string | undefined {
  return bucket.settings.certificate(NAME)?.certificate;
}

describe("cert put", () => {
  test("installs the certificate and its chain, and checks it from outside", async () => {
    const outcome = await cert(["put", NAME, files.chain, files.key, "-y", "--json"]);
    expect(outcome.checks.map(({ id, status }) => [id.split("@")[0], status])).toEqual([
      ["command", "pass"],
      ["connect", "pass"],
      ["certificate.trust", "pass"],
      ["certificate.chain", "pass"],
      ["certificate.date", "pass"],
      ["certificate.name", "pass"],
    ]);
    expect(outcome).toMatchObject({ code: 0, questions: [] });
    expect(installed()?.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
    expect(outcome.output).not.toContain("PRIVATE KEY");
  });

  test("asks first; without a yes, or if nobody can be asked, nothing changes", async () => {
    const put = ["put", NAME, files.chain, files.key];
    for (const world of [answering("n"), {}]) {
      expect(await cert(put, world)).toMatchObject({
        code: 1,
        output: expect.stringContaining(`on ${NAME} of uploads-1250000000`),
        errors: expect.stringContaining("Nothing was changed"),
      });
    }
    expect(await cert([...put, "--dry-run"], answering("y"))).toMatchObject({ code: 0, questions: [] });
    expect(installed()).toBeUndefined();
    expect(await cert(put, answering("y"))).toMatchObject({
      code: 0,
      questions: [`Install it on ${NAME}? [y/N] `],
    });
    expect(installed()).toBeDefined();
  });

  test("replaces the previous certificate", async () => {
    await cert(["put", NAME, files.chain, files.key, "-y", "-y"]);
    const before = installed();
    const { chain, key } = await write(await bucket.authority.server({ names: [NAME], toDays: 85 }));
    expect((await cert(["put", NAME, chain, key, "-y"])).code).toBe(0);
    expect(installed()).not.toBe(before);
  });

  test("does not send a key that is in the certificate's file; sends a DER key as PEM", async () => {
    const both = await bucket.file(
      "both.pem",
      issued.keyPem + issued.pem + bucket.authority.intermediate.pem,
    );
    const der = await bucket.file(
      "key.der",
      Buffer.from(issued.keyPem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64"),
    );
    expect((await cert(["put", NAME, both, der, "-y"])).code).toBe(0);
    expect(installed()).not.toContain("PRIVATE KEY");
    expect(bucket.settings.certificate(NAME)?.privateKey).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  test("lists every fault of the files, without asking COS", async () => {
    const bad = await bucket.authority.server({ names: ["a.example.test"], fromDays: -9, toDays: -2 });
    const chain = await bucket.file("bad.pem", bad.pem);
    const outcome = await cert(["put", NAME, chain, files.key, "--json"]);
    expect(outcome.code).toBe(1);
    expect(outcome.checks.filter(({ status }) => status === "fail").map(({ id }) => id)).toEqual([
      "command",
      "cert.key",
      "cert.chain",
      "cert.trust",
      "cert.date",
      `cert.covers@${NAME}`,
    ]);
    expect(outcome.errors).toContain("Nothing was changed");
    expect(bucket.log).toEqual([]);
  });

  test("for a domain that is not the bucket's, lists those that are", async () => {
    const other = await bucket.authority.server({ names: ["a.example.test"] });
    const { chain, key } = await write(other);
    const outcome = await cert(["put", "a.example.test", chain, key]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining(`${NAME}, off.example.test`) });
    expect(bucket.log.filter((line) => line.startsWith("cos PUT"))).toEqual([]);
  });

  test("fails if the certificate is not presented within the limit, and says which is", async () => {
    const slept: number[] = [];
    const sleep = async (ms: number) => void slept.push(ms);
    const never = { secureContext: () => undefined };
    Object.assign(bucket.settings, never);
    const outcome = await cert(["put", NAME, files.chain, files.key, "-y", "--wait", "30", "--json"], {
      sleep,
    });
    expect(slept).toEqual([10_000, 10_000, 10_000]);
    expect(outcome.code).toBe(1);
    expect(outcome.checks.at(-1)).toMatchObject({
      id: `certificate.new@${NAME}`,
      status: "fail",
      detail: expect.stringMatching(/^After 30 s: another is in use, "test server" until \d{4}-\d\d-\d\d\.$/),
      fix: expect.stringContaining(`npm run doctor -- --host ${NAME}`),
    });
    expect(installed()).toBeDefined();
  });

  test("waits no longer than until the certificate is presented", async () => {
    let looks = 0;
    const real = bucket.settings.secureContext.bind(bucket.settings);
    Object.assign(bucket.settings, {
      secureContext: (name: string) => {
        looks += 1;
        return looks < 3 ? undefined : real(name);
      },
    });
    expect((await cert(["put", NAME, files.chain, files.key, "-y", "-y"])).code).toBe(0);
    expect(looks).toBe(3);
  });

  test.each([
    ["a missing file", [NAME, "/nonexistent.pem", "/nonexistent.key"], "cannot be read"],
    ["a URL instead of a domain", [`https://${NAME}`, "a", "b"], "must be a domain name"],
    ["a missing key", [NAME, "a"], "missing required argument"],
    ["an infinite wait", [NAME, "a", "b", "--wait", "inf"], "whole number"],
  ])("%s: 2", async (_, args, message) => {
    expect(await cert(["put", ...args])).toMatchObject({ code: 2, errors: expect.stringContaining(message) });
  });
});

describe("cert status", () => {
  test("lists every domain with its state, and the expiry of the presented certificate", async () => {
    await cert(["put", NAME, files.chain, files.key, "-y", "-y"]);
    const outcome = await cert(["status", "--json"]);
    const of = (name: string) =>
      outcome.checks.filter(({ id }) => id.startsWith(`domain@${name}`) || id.includes(`@${name}`));
    expect(of(NAME).map(({ status }) => status)).toEqual(of(NAME).map(() => "pass"));
    expect(of(NAME).find(({ id }) => id.startsWith("certificate.date"))?.detail).toMatch(/until .*, 79 days/);
    expect(of("off.example.test").map(({ id, status }) => [id.split("@")[0], status])).toEqual([
      ["domain", "warn"],
      ["certificate.installed", "warn"],
      ["connect", "pass"],
      ["certificate.trust", "pass"],
      ["certificate.chain", "pass"],
      ["certificate.date", "pass"],
      ["certificate.name", "fail"],
    ]);
    expect(outcome.code).toBe(1);
  });

  test("without domains, says how to add one", async () => {
    await bucket.settings.setDomains([]);
    const outcome = await cert(["status", "--json"]);
    expect(outcome).toMatchObject({ code: 0, checks: [{ id: "domains", status: "skip" }] });
  });
});

describe("cert remove", () => {
  test("asks, and removes the certificate", async () => {
    await cert(["put", NAME, files.chain, files.key, "-y", "-y"]);
    expect((await cert(["remove", NAME], answering("y"))).code).toBe(0);
    expect(installed()).toBeUndefined();
  });

  test("without a yes, or if nobody can be asked, nothing changes", async () => {
    await cert(["put", NAME, files.chain, files.key, "-y", "-y"]);
    expect((await cert(["remove", NAME], answering("n"))).code).toBe(1);
    expect((await cert(["remove", NAME])).code).toBe(1);
    expect(installed()).toBeDefined();
    expect((await cert(["remove", NAME, "-y"])).code).toBe(0);
  });

  test.each([NAME, "a.example.test"])("%s without a certificate: nothing to do", async (name) => {
    const outcome = await cert(["remove", name]);
    expect(outcome).toMatchObject({ code: 0, output: expect.stringContaining("nothing to do") });
  });
});

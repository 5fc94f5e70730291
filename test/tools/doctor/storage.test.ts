import { readdir, readFile } from "node:fs/promises";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { refuse, startFakeSts } from "../../support/fake-sts.ts";
import { freePort } from "../../support/free-port.ts";
import { serveHttps } from "../../support/https.ts";
import { configureBucket, startTestEmulator, versioning } from "../../upload/emulator.ts";
import { doctor, type Outcome, serveSilence, temporaryFile } from "./support.ts";

const STORAGE_CHECKS = [
  "sts.clock",
  "sts.answers",
  "storage.put",
  "storage.post",
  "storage.equal",
  "storage.other-key",
  "storage.scope",
  "storage.private",
  "storage.read-private",
  "storage.removed",
  "storage.versioning",
];

function statuses(outcome: Outcome): string[] {
  return STORAGE_CHECKS.map((id) => outcome.check(id).status);
}

describe("against the emulator", () => {
  let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  let before: number;
  beforeAll(async () => {
    emulator = await startTestEmulator();
  });
  afterAll(() => emulator.close());
  beforeEach(() => {
    before = emulator.lines.length;
  });

  /** The lines that the emulator has logged in this test. */
  const logged = () => emulator.lines.slice(before);

  function settings(): Record<string, string> {
    return {
      COS_SECRET_ID: emulator.account.secretId,
      COS_SECRET_KEY: emulator.account.secretKey,
      COS_BUCKET: emulator.bucket.name,
      COS_REGION: emulator.bucket.region,
      COS_DOMAIN: emulator.cosHost,
      STS_ENDPOINT: emulator.stsEndpoint,
      UPLOAD_AUTH: "none",
    };
  }

  /** Runs with these settings, and with --ca unless `args` replace it. */
  async function examine(
    changes: Record<string, string> = {},
    args: readonly string[] = ["--ca", emulator.caFile],
    clock: () => number = Date.now,
  ): Promise<Outcome> {
    return await doctor(["--json", ...args], { env: { ...settings(), ...changes }, clock });
  }

  const setAcl = (acl: string) => configureBucket(emulator, "acl", { headers: { "x-cos-acl": acl } });

  test("every check passes, and nothing remains in the bucket", async () => {
    const outcome = await examine();
    expect(statuses(outcome)).toEqual(STORAGE_CHECKS.map(() => "pass"));
    expect(outcome.check("storage.other-key").detail).toContain("SignatureDoesNotMatch");
    expect(outcome.check("storage.scope").detail).toContain("AccessDenied");
    expect(outcome.code).toBe(0);
    expect(logged().filter((line) => line.startsWith("cos DELETE")).length).toBe(2);
    const objects = join(emulator.dataDirectory, "objects");
    const files = await readdir(objects, { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toEqual([]);
  });

  test("the emulator's own file is enough to find its authority, its bucket and its Mini Program", async () => {
    const outcome = await doctor(["--json", "--env-file", emulator.rehearsalFile]);
    expect(outcome.checks.filter(({ status }) => status === "fail")).toEqual([]);
    expect(outcome.code).toBe(0);
    expect(statuses(outcome)).toEqual(STORAGE_CHECKS.map(() => "pass"));
    expect(outcome.check("login.wechat")).toMatchObject({
      status: "pass",
      detail: expect.stringContaining("40029"),
    });
  });

  test("warns of a bucket that anyone can read, with what else is in it", async () => {
    await setAcl("public-read");
    const outcome = await examine().finally(() => setAcl("private"));
    expect(outcome.check("storage.read-private")).toMatchObject({
      status: "warn",
      detail: expect.stringContaining("pending/, rejected/ and life/"),
      fix: expect.stringContaining("private"),
    });
  });

  test.each(["Enabled", "Suspended"])(
    "warns of a bucket whose versioning is %s, and leaves no version and no delete marker in it",
    async (status) => {
      await configureBucket(emulator, "versioning", { body: versioning(status) });
      const outcome = await examine();
      expect(outcome.check("storage.removed").status).toBe("pass");
      expect(emulator.store.keys()).toEqual([]);
      await emulator.reset();
      expect(outcome.check("storage.versioning")).toMatchObject({
        status: "warn",
        detail: expect.stringContaining(`Versioning is ${status.toLowerCase()}.`),
        fix: expect.stringContaining("NoncurrentVersionExpiration"),
      });
    },
  );

  test("names a wrong COS_REGION, and the right one", async () => {
    expect((await examine()).check("storage.region").status).toBe("pass");
    expect((await examine({ COS_REGION: "ap-beijing" })).check("storage.region")).toMatchObject({
      status: "fail",
      fix: `Set COS_REGION=${emulator.bucket.region}.`,
    });
  });

  describe("CORS_ORIGINS", () => {
    test("warns of an origin that no CORS rule of the bucket names, with what to do", async () => {
      const { checks, code } = await examine({ CORS_ORIGINS: "https://www.example.com" });
      const found = checks.find(({ id }) => id === "storage.cors@https://www.example.com");
      expect(found).toMatchObject({
        status: "warn",
        detail: expect.stringContaining("PUT, POST, GET: a preflight gets 403 AccessForbidden"),
        fix: expect.stringContaining("https://www.example.com"),
      });
      expect(code).toBe(0);
    });

    test("accepts an origin that a rule names", async () => {
      const origin = `http://127.0.0.1:${new URL(emulator.url).port}`;
      const { checks } = await examine({ CORS_ORIGINS: `${origin},https://www.example.com` });
      expect(checks.filter(({ id }) => id.startsWith("storage.cors@")).map(({ status }) => status)).toEqual([
        "pass",
        "warn",
      ]);
    });
  });

  describe("DOWNLOAD_DOMAIN", () => {
    /** A download host with this answer to each request, trusted as the emulator is. */
    async function downloadedFrom(answer: RequestListener) {
      const server = await serveHttps(answer);
      onTestFinished(() => server.close());
      const ca = await temporaryFile(
        "both.pem",
        Buffer.concat([await readFile(emulator.caFile), await readFile(server.caFile)]),
      );
      const outcome = await examine({ DOWNLOAD_DOMAIN: server.host }, ["--ca", ca]);
      expect(logged().filter((line) => line.startsWith("cos DELETE")).length).toBe(2);
      return outcome;
    }

    /** What a CDN with origin-pull authentication does: it reads the bucket itself, whoever asks. */
    const fromBucket: RequestListener = async (request, response) => {
      const { pathname } = new URL(request.url ?? "", "https://cdn");
      const object = emulator.store.get(decodeURIComponent(pathname.slice(1)));
      const bytes = object && (await emulator.store.read(object));
      if (bytes === undefined) response.writeHead(404).end();
      else bytes.pipe(response);
    };

    test("that is not set is not tried, since the other checks read from the upload host", async () => {
      const outcome = await examine();
      expect(outcome.check("storage.download").status).toBe("skip");
      expect(outcome.check("storage.download-private").status).toBe("skip");
    });

    test("that returns the probe passes; that it does so without a signature is a warning", async () => {
      const outcome = await downloadedFrom(fromBucket);
      expect(outcome.check("storage.download")).toMatchObject({
        status: "pass",
        detail: expect.stringContaining("was not tried"),
      });
      expect(outcome.check("storage.download-private").status).toBe("warn");
    });

    test("that refuses what is not signed for it passes", async () => {
      const outcome = await downloadedFrom((request, response) => {
        const { searchParams } = new URL(request.url ?? "", "https://cdn");
        const isSigned =
          searchParams.get("q-header-list") === "host" && searchParams.has("x-cos-security-token");
        if (isSigned) fromBucket(request, response);
        else response.writeHead(403).end("<Error><Code>AccessDenied</Code></Error>");
      });
      expect(outcome.check("storage.download").status).toBe("pass");
      expect(outcome.check("storage.download-private").status).toBe("pass");
    });

    test.each<[string, RequestListener, string]>([
      [
        "leads to another bucket",
        (_, response) => response.writeHead(404).end("<Error><Code>NoSuchKey</Code></Error>"),
        "404 NoSuchKey",
      ],
      [
        "is a CDN's that does not sign for the private bucket",
        (_, response) => response.writeHead(403).end("<Error><Code>SignatureDoesNotMatch</Code></Error>"),
        "403 SignatureDoesNotMatch",
      ],
      ["leads to another site", (_, response) => response.end("<html>welcome</html>"), "200 and other bytes"],
      ["redirects", (_, response) => response.writeHead(302, { location: "/" }).end(), "302"],
    ])("that %s is a failure", async (_, answer, says) => {
      const outcome = await downloadedFrom(answer);
      expect(outcome.check("storage.download")).toMatchObject({
        status: "fail",
        detail: expect.stringContaining(`answers ${says}, but ${emulator.cosHost} returns the probe`),
        fix: expect.stringContaining("Correct DOWNLOAD_DOMAIN"),
      });
      expect(outcome.code).toBe(1);
    });

    test("whose CDN fails at the moment could not be checked", async () => {
      const outcome = await downloadedFrom((_, response) => response.writeHead(502).end());
      expect(outcome.check("storage.download").status).toBe("skip");
    });
  });

  describe("login", () => {
    const login = (changes: Record<string, string> = {}) =>
      examine({
        JWT_SECRET: emulator.jwtSecret,
        WX_APPID: emulator.miniProgram.appId,
        WX_SECRET: emulator.miniProgram.secret,
        WX_ENDPOINT: `https://${emulator.weChatEndpoint}`,
        ...changes,
      });

    test.each([
      ["WX_SECRET", "5f0a9be7c1d24e6fa83b2b97d1c0e4a6", "40125"],
      ["WX_APPID", "wx00000000000000ff", "40013"],
    ])("finds a wrong %s by asking WeChat", async (name, value, errcode) => {
      const outcome = await login({ [name]: value });
      const { status, detail } = outcome.check("login.wechat");
      expect(status).toBe("fail");
      expect(detail).toMatch(new RegExp(`^${name} .*${errcode}`));
      expect(outcome.code).toBe(1);
      expect(outcome.output).not.toContain(emulator.miniProgram.secret);
    });

    test("accepts the right ones", async () => {
      expect((await login()).check("login.wechat").status).toBe("pass");
    });

    test("recognizes that a server is not WeChat", async () => {
      const outcome = await login({ WX_ENDPOINT: `https://${emulator.stsEndpoint}` });
      expect(outcome.check("login.wechat")).toMatchObject({
        status: "fail",
        fix: expect.stringContaining("WX_ENDPOINT"),
      });
    });

    test("skips an unreachable WeChat", async () => {
      const outcome = await login({ WX_ENDPOINT: `https://127.0.0.1:${await freePort()}` });
      expect(outcome.check("login.wechat").status).toBe("skip");
    });
  });

  test("does not apply WeChat's rules to an emulator's settings", async () => {
    expect((await examine()).check("wechat.lists")).toMatchObject({
      status: "skip",
      detail: expect.stringContaining("emulator"),
    });
  });

  test("without --ca: the certificates fail, and nothing is uploaded", async () => {
    const outcome = await examine({}, []);
    expect(outcome.check("sts.answers")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("not trusted"),
    });
    expect(outcome.check("certificate.trust").status).toBe("fail");
    expect(outcome.check("storage.put").status).toBe("skip");
    expect(outcome.code).toBe(1);
  });

  test("--no-upload: does not call STS and COS", async () => {
    const outcome = await examine({}, ["--ca", emulator.caFile, "--no-upload"]);
    expect(statuses(outcome)).toEqual(STORAGE_CHECKS.map(() => "skip"));
    expect(outcome.code).toBe(0);
    expect(logged().filter((line) => line.startsWith("sts "))).toEqual([]);
  });

  test("reports a wrong key by STS's code, without the key", async () => {
    const outcome = await examine({ COS_SECRET_KEY: "NotTheKeyNotTheKeyNotTheKey00000" });
    expect(outcome.check("sts.answers")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("AuthFailure.SignatureFailure"),
      fix: expect.stringContaining("COS_SECRET_KEY"),
    });
    expect(outcome.output).not.toContain("NotTheKey");
  });

  test("never prints the secret key, a token or a signature", async () => {
    const { output } = await examine();
    expect(output).not.toContain(emulator.account.secretKey);
    expect(output).not.toMatch(/q-signature|security-token|q-ak/i);
  });

  test("points to the APPID for a bucket of another account", async () => {
    const outcome = await examine({ COS_BUCKET: "uploads-1251111111" });
    expect(outcome.check("sts.answers")).toMatchObject({
      status: "fail",
      fix: expect.stringContaining("different accounts"),
    });
  });

  test("reports a clock that is ten minutes ahead", async () => {
    const outcome = await examine({}, ["--ca", emulator.caFile], () => Date.now() + 600_000);
    expect(outcome.check("sts.clock")).toMatchObject({
      status: "fail",
      detail: expect.stringMatching(/^It is (600|599|601) s ahead/),
    });
  });

  test("warns of a clock that is a minute behind, and still uploads", async () => {
    const outcome = await examine({}, ["--ca", emulator.caFile], () => Date.now() - 60_000);
    expect(outcome.check("sts.clock").status).toBe("warn");
    expect(outcome.check("storage.put").status).toBe("pass");
  });
});

describe("against a fake STS and COS", () => {
  async function examine(
    cosAnswers: (request: IncomingMessage, response: ServerResponse) => void,
    change: Record<string, string> = {},
    caFile?: string,
    ...args: readonly string[]
  ): Promise<Outcome> {
    const sts = await startFakeSts();
    onTestFinished(() => sts.close());
    const cos = await serveHttps((request, response) => {
      request.resume().on("end", () => cosAnswers(request, response));
    });
    onTestFinished(() => cos.close());
    return await doctor(["--json", "--ca", caFile ?? cos.caFile, ...args], {
      env: {
        COS_SECRET_ID: "AKIDsomebody",
        COS_SECRET_KEY: "the-permanent-key",
        COS_BUCKET: "uploads-1250000000",
        COS_REGION: "ap-guangzhou",
        COS_DOMAIN: cos.host,
        UPLOAD_AUTH: "none",
        ...sts.env,
        ...change,
      },
    });
  }

  // TencentCloud/tencentcloud-sdk-go, tencentcloud/sts/v20180813/errors.go, and the API's common codes.
  test.each([
    ["AuthFailure.InvalidSecretId", "fail", "COS_SECRET_ID is not a key"],
    ["InvalidParameter.AccountNotAvaliable", "fail", "account is not available"],
    ["InvalidParameter.AccessKeyNotSupport", "fail", "permanent key"],
    ["RequestLimitExceeded.UinLimitExceeded", "skip", "Try again"],
    ["InternalError.GetSeedTokenError", "skip", "Look up the code"],
  ])("explains STS's %s", async (code, status, fix) => {
    const answer = { Response: { Error: { Code: code, Message: "in their words" }, RequestId: "r-1" } };
    const sts = await serveHttps((request, response) => {
      request.resume().on("end", () => response.end(JSON.stringify(answer)));
    });
    onTestFinished(() => sts.close());
    const env = { STS_ENDPOINT: sts.host };
    const outcome = await examine((_, response) => response.writeHead(403).end(), env, sts.caFile);
    expect(outcome.check("sts.answers")).toMatchObject({
      status,
      detail: `${code}: in their words`,
      fix: expect.stringContaining(fix),
    });
  });

  test.each([
    [404, "fail", "Correct STS_ENDPOINT"],
    [200, "fail", "Correct STS_ENDPOINT"],
    [502, "skip", "Try again"],
  ])("explains a page with status %i where STS should be", async (status, found, fix) => {
    const server = await serveHttps((request, response) => {
      request.resume().on("end", () => response.writeHead(status).end("<html></html>"));
    });
    onTestFinished(() => server.close());
    const env = { STS_ENDPOINT: server.host };
    const outcome = await examine((_, response) => response.writeHead(403).end(), env, server.caFile);
    expect(outcome.check("sts.answers")).toMatchObject({
      status: found,
      detail: `HTTP ${status}: The answer of ${server.host} is not STS's.`,
      fix: expect.stringContaining(fix),
    });
  });

  test("reports a bucket that accepts everything as publicly writable, with any key", async () => {
    const deleted: string[] = [];
    const outcome = await examine((request, response) => {
      if (request.method === "DELETE") deleted.push(request.url ?? "");
      response.writeHead(request.method === "DELETE" ? 204 : 200).end();
    });
    expect(outcome.check("storage.private").status).toBe("fail");
    expect(outcome.check("storage.other-key").status).toBe("fail");
    expect(outcome.check("storage.scope").status).toBe("fail");
    expect(outcome.check("storage.equal").status).toBe("fail");
    expect(outcome.code).toBe(1);
    // Everything that was stored is removed: two probes, and three that should have been refused.
    expect(deleted.length).toBe(5);
  });

  test("reports COS's refusal with its code and message, and what to do", async () => {
    const outcome = await examine((_, response) => {
      response
        .writeHead(403)
        .end(
          "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message><StringToSign>sha1</StringToSign></Error>",
        );
    });
    expect(outcome.check("storage.put")).toMatchObject({
      status: "fail",
      detail: "403 AccessDenied: Access Denied.",
      fix: expect.stringContaining("name/cos:PutObject"),
    });
    expect(outcome.check("storage.equal").status).toBe("skip");
    expect(outcome.check("storage.removed").status).toBe("skip");
  });

  test("with a key that may write but not read, compares the ETag, and names the probes that remain", async () => {
    const { createHash } = await import("node:crypto");
    const bodies = new Map<string, string>();
    const sts = await startFakeSts();
    onTestFinished(() => sts.close());
    const cos = await serveHttps(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const isSigned = request.headers.authorization?.includes("q-ak=AKIDtmp") === true;
      const isUpload =
        request.method === "POST" || (request.method === "PUT" && isSigned && bodies.size === 0);
      if (!isUpload) return void response.writeHead(403).end();
      const body = Buffer.concat(chunks).toString("latin1");
      const file = request.method === "PUT" ? body : (/cos-direct-upload doctor \w+\n/.exec(body)?.[0] ?? "");
      bodies.set(request.method ?? "", file);
      response.setHeader("etag", `"${createHash("md5").update(file).digest("hex")}"`).end();
    });
    onTestFinished(() => cos.close());
    const outcome = await doctor(["--json", "--ca", cos.caFile], {
      env: {
        COS_SECRET_ID: "AKIDsomebody",
        COS_SECRET_KEY: "the-permanent-key",
        COS_BUCKET: "uploads-1250000000",
        COS_REGION: "ap-guangzhou",
        COS_DOMAIN: cos.host,
        UPLOAD_AUTH: "none",
        ...sts.env,
      },
    });
    expect(outcome.check("storage.equal").status).toBe("pass");
    expect(outcome.check("storage.removed")).toMatchObject({
      status: "warn",
      detail: expect.stringMatching(/^Still there: uploads\/doctor\/.*403/),
    });
  });

  test("STS throttles: could not be checked", async () => {
    const sts = await startFakeSts(refuse("RequestLimitExceeded"));
    onTestFinished(() => sts.close());
    const outcome = await examine((_, response) => response.end(), sts.env);
    expect(outcome.check("sts.answers").status).toBe("skip");
    expect(outcome.code).toBe(2);
  });

  test.each([
    ["does not listen", freePort],
    ["never answers", serveSilence],
  ])("STS %s: could not be checked, and does not pass", async (_, start) => {
    const change = { STS_ENDPOINT: `127.0.0.1:${await start()}` };
    const outcome = await examine((_, response) => response.end(), change, undefined, "--timeout", "1");
    expect(statuses(outcome)).toEqual(STORAGE_CHECKS.map(() => "skip"));
    expect(outcome.code).toBe(2);
  });
});

test("with a role, whose key is not here, uploads nothing", async () => {
  const outcome = await doctor(["--json", "--timeout", "1"], {
    env: {
      COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/cos-upload",
      FUNCTION_ROLE: "scf-execution",
      COS_BUCKET: "uploads-1250000000",
      COS_REGION: "ap-guangzhou",
      COS_DOMAIN: `127.0.0.1:${await freePort()}`,
    },
  });
  expect(outcome.check("settings.key")).toMatchObject({
    status: "pass",
    detail: expect.stringContaining("roleName/cos-upload"),
  });
  expect(statuses(outcome)).toEqual(STORAGE_CHECKS.map(() => "skip"));
});

test("refuses a CA file without a root before any request", async () => {
  const file = await temporaryFile("ca.pem", "nothing");
  const outcome = await doctor(["--ca", file]);
  expect(outcome).toMatchObject({ code: 2, errors: `${file} has no root certificate in PEM.\n` });
});

import { createServer as createPolyglotServer } from "@httptoolkit/httpolyglot";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Issued, issue, testAuthority } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import {
  doctor,
  type Outcome,
  servePlain,
  serveSilence,
  serveTls,
  temporaryFile,
  wellKept,
} from "./support.ts";

const NAME = "upload.example.test";
const ISSUER_URL = "http://authority.example.test/intermediate.crt";
const RESOLVE = ["--resolve", `${NAME}=127.0.0.1`];

let authority: Awaited<ReturnType<typeof testAuthority>>;
beforeAll(async () => {
  authority = await testAuthority(ISSUER_URL);
});

/** Checks a server on this port as NAME, trusting the test's authority, with a closed port for plain HTTP. */
async function check(port: number, args: readonly string[] = []): Promise<Outcome> {
  const ca = await temporaryFile("ca.pem", authority.root.pem);
  const httpPort = args.includes("--http-port") ? [] : ["--http-port", String(await freePort())];
  return await doctor(["--json", "--host", `${NAME}:${port}`, ...RESOLVE, "--ca", ca, ...httpPort, ...args]);
}

/** The options of a server that presents this certificate with its chain. */
function shown(certificate: Issued, chain: readonly Issued[] = [authority.intermediate]) {
  return { key: certificate.keyPem, cert: [certificate, ...chain].map(({ pem }) => pem).join("") };
}

async function goodServer(): Promise<number> {
  return await serveTls(shown(await authority.server({ names: [NAME] })));
}

function failing({ checks }: Outcome): string[] {
  return checks.filter(({ status }) => status === "fail").map(({ id }) => id.split("@")[0] ?? "");
}

test("a well-kept server passes every check", async () => {
  const port = await goodServer();
  const outcome = await check(port);
  expect(outcome.checks.map(({ id, status }) => [id, status])).toEqual([
    ["settings", "skip"],
    [`connect@${NAME}:${port}`, "pass"],
    [`certificate.trust@${NAME}:${port}`, "pass"],
    [`certificate.chain@${NAME}:${port}`, "pass"],
    [`certificate.date@${NAME}:${port}`, "pass"],
    [`certificate.name@${NAME}:${port}`, "pass"],
    [`tls.modern@${NAME}:${port}`, "pass"],
    [`tls.old@${NAME}:${port}`, "pass"],
    [`http.redirect@${NAME}:${port}`, "pass"],
    [`http.hsts@${NAME}:${port}`, "pass"],
    [`http.h2@${NAME}:${port}`, "pass"],
  ]);
  expect(outcome.code).toBe(0);
});

describe("certificate", () => {
  test("expired", async () => {
    const outcome = await check(
      await serveTls(shown(await authority.server({ names: [NAME], fromDays: -100, toDays: -10 }))),
    );
    expect(failing(outcome)).toEqual(["certificate.date"]);
    expect(outcome.check("certificate.date").detail).toMatch(
      /^NET::ERR_CERT_DATE_INVALID: it expired on \d{4}-\d\d-\d\d, 10 days ago/,
    );
    expect(outcome.code).toBe(1);
  });

  test("not yet valid", async () => {
    const outcome = await check(
      await serveTls(shown(await authority.server({ names: [NAME], fromDays: 5.5 }))),
    );
    expect(failing(outcome)).toEqual(["certificate.date"]);
    expect(outcome.check("certificate.date").detail).toMatch(
      /NET::ERR_CERT_DATE_INVALID: it is valid only from .*, in 5 days/,
    );
  });

  test("29 days left: a warning with the date", async () => {
    const outcome = await check(
      await serveTls(shown(await authority.server({ names: [NAME], toDays: 29.5 }))),
    );
    expect(outcome.check("certificate.date")).toMatchObject({
      status: "warn",
      detail: expect.stringMatching(/until \d{4}-\d\d-\d\d, 29 days/),
    });
    expect(outcome.code).toBe(0);
  });

  test("an expired intermediate", async () => {
    const old = await issue({
      name: "Old Intermediate",
      issuer: authority.root,
      isAuthority: true,
      fromDays: -50,
      toDays: -2,
    });
    const outcome = await check(await serveTls(shown(await issue({ issuer: old, names: [NAME] }), [old])));
    expect(failing(outcome)).toEqual(["certificate.date"]);
    expect(outcome.check("certificate.date").detail).toContain('the intermediate "Old Intermediate" expired');
  });

  test("wrong name: the names that it covers", async () => {
    const outcome = await check(
      await serveTls(shown(await authority.server({ names: ["a.example.test", "b.example.test"] }))),
    );
    expect(failing(outcome)).toEqual(["certificate.name"]);
    expect(outcome.check("certificate.name").detail).toBe(
      `NET::ERR_CERT_COMMON_NAME_INVALID: it does not cover ${NAME}. It covers a.example.test, b.example.test.`,
    );
    expect(outcome.code).toBe(1);
  });

  test("the CDN's own certificate: the bucket's has no effect there", async () => {
    const outcome = await check(
      await serveTls(shown(await authority.server({ names: ["*.cdn.dnsv1.com"] }))),
    );
    expect(outcome.check("certificate.name")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("This is the certificate of Tencent Cloud's CDN"),
      fix: expect.stringContaining("npm run https -- cdn https"),
    });
  });

  test("COS's own certificate: the custom domain has none", async () => {
    const outcome = await check(
      await serveTls(shown(await authority.server({ names: ["*.cos.ap-guangzhou.myqcloud.com"] }))),
    );
    expect(outcome.check("certificate.name").fix).toContain("npm run https -- cert put");
  });

  test("a common name alone does not cover the host", async () => {
    const outcome = await check(await serveTls(shown(await authority.server({ name: NAME }))));
    expect(failing(outcome)).toEqual(["certificate.name"]);
    expect(outcome.check("certificate.name").detail).toContain("does not count");
  });

  test("a wildcard covers one level", async () => {
    const outcome = await check(await serveTls(shown(await authority.server({ names: ["*.example.test"] }))));
    expect(outcome.check("certificate.name").status).toBe("pass");
  });

  test("a wildcard does not cover two levels", async () => {
    const port = await serveTls(shown(await authority.server({ names: ["*.example.test"] })));
    const ca = await temporaryFile("ca.pem", authority.root.pem);
    const host = "a.b.example.test";
    const resolve = ["--resolve", `${host}=127.0.0.1`];
    const outcome = await doctor(["--json", "--host", `${host}:${port}`, ...resolve, "--ca", ca]);
    expect(failing(outcome)).toEqual(["certificate.name"]);
    expect(outcome.check("certificate.name").detail).toContain(
      "*.example.test covers only one level, so not a.b.example.test",
    );
  });

  test("an IP address is covered only by its own entry", async () => {
    const port = await serveTls(shown(await authority.server({ names: ["127.0.0.1"] })));
    const ca = await temporaryFile("ca.pem", authority.root.pem);
    const outcome = await doctor(["--json", "--host", `127.0.0.1:${port}`, "--ca", ca]);
    expect(outcome.check("certificate.name").status).toBe("pass");
    expect(outcome.check("http.hsts").status).toBe("skip");
  });

  test("self-signed", async () => {
    const outcome = await check(await serveTls(shown(await issue({ names: [NAME] }), [])));
    expect(failing(outcome)).toEqual(["certificate.trust"]);
    expect(outcome.check("certificate.trust").detail).toMatch(
      /^NET::ERR_CERT_AUTHORITY_INVALID: it is self-signed/,
    );
    expect(outcome.check("certificate.chain").status).toBe("skip");
    expect(outcome.code).toBe(1);
  });

  test("of an unknown authority", async () => {
    const port = await serveTls(
      shown(await authority.server({ names: [NAME] }), [authority.intermediate, authority.root]),
    );
    const outcome = await doctor(["--json", "--host", `${NAME}:${port}`, ...RESOLVE]);
    expect(failing(outcome)).toEqual(["certificate.trust"]);
    expect(outcome.check("certificate.trust").detail).toContain('it leads to "Test Root"');
  });

  test("missing intermediate, with where to find it", async () => {
    const outcome = await check(await serveTls(shown(await authority.server({ names: [NAME] }), [])));
    expect(failing(outcome)).toEqual(["certificate.trust", "certificate.chain"]);
    const chain = outcome.check("certificate.chain");
    expect(chain.detail).toContain('The intermediate certificate "Test Intermediate"');
    expect(chain.fix).toContain(ISSUER_URL);
  });

  test("missing intermediate that is in the CA file: still not sent", async () => {
    const port = await serveTls(shown(await authority.server({ names: [NAME] }), []));
    const ca = await temporaryFile("ca.pem", authority.root.pem + authority.intermediate.pem);
    const outcome = await doctor(["--json", "--host", `${NAME}:${port}`, ...RESOLVE, "--ca", ca]);
    expect(failing(outcome)).toContain("certificate.chain");
  });

  test("chain out of order, and a stranger in it: warnings", async () => {
    const server = await authority.server({ names: [NAME] });
    const disordered = await check(await serveTls(shown(server, [authority.root, authority.intermediate])));
    expect(disordered.check("certificate.chain")).toMatchObject({
      status: "warn",
      fix: 'Put them in this order: "test server", "Test Intermediate".',
    });
    const stranger = await authority.server({ name: "stranger", names: ["other.example.test"] });
    const crowded = await check(await serveTls(shown(server, [authority.intermediate, stranger])));
    expect(crowded.check("certificate.chain")).toMatchObject({
      status: "warn",
      detail: expect.stringContaining("stranger"),
    });
  });
});

describe("connection", () => {
  test("TLS 1.1 only: reported, and its certificate is still checked", async () => {
    const port = await serveTls({
      ...shown(await authority.server({ names: [NAME] })),
      minVersion: "TLSv1",
      maxVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const outcome = await check(port);
    expect(failing(outcome)).toEqual(["tls.modern"]);
    expect(outcome.check("tls.modern").detail).toContain("NET::ERR_SSL_VERSION_OR_CIPHER_MISMATCH");
    expect(outcome.check("tls.old").status).toBe("warn");
    expect(outcome.check("certificate.name").status).toBe("pass");
    expect(outcome.code).toBe(1);
  });

  test("TLS 1.1 and 1.2: a warning that names 1.1", async () => {
    const port = await serveTls({
      ...shown(await authority.server({ names: [NAME] })),
      minVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    });
    const outcome = await check(port);
    expect(outcome.check("tls.modern").status).toBe("pass");
    expect(outcome.check("tls.old")).toMatchObject({
      status: "warn",
      detail: expect.stringMatching(/^TLS 1\.1 is/),
    });
  });

  test.each<["TLSv1.2" | "TLSv1.3"]>([["TLSv1.2"], ["TLSv1.3"]])(
    "%s alone is enough, and reported",
    async (version) => {
      const port = await serveTls({
        ...shown(await authority.server({ names: [NAME] })),
        minVersion: version,
        maxVersion: version,
      });
      const outcome = await check(port);
      expect(outcome.check("tls.modern")).toMatchObject({ status: "pass", detail: `${version} works.` });
      expect(outcome.check("tls.old").status).toBe("pass");
    },
  );

  test("plain HTTP on the port of HTTPS", async () => {
    const outcome = await check(await servePlain((_, response) => response.end("hello")));
    expect(failing(outcome)).toEqual(["connect"]);
    expect(outcome.check("connect").detail).toMatch(/^NET::ERR_SSL_PROTOCOL_ERROR: .*plain HTTP/);
    expect(outcome.check("certificate.trust").status).toBe("skip");
    expect(outcome.code).toBe(1);
  });

  test("closed port", async () => {
    const outcome = await check(await freePort());
    expect(failing(outcome)).toEqual(["connect"]);
    expect(outcome.check("connect").detail).toContain("NET::ERR_CONNECTION_REFUSED");
    expect(outcome.code).toBe(1);
  });

  test("a server that never answers: could not be checked", async () => {
    const outcome = await check(await serveSilence(), ["--timeout", "1"]);
    expect(outcome.check("connect")).toMatchObject({
      status: "skip",
      detail: expect.stringContaining("NET::ERR_CONNECTION_TIMED_OUT"),
    });
    expect(outcome.checks.filter(({ status }) => status === "pass")).toEqual([]);
    expect(outcome.code).toBe(2);
  });

  test("TLS without HTTP: what was seen counts, the rest could not be checked", async () => {
    const port = await serveTls(shown(await authority.server({ names: [NAME] })), () => undefined);
    const outcome = await check(port, ["--timeout", "5"]);
    expect(outcome.check("certificate.trust").status).toBe("pass");
    expect(outcome.check("http.hsts")).toMatchObject({ status: "skip", detail: "GET /: no answer in time." });
    expect(outcome.code).toBe(2);
  });

  test("HTTP/1.1 only: a warning", async () => {
    const port = await serveTls({
      ...shown(await authority.server({ names: [NAME] })),
      ALPNProtocols: ["http/1.1"],
    });
    expect((await check(port)).check("http.h2").status).toBe("warn");
  });
});

describe("plain HTTP", () => {
  /** Checks a good HTTPS server next to this one for plain HTTP. */
  async function beside(status: number, location: (port: number) => string | undefined): Promise<Outcome> {
    const port = await goodServer();
    const plain = await servePlain((_, response) => {
      const target = location(port);
      response.writeHead(status, target === undefined ? {} : { location: target }).end();
    });
    return await check(port, ["--http-port", String(plain)]);
  }

  test.each([301, 308])("redirects with %d: passes", async (status) => {
    const outcome = await beside(status, (port) => `https://${NAME}:${port}/`);
    expect(outcome.check("http.redirect").status).toBe("pass");
  });

  test("redirects with 302: a warning", async () => {
    const outcome = await beside(302, (port) => `https://${NAME}:${port}/`);
    expect(outcome.check("http.redirect")).toMatchObject({
      status: "warn",
      fix: expect.stringContaining("301"),
    });
    expect(outcome.code).toBe(0);
  });

  test("is served without a redirect", async () => {
    const outcome = await beside(200, () => undefined);
    expect(failing(outcome)).toEqual(["http.redirect"]);
    expect(outcome.code).toBe(1);
  });

  test("is answered with 403: a warning", async () => {
    const outcome = await beside(403, () => undefined);
    expect(outcome.check("http.redirect").status).toBe("warn");
  });

  test("redirects to plain HTTP elsewhere, or to nowhere", async () => {
    const elsewhere = await freePort();
    const toPlain = await beside(301, () => `http://127.0.0.1:${elsewhere}/`);
    expect(failing(toPlain)).toEqual(["http.redirect"]);
    expect(failing(await beside(301, () => undefined))).toEqual(["http.redirect"]);
  });

  test("redirects to another host: a warning", async () => {
    const outcome = await beside(301, (port) => `https://127.0.0.1:${port}/`);
    expect(outcome.check("http.redirect").status).toBe("warn");
  });

  test("loops between https and http", async () => {
    let plain = 0;
    const port = await serveTls(shown(await authority.server({ names: [NAME] })), (_, response) => {
      response.writeHead(301, { location: `http://${NAME}:${plain}/` }).end();
    });
    plain = await servePlain((_, response) => {
      response.writeHead(301, { location: `https://${NAME}:${port}/` }).end();
    });
    const outcome = await check(port, ["--http-port", String(plain)]);
    expect(failing(outcome)).toEqual(["http.redirect"]);
    expect(outcome.check("http.redirect").detail).toContain("NET::ERR_TOO_MANY_REDIRECTS");
  });

  test("never answers: could not be checked", async () => {
    const outcome = await check(await goodServer(), [
      "--http-port",
      String(await serveSilence()),
      "--timeout",
      "1",
    ]);
    expect(outcome.check("http.redirect").status).toBe("skip");
    expect(outcome.code).toBe(2);
  });

  test("is checked on the same port if HTTPS has an unusual one", async () => {
    const { key, cert } = shown(await authority.server({ names: [NAME] }));
    const server = createPolyglotServer({ tls: { key, cert } }, (_, response) => response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const ca = await temporaryFile("ca.pem", authority.root.pem);
    const outcome = await doctor(["--json", "--host", `${NAME}:${port}`, ...RESOLVE, "--ca", ca]);
    expect(outcome.check("http.redirect").detail).toBe(
      `Plain HTTP is served: 200 on port ${port}, no redirect.`,
    );
  });
});

describe("HSTS", () => {
  async function withHeader(value: string | undefined): Promise<Outcome> {
    const port = await serveTls(shown(await authority.server({ names: [NAME] })), (_, response) => {
      if (value !== undefined) response.setHeader("strict-transport-security", value);
      response.end();
    });
    return await check(port);
  }

  test.each([
    ["no header", undefined, "warn"],
    ["max-age of 179 days", `max-age=${179 * 86400}`, "warn"],
    ["max-age of 0", "max-age=0; includeSubDomains", "warn"],
    ["no max-age", "includeSubDomains", "warn"],
    ["180 days", `max-age=${180 * 86400}`, "pass"],
    ["a quoted year, and more", 'includeSubDomains; max-age="31536000"; preload', "pass"],
  ])("%s", async (_, value, status) => {
    expect((await withHeader(value)).check("http.hsts").status).toBe(status);
  });
});

test("several hosts: each has its own checks", async () => {
  const [one, two] = [
    await goodServer(),
    await serveTls(shown(await issue({ names: [NAME] }), []), wellKept),
  ];
  const outcome = await check(one, ["--host", `${NAME}:${two}`]);
  const trust = outcome.checks.filter(({ id }) => id.startsWith("certificate.trust@"));
  expect(trust.map(({ id, status }) => [id, status])).toEqual([
    [`certificate.trust@${NAME}:${one}`, "pass"],
    [`certificate.trust@${NAME}:${two}`, "fail"],
  ]);
});

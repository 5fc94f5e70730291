import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer } from "@httptoolkit/httpolyglot";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { isDue } from "../../functions/cert-watch/look.ts";
import { markdown } from "../../functions/cert-watch/message.ts";
import { startEmulator } from "../../packages/cos-emulator/src/index.ts";
import { loadBundle } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { endingInMonth13, issue, testAuthority } from "../support/certificates.ts";
import { freePort } from "../support/free-port.ts";
import { type HttpsServer, serveHttps } from "../support/https.ts";
import { serveSilence, serveTls } from "../tools/doctor/support.ts";

const SECRET = "the-key-of-the-bot";

let authority: Awaited<ReturnType<typeof testAuthority>>;
let webhook: HttpsServer;
let directory: string;
let roots: string;
let posts: { path: string | undefined; type: string | undefined; body: string }[];
let answerPost: (response: ServerResponse) => void;

beforeAll(async () => {
  authority = await testAuthority();
  webhook = await serveHttps(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString("utf8");
    posts.push({ path: request.url, type: request.headers["content-type"], body });
    answerPost(response);
  });
  directory = await mkdtemp(join(tmpdir(), "cert-watch-"));
  roots = join(directory, "roots.pem");
  await writeFile(roots, authority.root.pem + (await readFile(webhook.caFile, "utf8")));
});
afterAll(async () => {
  await webhook.close();
  await rm(directory, { recursive: true });
});
beforeEach(() => {
  posts = [];
  answerPost = (response) => response.end('{"errcode":0,"errmsg":"ok"}');
});

/** A server whose certificate is valid for this many more days. */
async function serve(days: number, chain = authority.intermediate.pem): Promise<string> {
  const { pem, keyPem } = await authority.server({
    names: ["127.0.0.1"],
    fromDays: -100,
    toDays: days + 0.5,
  });
  return `127.0.0.1:${await serveTls({ key: keyPem, cert: pem + chain })}`;
}

interface Run {
  readonly summary: unknown;
  readonly output: string;
  /** The one line that the run logged. */
  readonly line: Record<string, unknown>;
}

async function watch(
  hosts: readonly string[],
  context: object = {},
  event: object = {},
  settings: Record<string, string> = {
    CERT_WEBHOOK: `https://${webhook.host}/cgi-bin/webhook/send?key=${SECRET}`,
  },
): Promise<Run> {
  const bundle = await BundleProcess.start("cert-watch", {
    CERT_HOSTS: hosts.join(","),
    NODE_EXTRA_CA_CERTS: roots,
    ...settings,
  });
  onTestFinished(() => bundle.close());
  const timer = {
    Type: "Timer",
    TriggerName: "daily",
    Time: new Date().toISOString(),
    Message: "",
    ...event,
  };
  const summary: unknown = await bundle
    .invoke(timer, { request_id: "req-1", ...context })
    .catch((error: unknown) => error);
  const lines = bundle.output.trim().split("\n");
  expect(lines).toHaveLength(1);
  return { summary, output: bundle.output, line: JSON.parse(lines[0] ?? "") };
}

function posted(): string {
  expect(posts).toHaveLength(1);
  return JSON.parse(posts[0]?.body ?? "").markdown.content;
}

describe("a run", () => {
  test("posts nothing when all is well, and logs one line that says so", async () => {
    const [a, b] = [await serve(80), await serve(31)];
    const { summary, line } = await watch([a, b]);
    expect(posts).toEqual([]);
    expect(summary).toEqual({
      states: [
        { host: a, daysLeft: 80, verdict: "good", problems: [] },
        { host: b, daysLeft: 31, verdict: "good", problems: [] },
      ],
      renewals: [],
      posted: 0,
    });
    expect(line).toMatchObject({
      level: "info",
      requestId: "req-1",
      function: "cert-watch",
      code: "OK",
      hosts: 2,
      broken: "",
      ending: "",
      posted: 0,
    });
  });

  test("posts on the day with 29 days left, in WeCom's form, about that host alone", async () => {
    const [ending, later] = [await serve(29), await serve(28)];
    const { line } = await watch([ending, later]);
    expect(posts[0]).toMatchObject({
      path: `/cgi-bin/webhook/send?key=${SECRET}`,
      type: "application/json",
    });
    expect(JSON.parse(posts[0]?.body ?? "")).toEqual({
      msgtype: "markdown",
      markdown: {
        content:
          `**Certificates that need attention**\n> <font color="warning">${ending}</font> expires in 29 days. ` +
          "Renew it and install it wherever the name is served.",
      },
    });
    expect(line).toMatchObject({ level: "warn", posted: 1, ending: `${ending} 29d\n${later} 28d` });
  });

  test("posts what is broken with its reason: expired, no intermediate, closed port", async () => {
    const hosts = [await serve(-3), await serve(80, ""), `127.0.0.1:${await freePort()}`];
    const { line } = await watch(hosts);
    const content = posted();
    expect(content).toContain("NET::ERR_CERT_DATE_INVALID: it expired on ");
    expect(content).toContain('The intermediate certificate "Test Intermediate"');
    expect(content).toContain("NET::ERR_CONNECTION_REFUSED");
    expect(line).toMatchObject({ level: "error", code: "OK", posted: 3 });
    expect(String(line["broken"]).split("\n")).toHaveLength(3);
  });

  test("reports a host that never answers within the time limit, and still checks the others", async () => {
    const [silent, ending] = [`127.0.0.1:${await serveSilence()}`, await serve(3)];
    const { line } = await watch([silent, ending], { time_limit_in_ms: 10_000 });
    expect(posted()).toContain("could not be checked. NET::ERR_CONNECTION_TIMED_OUT");
    expect(posted()).toContain("expires in 3 days");
    expect(line).toMatchObject({ level: "warn", unknown: silent, posted: 2 });
  });

  test("counts days from the timer's own time, so a late run skips no day", async () => {
    const host = await serve(29);
    const lateBy = (ms: number) => ({ Time: new Date(Date.now() + ms).toISOString() });
    expect((await watch([host], {}, lateBy(-30 * 60_000))).summary).toMatchObject({
      states: [{ daysLeft: 29 }],
    });
    const { pem, keyPem } = await authority.server({ names: ["127.0.0.1"], toDays: 29 - 1 / 86_400 });
    const port = await serveTls({ key: keyPem, cert: pem + authority.intermediate.pem });
    const late = await watch([`127.0.0.1:${port}`], {}, lateBy(-10 * 60_000));
    expect(late.summary).toMatchObject({ states: [{ daysLeft: 29 }] });
    const absurd = await watch([`127.0.0.1:${port}`], {}, { Time: "1999-01-01T00:00:00Z" });
    expect(absurd.summary).toMatchObject({ states: [{ daysLeft: 28 }] });
  });

  test("logs its findings when there is no webhook", async () => {
    const host = await serve(3);
    const { line } = await watch([host], {}, {}, {});
    expect(line).toMatchObject({ level: "warn", ending: `${host} 3d`, posted: 0 });
  });

  test("attack: a certificate with an unreadable date, its own or its intermediate's, hides no other host", async () => {
    const { pem, keyPem } = await authority.server({ names: ["127.0.0.1"] });
    const { intermediate } = authority;
    const chains = [endingInMonth13(pem) + intermediate.pem, pem + endingInMonth13(intermediate.pem)];
    const [own, above] = await Promise.all(
      chains.map(async (cert) => `127.0.0.1:${await serveTls({ key: keyPem, cert })}`),
    );
    const ending = await serve(3);
    const { line, summary } = await watch([own ?? "", ending, above ?? ""]);
    expect(posted()).toContain("has a date that cannot be read");
    expect(posted()).toContain("expires in 3 days");
    expect(line).toMatchObject({ code: "OK", broken: `${own}\n${above}`, posted: 3 });
    expect(summary).toMatchObject({
      states: [{ verdict: "broken" }, { verdict: "ending" }, { verdict: "broken" }],
    });
  });

  test("attack: a server that sends ten certificates of one name is reported, and hides no other host", async () => {
    const chain = [await issue({ name: "X", isAuthority: true })];
    for (let i = 0; i < 10; i += 1) {
      const [issuer] = chain;
      chain.unshift(
        await issue({
          name: "X",
          names: ["127.0.0.1"],
          isAuthority: i < 9,
          toDays: 200 - i,
          ...(issuer && { issuer }),
        }),
      );
    }
    const cert = chain
      .slice(0, 10)
      .map(({ pem }) => pem)
      .join("");
    const port = await serveTls({ key: chain[0]?.keyPem ?? "", cert });
    await watch([`127.0.0.1:${port}`, await serve(3)]);
    expect(posted()).toContain("issued each other in so many ways");
    expect(posted()).toContain("expires in 3 days");
  });

  test("reports a wrong name as broken", async () => {
    const { pem, keyPem } = await authority.server({ names: ["files.example.test"] });
    const port = await serveTls({ key: keyPem, cert: pem + authority.intermediate.pem });
    await watch([`127.0.0.1:${port}`]);
    expect(posted()).toContain("NET::ERR_CERT_COMMON_NAME_INVALID");
  });
});

describe("CERT_RENEW=yes", () => {
  const RENEW = {
    CERT_RENEW: "yes",
    CERT_SECRET_ID: "AKIDEXAMPLE",
    CERT_SECRET_KEY: "secret-of-the-renewer",
  };
  const url = () => `https://${webhook.host}/cgi-bin/webhook/send?key=${SECRET}`;

  test("the bundle asks the account, and the message reports the outcome", async () => {
    const { emulator, close } = await startAccount();
    onTestFinished(close);
    const host = await serve(20);
    const { account, https } = emulator;
    const { line } = await watch(
      [host],
      {},
      {},
      {
        CERT_WEBHOOK: url(),
        CERT_RENEW: "yes",
        CERT_SECRET_ID: account.secretId,
        CERT_SECRET_KEY: account.secretKey,
        SSL_ENDPOINT: https?.sslEndpoint ?? "",
      },
    );
    expect(posted()).toContain("expires in 20 days. None of the account's certificates is in use for it");
    expect(line).toMatchObject({ code: "OK", posted: 1, renewals: expect.stringContaining(host) });
  });

  test("an unreachable API is reported and hides no other finding; the key stays secret", async () => {
    const host = await serve(3);
    const run = await watch(
      [host],
      {},
      {},
      { ...RENEW, CERT_WEBHOOK: url(), SSL_ENDPOINT: "http://127.0.0.1:1" },
    );
    expect(posted()).toContain("expires in 3 days. The renewal was refused.");
    expect(run.output + JSON.stringify(run.summary)).not.toContain("secret-of-the-renewer");
  });

  test("reports a host that answers plain HTTP for an emergency", async () => {
    const { pem, keyPem } = await authority.server({ names: ["127.0.0.1"], toDays: 80 });
    const server = createServer(
      { tls: { key: keyPem, cert: pem + authority.intermediate.pem } },
      (_, response) => {
        response.setHeader(
          "x-https-fallback",
          "until=2026-11-28T18:00:00Z; redirect=301; hsts=86400; subdomains=off",
        );
        response.end();
      },
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => new Promise((resolve) => server.close(() => resolve())));
    const address = server.address();
    const host = `127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    const { line } = await watch([host]);
    expect(posted()).toContain(
      `${host}</font> It answers plain HTTP for an emergency, which was to end 2026-11-28T18:00Z`,
    );
    expect(line).toMatchObject({ level: "warn", fallback: host, posted: 1 });
  });
});

async function startAccount() {
  const emulator = await startEmulator({ cdnDomains: ["img.example.test"] });
  return { emulator, close: () => emulator.close() };
}

describe("a message that is not delivered fails the run, so that SCF repeats it, and the address stays secret:", () => {
  test.each<[string, (response: ServerResponse) => void, string]>([
    [
      "a refusal by WeCom",
      (response) => response.end('{"errcode":93000,"errmsg":"invalid webhook"}'),
      "errcode 93000",
    ],
    ["500", (response) => response.writeHead(500).end(), "answered 500"],
    ["a cut connection", (response) => response.destroy(), "cannot be reached"],
    ["an errcode that is not a number", (response) => response.end('{"errcode":"x"}'), "errcode NaN"],
  ])("%s", async (_, answer, message) => {
    answerPost = answer;
    const host = await serve(1);
    const { summary, line, output } = await watch([host]);
    expect(String(summary)).toContain(message);
    expect(line).toMatchObject({ level: "error", code: "WebhookFailed", ending: `${host} 1d` });
    expect(output + String(summary)).not.toContain(SECRET);
  });

  test("a webhook that is not WeCom's may answer anything", async () => {
    answerPost = (response) => response.writeHead(204).end();
    expect((await watch([await serve(1)])).line).toMatchObject({ code: "OK", posted: 1 });
  });
});

describe("a host is reported", () => {
  const days = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const due = new Set([...days(0, 6), 13, 29]);

  test("daily below 7 days, and at 13 and 29 days", () => {
    const told = days(0, 29).filter((daysLeft) =>
      isDue({ host: "h", verdict: "ending", daysLeft, problems: [] }),
    );
    expect(told).toEqual([...due]);
  });

  test.each([
    ["good", false],
    ["broken", true],
    ["unknown", true],
  ] as const)("%s: %s", (verdict, expected) => {
    expect(isDue({ host: "h", verdict, daysLeft: undefined, problems: [] })).toBe(expected);
  });
});

describe("the message", () => {
  const broken = (host: string, problem: string) =>
    ({ host, verdict: "broken", daysLeft: undefined, problems: [problem] }) as const;

  test("contains no markup from a server's certificate", () => {
    const text = markdown([broken("a.example.com", 'It covers "<font>[x](https://evil.example)\n> ok".')]);
    expect(text.split("\n")).toHaveLength(2);
    expect(text).not.toMatch(/<font>|\[x\]/);
  });

  test("contains no line breaks and no bidirectional text from a server's certificate", () => {
    const text = markdown([
      broken("a.example.com", "issued by \u202egnp\u2028> b.example.com is good\u0085\u200b"),
    ]);
    expect(text).not.toMatch(/[\p{Cf}\p{Zl}\p{Zp}\u0085]/u);
  });

  test("stays below WeCom's 4096 bytes and counts the hosts left out", () => {
    const text = markdown(
      Array.from({ length: 50 }, (_, i) => broken(`h${i}.example.com`, "错".repeat(200))),
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4096);
    const lines = text.split("\n");
    expect(lines.at(-1)).toBe(`> and ${50 - (lines.length - 2)} more; the function's log names them.`);
  });

  test("names the last day correctly", () => {
    const last = { host: "h", verdict: "ending", daysLeft: 0, problems: [] } as const;
    expect(markdown([last])).toContain("expires in less than a day");
    expect(markdown([{ ...last, daysLeft: 1 }])).toContain("expires in 1 day.");
  });
});

describe("an event that is not a timer's starts nothing:", () => {
  test.each([
    ["a Function URL's", { httpMethod: "GET", path: "/cert-watch", headers: {} }],
    ["an empty one", {}],
    ["another trigger's", { Records: [] }],
    ["none", null],
  ])("%s: 404", async (_, event) => {
    const { main_handler } = loadBundle("cert-watch", { CERT_HOSTS: "127.0.0.1:1" });
    const answer = await main_handler(event);
    expect(answer).toMatchObject({ statusCode: 404, headers: { "cache-control": "no-store" } });
    expect(JSON.parse(answer.body).error.code).toBe("NotFound");
  });
});

describe("a wrong configuration is named at cold start, and every run fails:", () => {
  test.each<[string, Record<string, string>, string]>([
    ["no host", {}, "CERT_HOSTS"],
    ["a blank list", { CERT_HOSTS: "" }, "CERT_HOSTS"],
    ["an invalid host", { CERT_HOSTS: "a.example.com,http://b.example.com" }, "CERT_HOSTS"],
    ["an invalid port", { CERT_HOSTS: "a.example.com:99999" }, "CERT_HOSTS"],
    ["51 hosts", { CERT_HOSTS: Array.from({ length: 51 }, (_, i) => `h${i}.test`).join() }, "CERT_HOSTS"],
    ["a webhook by plain HTTP", { CERT_HOSTS: "a.test", CERT_WEBHOOK: `http://x/${SECRET}` }, "CERT_WEBHOOK"],
    ["a blank webhook", { CERT_HOSTS: "a.test", CERT_WEBHOOK: "" }, "CERT_WEBHOOK"],
    ["an invalid webhook", { CERT_HOSTS: "a.test", CERT_WEBHOOK: "https://:x/" }, "CERT_WEBHOOK"],
    ["a renewal that is neither yes nor no", { CERT_HOSTS: "a.test", CERT_RENEW: "maybe" }, "CERT_RENEW"],
    ["a renewal without a key", { CERT_HOSTS: "a.test", CERT_RENEW: "yes" }, "CERT_SECRET_ID"],
    [
      "a key that would go out in the clear",
      {
        CERT_HOSTS: "a.test",
        CERT_RENEW: "yes",
        CERT_SECRET_ID: "AKIDEXAMPLE",
        CERT_SECRET_KEY: SECRET,
        SSL_ENDPOINT: "http://ssl.example.com",
      },
      "SSL_ENDPOINT",
    ],
  ])("%s", async (_, env, name) => {
    const { main_handler, log } = loadBundle("cert-watch", env);
    expect(JSON.parse(log[0] ?? "{}")).toMatchObject({
      code: "ConfigurationError",
      message: expect.stringContaining(name),
    });
    await expect(main_handler({ Type: "Timer" })).rejects.toThrow("not configured");
    expect(log.join()).not.toContain(SECRET);
  });
});

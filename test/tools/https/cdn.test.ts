import type { SecureVersion } from "node:tls";
import { beforeEach, describe, expect, test } from "vitest";
import { serveTls } from "../doctor/support.ts";
import { BUCKET_HOST, putForward, useHosts } from "./hosts.ts";
import { answering } from "./support.ts";

const HOST = "img.example.test";
const OTHER = "static.example.test";
const hosts = useHosts({ cdnDomains: [HOST, OTHER], dnsPodZones: ["example.test"] });

const DAY_MS = 24 * 60 * 60 * 1000;

/** Puts a certificate into the account, and returns its id. */
async function upload(options: Parameters<typeof hosts.pair>[0]): Promise<string> {
  const outcome = await hosts.program(["cert", "upload", ...(await hosts.pair(options))]);
  const [, id] = /id is (\w{8})/.exec(outcome.checks.at(-1)?.detail ?? "") ?? [];
  if (id === undefined) throw new Error(outcome.output + outcome.errors);
  return id;
}

/** Switches HTTPS on for the name. */
async function withHttps(): Promise<string> {
  const id = await upload({ names: [HOST] });
  expect(await hosts.program(["cdn", "https", HOST, "--cert", id])).toMatchObject({ code: 0 });
  return id;
}

describe("cdn https", () => {
  test("installs the certificate on the name, waits until it is deployed, and checks it from outside", async () => {
    const id = await upload({ names: [HOST] });
    const start = Date.now();
    const outcome = await hosts.run(["cdn", "https", HOST, "--cert", id], answering("y"));
    expect(outcome).toMatchObject({ code: 0, questions: [`Install the certificate on ${HOST}? [y/N] `] });
    expect(outcome.output).toContain(`Install certificate ${id}`);
    expect(outcome.output).toContain("bills HTTPS requests");
    expect(outcome.output).toContain(`ok    ${HOST}: the certificate covers the name`);
    expect(Date.now() - start).toBeGreaterThanOrEqual(60_000);
  });

  test("changes and asks nothing the second time", async () => {
    const id = await withHttps();
    const outcome = await hosts.run(["cdn", "https", HOST, "--cert", id]);
    expect(outcome).toMatchObject({
      code: 0,
      questions: [],
      output: expect.stringContaining("nothing to do"),
    });
  });

  test.each<[string, Parameters<typeof hosts.pair>[0], RegExp]>([
    ["for another name", { names: ["a.example.test"] }, /does not fit .*it is for a\.example\.test/],
    [
      "with a wildcard one level too high",
      { names: ["*.test"] },
      /one level only, so \*\.test does not cover/,
    ],
    [
      "with a wildcard for names below",
      { names: [`*.${HOST}`] },
      /\*\.img\.example\.test does not cover img\.example\.test itself/,
    ],
  ])("refuses a certificate %s, with the reason", async (_, options, reason) => {
    const id = await upload(options);
    const outcome = await hosts.run(["cdn", "https", HOST, "--cert", id, "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringMatching(reason) });
  });

  test("refuses one that has expired since, and one of another account", async () => {
    const id = await upload({ names: [HOST], toDays: 5 });
    putForward(6 * DAY_MS);
    const expired = await hosts.run(["cdn", "https", HOST, "--cert", id, "-y"]);
    expect(expired).toMatchObject({ code: 1, errors: expect.stringContaining("it expired on") });
    const unknown = await hosts.run(["cdn", "https", HOST, "--cert", "AbCd1234", "-y"]);
    expect(unknown).toMatchObject({ code: 1, errors: expect.stringContaining("no certificate AbCd1234") });
  });

  test("for a name that is not on the CDN, says where its certificate belongs", async () => {
    const outcome = await hosts.run(["cdn", "https", "files.example.test", "--cert", "AbCd1234", "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("cert put") });
  });

  test("if the name leads to the bucket, says so, and the check from outside fails", async () => {
    hosts.places.zone.set(HOST, { cname: "uploads-1250000000.cos.ap-guangzhou.myqcloud.com" });
    const id = await upload({ names: [HOST] });
    const outcome = await hosts.run(["cdn", "https", HOST, "--cert", id, "-y", "--wait", "90"]);
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain("points to COS itself, not to the CDN");
    expect(outcome.output).toMatch(/FAIL {2}.*the new certificate is in use/);
  });

  test("waits while the CDN deploys, before replacing a certificate", async () => {
    const first = await upload({ names: [HOST] });
    const second = await upload({ names: [HOST], toDays: 80 });
    const cut = await hosts.run(["cdn", "https", HOST, "--cert", first, "-y", "--wait", "5"]);
    expect(cut).toMatchObject({ code: 1, errors: expect.stringContaining("run this again later") });
    expect(await hosts.program(["cdn", "https", HOST, "--cert", second])).toMatchObject({ code: 0 });
  });
});

describe("cdn redirect, hsts and http2 need sound HTTPS:", () => {
  test.each([
    ["redirect", HOST, "on"],
    ["hsts", HOST, "on"],
    ["http2", HOST, "on"],
  ])("%s is refused while HTTPS is off", async (...args) => {
    const outcome = await hosts.run(["cdn", ...args, "-y"]);
    expect(outcome).toMatchObject({
      code: 1,
      errors: expect.stringContaining("HTTPS of img.example.test is off"),
    });
  });

  test("the redirect is refused while the presented certificate is not sound", async () => {
    const id = await upload({ names: [HOST], toDays: 5 });
    await hosts.program(["cdn", "https", HOST, "--cert", id]);
    putForward(6 * DAY_MS);
    const outcome = await hosts.run(["cdn", "redirect", HOST, "on", "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("ERR_CERT_DATE_INVALID") });
  });

  test("each is set, checked from outside and undone, and the certificate stays", async () => {
    const id = await withHttps();
    for (const [args, check] of [
      [["redirect", HOST, "on"], "http.redirect"],
      [["hsts", HOST, "on", "--max-age", "31536000"], "http.hsts"],
      [["http2", HOST, "on"], "http.h2"],
      [["http2", HOST, "off"], "http.h2"],
      [["hsts", HOST, "off"], "http.hsts"],
      [["redirect", HOST, "off"], "http.plain"],
    ] as const) {
      const outcome = await hosts.program(["cdn", ...args]);
      expect([args, outcome.code, outcome.status(check)]).toEqual([args, 0, "pass"]);
    }
    const again = await hosts.run(["cdn", "https", HOST, "--cert", id]);
    expect(again.output).toContain("nothing to do");
  });

  test("another change does not lose a certificate that only the CDN has", async () => {
    const { pem, keyPem } = await hosts.authority.server({ names: [HOST] });
    const CertInfo = { Certificate: pem + hosts.authority.intermediate.pem, PrivateKey: keyPem };
    await hosts.set(HOST, () => ({ Https: { Switch: "on", CertInfo } }));
    for (const args of [
      ["hsts", HOST, "on"],
      ["http2", HOST, "on"],
    ]) {
      const outcome = await hosts.run(["cdn", ...args, "-y"]);
      expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("has no id in the account") });
    }
    expect((await hosts.look(HOST)).isSound).toBe(true);
  });

  test("hsts says what browsers remember, and max-age 0 makes them forget", async () => {
    await withHttps();
    await hosts.program(["cdn", "hsts", HOST, "on", "--max-age", "31536000"]);
    const until = new Date(Date.now() + 365 * DAY_MS).toISOString().slice(0, 10);
    const off = await hosts.run(["cdn", "hsts", HOST, "off", "--dry-run"]);
    expect(off).toMatchObject({ code: 0, output: expect.stringContaining(`the last of them on ${until}`) });
    expect(await hosts.program(["cdn", "hsts", HOST, "on", "--max-age", "0"])).toMatchObject({ code: 0 });
  });
});

test("cdn gzip compresses an object for clients that accept it", async () => {
  await hosts.publish("page.json", JSON.stringify(Array(200).fill("text")));
  const on = await hosts.program(["cdn", "gzip", HOST, "on", "--path", "/page.json"]);
  expect(on).toMatchObject({ code: 2 }); // There is no HTTPS to check it with.
  await withHttps();
  const again = await hosts.program(["cdn", "gzip", HOST, "on", "--path", "/page.json"]);
  expect(again).toMatchObject({ code: 0 });
  expect(again.checks.at(-1)).toMatchObject({ status: "pass", detail: "/page.json: gzip." });
  const off = await hosts.program(["cdn", "gzip", HOST, "off", "--path", "/page.json"]);
  expect(off.checks.at(-1)).toMatchObject({ status: "pass", detail: "/page.json: not compressed." });
});

describe("disable", () => {
  beforeEach(withHttps);

  test("switches off redirect, HSTS and HTTPS in this order, each deployed before the next", async () => {
    await hosts.program(["cdn", "redirect", HOST, "on"]);
    await hosts.program(["cdn", "hsts", HOST, "on"]);
    const outcome = await hosts.run(["disable", HOST, "-y"]);
    expect(outcome.code).toBe(0);
    expect(outcome.output.match(/Done: .*/g)).toEqual([
      expect.stringContaining("instead of redirecting"),
      expect.stringContaining("HSTS"),
      expect.stringContaining("HTTPS of img.example.test off"),
    ]);
    expect(outcome.output).toContain(`ok    ${HOST}: HTTPS is off`);
    expect(outcome.output).toContain(`ok    ${HOST}: plain HTTP is answered`);
    expect(outcome.output).toMatch(/refuse plain HTTP .* the last of them on \d{4}/);
  });

  test('a "no" changes nothing; --dry-run shows the changes and asks nothing', async () => {
    const before = hosts.changes();
    expect(await hosts.run(["disable", HOST], answering("n"))).toMatchObject({ code: 1 });
    const dry = await hosts.run(["disable", HOST, "--dry-run"], answering("y"));
    expect(dry).toMatchObject({ code: 0, questions: [], errors: expect.stringContaining("--dry-run") });
    const json = await hosts.run(["disable", HOST, "--dry-run", "--json"]);
    expect(json).toMatchObject({ code: 0, checks: [{ id: "command", status: "skip" }] });
    const status = await hosts.program(["status", HOST]);
    expect(status.status("cdn.certificate")).toBe("pass");
    expect(hosts.changes()).toBe(before);
  });

  test("does nothing if everything is already off", async () => {
    await hosts.program(["disable", HOST]);
    const outcome = await hosts.run(["disable", HOST]);
    expect(outcome).toMatchObject({
      code: 0,
      questions: [],
      output: expect.stringContaining("nothing to do"),
    });
  });
});

describe("fallback", () => {
  beforeEach(async () => {
    await withHttps();
    await hosts.program(["cdn", "redirect", HOST, "on", "--status", "308"]);
    await hosts.program(["cdn", "hsts", HOST, "on", "--max-age", "86400", "--include-subdomains"]);
  });

  test("answers plain HTTP until it is ended, and then restores the previous settings", async () => {
    const began = await hosts.program(["fallback", HOST, "--hours", "2"]);
    expect(began).toMatchObject({ code: 0 });
    expect(began.status("http.plain")).toBe("pass");
    const meanwhile = await hosts.program(["status", HOST]);
    expect(meanwhile.status("fallback")).toBe("warn");
    expect(meanwhile.checks.at(-1)).toMatchObject({ fix: `npm run https -- fallback ${HOST} --end` });
    const again = await hosts.run(["fallback", HOST]);
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining("already") });

    const ended = await hosts.program(["fallback", HOST, "--end"]);
    expect(ended.status("http.hsts")).toBe("warn");
    const after = await hosts.program(["status", HOST]);
    expect(after.checks.find(({ id }) => id === `cdn.redirect@${HOST}`)?.detail).toBe("308.");
    expect(after.checks.find(({ id }) => id === `cdn.hsts@${HOST}`)?.detail).toBe("max-age 86400 s.");
    expect(after.status("fallback")).toBeUndefined();
    const over = await hosts.run(["fallback", HOST, "--end"]);
    expect(over.output).toContain("nothing to do");
  });

  test("takes effect again after the redirect was switched on meanwhile, and remembers all that it took away", async () => {
    await hosts.program(["fallback", HOST]);
    await hosts.program(["cdn", "redirect", HOST, "on", "--status", "301"]);
    const again = await hosts.program(["fallback", HOST]);
    expect(again.status("http.plain")).toBe("pass");
    await hosts.program(["fallback", HOST, "--end"]);
    const after = await hosts.program(["status", HOST]);
    expect(after.checks.find(({ id }) => id === `cdn.redirect@${HOST}`)?.detail).toBe("301.");
    expect(after.checks.find(({ id }) => id === `cdn.hsts@${HOST}`)?.detail).toBe("max-age 86400 s.");
    expect(after.status("fallback")).toBeUndefined();
  });

  test("cannot be ended while HTTPS is not sound", async () => {
    await hosts.program(["fallback", HOST]);
    putForward(120 * DAY_MS);
    const outcome = await hosts.run(["fallback", HOST, "--end", "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("does not work from outside") });
  });
});

describe("a refusal or an unreachable API exits with 2, in the API's words:", () => {
  test("a wrong key", async () => {
    const env = { ...hosts.env, COS_SECRET_KEY: "x".repeat(32) };
    const outcome = await hosts.run(["disable", HOST, "-y"], { env });
    expect(outcome).toMatchObject({
      code: 2,
      errors: expect.stringContaining("AuthFailure.SignatureFailure"),
    });
  });

  test("an unreachable API", async () => {
    const env = { ...hosts.env, CDN_ENDPOINT: "http://127.0.0.1:1" };
    const outcome = await hosts.run(["disable", HOST, "-y"], { env });
    expect(outcome).toMatchObject({ code: 2, errors: expect.stringContaining("ConnectionFailed") });
  });

  test.each([
    ["CDN_ENDPOINT", "http://cdn.example.com"],
    ["SSL_ENDPOINT", "https://ssl.example.com/path"],
    ["HTTPS_EDGE", "203.0.113.7:443"],
    ["DNS_SERVER", "dns.example.com"],
  ])("refuses %s=%s", async (name, value) => {
    const outcome = await hosts.run(["status", HOST], { env: { ...hosts.env, [name]: value } });
    expect(outcome).toMatchObject({ code: 2, errors: expect.stringContaining(`${name} must be`) });
  });
});

test.each([[["cdn", "redirect", HOST]], [["cdn", "gzip", HOST, "maybe"]]])(
  "%s: says that it takes on or off",
  async (args) => {
    expect(await hosts.run(args)).toMatchObject({ code: 2, errors: expect.stringContaining("on|off") });
  },
);

test.each([
  ["an unknown state", ["cdn", "redirect", HOST, "maybe"]],
  ["a status that redirects nothing", ["cdn", "redirect", HOST, "on", "--status", "303"]],
  ["no certificate", ["cdn", "https", HOST]],
  ["a URL instead of a name", ["disable", `https://${HOST}`]],
  ["a max-age of years", ["cdn", "hsts", HOST, "on", "--max-age", "99999999"]],
])("%s: 2", async (_, args) => {
  expect(await hosts.run([...args, "-y"])).toMatchObject({ code: 2 });
});

describe("in front of a bucket that refuses plain HTTP", () => {
  const open = (name: string) => hosts.open(name, "/photo.txt", "http");
  beforeEach(async () => {
    await hosts.publish("photo.txt", "a photo");
    await withHttps();
    await hosts.program(["cdn", "redirect", HOST, "on"]);
    await hosts.program(["force"]);
  });

  test("fallback opens the bucket too, and --end closes it again", async () => {
    const begun = await hosts.run(["fallback", HOST], answering("y"));
    expect(begun).toMatchObject({
      code: 0,
      questions: [`Let ${HOST} answer plain HTTP for a while? [y/N] `],
    });
    expect(begun.output).toMatch(
      /^1\. Answer plain HTTP of .*\n2\. Let uploads-1250000000 answer plain HTTP/,
    );
    expect(begun.output).toContain('-       "effect": "deny"');
    expect(begun.output).toContain("all its names will answer plain HTTP");
    expect(await open(HOST)).toMatchObject({ status: 200 });
    expect((await hosts.run(["fallback", HOST])).output).toContain("nothing to do");
    const ended = await hosts.program(["fallback", HOST, "--end"]);
    expect([ended.code, ended.status("https.policy"), ended.status("https.plain")]).toEqual([
      0,
      "pass",
      "pass",
    ]);
    expect(await open(HOST)).toMatchObject({ status: 301 });
  });

  test("--end does not restore what fallback did not remove", async () => {
    await hosts.program(["unforce"]);
    await hosts.program(["fallback", HOST]);
    await hosts.program(["fallback", HOST, "--end"]);
    expect((await hosts.program(["status"])).status("https.policy")).toBe("fail");
  });

  test("fallback leaves a newer statement alone, and its check says so", async () => {
    await hosts.program(["unforce"]);
    await hosts.program(["fallback", HOST]);
    await hosts.program(["force"]);
    const again = await hosts.program(["fallback", HOST]);
    expect([again.code, again.status("https.plain")]).toEqual([1, "fail"]);
    expect((await hosts.program(["status"])).status("https.policy")).toBe("pass");
  });

  test("a CDN that always fetches over HTTPS needs no open bucket", async () => {
    await hosts.set(HOST, () => ({ Origin: { OriginPullProtocol: "https" } }));
    await hosts.program(["fallback", HOST]);
    expect(await open(HOST)).toMatchObject({ status: 200 });
    expect((await hosts.program(["status"])).status("https.policy")).toBe("pass");
  });

  test("disable opens the bucket first, and keeps the order", async () => {
    const outcome = await hosts.run(["disable", HOST, "-y"]);
    expect(outcome.output.match(/Done: \S+ \S+/g)).toEqual([
      "Done: Let uploads-1250000000",
      "Done: Answer plain",
      "Done: Switch HTTPS",
    ]);
    expect(outcome.code).toBe(0);
    expect(await open(HOST)).toMatchObject({ status: 200 });
  });

  test("without the bucket in the settings, ending a fallback is refused", async () => {
    await hosts.program(["fallback", HOST]);
    const { COS_BUCKET: _, ...env } = hosts.env;
    const outcome = await hosts.run(["fallback", HOST, "--end", "-y"], { env });
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("COS_BUCKET") });
  });
});

describe("for a name of the bucket's", () => {
  const FILES = "files.example.test";
  beforeEach(async () => {
    await hosts.publish("photo.txt", "a photo");
    await hosts.bucketDomain(FILES);
    await hosts.putOnBucket(FILES, await hosts.pair({ names: [FILES] }));
    await hosts.program(["force"]);
  });

  test("disable answers plain HTTP first, then removes the certificate", async () => {
    const no = await hosts.run(["disable", FILES], answering("n"));
    expect(no).toMatchObject({ code: 1, errors: expect.stringContaining("Nothing was changed") });
    expect((await hosts.look(FILES)).isSound).toBe(true);
    const outcome = await hosts.run(["disable", FILES], answering("y"));
    expect(outcome.output.match(/Done: \S+ \S+/g)).toEqual([
      "Done: Let uploads-1250000000",
      "Done: Remove the",
    ]);
    expect(outcome).toMatchObject({
      code: 0,
      output: expect.stringContaining(`ok    ${FILES}: HTTPS is off`),
    });
    expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 200 });
    const again = await hosts.run(["disable", FILES]);
    expect(again).toMatchObject({ code: 0, questions: [], output: expect.stringContaining("nothing to do") });
  });

  test("a name without HTTPS does not open the bucket for the others", async () => {
    await hosts.bucketDomain("plain.example.test");
    const outcome = await hosts.run(["disable", "plain.example.test", "-y"]);
    expect(outcome.output).toContain("nothing to do");
    expect((await hosts.program(["status"])).status("https.policy")).toBe("pass");
  });

  test("the certificate alone cannot be removed while the bucket refuses plain HTTP", async () => {
    const outcome = await hosts.run(["cert", "remove", FILES, "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining(`disable ${FILES}`) });
    expect((await hosts.look(FILES)).isSound).toBe(true);
  });

  test("fallback can be started and ended, but not ended while HTTPS is not sound", async () => {
    const begun = await hosts.run(["fallback", FILES, "-y"]);
    expect(begun).toMatchObject({ code: 0, output: expect.stringContaining("Nothing reminds you of it") });
    expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 200 });
    expect((await hosts.run(["fallback", FILES])).output).toContain("already answers plain HTTP");
    expect(await hosts.program(["fallback", FILES, "--end"])).toMatchObject({ code: 0 });
    expect((await hosts.run(["fallback", FILES, "--end"])).output).toContain("nothing to do");
    putForward(1000);
    expect(await hosts.program(["fallback", FILES])).toMatchObject({ code: 0 });
    putForward(120 * DAY_MS);
    const late = await hosts.run(["fallback", FILES, "--end", "-y"]);
    expect(late).toMatchObject({ code: 1, errors: expect.stringContaining("does not work from outside") });
  });

  test("the bucket's own name: fallback opens it, and disable says what to use instead", async () => {
    const refused = await hosts.run(["disable", BUCKET_HOST, "-y"]);
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("https -- unforce") });
    expect(await hosts.program(["fallback", BUCKET_HOST])).toMatchObject({ code: 0 });
    expect(await hosts.program(["fallback", BUCKET_HOST, "--end"])).toMatchObject({ code: 0 });
  });

  test.each(["disable", "fallback"])("%s of an unknown name says where to look", async (command) => {
    const outcome = await hosts.run([command, "other.example.test", "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("status other.example.test") });
    const { COS_BUCKET: _, ...env } = hosts.env;
    const without = await hosts.run([command, FILES, "-y"], { env });
    expect(without).toMatchObject({ code: 1, errors: expect.stringContaining("COS_BUCKET") });
  });
});

test.each([
  ["in capitals", "IMG.Example.TEST"],
  ["with a final dot", `${HOST}.`],
])("accepts a name %s", async (_, name) => {
  const { checks } = await hosts.program(["status", name]);
  expect(checks[0]).toMatchObject({ id: `dns@${HOST}`, status: "pass" });
});

test("reads a name in another script as the DNS writes it", async () => {
  const outcome = await hosts.run(["fallback", "bücher.example.test", "-y"]);
  expect(outcome).toMatchObject({
    code: 1,
    errors: expect.stringContaining("xn--bcher-kva.example.test is"),
  });
});

test.each([
  ["*.example.test", "a wildcard stands for many"],
  ["203.0.113.7", "not an address"],
  ["https://img.example.test", "without https:// or a port"],
  ["img.example.test:443", "without https:// or a port"],
  ["img.example.test/path", "without https:// or a port"],
  ["img", "with a dot in it"],
])("status %s: 2, and why", async (name, why) => {
  expect(await hosts.run(["status", name])).toMatchObject({ code: 2, errors: expect.stringContaining(why) });
});

test("on a terminal, no line of prose is wider than the terminal", async () => {
  await withHttps();
  const terminal = { isTerminal: true, columns: 80, env: { ...hosts.env, NO_COLOR: "1" } };
  for (const args of [
    ["status", HOST],
    ["disable", HOST, "-y"],
  ]) {
    const { output } = await hosts.run(args, terminal);
    const long = output.split("\n").filter((line) => line.length > 80 && !line.includes("npm run"));
    expect(long).toEqual([]);
  }
});

test.each<[string, SecureVersion, SecureVersion, string, string, string]>([
  ["1.0 to 1.2", "TLSv1", "TLSv1.2", "pass", "warn", "TLS 1.1 and TLS 1.0 are still accepted"],
  ["only 1.3", "TLSv1.3", "TLSv1.3", "pass", "pass", "are refused"],
  ["only 1.1", "TLSv1.1", "TLSv1.1", "fail", "warn", "TLS 1.1 is still accepted"],
])("status shows which TLS versions a server speaks: %s", async (_, min, max, modern, old, detail) => {
  const name = "elsewhere.example.test";
  const { pem, keyPem } = await hosts.authority.server({ names: [name] });
  const port = await serveTls({
    cert: pem + hosts.authority.intermediate.pem,
    key: keyPem,
    minVersion: min,
    maxVersion: max,
    ciphers: "DEFAULT@SECLEVEL=0",
  });
  const at = ["--resolve", `${name}=127.0.0.1`, "--https-port", String(port), "--http-port", String(port)];
  const status = await hosts.program([...at, "status", name]);
  expect([status.status("tls.modern"), status.status("tls.old")]).toEqual([modern, old]);
  expect(status.checks.find(({ id }) => id.startsWith("tls.old"))?.detail).toContain(detail);
});

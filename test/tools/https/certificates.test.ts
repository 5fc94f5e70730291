import { describe, expect, test } from "vitest";
import { BUCKET_HOST, putForward, useHosts } from "./hosts.ts";
import { answering } from "./support.ts";

const HOST = "img.example.test";
const OTHER = "static.example.test";
const FILES = "files.example.test";
const DAY_MS = 24 * 60 * 60 * 1000;

const hosts = useHosts({ cdnDomains: [HOST, OTHER], dnsPodZones: ["example.test"], deploySeconds: 10 });

/** When the certificate that a name presents expires. */
async function ends(name: string): Promise<string | undefined> {
  const { checks } = await hosts.program(["status", name]);
  return /until (\S+),/.exec(checks.find(({ id }) => id.startsWith("certificate.date"))?.detail ?? "")?.[1];
}

describe("cert upload", () => {
  test("checks, asks, and prints the id; the same certificate again has the same id", async () => {
    const pair = await hosts.pair({ names: [HOST] });
    const outcome = await hosts.run(["cert", "upload", ...pair, "--for", HOST], answering("yes"));
    expect(outcome).toMatchObject({ code: 0, questions: ["Upload it? [y/N] "] });
    const [, id] = /Its id is (\w{8})/.exec(outcome.output) ?? [];
    const again = await hosts.run(["cert", "upload", ...pair, "-y"]);
    expect(again.output).toContain(`The account already had it; its id is ${id}`);
    expect(again.output).not.toContain("PRIVATE KEY");
  });

  test("--again uploads it with another chain, but not twice with the same", async () => {
    const issued = await hosts.authority.server({ names: [HOST] });
    const key = await hosts.file("again.key", issued.keyPem);
    const whole = issued.pem + hosts.authority.intermediate.pem;
    const chain = await hosts.file("again.pem", whole);
    const other = await hosts.file("other.pem", whole + hosts.authority.root.pem);
    await hosts.uploadPair([chain, key]);
    const again = ["cert", "upload", chain, key, "--again", "-y"];
    expect(await hosts.run(again)).toMatchObject({ code: 0, output: expect.stringContaining("Its id is") });
    // Written differently, but the same.
    await hosts.file("again.pem", whole.replaceAll("\n", "\r\n"));
    const second = await hosts.run(again);
    expect(second).toMatchObject({ code: 0, output: expect.stringContaining("nothing to do") });
    expect(await hosts.certificates()).toHaveLength(2);
    await hosts.run(["cert", "upload", other, key, "--again", "--alias", "mine", "-y"]);
    const listed = await hosts.certificates();
    expect(listed).toHaveLength(3);
    expect(listed[0]?.alias).toMatch(/^mine, chain [0-9a-f]{16}$/);
  });

  test("lists what is wrong, and sends nothing", async () => {
    const [chain] = await hosts.pair({ names: ["a.example.test"], toDays: -1, fromDays: -9 });
    const [, key] = await hosts.pair({ names: [HOST] });
    const before = hosts.emulator.requests.length;
    const outcome = await hosts.program(["cert", "upload", chain, key, "--for", HOST]);
    expect(outcome.code).toBe(1);
    expect(outcome.checks.filter(({ status }) => status === "fail").map(({ id }) => id)).toEqual([
      "command",
      "cert.key",
      "cert.date",
      `cert.covers@${HOST}`,
    ]);
    expect(hosts.emulator.requests.length).toBe(before);
  });

  test('--dry-run and a "no" send nothing', async () => {
    const pair = await hosts.pair({ names: [HOST] });
    expect(await hosts.run(["cert", "upload", ...pair, "--dry-run"])).toMatchObject({ code: 0 });
    expect(await hosts.run(["cert", "upload", ...pair], answering("n"))).toMatchObject({ code: 1 });
    expect((await hosts.program(["cert", "list"])).checks).toMatchObject([
      { id: "certificates", status: "skip" },
    ]);
  });
});

describe("cert list", () => {
  test("shows each with its expiry and its uses, and warns of those that expire soon", async () => {
    const soon = await hosts.onCdn(HOST, { toDays: 20 });
    const idle = await hosts.upload({ names: [OTHER] });
    const { checks } = await hosts.program(["cert", "list"]);
    const of = (id: string) => checks.find((check) => check.id === `certificate@${id}`);
    expect(of(soon)).toMatchObject({
      status: "warn",
      detail: expect.stringMatching(/19 days; used by img\.example\.test \(cdn\)/),
      fix: `npm run https -- cert renew ${HOST}`,
    });
    expect(of(idle)).toMatchObject({ status: "pass", detail: expect.stringContaining("not in use") });
  });

  test("--for says why a certificate is not offered", async () => {
    const fits = await hosts.upload({ names: ["*.example.test"] });
    const level = await hosts.upload({ names: ["*.test"] });
    const below = await hosts.upload({ names: [`*.${HOST}`] });
    const other = await hosts.upload({ names: ["a.example.test", "b.example.test"] });
    const late = await hosts.upload({ names: [HOST], toDays: 1 });
    putForward(2 * DAY_MS);
    const { checks, code } = await hosts.program(["cert", "list", "--for", HOST]);
    const detail = (id: string) => checks.find((check) => check.id === `certificate@${id}`)?.detail;
    expect(code).toBe(0);
    expect(detail(fits)).toContain("It fits");
    expect(detail(level)).toContain("one level only, so *.test does not cover img.example.test");
    expect(detail(below)).toContain(`*.${HOST} does not cover ${HOST} itself`);
    expect(detail(other)).toContain("it is for a.example.test, b.example.test");
    expect(detail(late)).toContain("it expired on");
  });

  test("--for a name that none fits: 1, and the two ways to get one", async () => {
    await hosts.upload({ names: [OTHER] });
    const outcome = await hosts.run(["cert", "list", "--for", HOST]);
    expect(outcome.code).toBe(1);
    expect(outcome.output).toContain("Other accounts' certificates are not listed: upload them to this one");
    expect(outcome.output).toContain(`npm run https -- cert apply ${HOST}`);
  });
});

describe("cert apply", () => {
  test("waits until it is issued; the second time there is nothing to do", async () => {
    const outcome = await hosts.run(["cert", "apply", HOST], answering("y"));
    expect(outcome).toMatchObject({
      code: 0,
      output: expect.stringContaining("cdn https img.example.test --cert"),
    });
    const again = await hosts.run(["cert", "apply", HOST]);
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining("nothing to do") });
  });

  test("--validation dns: prints the record, and continues once it is set", async () => {
    const cut = await hosts.run(["cert", "apply", HOST, "--validation", "dns", "-y", "--wait", "30"]);
    expect(cut).toMatchObject({ code: 1, errors: expect.stringContaining("to resume later") });
    const [, name = "", value = ""] = /Set this DNS record.*: (\S+) TXT (\S+)/.exec(cut.errors) ?? [];
    hosts.places.zone.set(name, { txt: [value] });
    const outcome = await hosts.run(["cert", "apply", HOST, "-y"]);
    expect(outcome).toMatchObject({
      code: 0,
      output: expect.stringContaining("cdn https img.example.test --cert"),
    });
    expect((await hosts.program(["cert", "list"])).checks).toHaveLength(1);
  });

  test("for a zone that is not in DNSPod, says what to do instead", async () => {
    const outcome = await hosts.run(["cert", "apply", "img.example.org", "-y"]);
    expect(outcome).toMatchObject({ code: 1, errors: expect.stringContaining("--validation dns") });
  });
});

describe("cert renew", () => {
  /** Puts a free certificate of the account with this many days left on the name. */
  async function applied(daysLeft: number): Promise<void> {
    const outcome = await hosts.run(["cert", "apply", HOST, "-y"]);
    const [, id = ""] = /--cert (\w{8})/.exec(outcome.output) ?? [];
    await hosts.program(["cdn", "https", HOST, "--cert", id]);
    putForward((90 - daysLeft) * DAY_MS);
  }

  test("does nothing with more than 30 days left", async () => {
    await applied(40);
    const outcome = await hosts.run(["cert", "renew", HOST]);
    expect(outcome).toMatchObject({ code: 0, questions: [], output: expect.stringContaining("days left") });
  });

  test("applies, waits, replaces it wherever it is used, and checks from outside; the old one is kept", async () => {
    await applied(20);
    const before = await ends(HOST);
    const outcome = await hosts.run(["cert", "renew", HOST], answering("y"));
    expect(outcome).toMatchObject({ code: 0, questions: [`Renew the certificate of ${HOST}? [y/N] `] });
    expect(outcome.output).toMatch(/ok .*the new certificate is where the old one was/);
    expect(await ends(HOST)).not.toBe(before);
    const { checks } = await hosts.program(["cert", "list"]);
    expect(checks).toHaveLength(2);
    const again = await hosts.run(["cert", "renew", HOST]);
    expect(again).toMatchObject({ code: 0, questions: [], output: expect.stringContaining("days left") });
  });

  test("one from elsewhere is replaced by the next one from there, on the CDN and on the bucket", async () => {
    await hosts.bucketDomain(FILES);
    const pair = await hosts.pair({ names: [HOST, FILES], toDays: 20 });
    const id = await hosts.uploadPair(pair);
    await hosts.program(["cdn", "https", HOST, "--cert", id]);
    await hosts.program(["cert", "put", FILES, ...pair]);
    const refused = await hosts.run(["cert", "renew", HOST, "-y"]);
    expect(refused).toMatchObject({ code: 1, errors: expect.stringContaining("--with FULLCHAIN KEY") });
    const short = await hosts.program([
      "cert",
      "renew",
      HOST,
      "--with",
      ...(await hosts.pair({ names: [HOST], toDays: 80 })),
    ]);
    expect(short).toMatchObject({ code: 1 });
    expect(short.checks.find(({ id }) => id === `cert.covers@${FILES}`)?.status).toBe("fail");
    const next = await hosts.pair({ names: [HOST, FILES], toDays: 80 });
    const outcome = await hosts.program(["cert", "renew", HOST, "--with", ...next]);
    expect(outcome.code).toBe(0);
    expect(await ends(HOST)).toBe(await ends(FILES));
    expect(outcome.status("renewal")).toBe("pass");
  });

  test("asks separately before replacing a certificate with one from elsewhere", async () => {
    await hosts.onCdn(HOST, { toDays: 20 });
    const before = await ends(HOST);
    const command = ["cert", "renew", HOST, "--with", ...(await hosts.pair({ names: [HOST], toDays: 80 }))];
    const answers = ["y", "n"];
    const no = await hosts.run(command, { ask: async () => answers.shift() ?? "" });
    expect(no).toMatchObject({
      code: 1,
      questions: ["Upload it? [y/N] ", expect.stringContaining("new certificate on 1 host")],
    });
    expect(await ends(HOST)).toBe(before);
    expect(await hosts.run(command, answering("y"))).toMatchObject({ code: 0 });
    expect(await ends(HOST)).not.toBe(before);
    expect(await hosts.certificates()).toHaveLength(2);
  });

  test("without a certificate in use, says so", async () => {
    const outcome = await hosts.run(["cert", "renew", HOST, "-y"]);
    expect(outcome).toMatchObject({
      code: 1,
      errors: expect.stringContaining("none of the account's certificates"),
    });
  });
});

describe("cert backup and switch", () => {
  test("a second one, from another issuer, is kept ready and installed by one call, and back", async () => {
    const first = await hosts.onCdn(HOST, {});
    const second = await hosts.otherPair({ names: [HOST], toDays: 60 });
    const kept = await hosts.program(["cert", "backup", HOST, ...second]);
    expect(kept).toMatchObject({ code: 0 });
    expect([kept.status("backup"), kept.status("backup.issuer")]).toEqual(["pass", "pass"]);
    const before = hosts.changes();
    const switched = await hosts.program(["cert", "switch", HOST]);
    expect(switched.code).toBe(0);
    expect(hosts.changes() - before).toBe(1);
    const again = await hosts.run(["cert", "switch", HOST]);
    expect(again).toMatchObject({ code: 0, output: expect.stringContaining("already") });
    expect(await hosts.program(["cert", "switch", HOST, "--cert", first])).toMatchObject({ code: 0 });
  });

  test("warns of the same issuer", async () => {
    await hosts.onCdn(HOST, {});
    const kept = await hosts.program(["cert", "backup", HOST, ...(await hosts.pair({ names: [HOST] }))]);
    expect(kept.status("backup.issuer")).toBe("warn");
  });

  test("works for the bucket's own domain without a CDN", async () => {
    await hosts.bucketDomain(FILES);
    await hosts.program(["cert", "put", FILES, ...(await hosts.pair({ names: [FILES] }))]);
    const second = await hosts.otherPair({ names: [FILES], toDays: 60 });
    await hosts.program(["cert", "backup", FILES, ...second]);
    const before = await ends(FILES);
    expect(await hosts.program(["cert", "switch", FILES])).toMatchObject({ code: 0 });
    expect(await ends(FILES)).not.toBe(before);
  });

  test("without a second one, or with an expired one, says so and changes nothing", async () => {
    await hosts.onCdn(HOST, {});
    const none = await hosts.run(["cert", "switch", HOST, "-y"]);
    expect(none).toMatchObject({ code: 1, errors: expect.stringContaining("cert backup") });
    await hosts.program(["cert", "backup", HOST, ...(await hosts.otherPair({ names: [HOST], toDays: 3 }))]);
    putForward(4 * DAY_MS);
    const late = await hosts.run(["cert", "switch", HOST, "-y"]);
    expect(late).toMatchObject({ code: 1, errors: expect.stringContaining("it expired on") });
  });
});

test("status of a name that leads to the bucket, and of one that leads nowhere", async () => {
  await hosts.bucketDomain(FILES);
  const bare = await hosts.program(["status", FILES]);
  expect(bare.checks.at(-1)?.fix).toContain(`cert put ${FILES}`);
  await hosts.program(["cert", "put", FILES, ...(await hosts.pair({ names: [FILES] }))]);
  expect((await hosts.program(["status", FILES])).checks.at(-1)?.fix).toBe("npm run https -- force");
  expect(await hosts.program(["force"])).toMatchObject({ code: 0, checks: [{ status: "pass" }] });
  expect((await hosts.program(["status", FILES])).checks.at(-1)?.detail).toBe("Nothing is left to do.");
  hosts.places.zone.set(HOST, {});
  const nowhere = await hosts.program(["status", HOST]);
  expect(nowhere.checks.at(-1)?.fix).toContain(`${HOST} CNAME ${HOST}.cdn.dnsv1.com`);
  hosts.places.zone.set(HOST, { cname: BUCKET_HOST });
  const wrong = await hosts.program(["status", HOST]);
  expect(wrong.checks.at(-1)?.fix).toContain("Point it to the CDN");
});

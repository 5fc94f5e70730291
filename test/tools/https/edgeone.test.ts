import { beforeEach, expect, test } from "vitest";
import { putForward, useHosts } from "./hosts.ts";
import { answering } from "./support.ts";

const HOST = "eo.example.test";
const CDN = "img.example.test";
const DAY_MS = 24 * 60 * 60 * 1000;

const hosts = useHosts({
  cdnDomains: [CDN],
  edgeOneDomains: [HOST],
  dnsPodZones: ["example.test"],
  deploySeconds: 10,
});

function nextOf({ checks }: Awaited<ReturnType<typeof hosts.program>>): string {
  const { detail = "", fix = "" } = checks.at(-1) ?? {};
  return `${detail} → ${fix}`;
}

test("status shows where the name points, how it looks from outside, and who manages its settings", async () => {
  const none = await hosts.program(["status", HOST]);
  expect(none.checks.find(({ id }) => id === `dns@${HOST}`)).toMatchObject({
    status: "warn",
    detail: `Tencent EdgeOne (CNAME ${HOST}.eo.dnse1.com).`,
    fix: expect.stringContaining("EdgeOne's console"),
  });
  expect(none.status("connect")).toBe("fail");
  await hosts.onEdgeOne(HOST, await hosts.upload({ names: [HOST] }));
  const status = await hosts.program(["status", HOST]);
  expect([status.code, status.status("certificate.trust"), status.status("tls.old")]).toEqual([
    0,
    "pass",
    "pass",
  ]);
  expect(nextOf(status)).toContain("Nothing is left to do.");
});

test("cert list shows that a certificate is used there", async () => {
  const id = await hosts.upload({ names: [HOST] });
  await hosts.onEdgeOne(HOST, id);
  const list = await hosts.program(["cert", "list"]);
  expect(list.checks.find((check) => check.id === `certificate@${id}`)?.detail).toContain(`${HOST} (teo)`);
});

test.each(["cdn redirect on", "disable", "fallback"])("%s does not apply to it: 1, and why", async (text) => {
  const [command = "", sub, ...rest] = text.split(" ");
  const args = sub === undefined ? [command, HOST] : [command, sub, HOST, ...rest];
  expect(await hosts.run([...args, "-y"])).toMatchObject({
    code: 1,
    errors: expect.stringContaining("Nothing was changed"),
  });
});

test("cert switch replaces a certificate of the account there, and says why it cannot replace another", async () => {
  const id = await hosts.upload({ names: [HOST], toDays: 70 });
  const command = ["cert", "switch", HOST, "--cert", id];
  const refused = await hosts.run(command, answering("y"));
  expect(refused).toMatchObject({ code: 1, questions: [], errors: expect.stringContaining("on EdgeOne") });
  await hosts.onEdgeOne(HOST, await hosts.upload({ names: [HOST], toDays: 40 }));
  const outcome = await hosts.run(command, answering("y"));
  expect(outcome).toMatchObject({
    code: 0,
    output: expect.stringContaining(`for ${HOST} on EdgeOne, in place of`),
  });
  const { checks } = await hosts.program(["status", HOST]);
  expect(checks.find((check) => check.id === `certificate.date@${HOST}`)?.detail).toContain("69 days");
});

test("a free certificate is renewed there, and checked from outside", async () => {
  const apply = await hosts.run(["cert", "apply", HOST, "-y"]);
  const [, id = ""] = /--cert (\w{8})/.exec(apply.output) ?? [];
  await hosts.onEdgeOne(HOST, id);
  putForward(70 * DAY_MS);
  expect(nextOf(await hosts.program(["status", HOST]))).toContain(`→ npm run https -- cert renew ${HOST}`);
  const renewed = await hosts.program(["cert", "renew", HOST]);
  expect([renewed.code, renewed.status("renewal")]).toEqual([0, "pass"]);
  const status = await hosts.program(["status", HOST]);
  expect(status.status("certificate.date")).toBe("pass");
  expect(nextOf(status)).toContain("Nothing is left to do.");
});

test("for an expired certificate there, status names the command", async () => {
  await hosts.onEdgeOne(HOST, await hosts.upload({ names: [HOST], toDays: 3 }));
  putForward(4 * DAY_MS);
  expect(nextOf(await hosts.program(["status", HOST]))).toMatch(
    /ERR_CERT_DATE_INVALID.* → npm run https -- cert renew/,
  );
});

test("a certificate used on the CDN, EdgeOne and the bucket is replaced on all three", async () => {
  const names = [HOST, CDN, "files.example.test"];
  await hosts.bucketDomain("files.example.test");
  const old = await hosts.pair({ names, toDays: 20 });
  const id = await hosts.uploadPair(old);
  await hosts.onEdgeOne(HOST, id);
  await hosts.putOnCdn(CDN, id);
  await hosts.putOnBucket("files.example.test", old);
  const outcome = await hosts.program([
    "cert",
    "renew",
    HOST,
    "--with",
    ...(await hosts.pair({ names, toDays: 80 })),
  ]);
  expect([outcome.code, outcome.status("renewal")]).toEqual([0, "pass"]);
  for (const name of names) {
    const { checks } = await hosts.program(["status", name]);
    expect(checks.find((check) => check.id === `certificate.date@${name}`)?.detail).toContain("79 days");
  }
});

beforeEach(() => hosts.publish("photo.txt", "a photo"));

test("its objects come from the bucket", async () => {
  await hosts.onEdgeOne(HOST, await hosts.upload({ names: [HOST] }));
  expect(await hosts.open(HOST, "/photo.txt")).toMatchObject({ status: 200, text: "a photo" });
});

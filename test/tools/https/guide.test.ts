import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { lookAtAll } from "../../../functions/cert-watch/look.ts";
import { markdown } from "../../../functions/cert-watch/message.ts";
import { trustAnchors } from "../../../packages/tls-check/src/index.ts";
import { doctor } from "../doctor/support.ts";
import { BUCKET_HOST, putForward, useHosts } from "./hosts.ts";
import { answering, type Outcome } from "./support.ts";

/*
 * What an operator does for HTTPS on an object store, step by step, as a cloud's console guide has it and docs/https.md
 * maps it, with these commands only; and each fault of its FAQ, with what `status` says about it.
 */

const IMG = "img.example.test";
const FILES = "files.example.test";
/** The time between a person's two commands. */
const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * 1000;

const hosts = useHosts({ cdnDomains: [IMG], dnsPodZones: ["example.test"], deploySeconds: 60 });

/** A statement of the bucket's policy that has nothing to do with HTTPS. */
const KEEP = {
  effect: "deny",
  principal: { qcs: ["qcs::cam::anyone:anyone"] },
  action: ["name/cos:DeleteObject"],
  resource: ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/*"],
};

function nextOf(outcome: Outcome): string {
  const { detail = "", fix = "" } = outcome.checks.at(-1) ?? {};
  return `${detail} → ${fix}`;
}

/** Runs a command that must succeed. */
async function done(...args: readonly string[]): Promise<Outcome> {
  putForward(SECOND_MS);
  const outcome = await hosts.program(args);
  if (outcome.code !== 0) throw new Error(`${args.join(" ")}: ${outcome.output}${outcome.errors}`);
  return outcome;
}

async function step(args: readonly string[]): Promise<Outcome> {
  putForward(SECOND_MS);
  return await hosts.run(args, answering("y"));
}

test("follows the guide, from nothing to HTTPS forced everywhere, through its upkeep, and back", async () => {
  // 1. How it works: the bucket's own name has a certificate, and there is nothing to do.
  const own = await hosts.program(["status", BUCKET_HOST]);
  expect(own.checks.find(({ id }) => id.startsWith("dns@"))?.detail).toContain(
    "whose certificate Tencent manages",
  );
  expect(own.status("certificate.trust")).toBe("pass");
  expect(nextOf(own)).toContain("npm run https -- force");

  // 2. Which case applies? One name leads to the bucket, the other to the CDN.
  await hosts.bucketDomain(FILES);
  await hosts.publish("photo.txt", "a photo ".repeat(100));
  const which = async (name: string) => {
    const { checks } = await hosts.program(["status", name]);
    return checks.find(({ id }) => id === `dns@${name}`)?.detail;
  };
  expect(await which(FILES)).toMatch(/^the bucket itself/);
  expect(await which(IMG)).toMatch(/^Tencent Cloud's CDN/);

  // 3. Set the certificate: upload it for the bucket's domain, choose one of the account's for the CDN's.
  const filesPair = await hosts.pair({ names: [FILES] });
  const put = await step(["cert", "put", FILES, ...filesPair]);
  expect(put.code).toBe(0);
  const apply = await step(["cert", "apply", IMG]);
  const [, id = ""] = /--cert (\w{8})/.exec(apply.output) ?? [];
  const offered = await done("cert", "list", "--for", IMG);
  expect(offered.checks.find((check) => check.id === `certificate@${id}`)?.detail).toContain("It fits");

  // 4. Wait, then verify; 9. the cost is shown before.
  const start = Date.now();
  const https = await step(["cdn", "https", IMG, "--cert", id]);
  expect(https).toMatchObject({ code: 0, questions: [expect.stringContaining(IMG)] });
  expect(https.output).toContain("bills HTTPS requests by their number");
  expect(Date.now() - start).toBeGreaterThanOrEqual(60_000);
  for (const name of [IMG, FILES]) {
    expect(await hosts.open(name, "/photo.txt")).toMatchObject({ status: 200, text: "a photo ".repeat(100) });
  }

  // 5. Force HTTPS: the bucket's policy, beside what it has; the redirect; HSTS.
  expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 200 });
  await hosts.setPolicy({ version: "2.0", statement: [KEEP] });
  expect((await step(["force"])).code).toBe(0);
  expect(await hosts.policy()).toContain("name/cos:DeleteObject");
  expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 403 });
  expect((await step(["cdn", "redirect", IMG, "on"])).code).toBe(0);
  expect((await step(["cdn", "hsts", IMG, "on", "--max-age", "86400"])).code).toBe(0);

  // 8. Production: HTTP/2, gzip, a second certificate from another issuer, and a quick switch there and back.
  await done("cdn", "http2", IMG, "on");
  const gzip = await done("cdn", "gzip", IMG, "on", "--path", "/photo.txt");
  expect(gzip.status("http.gzip")).toBe("pass");
  const backup = await done("cert", "backup", IMG, ...(await hosts.otherPair({ names: [IMG] })));
  expect(backup.status("backup.issuer")).toBe("pass");
  await done("cert", "switch", IMG);
  await done("cert", "switch", IMG, "--cert", id);
  expect(nextOf(await hosts.program(["status", IMG]))).toContain("Nothing is left to do.");
  expect(nextOf(await hosts.program(["status", FILES]))).toContain("Nothing is left to do.");

  // … and a deliberate way back to plain HTTP in an emergency; cert-watch reminds of it.
  await done("fallback", IMG, "--hours", "6");
  expect(await hosts.open(IMG, "/photo.txt", "http")).toMatchObject({ status: 200 });
  const [state] = await watched();
  expect(markdown(state === undefined ? [] : [state])).toContain("answers plain HTTP for an emergency");
  await done("fallback", IMG, "--end");
  expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 403 });
  await done("fallback", FILES);
  expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 200 });
  await done("fallback", FILES, "--end");
  expect(await hosts.open(FILES, "/photo.txt", "http")).toMatchObject({ status: 403 });
  expect((await watched())[0]).not.toHaveProperty("fallbackUntil");

  // 6. Expiry: status shows it, and 30 days before, the certificate is renewed; another's is replaced by hand.
  putForward(65 * DAY_MS);
  const soon = await hosts.program(["cert", "list"]);
  expect(soon.checks.find((check) => check.id === `certificate@${id}`)).toMatchObject({ status: "warn" });
  expect((await step(["cert", "renew", IMG])).code).toBe(0);
  expect((await hosts.program(["status", IMG])).status("certificate.date")).toBe("pass");
  const put2 = await step(["cert", "put", FILES, ...(await hosts.pair({ names: [FILES] }))]);
  expect(put2.code).toBe(0);

  // 7. Turn it off in the only safe order: the bucket's refusal of plain HTTP, redirect, HSTS, HTTPS.
  const off = await step(["disable", IMG]);
  expect(off.output.match(/Done: /g)).toHaveLength(4);
  expect(off).toMatchObject({ code: 0 });
  const offBucket = await step(["disable", FILES]);
  expect(offBucket).toMatchObject({ code: 0, questions: [expect.stringContaining(FILES)] });
  expect((await step(["unforce"])).output).toContain("nothing to do");
  expect(await hosts.policy()).toContain("name/cos:DeleteObject");
  for (const name of [IMG, FILES]) {
    expect(await hosts.open(name, "/photo.txt", "http")).toMatchObject({ status: 200 });
  }
});

/** What cert-watch finds for the name on the CDN. */
async function watched() {
  const [address = "", port] = hosts.places.edge.split(":");
  const endpoint = { host: IMG, port: Number(port), address };
  return await lookAtAll([endpoint], trustAnchors(), Date.now(), 60_000);
}

describe("the FAQ: still insecure, because", () => {
  test("the certificate is on the bucket, but the name leads to the CDN", async () => {
    await hosts.bucketDomain(IMG);
    const pair = await hosts.pair({ names: [IMG] });
    const put = await hosts.program(["cert", "put", IMG, ...pair, "--wait", "0"]);
    expect(put.checks.at(-1)).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("points to Tencent Cloud's CDN"),
      fix: expect.stringContaining("CDN console"),
    });
    const status = await hosts.program(["status", IMG]);
    expect(nextOf(status)).toContain(`cert list --for ${IMG}, then cdn https`);
  });

  test("the certificate is on the CDN, but the name leads to the bucket", async () => {
    await hosts.bucketDomain(IMG);
    hosts.places.zone.set(IMG, { cname: BUCKET_HOST });
    const id = await hosts.upload({ names: [IMG] });
    const put = await hosts.program(["cdn", "https", IMG, "--cert", id, "--wait", "90"]);
    expect([put.code, put.checks[0]?.detail]).toEqual([1, expect.stringContaining("points to COS itself")]);
    expect(nextOf(await hosts.program(["status", IMG]))).toContain(`Point it to the CDN: ${IMG} CNAME`);
  });

  test("it is not deployed yet", async () => {
    const id = await hosts.upload({ names: [IMG] });
    await hosts.run(["cdn", "https", IMG, "--cert", id, "-y", "--wait", "0"]);
    expect(nextOf(await hosts.program(["status", IMG]))).toContain("still deploying the last change");
  });

  test("the chain is incomplete: the intermediate is added, and the whole chain installed", async () => {
    const issued = await hosts.authority.server({ names: [IMG] });
    const leaf = await hosts.file("leaf.pem", issued.pem);
    const key = await hosts.file("leaf.key", issued.keyPem);
    await hosts.putOnCdn(IMG, await hosts.uploadPair([leaf, key]));
    const broken = await hosts.program(["status", IMG]);
    expect(broken.status("certificate.chain")).toBe("fail");
    expect(nextOf(broken)).toContain("--intermediate FILE");
    expect(await hosts.program(["cert", "upload", leaf, key])).toMatchObject({ code: 1 });

    const intermediate = await hosts.file("intermediate.pem", hosts.authority.intermediate.pem);
    const folder = await hosts.folder();
    const completed = await doctor(
      ["cert", leaf, key, "--intermediate", intermediate, "--out", folder, "--ca", hosts.caFile, "--json"],
      { clock: Date.now },
    );
    expect(completed.code).toBe(0);
    const [name = ""] = await readdir(folder);
    const uploaded = await done("cert", "upload", join(folder, name), key, "--again");
    const [, id = ""] = /id is (\w{8})/.exec(uploaded.checks.at(-1)?.detail ?? "") ?? [];
    await done("cdn", "https", IMG, "--cert", id);
    expect((await hosts.program(["status", IMG])).status("certificate.chain")).toBe("pass");
  });

  test("browsers remember: a 301 and HSTS outlive their settings, and both commands say so", async () => {
    await hosts.onCdn(IMG, {});
    await done("cdn", "redirect", IMG, "on");
    await done("cdn", "hsts", IMG, "on");
    const redirect = await hosts.run(["cdn", "redirect", IMG, "off", "--dry-run"]);
    expect(redirect.output).toContain("Browsers remember a 301");
    const hsts = await hosts.run(["cdn", "hsts", IMG, "off", "--dry-run"]);
    expect(hsts.output).toContain("Browsers that have seen the max-age");
  });
});

describe("the FAQ: the browser's errors", () => {
  test("ERR_SSL_PROTOCOL_ERROR: there is no certificate where the name leads", async () => {
    const status = await hosts.program(["status", IMG]);
    expect(status.checks.find(({ id }) => id.startsWith("connect@"))).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("ERR_SSL"),
    });
    expect(nextOf(status)).toContain("HTTPS is off. → npm run https -- cert list");
  });

  test("ERR_CERT_DATE_INVALID: the certificate has expired", async () => {
    await hosts.onCdn(IMG, { toDays: 3 });
    putForward(4 * DAY_MS);
    const status = await hosts.program(["status", IMG]);
    expect(nextOf(status)).toMatch(/ERR_CERT_DATE_INVALID.* → npm run https -- cert renew/);
  });

  test("ERR_CERT_COMMON_NAME_INVALID: the certificate does not have the name", async () => {
    await hosts.putOnCdn(IMG, await hosts.upload({ names: ["other.example.test"] }));
    const status = await hosts.program(["status", IMG]);
    expect(nextOf(status)).toMatch(/ERR_CERT_COMMON_NAME_INVALID.* → npm run https -- cert list --for/);
  });
});

describe("the FAQ: the certificate", () => {
  test("is not in the list: another name, another level, another account, expired, or not issued", async () => {
    await hosts.run(["cert", "apply", IMG, "--validation", "dns", "-y", "--wait", "0"]);
    await hosts.upload({ names: ["*.test"] });
    await hosts.upload({ names: ["other.example.test"] });
    await hosts.upload({ names: [IMG], toDays: 1 });
    putForward(2 * DAY_MS);
    const { output, code } = await hosts.run(["cert", "list", "--for", IMG]);
    expect(code).toBe(1);
    for (const reason of [
      "it is not issued yet",
      "a wildcard covers one level only",
      "it is for other.example.test",
      "it expired on",
      "Other accounts' certificates are not listed",
    ]) {
      expect(output).toContain(reason);
    }
  });

  test("is in the wrong format: converted, and then accepted", async () => {
    const pfx = "test/fixtures/certificates/ec.pfx";
    const refused = await hosts.program(["cert", "upload", pfx, pfx]);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.status("cert.pem")).toBe("fail");
    const folder = await hosts.folder();
    const root = await hosts.file(
      "fixture-root.pem",
      await hosts.text("test/fixtures/certificates/root.pem"),
    );
    const converted = await doctor(["cert", pfx, "--convert", "--out", folder, "--ca", root, "--json"], {
      askSecret: async () => "secret",
      clock: Date.now,
    });
    expect(converted.code).toBe(0);
    const pair = [join(folder, "ec.fullchain.pem"), join(folder, "ec.key.pem")];
    const uploaded = await hosts.run(["--ca", root, "cert", "upload", ...pair, "--for", IMG, "-y"]);
    expect(uploaded).toMatchObject({ code: 0 });
  });
});

test("reports a CDN that fetches over plain HTTP from a bucket that forces HTTPS", async () => {
  await hosts.publish("photo.txt", "a photo");
  await hosts.onCdn(IMG, {});
  await hosts.set(IMG, () => ({ Origin: { OriginPullProtocol: "http" } }));
  await done("force");
  expect(await hosts.open(IMG, "/photo.txt")).toMatchObject({ status: 403 });
  await done("cdn", "redirect", IMG, "on");
  await done("cdn", "hsts", IMG, "on");
  expect(nextOf(await hosts.program(["status", IMG]))).toContain("It fetches over plain HTTP");
});

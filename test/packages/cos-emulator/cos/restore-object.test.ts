import { describe, expect, test } from "vitest";
import { ObjectStore } from "../../../../packages/cos-emulator/src/cos/store/object-store.ts";
import { START_SECONDS, signedHeaders, startCos, type TestCos } from "./support.ts";

const HOUR = 3600;
const xmlOf = (days: string, tier?: string) =>
  `<RestoreRequest><Days>${days}</Days>${tier === undefined ? "" : `<CASJobParameters><Tier>${tier}</Tier></CASJobParameters>`}</RestoreRequest>`;

function ask(cos: TestCos, method: "GET" | "PUT" | "POST" | "HEAD", body?: string, headers = {}) {
  const query = method === "POST" ? { restore: "" } : {};
  const keyTime = `${START_SECONDS - 60};${START_SECONDS + 400 * 24 * HOUR}`;
  const signed = signedHeaders({ method, key: "a", query, headers: { host: cos.host, ...headers }, keyTime });
  const path = method === "POST" ? "/a?restore" : "/a";
  return cos.send({ method, path, headers: signed, ...(body !== undefined && { body }) });
}

async function startWith(storageClass: string): Promise<TestCos> {
  const cos = await startCos();
  await ask(cos, "PUT", "bytes", { "x-cos-storage-class": storageClass });
  return cos;
}

test("an archived object can be read for the requested days once it is restored", async () => {
  const cos = await startWith("ARCHIVE");
  expect(await ask(cos, "GET")).toMatchObject({ status: 403, code: "InvalidObjectState" });
  expect((await ask(cos, "POST", xmlOf("2", "Expedited"))).status).toBe(202);
  const asked = new Date(START_SECONDS * 1000).toUTCString();
  expect((await ask(cos, "HEAD")).headers).toMatchObject({
    "x-cos-restore": 'ongoing-request="true"',
    "x-cos-restore-status": `tier="expedited"; request-date="${asked}"`,
  });
  expect(await ask(cos, "POST", xmlOf("2"))).toMatchObject({ status: 409, code: "RestoreAlreadyInProgress" });
  cos.advance(299);
  expect((await ask(cos, "GET")).status).toBe(403);
  cos.advance(300);
  const answer = await ask(cos, "GET");
  expect([answer.status, answer.body.toString()]).toEqual([200, "bytes"]);
  const expiry = new Date((START_SECONDS + 300 + 48 * HOUR) * 1000).toUTCString();
  expect(answer.headers["x-cos-restore"]).toBe(`ongoing-request="false", expiry-date="${expiry}"`);
  expect(answer.headers).not.toHaveProperty("x-cos-restore-status");
  const kept = await ObjectStore.open(cos.directory);
  expect(kept.get("a")?.restoration?.ready).toBe((START_SECONDS + 300) * 1000);
  cos.advance(300 + 48 * HOUR);
  expect((await ask(cos, "GET")).status).toBe(403);
  expect((await ask(cos, "HEAD")).headers["x-cos-restore"]).toBeUndefined();
});

test("restoring it again while it is readable restarts the days, with 200", async () => {
  const cos = await startWith("ARCHIVE");
  await ask(cos, "POST", xmlOf("1", "Expedited"));
  cos.advance(20 * HOUR);
  expect((await ask(cos, "POST", xmlOf("1"))).status).toBe(200);
  cos.advance(43 * HOUR);
  expect((await ask(cos, "GET")).status).toBe(200);
  cos.advance(44 * HOUR);
  expect((await ask(cos, "GET")).status).toBe(403);
});

describe("takes time:", () => {
  test.each([
    ["ARCHIVE", undefined, 5],
    ["ARCHIVE", "Bulk", 12],
    ["DEEP_ARCHIVE", undefined, 24],
    ["DEEP_ARCHIVE", "Bulk", 48],
  ])("%s, %s: %i hours", async (storageClass, tier, hours) => {
    const cos = await startWith(storageClass);
    expect((await ask(cos, "POST", xmlOf("1", tier))).status).toBe(202);
    cos.advance(hours * HOUR - 1);
    expect((await ask(cos, "GET")).status).toBe(403);
    cos.advance(hours * HOUR);
    expect((await ask(cos, "GET")).status).toBe(200);
  });
});

describe("is refused:", () => {
  test.each([
    ["of an object that is not archived", "STANDARD", xmlOf("1"), 405, "RestoreNonArchiveObject"],
    [
      "with the fast tier, from a deep archive",
      "DEEP_ARCHIVE",
      xmlOf("1", "Expedited"),
      400,
      "InvalidArgument",
    ],
    ["with an unknown tier", "ARCHIVE", xmlOf("1", "Fast"), 400, "InvalidArgument"],
    ["for zero days", "ARCHIVE", xmlOf("0"), 400, "InvalidArgument"],
    ["for 366 days", "ARCHIVE", xmlOf("366"), 400, "InvalidArgument"],
    ["without days", "ARCHIVE", "<RestoreRequest/>", 400, "MalformedXML"],
    ["without XML", "ARCHIVE", "x", 400, "MalformedXML"],
  ])("%s", async (_, storageClass, body, status, code) => {
    const cos = await startWith(storageClass);
    expect(await ask(cos, "POST", body)).toMatchObject({ status, code });
    expect(cos.store.get("a")?.restoration).toBeUndefined();
  });

  test("of a missing key", async () => {
    expect(await ask(await startCos(), "POST", xmlOf("1"))).toMatchObject({ status: 404, code: "NoSuchKey" });
  });
});

test("a copy may be kept for 365 days", async () => {
  const cos = await startWith("ARCHIVE");
  expect((await ask(cos, "POST", xmlOf("365"))).status).toBe(202);
});

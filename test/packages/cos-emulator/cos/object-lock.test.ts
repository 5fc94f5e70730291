import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { applyLifecycle } from "../../../../packages/cos-emulator/src/cos/apply-lifecycle.ts";
import { ask, textsOf } from "./asking.ts";
import { fieldsFor, postForm } from "./post-support.ts";
import { BUCKET_HOST, START_SECONDS, startCos, type TestCos } from "./support.ts";

const DAY = 24 * 60 * 60;
const lock = { "object-lock": "" };
const retention = { retention: "" };
const ENABLED = "<ObjectLockEnabled>Enabled</ObjectLockEnabled>";
const configuration = (content = ENABLED) => `<ObjectLockConfiguration>${content}</ObjectLockConfiguration>`;
const byDefault = (content: string) =>
  configuration(`${ENABLED}<Rule><DefaultRetention>${content}</DefaultRetention></Rule>`);
const inDays = (days: number) => new Date((START_SECONDS + days * DAY) * 1000).toISOString();
const until = (days: number, mode = "COMPLIANCE") =>
  `<Retention><Mode>${mode}</Mode><RetainUntilDate>${inDays(days)}</RetainUntilDate></Retention>`;
const headers = (days: number) => ({
  "x-cos-object-lock-mode": "COMPLIANCE",
  "x-cos-object-lock-retain-until-date": inDays(days),
});

async function startLockable(body = configuration(), isVersioned = false): Promise<TestCos> {
  const cos = await startCos();
  if (isVersioned) {
    const versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await ask(cos, "PUT", "", { query: { versioning: "" }, body: versioning });
  }
  expect((await ask(cos, "PUT", "", { query: lock, body })).status).toBe(200);
  return cos;
}

const lockedUntil = async (cos: TestCos, key: string) =>
  textsOf(await ask(cos, "GET", key, { query: retention }), "RetainUntilDate")[0];

describe("the bucket's object lock", () => {
  test("is stored and returned, and its default retention can change", async () => {
    const cos = await startCos();
    const none = { status: 404, code: "NoSuchObjectLockConfiguration" };
    expect(await ask(cos, "GET", "", { query: lock })).toMatchObject(none);
    const days = "<Mode>COMPLIANCE</Mode><Days>30</Days>";
    for (const body of [configuration(), byDefault(days), byDefault("<Days>36500</Days>"), configuration()]) {
      expect((await ask(cos, "PUT", "", { query: lock, body })).status).toBe(200);
      expect((await ask(cos, "GET", "", { query: lock })).body.toString()).toBe(body);
    }
  });

  test.each([
    ["no XML", "x", "MalformedXML"],
    ["nothing", configuration(""), "MalformedXML"],
    ["a rule without a retention", configuration(`${ENABLED}<Rule><X>1</X></Rule>`), "MalformedXML"],
    ["off", configuration("<ObjectLockEnabled>Disabled</ObjectLockEnabled>"), "InvalidArgument"],
    ["no days", byDefault("<Mode>COMPLIANCE</Mode>"), "InvalidArgument"],
    ["0 days", byDefault("<Days>0</Days>"), "InvalidLockedTime"],
    ["too many days", byDefault("<Days>36501</Days>"), "InvalidLockedTime"],
    ["another mode", byDefault("<Mode>GOVERNANCE</Mode><Days>1</Days>"), "InvalidArgument"],
  ])("is refused with %s", async (_, body, code) => {
    const cos = await startCos();
    const status = code === "InvalidLockedTime" ? 409 : 400;
    expect(await ask(cos, "PUT", "", { query: lock, body })).toMatchObject({ status, code });
    expect((await ask(cos, "GET", "", { query: lock })).status).toBe(404);
  });
});

describe("object lock and the bucket's other settings", () => {
  const refused = { status: 409, code: "InvalidBucketState" };
  const setVersioning = (cos: TestCos, status: string) =>
    ask(cos, "PUT", "", {
      query: { versioning: "" },
      body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
    });
  const rule = (content: string) =>
    `<IntelligentTieringConfiguration><Status>Enabled</Status>${content}</IntelligentTieringConfiguration>`;
  const tiering = [
    [{ intelligenttiering: "" }, rule("<Transition><Days>30</Days></Transition>")],
    [
      { "intelligent-tiering": "", id: "a" },
      rule("<Id>a</Id><Tiering><AccessTier>ARCHIVE_ACCESS</AccessTier><Days>90</Days></Tiering>"),
    ],
  ] as const;

  test("versioning can be enabled, but not suspended", async () => {
    const cos = await startLockable();
    expect((await setVersioning(cos, "Enabled")).status).toBe(200);
    expect(await setVersioning(cos, "Suspended")).toMatchObject(refused);
    const told = await ask(cos, "GET", "", { query: { versioning: "" } });
    expect(textsOf(told, "Status")).toEqual(["Enabled"]);
  });

  test("object lock cannot be enabled while versioning is suspended", async () => {
    const cos = await startCos();
    await setVersioning(cos, "Suspended");
    expect(await ask(cos, "PUT", "", { query: lock, body: configuration() })).toMatchObject(refused);
    await setVersioning(cos, "Enabled");
    expect((await ask(cos, "PUT", "", { query: lock, body: configuration() })).status).toBe(200);
  });

  test.each(tiering)("intelligent tiering as %o cannot be added", async (query, body) => {
    const cos = await startLockable();
    expect(await ask(cos, "PUT", "", { query, body })).toMatchObject(refused);
  });

  test.each(tiering)(
    "object lock cannot be enabled beside intelligent tiering as %o",
    async (query, body) => {
      const cos = await startCos();
      expect((await ask(cos, "PUT", "", { query, body })).status).toBe(200);
      expect(await ask(cos, "PUT", "", { query: lock, body: configuration() })).toMatchObject(refused);
      expect((await ask(cos, "GET", "", { query: lock })).status).toBe(404);
    },
  );
});

describe("an object's retention", () => {
  test("comes from the bucket's default for every kind of upload, but not for older objects", async () => {
    const cos = await startLockable();
    await ask(cos, "PUT", "before", { body: "x" });
    await ask(cos, "PUT", "", { query: lock, body: byDefault("<Days>30</Days>") });
    await ask(cos, "PUT", "put", { body: "x" });
    await postForm(cos, fieldsFor({ key: "form" }));
    await ask(cos, "PUT", "copy", { headers: { "x-cos-copy-source": `${BUCKET_HOST}/put` }, body: "" });
    await ask(cos, "POST", "append", { query: { append: "", position: "0" }, body: "x" });
    for (const key of ["put", "form", "copy", "append"]) expect(await lockedUntil(cos, key)).toBe(inDays(30));
    const unlocked = await ask(cos, "GET", "before", { query: retention });
    expect(unlocked).toMatchObject({ status: 404, code: "NoSuchObjectLockConfiguration" });
  });

  test("comes from the upload's headers before the bucket's default", async () => {
    const cos = await startLockable(byDefault("<Days>30</Days>"));
    expect((await ask(cos, "PUT", "a", { headers: headers(2), body: "x" })).status).toBe(200);
    expect(await lockedUntil(cos, "a")).toBe(inDays(2));
  });

  test("can be extended, but not shortened", async () => {
    const cos = await startLockable();
    await ask(cos, "PUT", "a", { body: "x" });
    expect((await ask(cos, "PUT", "a", { query: retention, body: until(2) })).status).toBe(200);
    const shorter = await ask(cos, "PUT", "a", { query: retention, body: until(1) });
    expect(shorter).toMatchObject({ status: 409, code: "InvalidLockedTime" });
    expect((await ask(cos, "PUT", "a", { query: retention, body: until(3) })).status).toBe(200);
    expect(await lockedUntil(cos, "a")).toBe(inDays(3));
  });

  test("is not shortened by two requests at the same moment", async () => {
    const cos = await startLockable();
    for (const key of ["a", "b", "c", "d", "e"]) {
      await ask(cos, "PUT", key, { body: "x" });
      const put = (days: number) => ask(cos, "PUT", key, { query: retention, body: until(days) });
      expect((await Promise.all([put(3), put(1)]))[0]?.status).toBe(200);
      expect(await lockedUntil(cos, key)).toBe(inDays(3));
    }
  });

  test.each([
    ["no XML", "x", "MalformedXML", 400],
    ["no mode", until(1).replace(/<Mode>.*<\/Mode>/, ""), "MalformedXML", 400],
    ["another mode", until(1, "GOVERNANCE"), "InvalidArgument", 400],
    ["no time", "<Retention><Mode>COMPLIANCE</Mode></Retention>", "InvalidArgument", 400],
    ["a time in the past", until(-1), "InvalidLockedTime", 409],
  ])("is refused with %s", async (_, body, code, status) => {
    const cos = await startLockable();
    await ask(cos, "PUT", "a", { body: "x" });
    expect(await ask(cos, "PUT", "a", { query: retention, body })).toMatchObject({ status, code });
    expect(await lockedUntil(cos, "a")).toBeUndefined();
  });

  test.each([
    ["without a mode", { "x-cos-object-lock-retain-until-date": inDays(1) }, "InvalidArgument"],
    ["without a time", { "x-cos-object-lock-mode": "COMPLIANCE" }, "InvalidArgument"],
    ["until a time in the past", headers(-1), "InvalidLockedTime"],
  ])("an upload that locks %s is refused, and nothing is stored", async (_, sent, code) => {
    const cos = await startLockable();
    expect(await ask(cos, "PUT", "a", { headers: sent, body: "x" })).toMatchObject({ code });
    expect(cos.store.all()).toEqual([]);
  });

  test("is refused where the bucket has no object lock, and for an object that does not exist", async () => {
    const cos = await startCos();
    await ask(cos, "PUT", "a", { body: "x" });
    const refused = { status: 409, code: "InvalidBucketState" };
    expect(await ask(cos, "PUT", "a", { query: retention, body: until(1) })).toMatchObject(refused);
    expect(await ask(cos, "PUT", "b", { headers: headers(1), body: "x" })).toMatchObject(refused);
    await ask(cos, "PUT", "", { query: lock, body: configuration() });
    const missing = await ask(cos, "PUT", "none", { query: retention, body: until(1) });
    expect(missing).toMatchObject({ status: 404, code: "NoSuchKey" });
  });
});

describe("a locked object", () => {
  test("can be neither replaced nor deleted until its retention is over", async () => {
    const cos = await startLockable();
    await ask(cos, "PUT", "a", { headers: headers(1), body: "locked" });
    await ask(cos, "PUT", "b", { body: "free" });
    const remove = "<Delete><Object><Key>a</Key></Object><Object><Key>b</Key></Object></Delete>";
    const refused = { status: 409, code: "ObjectLocked" };
    const copy = { "x-cos-copy-source": `${BUCKET_HOST}/b` };
    const target = { "x-cos-symlink-target": "b" };
    expect(await ask(cos, "PUT", "a", { body: "x" })).toMatchObject(refused);
    expect(await postForm(cos, fieldsFor({ key: "a" }))).toMatchObject(refused);
    expect(await ask(cos, "PUT", "a", { headers: copy, body: "" })).toMatchObject(refused);
    expect(await ask(cos, "PUT", "a", { query: { symlink: "" }, headers: target })).toMatchObject(refused);
    expect(await ask(cos, "DELETE", "a")).toMatchObject(refused);
    const deleted = await ask(cos, "POST", "", {
      query: { delete: "" },
      headers: { "content-md5": createHash("md5").update(remove).digest("base64") },
      body: remove,
    });
    expect([textsOf(deleted, "Code"), textsOf(deleted, "Key")]).toEqual([["ObjectLocked"], ["b", "a"]]);
    expect((await ask(cos, "GET", "a")).body.toString()).toBe("locked");
    cos.advance(DAY);
    expect((await ask(cos, "GET", "a")).status).toBe(403);
  });

  test("can be replaced and deleted when its retention is over", async () => {
    const cos = await startLockable();
    const soon = new Date((START_SECONDS + 60) * 1000).toISOString();
    const sent = { ...headers(1), "x-cos-object-lock-retain-until-date": soon };
    await ask(cos, "PUT", "a", { headers: sent, body: "locked" });
    cos.advance(59);
    expect(await ask(cos, "PUT", "a", { body: "x" })).toMatchObject({ code: "ObjectLocked" });
    cos.advance(60);
    expect((await ask(cos, "PUT", "a", { body: "x" })).status).toBe(200);
    expect((await ask(cos, "DELETE", "a")).status).toBe(204);
  });

  test("cannot be appended to", async () => {
    const cos = await startLockable(byDefault("<Days>1</Days>"));
    await ask(cos, "POST", "a", { query: { append: "", position: "0" }, body: "x" });
    const more = await ask(cos, "POST", "a", { query: { append: "", position: "1" }, body: "y" });
    expect(more).toMatchObject({ status: 409, code: "ObjectLocked" });
    expect((await ask(cos, "GET", "a")).body.toString()).toBe("x");
  });

  test("in a bucket with versioning stays when newer versions and delete markers are added", async () => {
    const cos = await startLockable(configuration(), true);
    const put = await ask(cos, "PUT", "a", { headers: headers(1), body: "locked" });
    const versionId = String(put.headers["x-cos-version-id"]);
    expect((await ask(cos, "PUT", "a", { body: "newer" })).status).toBe(200);
    expect((await ask(cos, "DELETE", "a")).status).toBe(204);
    const refused = await ask(cos, "DELETE", "a", { query: { versionId } });
    expect(refused).toMatchObject({ status: 409, code: "ObjectLocked" });
    expect((await ask(cos, "GET", "a", { query: { versionId } })).body.toString()).toBe("locked");
  });

  test.each([
    ["deleted", "<Expiration><Days>1</Days></Expiration>", { expired: 1, transitioned: 0 }],
    [
      "moved",
      "<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass></Transition>",
      { expired: 0, transitioned: 1 },
    ],
  ])("is not %s by the lifecycle until its retention is over", async (_, action, done) => {
    const cos = await startLockable();
    await ask(cos, "PUT", "a", { headers: headers(5), body: "locked" });
    const body = `<LifecycleConfiguration><Rule><ID>1</ID><Status>Enabled</Status><Filter/>${action}</Rule></LifecycleConfiguration>`;
    expect((await ask(cos, "PUT", "", { query: { lifecycle: "" }, body })).status).toBe(200);
    const at = (days: number) => (START_SECONDS + days * DAY) * 1000;
    expect(await applyLifecycle(cos.buckets, at(2))).toMatchObject({ expired: 0, transitioned: 0 });
    expect(await applyLifecycle(cos.buckets, at(6))).toMatchObject(done);
  });
});

test("each operation needs its own permission", async () => {
  const cos = await startLockable();
  await ask(cos, "PUT", "a", { body: "x" });
  const credential = cos.issue("name/cos:PutObject", "*");
  for (const [method, key, query, body] of [
    ["GET", "", lock, undefined],
    ["PUT", "", lock, configuration()],
    ["GET", "a", retention, undefined],
    ["PUT", "a", retention, until(1)],
  ] as const) {
    const sent = { query, credential, ...(body !== undefined && { body }) };
    expect(await ask(cos, method, key, sent)).toMatchObject({ status: 403, code: "AccessDenied" });
  }
});

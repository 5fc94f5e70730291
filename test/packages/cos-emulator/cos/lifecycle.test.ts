import { describe, expect, test } from "vitest";
import { applyLifecycle } from "../../../../packages/cos-emulator/src/cos/apply-lifecycle.ts";
import { type Answer, START_SECONDS, signedHeaders, startCos, type TestCos } from "./support.ts";

const DAY = 24 * 60 * 60;
const rule = (content: string, status = "Enabled") => `<Rule>${content}<Status>${status}</Status></Rule>`;
const xmlOf = (...rules: string[]) => `<LifecycleConfiguration>${rules.join("")}</LifecycleConfiguration>`;
const EXPIRE = "<Filter><Prefix>tmp/</Prefix></Filter><Expiration><Days>3</Days></Expiration>";

interface Ask {
  readonly query?: Record<string, string>;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

function ask(cos: TestCos, method: "GET" | "PUT" | "POST" | "DELETE", key: string, options: Ask = {}) {
  const { query = {}, body, headers = {} } = options;
  const signed = signedHeaders({ method, key, query, headers: { host: cos.host, ...headers } });
  const search = new URLSearchParams(query).toString();
  const path = `/${key}${search && `?${search}`}`;
  return cos.send({ method, path, headers: signed, ...(body !== undefined && { body }) });
}

function configure(cos: TestCos, method: "GET" | "PUT" | "DELETE", body?: string): Promise<Answer> {
  return ask(cos, method, "", { query: { lifecycle: "" }, ...(body !== undefined && { body }) });
}

async function startWith(...rules: string[]): Promise<TestCos> {
  const cos = await startCos();
  expect((await configure(cos, "PUT", xmlOf(...rules))).status).toBe(200);
  return cos;
}

const put = (cos: TestCos, key: string, headers = {}) => ask(cos, "PUT", key, { body: "x", headers });
const apply = (cos: TestCos, days: number) =>
  applyLifecycle(cos.buckets, (START_SECONDS + days * DAY) * 1000);
const versioned = (cos: TestCos) =>
  ask(cos, "PUT", "", {
    query: { versioning: "" },
    body: "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
  });

test("rules are returned as they were put, and can be deleted; without any, the answer is 404", async () => {
  const cos = await startCos();
  expect(await configure(cos, "GET")).toMatchObject({ status: 404, code: "NoSuchLifecycleConfiguration" });
  await configure(cos, "PUT", xmlOf(rule(EXPIRE)));
  expect((await configure(cos, "GET")).body.toString()).toBe(xmlOf(rule(EXPIRE)));
  expect((await configure(cos, "DELETE")).status).toBe(204);
  expect((await configure(cos, "DELETE")).status).toBe(204);
  expect((await configure(cos, "GET")).status).toBe(404);
});

describe("when applied, the rules", () => {
  test("delete objects under the prefix once their days are over", async () => {
    const cos = await startWith(rule(EXPIRE));
    await put(cos, "tmp/a");
    await put(cos, "kept/a");
    expect(await apply(cos, 2.99)).toEqual({ expired: 0, transitioned: 0, aborted: 0 });
    expect(await apply(cos, 3)).toEqual({ expired: 1, transitioned: 0, aborted: 0 });
    expect(cos.store.keys()).toEqual(["kept/a"]);
  });

  test("do nothing while they are disabled", async () => {
    const cos = await startWith(rule(EXPIRE, "Disabled"));
    await put(cos, "tmp/a");
    expect((await apply(cos, 100)).expired).toBe(0);
  });

  test("wait for a date, and require every tag", async () => {
    const date = new Date((START_SECONDS + DAY) * 1000).toISOString();
    const tags = "<Tag><Key>a</Key><Value>1</Value></Tag><Tag><Key>b</Key><Value>2</Value></Tag>";
    const cos = await startWith(
      rule(
        `<Filter><And><Prefix></Prefix>${tags}</And></Filter><Expiration><Date>${date}</Date></Expiration>`,
      ),
    );
    await put(cos, "both", { "x-cos-tagging": "a=1&b=2&c=3" });
    await put(cos, "one", { "x-cos-tagging": "a=1" });
    expect((await apply(cos, 0.99)).expired).toBe(0);
    expect((await apply(cos, 1)).expired).toBe(1);
    expect(cos.store.keys()).toEqual(["one"]);
  });

  test("add a delete marker over versions, and later remove old versions and lone markers", async () => {
    const lone = "<Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>";
    const old =
      "<NoncurrentVersionExpiration><NoncurrentDays>2</NoncurrentDays></NoncurrentVersionExpiration>";
    const cos = await startWith(rule(EXPIRE), rule(old), rule(lone));
    await versioned(cos);
    await put(cos, "tmp/a");
    expect((await apply(cos, 3)).expired).toBe(1);
    expect(cos.store.get("tmp/a")).toBeUndefined();
    expect(cos.store.versions("tmp/a")).toHaveLength(2);
    expect((await apply(cos, 4.9)).expired).toBe(0);
    expect((await apply(cos, 5)).expired).toBe(2);
    expect(cos.store.keys()).toEqual([]);
  });

  test("move objects to colder classes, never back", async () => {
    const to = (days: number, storageClass: string) =>
      `<Transition><Days>${days}</Days><StorageClass>${storageClass}</StorageClass></Transition>`;
    const moves = [to(60, "Archive"), to(30, "STANDARD_IA"), to(10, "Standard")];
    const cos = await startWith(rule(`<Filter/>${moves.join("")}`));
    await put(cos, "a");
    await put(cos, "deep", { "x-cos-storage-class": "DEEP_ARCHIVE" });
    expect((await apply(cos, 29)).transitioned).toBe(0);
    expect((await apply(cos, 30)).transitioned).toBe(1);
    expect(cos.store.get("a")?.storageClass).toBe("STANDARD_IA");
    expect((await apply(cos, 61)).transitioned).toBe(1);
    expect(cos.store.get("a")?.storageClass).toBe("ARCHIVE");
    expect(cos.store.get("deep")?.storageClass).toBe("DEEP_ARCHIVE");
    expect(await ask(cos, "GET", "a")).toMatchObject({ status: 403, code: "InvalidObjectState" });
    expect((await apply(cos, 62)).transitioned).toBe(0);
  });

  // https://cloud.tencent.com/document/product/436/7741
  test("leave appendable objects alone", async () => {
    const move = "<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass></Transition>";
    const cos = await startWith(rule(EXPIRE), rule(`<Filter/>${move}`));
    await ask(cos, "POST", "tmp/log", { query: { append: "", position: "0" }, body: "x" });
    expect(await apply(cos, 100)).toEqual({ expired: 0, transitioned: 0, aborted: 0 });
    expect(cos.store.get("tmp/log")?.storageClass).toBe("STANDARD");
  });

  test("abort unfinished uploads in parts", async () => {
    const cos = await startWith(
      rule(
        "<AbortIncompleteMultipartUpload><DaysAfterInitiation>1</DaysAfterInitiation></AbortIncompleteMultipartUpload>",
      ),
    );
    await ask(cos, "POST", "a", { query: { uploads: "" } });
    expect((await apply(cos, 0.9)).aborted).toBe(0);
    expect((await apply(cos, 1)).aborted).toBe(1);
    expect(cos.store.uploads.all()).toEqual([]);
  });
});

// 436/8280: any number of days for a transition, at most 3650 until something expires.
test("PUT ?lifecycle accepts 3650 days, and a transition later than that", async () => {
  const later = "<Transition><Days>4000</Days><StorageClass>ARCHIVE</StorageClass></Transition>";
  const cos = await startCos();
  const body = xmlOf(rule(`<Filter/>${later}<Expiration><Days>3650</Days></Expiration>`));
  expect((await configure(cos, "PUT", body)).status).toBe(200);
});

describe("PUT ?lifecycle is refused:", () => {
  const expiration = (content: string) => xmlOf(rule(`<Expiration>${content}</Expiration>`));
  test.each([
    ["not XML", "x", "MalformedXML"],
    ["no rules", xmlOf(), "MalformedXML"],
    ["no status", "<LifecycleConfiguration><Rule><ID>a</ID></Rule></LifecycleConfiguration>", "MalformedXML"],
    ["no action", xmlOf(rule("<Filter/>")), "MalformedXML"],
    ["days and a date", expiration("<Days>1</Days><Date>2026-01-01T00:00:00Z</Date>"), "MalformedXML"],
    [
      "days and a date in one rule",
      xmlOf(
        rule(
          "<Transition><Days>1</Days><StorageClass>ARCHIVE</StorageClass></Transition><Expiration><Date>2026-01-01T00:00:00Z</Date></Expiration>",
        ),
      ),
      "MalformedXML",
    ],
    ["more than 3650 days", expiration("<Days>3651</Days>"), "InvalidArgument"],
    [
      "more than 3650 noncurrent days",
      xmlOf(
        rule(
          "<NoncurrentVersionExpiration><NoncurrentDays>3651</NoncurrentDays></NoncurrentVersionExpiration>",
        ),
      ),
      "InvalidArgument",
    ],
    [
      "11 tags",
      xmlOf(
        rule(
          `<Filter><And>${"<Tag><Key>k</Key><Value>v</Value></Tag>".repeat(11)}</And></Filter>${EXPIRE.slice(EXPIRE.indexOf("<Exp"))}`,
        ),
      ),
      "InvalidArgument",
    ],
    ["zero days", expiration("<Days>0</Days>"), "InvalidArgument"],
    ["half a day", expiration("<Days>0.5</Days>"), "InvalidArgument"],
    ["an invalid date", expiration("<Date>tomorrow</Date>"), "InvalidArgument"],
    [
      "an unknown class",
      xmlOf(rule("<Transition><Days>1</Days><StorageClass>COLD</StorageClass></Transition>")),
      "InvalidArgument",
    ],
    ["a repeated ID", xmlOf(rule(`<ID>a</ID>${EXPIRE}`), rule(`<ID>a</ID>${EXPIRE}`)), "InvalidArgument"],
    ["an ID of 256 characters", xmlOf(rule(`<ID>${"a".repeat(256)}</ID>${EXPIRE}`)), "InvalidArgument"],
    ["1001 rules", xmlOf(...Array(1001).fill(rule(EXPIRE))), "InvalidArgument"],
  ])("%s", async (_, body, code) => {
    const cos = await startCos();
    expect(await configure(cos, "PUT", body)).toMatchObject({ status: 400, code });
    expect((await configure(cos, "GET")).status).toBe(404);
  });
});

test("a configuration may have 1000 rules, and an ID 255 characters", async () => {
  const cos = await startCos();
  const rules = [rule(`<ID>${"a".repeat(255)}</ID>${EXPIRE}`), ...Array(999).fill(rule(EXPIRE))];
  expect((await configure(cos, "PUT", xmlOf(...rules))).status).toBe(200);
});

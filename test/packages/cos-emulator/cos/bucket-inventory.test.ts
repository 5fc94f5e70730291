import { join } from "node:path";
import { expect, test } from "vitest";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { ask, textsOf } from "./asking.ts";
import { startCos, type TestCos } from "./support.ts";

const PARTS = {
  id: "<Id>daily</Id>",
  enabled: "<IsEnabled>true</IsEnabled>",
  bucket: "<Bucket>qcs::cos:ap-guangzhou::lists-1250000000</Bucket>",
  format: "<Format>CSV</Format>",
  schedule: "<Schedule><Frequency>Daily</Frequency></Schedule>",
  versions: "<IncludedObjectVersions>All</IncludedObjectVersions>",
  fields: "<OptionalFields><Field>Size</Field><Field>ETag</Field></OptionalFields>",
};

function inventory(changes: Partial<typeof PARTS> = {}): string {
  const { id, enabled, bucket, format, schedule, versions, fields } = { ...PARTS, ...changes };
  const destination = `<Destination><COSBucketDestination>${bucket}${format}<Encryption><SSE-COS></SSE-COS></Encryption></COSBucketDestination></Destination>`;
  return `<InventoryConfiguration>${id}${enabled}${destination}${schedule}${versions}${fields}</InventoryConfiguration>`;
}

const ONCE = { enabled: "", schedule: "" };
const named = (id: string) => ({ inventory: "", id });
const put = (cos: TestCos, id: string, changes: Partial<typeof PARTS> = {}) =>
  ask(cos, "PUT", "", { query: named(id), body: inventory({ id: `<Id>${id}</Id>`, ...changes }) });
const list = (cos: TestCos, token?: string) =>
  ask(cos, "GET", "", {
    query: { inventory: "", ...(token !== undefined && { "continuation-token": token }) },
  });

test("an inventory can be put, read, listed, replaced and removed", async () => {
  const cos = await startCos();
  const none = { status: 404, code: "InventoryConfigurationNotFoundError" };
  expect(await ask(cos, "GET", "", { query: named("daily") })).toMatchObject(none);
  expect((await put(cos, "daily")).status).toBe(200);
  expect((await put(cos, "all.of-them_2")).status).toBe(200);
  expect((await ask(cos, "GET", "", { query: named("daily") })).body.toString()).toContain(inventory());
  const weekly = { schedule: "<Schedule><Frequency>Weekly</Frequency></Schedule>" };
  expect((await put(cos, "daily", weekly)).status).toBe(200);
  const listed = await list(cos);
  expect(textsOf(listed, "Id")).toEqual(["daily", "all.of-them_2"]);
  expect(textsOf(listed, "Frequency")).toEqual(["Weekly", "Daily"]);
  expect(textsOf(listed, "Field")).toEqual(["Size", "ETag", "Size", "ETag"]);
  expect(textsOf(listed, "IsTruncated")).toEqual(["false"]);
  expect((await ask(cos, "DELETE", "", { query: named("daily") })).status).toBe(204);
  expect((await ask(cos, "DELETE", "", { query: named("daily") })).status).toBe(204);
  expect(await ask(cos, "GET", "", { query: named("daily") })).toMatchObject(none);
  expect(textsOf(await list(cos), "Id")).toEqual(["all.of-them_2"]);
});

test("IsEnabled is returned in lower case, whatever its case was", async () => {
  const cos = await startCos();
  expect((await put(cos, "daily", { enabled: "<IsEnabled>True</IsEnabled>" })).status).toBe(200);
  for (const answer of [await ask(cos, "GET", "", { query: named("daily") }), await list(cos)])
    expect(textsOf(answer, "IsEnabled")).toEqual(["true"]);
});

test("a hundred are listed at once, in the order in which they were put", async () => {
  const cos = await startCos();
  const ids = Array.from({ length: 101 }, (_, i) => `id-${i}`);
  for (const id of ids) await put(cos, id);
  const first = await list(cos);
  expect(textsOf(first, "IsTruncated")).toEqual(["true"]);
  const [token = ""] = textsOf(first, "NextContinuationToken");
  const second = await list(cos, token);
  expect(textsOf(second, "ContinuationToken")).toEqual([token]);
  expect([...textsOf(first, "Id"), ...textsOf(second, "Id")]).toEqual(ids);
  expect(textsOf(first, "Id")).toHaveLength(100);
  expect(await list(cos, "x")).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("inventories that are put at the same moment are all there, after a restart too", async () => {
  const cos = await startCos();
  const file = join(cos.directory, "bucket.json");
  const first = await startCos({ settings: await BucketSettings.open(file) });
  const ids = ["a", "b", "c", "d"];
  const versioning = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await Promise.all([
    ...ids.map((id) => put(first, id)),
    ask(first, "PUT", "", { query: { versioning: "" }, body: versioning }),
  ]);
  const again = await startCos({ settings: await BucketSettings.open(file) });
  expect(textsOf(await list(again), "Id").sort()).toEqual(ids);
  expect(textsOf(await ask(again, "GET", "", { query: { versioning: "" } }), "Status")).toEqual(["Enabled"]);
});

test("one that is written only once is posted, under a new id", async () => {
  const cos = await startCos();
  const sent = { query: named("daily"), body: inventory(ONCE) };
  expect((await ask(cos, "POST", "", sent)).status).toBe(200);
  expect(textsOf(await list(cos), "Id")).toEqual(["daily"]);
  expect(await ask(cos, "POST", "", sent)).toMatchObject({ status: 400, code: "DuplicateInventoryId" });
  expect(await put(cos, "daily", ONCE)).toMatchObject({ status: 400, code: "MalformedXML" });
});

test("a bucket has at most 1000", async () => {
  const settings = BucketSettings.inMemory();
  const texts = Array.from({ length: 1000 }, (_, i) => inventory({ id: `<Id>${i}</Id>` }));
  await settings.put("inventory", texts);
  const cos = await startCos({ settings });
  expect(await put(cos, "one-more")).toMatchObject({ status: 400, code: "InventoryFull" });
  expect((await put(cos, "999")).status).toBe(200);
});

test.each([
  ["no XML", "x", "MalformedXML"],
  ["no Id", inventory({ id: "" }), "MalformedXML"],
  ["another Id than the query's", inventory({ id: "<Id>other</Id>" }), "InvalidArgument"],
  ["an Id with a slash", inventory({ id: "<Id>a/b</Id>" }), "InvalidArgument"],
  ["no versions", inventory({ versions: "" }), "MalformedXML"],
  ["no bucket", inventory({ bucket: "" }), "MalformedXML"],
  ["no format", inventory({ format: "" }), "MalformedXML"],
  ["no IsEnabled", inventory({ enabled: "" }), "MalformedXML"],
  ["no schedule", inventory({ schedule: "" }), "MalformedXML"],
  ["a bucket without its region", inventory({ bucket: "<Bucket>lists</Bucket>" }), "InvalidArgument"],
  ["another format", inventory({ format: "<Format>JSON</Format>" }), "InvalidArgument"],
  [
    "another frequency",
    inventory({ schedule: "<Schedule><Frequency>Hourly</Frequency></Schedule>" }),
    "InvalidArgument",
  ],
])("refused, and nothing changes: %s", async (_, body, code) => {
  const cos = await startCos();
  expect(await ask(cos, "PUT", "", { query: named("daily"), body })).toMatchObject({ status: 400, code });
  expect(textsOf(await list(cos), "Id")).toEqual([]);
});

test("the query names the inventory", async () => {
  const cos = await startCos();
  for (const method of ["PUT", "POST"] as const) {
    const answer = await ask(cos, method, "", { query: { inventory: "" }, body: inventory() });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  }
});

test("each operation needs its own permission", async () => {
  const cos = await startCos();
  const credential = cos.issue("name/cos:PutObject", "*");
  const body = inventory();
  for (const sent of [
    ["PUT", named("daily"), { body }],
    ["POST", named("daily"), { body }],
    ["GET", named("daily"), {}],
    ["DELETE", named("daily"), {}],
    ["GET", { inventory: "" }, {}],
  ] as const) {
    const [method, query, rest] = sent;
    expect(await ask(cos, method, "", { query, credential, ...rest })).toMatchObject({
      code: "AccessDenied",
    });
  }
});

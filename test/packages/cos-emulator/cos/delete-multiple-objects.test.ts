import { createHash } from "node:crypto";
import { beforeEach, expect, test } from "vitest";
import { type Asked, ask, textsOf } from "./asking.ts";
import { startCos, type TestCos } from "./support.ts";

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos();
  for (const key of ["a", "b/<&>", "c"]) await ask(cos, "PUT", key, { body: key });
});

const list = (...objects: string[]) =>
  `<Delete>${objects.map((object) => `<Object>${object}</Object>`).join("")}</Delete>`;

const remove = (body: string, more: Asked = {}) =>
  ask(cos, "POST", "", {
    query: { delete: "" },
    body,
    ...more,
    headers: { "content-md5": createHash("md5").update(body).digest("base64"), ...more.headers },
  });

// https://github.com/Aiven-Open/tiered-storage-for-apache-kafka/issues/694 quotes COS.
test("without Content-MD5, all of it is refused", async () => {
  const body = list("<Key>a</Key>");
  expect(await ask(cos, "POST", "", { query: { delete: "" }, body })).toMatchObject({
    status: 400,
    code: "InvalidRequest",
    message: "Missing required header for this request: Content-MD5",
  });
  expect(cos.store.keys()).toHaveLength(3);
});

test("deletes what is named, and counts missing keys as deleted", async () => {
  const answer = await remove(list("<Key>a</Key>", "<Key>b/&lt;&amp;&gt;</Key>", "<Key>none</Key>"));
  expect(answer.status).toBe(200);
  expect(textsOf(answer, "Key")).toEqual(["a", "b/&lt;&amp;&gt;", "none"]);
  expect(answer.body.toString()).not.toContain("<Error>");
  expect(cos.store.keys()).toEqual(["c"]);
});

test("a key may contain numeric character references", async () => {
  await ask(cos, "PUT", "图\n'", { body: "x" });
  await remove(list("<Key>&#22270;&#xA;&#39;</Key>"));
  expect(cos.store.keys()).toEqual(["a", "b/<&>", "c"]);
});

test("spaces around a key are part of it, white space between elements is ignored", async () => {
  for (const key of [" a", "a "]) await ask(cos, "PUT", key, { body: "x" });
  const answer = await remove(
    "<Delete>\n <Quiet> true </Quiet>\n <Object>\n  <Key> a</Key>\n </Object>\n <Object> <Key>a </Key> </Object></Delete>",
  );
  expect([answer.status, textsOf(answer, "Key")]).toEqual([200, []]);
  expect(cos.store.keys()).toEqual(["a", "b/<&>", "c"]);
});

test("Quiet reports only failures", async () => {
  const credential = cos.issue("name/cos:DeleteObject", "a");
  const body = `<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object><Object><Key>c</Key></Object></Delete>`;
  const answer = await remove(body, { credential });
  expect(answer.status).toBe(200);
  expect(textsOf(answer, "Key")).toEqual(["c"]);
  expect(textsOf(answer, "Code")).toEqual(["AccessDenied"]);
  expect(cos.store.keys()).toEqual(["b/<&>", "c"]);
});

test("each object needs the right DeleteObject; DeleteMultipleObjects gives none", async () => {
  const credential = cos.issue("name/cos:DeleteMultipleObjects", "*");
  expect(textsOf(await remove(list("<Key>a</Key>"), { credential }), "Code")).toEqual(["AccessDenied"]);
  expect(await remove(list("<Key>a</Key>"), { isAnonymous: true })).toMatchObject({ code: "AccessDenied" });
  expect(cos.store.keys()).toHaveLength(3);
});

test("with versioning, adds a marker or deletes the version that is named", async () => {
  const status = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await ask(cos, "PUT", "", { query: { versioning: "" }, body: status });
  const marked = await remove(list("<Key>a</Key>"));
  const [marker = ""] = textsOf(marked, "DeleteMarkerVersionId");
  expect(textsOf(marked, "DeleteMarker")).toEqual(["true"]);
  expect(cos.store.versions("a").map(({ versionId }) => versionId)).toEqual([marker, "null"]);
  const gone = await remove(list("<Key>a</Key><VersionId>null</VersionId>"));
  expect(textsOf(gone, "VersionId")).toEqual(["null"]);
  expect(gone.body.toString()).not.toContain("DeleteMarker");
  expect(textsOf(await remove(list("<Key>c</Key><VersionId>MTIz</VersionId>")), "Code")).toEqual([
    "NoSuchVersion",
  ]);
  expect(cos.store.get("c")).toBeDefined();
});

test.each([
  ["not XML", "{}", "MalformedXML"],
  ["no object", "<Delete></Delete>", "MalformedXML"],
  ["an object without a key", list("<Key>a</Key>", "<VersionId>x</VersionId>"), "MalformedXML"],
  ["1001 objects", list(...Array.from({ length: 1001 }, (_, i) => `<Key>${i}</Key>`)), "MalformedXML"],
])("the whole request is refused, and nothing is deleted: %s", async (_, body, code) => {
  expect(await remove(body)).toMatchObject({ status: 400, code });
  expect(cos.store.keys()).toHaveLength(3);
});

test("a body that does not match Content-MD5 deletes nothing", async () => {
  const headers = { "content-md5": createHash("md5").update("other").digest("base64") };
  expect(await remove(list("<Key>a</Key>"), { headers })).toMatchObject({ status: 400, code: "BadDigest" });
  expect(cos.store.keys()).toHaveLength(3);
});

test("a chunked list is read up to its limit and no further", async () => {
  const headers = { "transfer-encoding": "chunked" };
  expect((await remove(list("<Key>a</Key>"), { headers })).status).toBe(200);
  const answer = await remove(" ".repeat(2 * 1024 ** 2 + 1), { headers });
  expect(answer).toMatchObject({ status: 400, code: "XMLSizeLimit" });
});

test("a request may name 1000 objects", async () => {
  const keys = Array.from({ length: 1000 }, (_, i) => `<Key>${i === 0 ? "a" : i}</Key>`);
  expect((await remove(list(...keys))).status).toBe(200);
  expect(cos.store.get("a")).toBeUndefined();
});

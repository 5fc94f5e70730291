import { beforeEach, describe, expect, test } from "vitest";
import { type Answer, signedHeaders, startCos, type TestCos, type ToSign, urlPath } from "./support.ts";

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos();
});

function ask(method: ToSign["method"], key: string, query: Record<string, string> = {}, body?: string) {
  const search = new URLSearchParams(query).toString();
  return cos.send({
    method,
    path: `${urlPath(key)}${search === "" ? "" : `?${search}`}`,
    headers: signedHeaders({ method, key, query }),
    ...(body !== undefined && { body }),
  });
}

const versioning = (status: string) =>
  ask(
    "PUT",
    "",
    { versioning: "" },
    `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  );

const idOf = ({ headers }: Answer) => String(headers["x-cos-version-id"]);

/** Every text of an element, in order. */
const all = ({ body }: Answer, name: string) =>
  [...body.toString().matchAll(new RegExp(`<${name}>(.*?)</${name}>`, "g"))].map(([, text]) => text);

test("a bucket reports no versioning until it is enabled, after which it can only be suspended", async () => {
  expect((await ask("GET", "", { versioning: "" })).body.toString()).toContain("<VersioningConfiguration></");
  expect((await ask("PUT", "a", {}, "1")).headers).not.toHaveProperty("x-cos-version-id");
  expect((await versioning("Enabled")).status).toBe(200);
  expect(all(await ask("GET", "", { versioning: "" }), "Status")).toEqual(["Enabled"]);
  expect((await versioning("Suspended")).status).toBe(200);
  expect(all(await ask("GET", "", { versioning: "" }), "Status")).toEqual(["Suspended"]);
  expect(await versioning("Disabled")).toMatchObject({ status: 400, code: "MalformedXML" });
  expect(await ask("PUT", "", { versioning: "" }, "<A/>")).toMatchObject({ code: "MalformedXML" });
  expect(all(await ask("GET", "", { versioning: "" }), "Status")).toEqual(["Suspended"]);
});

describe("when enabled", () => {
  let first: string;
  let second: string;

  beforeEach(async () => {
    await ask("PUT", "a", {}, "before");
    await versioning("Enabled");
    first = idOf(await ask("PUT", "a", {}, "one"));
    second = idOf(await ask("PUT", "a", {}, "two"));
  });

  test("every PUT keeps the earlier object under its own id; the one from before is null", async () => {
    expect(new Set([first, second, "null"]).size).toBe(3);
    const text = async (versionId?: string) =>
      (await ask("GET", "a", versionId === undefined ? {} : { versionId })).body.toString();
    expect(await text()).toBe("two");
    expect(await text(second)).toBe("two");
    expect(await text(first)).toBe("one");
    expect(await text("null")).toBe("before");
    expect((await ask("HEAD", "a", { versionId: first })).headers).toMatchObject({
      "x-cos-version-id": first,
      "content-length": "3",
    });
  });

  test("an id has the form of COS's own: base64 of 2^64-1 less the milliseconds", () => {
    const milliseconds = 2n ** 64n - 1n - BigInt(Buffer.from(first, "base64").toString());
    expect(new Date(Number(milliseconds)).toISOString()).toBe("2026-01-02T03:04:05.000Z");
  });

  test("DELETE hides the object behind a marker; deleting the marker brings it back", async () => {
    const deleted = await ask("DELETE", "a");
    expect(deleted).toMatchObject({ status: 204, headers: { "x-cos-delete-marker": "true" } });
    const marker = idOf(deleted);
    expect(await ask("GET", "a")).toMatchObject({
      status: 404,
      code: "NoSuchKey",
      headers: { "x-cos-delete-marker": "true", "x-cos-version-id": marker },
    });
    expect((await ask("GET", "a", { versionId: marker })).status).toBe(404);
    expect((await ask("GET", "a", { versionId: second })).status).toBe(200);
    expect(all(await ask("GET", ""), "Key")).toEqual([]);
    expect((await ask("DELETE", "a", { versionId: marker })).headers).toMatchObject({
      "x-cos-delete-marker": "true",
      "x-cos-version-id": marker,
    });
    expect((await ask("GET", "a")).body.toString()).toBe("two");
  });

  test("DELETE of a version removes that version for good, and no other", async () => {
    const gone = await ask("DELETE", "a", { versionId: second });
    expect(gone.headers).toMatchObject({ "x-cos-version-id": second });
    expect(gone.headers).not.toHaveProperty("x-cos-delete-marker");
    expect(await ask("GET", "a", { versionId: second })).toMatchObject({
      status: 404,
      code: "NoSuchVersion",
    });
    expect((await ask("GET", "a")).body.toString()).toBe("one");
    expect(await ask("DELETE", "a", { versionId: "MTIz" })).toMatchObject({ code: "NoSuchVersion" });
    expect((await ask("GET", "a")).body.toString()).toBe("one");
  });

  test("x-cos-forbid-overwrite has no effect, even while versioning is suspended", async () => {
    for (const status of ["Enabled", "Suspended"]) {
      await versioning(status);
      const headers = { "x-cos-forbid-overwrite": "true" };
      const signed = signedHeaders({ method: "PUT", key: "a", headers });
      expect((await cos.send({ method: "PUT", path: "/a", headers: signed, body: "3" })).status).toBe(200);
    }
  });

  test("while suspended, a PUT replaces only null, and a DELETE leaves a marker named null", async () => {
    await versioning("Suspended");
    expect((await ask("PUT", "a", {}, "three")).status).toBe(200);
    expect((await ask("GET", "a", { versionId: "null" })).body.toString()).toBe("three");
    expect((await ask("GET", "a", { versionId: first })).body.toString()).toBe("one");
    expect(idOf(await ask("DELETE", "a"))).toBe("null");
    expect((await ask("GET", "a", { versionId: "null" })).status).toBe(404);
    expect((await ask("GET", "a", { versionId: second })).body.toString()).toBe("two");
    expect(cos.store.versions("a")).toHaveLength(3);
  });

  test("while suspended, neither a PUT nor a HEAD names the version null, but a HEAD names the others", async () => {
    await versioning("Suspended");
    const answers = [await ask("PUT", "a", {}, "x"), await ask("HEAD", "a")];
    for (const { headers } of answers) expect(headers).not.toHaveProperty("x-cos-version-id");
    expect(idOf(await ask("HEAD", "a", { versionId: first }))).toBe(first);
    await versioning("Enabled");
    expect(idOf(await ask("HEAD", "a"))).toBe("null");
  });

  test("?versions lists versions and markers by key, newest first", async () => {
    const marker = idOf(await ask("DELETE", "a"));
    await ask("PUT", "b/c", {}, "c");
    const listed = await ask("GET", "", { versions: "" });
    expect(all(listed, "VersionId")).toEqual([marker, second, first, "null", idOf(await ask("HEAD", "b/c"))]);
    expect(all(listed, "IsLatest")).toEqual(["true", "false", "false", "false", "true"]);
    expect(listed.body.toString()).toMatch(/<DeleteMarker><Key>a<\/Key>/);
    const grouped = await ask("GET", "", { versions: "", delimiter: "/", prefix: "" });
    expect(grouped.body.toString()).toContain("<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>");
  });

  test("?versions continues, page by page, within the versions of one key", async () => {
    await ask("DELETE", "a");
    await ask("PUT", "b", {}, "b");
    const seen: (string | undefined)[] = [];
    let marker: Record<string, string> = {};
    for (let page = 0; page < 10; page += 1) {
      const answer = await ask("GET", "", { versions: "", "max-keys": "1", ...marker });
      seen.push(...all(answer, "VersionId"));
      if (all(answer, "IsTruncated")[0] === "false") break;
      marker = {
        "key-marker": all(answer, "NextKeyMarker")[0] ?? "",
        "version-id-marker": all(answer, "NextVersionIdMarker")[0] ?? "",
      };
    }
    const every = ["a", "b"].flatMap((key) => cos.store.versions(key).map(({ versionId }) => versionId));
    expect(seen).toEqual(every);
    expect(seen).toHaveLength(5);
  });
});

test("versions and versioning need their own rights", async () => {
  const credential = cos.issue("name/cos:GetBucket", "*");
  for (const name of ["versions", "versioning"]) {
    const headers = signedHeaders({ method: "GET", key: "", query: { [name]: "" }, credential });
    expect(await cos.send({ method: "GET", path: `/?${name}=`, headers })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  }
});

import { join } from "node:path";
import { beforeEach, describe, expect, test } from "vitest";
import { BucketSettings } from "../../../../packages/cos-emulator/src/cos/store/bucket-settings.ts";
import { type Asked, ask, textsOf } from "./asking.ts";
import { fieldsFor, postForm } from "./post-support.ts";
import { startCos, type TestCos } from "./support.ts";

const OWNER = "qcs::cam::uin/100000000001:uin/100000000001";
const OTHER = "qcs::cam::uin/100000000002:uin/100000000022";
const ALL_USERS = "http://cam.qcloud.com/groups/global/AllUsers";
const query = { acl: "" };

let cos: TestCos;

beforeEach(async () => {
  cos = await startCos();
  await ask(cos, "PUT", "a", { body: "a" });
});

const policy = (...grants: [grantee: string, permission: string][]) => {
  const list = grants
    .map(([grantee, permission]) => {
      const who = grantee.startsWith("http") ? `<URI>${grantee}</URI>` : `<ID>${grantee}</ID>`;
      return `<Grant><Grantee>${who}</Grantee><Permission>${permission}</Permission></Grant>`;
    })
    .join("");
  const owner = `<Owner><ID>${OWNER}</ID></Owner>`;
  return `<AccessControlPolicy>${owner}<AccessControlList>${list}</AccessControlList></AccessControlPolicy>`;
};

const putAcl = (key: string, headers: Record<string, string>, more: Asked = {}) =>
  ask(cos, "PUT", key, { query, headers, body: "", ...more });

const granted = async (key: string) => {
  const answer = await ask(cos, "GET", key, { query });
  const [, ...ids] = textsOf(answer, "ID");
  return [[...textsOf(answer, "URI"), ...ids], textsOf(answer, "Permission")];
};

const anonymously = (method: "GET" | "HEAD" | "PUT" | "DELETE", key: string, more: Asked = {}) =>
  ask(cos, method, key, { isAnonymous: true, ...more });

describe.each([
  ["the bucket", ""],
  ["an object", "a"],
])("the ACL of %s", (_, key) => {
  test("at first gives rights to the owner only", async () => {
    expect(await granted(key)).toEqual([[OWNER], ["FULL_CONTROL"]]);
  });

  test("can be set by a preset, by grants or by a body, each replacing what was there", async () => {
    expect((await putAcl(key, { "x-cos-acl": "public-read" })).status).toBe(200);
    expect(await granted(key)).toEqual([
      [ALL_USERS, OWNER],
      ["FULL_CONTROL", "READ"],
    ]);
    const grants = { "x-cos-grant-read": `id="100000000002/100000000022", id="100000000003"` };
    expect((await putAcl(key, grants)).status).toBe(200);
    expect(await granted(key)).toEqual([
      [OTHER, "qcs::cam::uin/100000000003:uin/100000000003"],
      ["READ", "READ"],
    ]);
    const body = policy([ALL_USERS, "READ_ACP"], [OTHER, "WRITE_ACP"]);
    expect((await putAcl(key, {}, { body })).status).toBe(200);
    expect(await granted(key)).toEqual([
      [ALL_USERS, OTHER],
      ["READ_ACP", "WRITE_ACP"],
    ]);
  });

  test("is the owner's alone again by a body with an empty list, as coscmd sends it", async () => {
    await putAcl(key, { "x-cos-acl": "public-read" });
    expect((await putAcl(key, {}, { body: policy() })).status).toBe(200);
    expect(await granted(key)).toEqual([[OWNER], ["FULL_CONTROL"]]);
  });

  test.each([
    ["nothing at all", {}, "", 400, "InvalidArgument"],
    ["an unknown preset", { "x-cos-acl": "everyone" }, "", 400, "InvalidArgument"],
    ["a grantee in another form", { "x-cos-grant-read": "100000000002" }, "", 400, "InvalidArgument"],
    ["all users by a header", { "x-cos-grant-read": `uri="${ALL_USERS}"` }, "", 400, "InvalidArgument"],
    ["a grantee that is a name", { "x-cos-grant-read": `id="root"` }, "", 400, "InvalidArgument"],
    ["a body that is not XML", {}, "{}", 400, "MalformedXML"],
    [
      "a body without a list",
      {},
      policy().replace(/<AccessControlList>.*<.AccessControlList>/, ""),
      400,
      "MalformedACLError",
    ],
    [
      "a list of something else",
      {},
      policy().replace("<AccessControlList>", "<AccessControlList><Deny/>"),
      400,
      "MalformedACLError",
    ],
    ["an unknown permission", {}, policy([OTHER, "OWN"]), 400, "MalformedACLError"],
    ["a grantee without a name", {}, policy(["", "READ"]), 400, "MalformedACLError"],
    ["another owner", {}, policy([OTHER, "READ"]).replace(OWNER, OTHER), 403, "AccessDenied"],
  ])("stays as it is: %s", async (_what, headers, body, status, code) => {
    expect(await putAcl(key, headers, { body })).toMatchObject({ status, code });
    expect(await granted(key)).toEqual([[OWNER], ["FULL_CONTROL"]]);
  });

  test("needs rights of its own", async () => {
    const credential = cos.issue("name/cos:PutObject", "*");
    expect(await putAcl(key, { "x-cos-acl": "private" }, { credential })).toMatchObject({ status: 403 });
    expect(await ask(cos, "GET", key, { query, credential })).toMatchObject({ status: 403 });
    expect(await anonymously("GET", key, { query })).toMatchObject({ status: 403 });
    expect(
      await anonymously("PUT", key, { query, headers: { "x-cos-acl": "private" }, body: "" }),
    ).toMatchObject({
      status: 403,
    });
  });
});

test("default is refused for a bucket, and public-read-write for an object", async () => {
  expect(await putAcl("", { "x-cos-acl": "default" })).toMatchObject({
    status: 400,
    code: "InvalidArgument",
  });
  expect(await putAcl("a", { "x-cos-acl": "public-read-write" })).toMatchObject({ code: "InvalidArgument" });
  expect(await putAcl("a", { "x-cos-grant-write": `id="100000000002"` })).toMatchObject({
    code: "InvalidArgument",
  });
  expect(await putAcl("a", {}, { body: policy([OTHER, "WRITE"]) })).toMatchObject({
    code: "MalformedACLError",
  });
});

test("answers 404 NoSuchKey for the ACL of a missing object", async () => {
  expect(await putAcl("none", { "x-cos-acl": "private" })).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect(await ask(cos, "GET", "none", { query })).toMatchObject({ status: 404, code: "NoSuchKey" });
});

describe("an anonymous request", () => {
  test("may do nothing in a private bucket", async () => {
    for (const key of ["a", ""]) {
      expect(await anonymously("GET", key)).toMatchObject({ status: 403, code: "AccessDenied" });
      expect((await anonymously("HEAD", key)).status).toBe(403);
    }
    expect(await anonymously("PUT", "b", { body: "b" })).toMatchObject({ status: 403 });
    expect(await anonymously("DELETE", "a")).toMatchObject({ status: 403 });
    expect(cos.store.keys()).toEqual(["a"]);
  });

  test("may read and list a public-read bucket, but not change it", async () => {
    await putAcl("", { "x-cos-acl": "public-read" });
    expect((await anonymously("GET", "a")).body.toString()).toBe("a");
    expect((await anonymously("HEAD", "a")).status).toBe(200);
    expect(textsOf(await anonymously("GET", ""), "Key")).toEqual(["a"]);
    expect(await anonymously("GET", "none")).toMatchObject({ status: 404 });
    expect(await anonymously("PUT", "b", { body: "b" })).toMatchObject({ status: 403 });
    expect(await anonymously("DELETE", "a")).toMatchObject({ status: 403 });
    expect(await anonymously("GET", "a", { query: { tagging: "" } })).toMatchObject({ status: 403 });
    expect(await anonymously("GET", "", { query: { policy: "" } })).toMatchObject({ status: 403 });
    expect(cos.store.keys()).toEqual(["a"]);
  });

  test("may also write to a public-read-write bucket, but not change its settings", async () => {
    await putAcl("", { "x-cos-acl": "public-read-write" });
    expect((await anonymously("PUT", "b", { body: "b" })).status).toBe(200);
    expect((await anonymously("DELETE", "a")).status).toBe(204);
    expect(cos.store.keys()).toEqual(["b"]);
    const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    expect(await anonymously("PUT", "", { query: { versioning: "" }, body })).toMatchObject({ status: 403 });
    expect(
      await anonymously("PUT", "b", { query, headers: { "x-cos-acl": "private" }, body: "" }),
    ).toMatchObject({ status: 403 });
  });

  test("may read a public object of a private bucket, but no private object of a public bucket", async () => {
    await ask(cos, "PUT", "b", { headers: { "x-cos-acl": "public-read" }, body: "b" });
    expect((await anonymously("GET", "b")).body.toString()).toBe("b");
    expect(await anonymously("GET", "")).toMatchObject({ status: 403 });
    await putAcl("b", { "x-cos-acl": "private" });
    await putAcl("", { "x-cos-acl": "public-read" });
    expect(await anonymously("GET", "b")).toMatchObject({ status: 403, code: "AccessDenied" });
    await putAcl("b", { "x-cos-acl": "default" });
    expect((await anonymously("GET", "b")).status).toBe(200);
  });

  test("may read what a body grants to all users, and no more", async () => {
    await putAcl("a", {}, { body: policy([ALL_USERS, "READ"]) });
    expect((await anonymously("GET", "a")).status).toBe(200);
    expect(await anonymously("GET", "a", { query })).toMatchObject({ status: 403 });
    await putAcl("a", {}, { body: policy([OTHER, "FULL_CONTROL"]) });
    expect(await anonymously("GET", "a")).toMatchObject({ status: 403 });
  });

  test("may read the public version, but not the private one", async () => {
    const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await ask(cos, "PUT", "", { query: { versioning: "" }, body });
    await ask(cos, "PUT", "a", { headers: { "x-cos-acl": "public-read" }, body: "public" });
    expect((await anonymously("GET", "a")).status).toBe(200);
    expect(await anonymously("GET", "a", { query: { versionId: "null" } })).toMatchObject({ status: 403 });
  });

  test("is still refused what the bucket's policy denies", async () => {
    await putAcl("", { "x-cos-acl": "public-read" });
    const body = JSON.stringify({
      version: "2.0",
      statement: [
        {
          effect: "deny",
          principal: { qcs: ["qcs::cam::anyone:anyone"] },
          action: ["name/cos:GetObject"],
          resource: ["*"],
        },
      ],
    });
    expect((await ask(cos, "PUT", "", { query: { policy: "" }, body })).status).toBe(204);
    expect(await anonymously("GET", "a")).toMatchObject({ status: 403 });
  });
});

test("a public ACL does not widen a temporary key's rights", async () => {
  await putAcl("", { "x-cos-acl": "public-read-write" });
  const credential = cos.issue("name/cos:PutObject", "b");
  expect(await ask(cos, "GET", "a", { credential })).toMatchObject({ status: 403, code: "AccessDenied" });
});

test("a form's acl field sets the object's ACL", async () => {
  const answer = await postForm(cos, [...fieldsFor({ key: "form.txt" }), ["acl", "public-read"]]);
  expect(answer.status).toBe(204);
  expect((await anonymously("GET", "form.txt")).status).toBe(200);
  const refused = await postForm(cos, [...fieldsFor({ key: "other.txt" }), ["acl", "everyone"]]);
  expect(refused).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(cos.store.get("other.txt")).toBeUndefined();
});

test("attack: x-cos-acl in a form does not get around a policy that fixes acl, or the reverse", async () => {
  for (const [name, other] of [
    ["acl", "x-cos-acl"],
    ["x-cos-acl", "acl"],
  ] as const) {
    const fields = fieldsFor({ key: "form.txt", conditions: [{ [name]: "private" }] });
    const answer = await postForm(cos, [...fields, [name, "private"], [other, "public-read"]]);
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(cos.store.get("form.txt")).toBeUndefined();
  }
});

test("attack: an x-cos-acl header does not satisfy a policy when the form's field says otherwise", async () => {
  const condition = { string_equal: { "cos:x-cos-acl": "private" } };
  const credential = cos.issue("name/cos:PostObject", "form.txt", condition);
  const send = (acl: string | undefined) =>
    postForm(
      cos,
      [...fieldsFor({ key: "form.txt", credential }), ...(acl === undefined ? [] : [["acl", acl] as const])],
      "x",
      { "x-cos-acl": "private" },
    );
  for (const acl of ["public-read", undefined]) {
    expect(await send(acl)).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(cos.store.get("form.txt")).toBeUndefined();
  }
  expect((await send("private")).status).toBe(204);
});

test.each([
  ["id", `id="qcs::cam::anyone:anyone"`],
  ["uin", `uin="qcs::cam::anyone:anyone"`],
])("attack: x-cos-grant-* headers cannot open an object to everybody, by %s", async (_, grantee) => {
  for (const header of ["x-cos-grant-read", "x-cos-grant-read-acp", "x-cos-grant-full-control"]) {
    const answer = await ask(cos, "PUT", "b", { headers: { [header]: grantee }, body: "b" });
    expect(answer).toMatchObject({ status: 400, code: "InvalidArgument" });
  }
});

test("an upload in parts can set the object's ACL", async () => {
  const headers = { "x-cos-acl": "public-read" };
  const begun = await ask(cos, "POST", "big", { query: { uploads: "" }, headers, body: "" });
  const [uploadId = ""] = textsOf(begun, "UploadId");
  const part = await ask(cos, "PUT", "big", { query: { partNumber: "1", uploadId }, body: "big" });
  const list = `<Part><PartNumber>1</PartNumber><ETag>${part.headers["etag"]}</ETag></Part>`;
  const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
  expect((await ask(cos, "POST", "big", { query: { uploadId }, body })).status).toBe(200);
  expect((await anonymously("GET", "big")).body.toString()).toBe("big");
});

test("the bucket's ACL survives a restart", async () => {
  const file = join(cos.directory, "bucket.json");
  cos = await startCos({ settings: await BucketSettings.open(file) });
  await putAcl("", { "x-cos-acl": "public-read", "x-cos-grant-read-acp": `id="100000000002/100000000022"` });
  cos = await startCos({ settings: await BucketSettings.open(file) });
  expect(await granted("")).toEqual([
    [ALL_USERS, OTHER],
    ["READ", "READ_ACP"],
  ]);
});

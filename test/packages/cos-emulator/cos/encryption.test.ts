import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explainRefusal } from "../../../../packages/cos-emulator/src/explain-refusal.ts";
import { ask, textsOf } from "./asking.ts";
import { fieldsFor, postForm } from "./post-support.ts";
import { type Answer, BUCKET_HOST, signedHeaders, startCos, type TestCos } from "./support.ts";

const SSE = "x-cos-server-side-encryption";
const KEY = "0123456789ABCDEF0123456789ABCDEF";
const MD5 = createHash("md5").update("photo").digest("hex");

/** The three headers of a customer's key, as in the documentation's example of PUT Object. */
function customer(key = KEY, prefix = SSE): Record<string, string> {
  return {
    [`${prefix}-customer-algorithm`]: "AES256",
    [`${prefix}-customer-key`]: Buffer.from(key).toString("base64"),
    [`${prefix}-customer-key-MD5`]: createHash("md5").update(key).digest("base64"),
  };
}

const OTHER = "an other key of 32 characters...";
const said = {
  [`${SSE}-customer-algorithm`]: "AES256",
  [`${SSE}-customer-key-md5`]: "U5L61r7jcwdNvT7frmUG8g==",
};

function encryptionOf({ headers }: Answer): Record<string, unknown> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith(SSE)));
}

const put = (cos: TestCos, key: string, headers: Record<string, string>) =>
  ask(cos, "PUT", key, { headers, body: "photo" });

const configuration = (rule: string, element = "ApplyServerSideEncryptionByDefault") =>
  `<ServerSideEncryptionConfiguration><Rule><${element}>${rule}</${element}></Rule></ServerSideEncryptionConfiguration>`;
const AES256 = "<SSEAlgorithm>AES256</SSEAlgorithm>";
const query = { encryption: "" };

describe("SSE-COS and SSE-KMS", () => {
  test("PUT, HEAD and GET report encryption with COS's own key, and the ETag stays the MD5", async () => {
    const cos = await startCos();
    const expected = { [SSE]: "AES256" };
    const stored = await put(cos, "a", expected);
    expect(stored).toMatchObject({ status: 200, headers: { etag: `"${MD5}"` } });
    expect(encryptionOf(stored)).toEqual(expected);
    expect(encryptionOf(await ask(cos, "HEAD", "a"))).toEqual(expected);
    expect(encryptionOf(await ask(cos, "GET", "a"))).toEqual(expected);
    await put(cos, "plain", {});
    expect(encryptionOf(await ask(cos, "GET", "plain"))).toEqual({});
  });

  test("every answer names the KMS key, and the ETag is not the MD5", async () => {
    const cos = await startCos();
    const context = Buffer.from('{"author":"me"}').toString("base64");
    const expected = { [SSE]: "cos/kms", [`${SSE}-cos-kms-key-id`]: "48ba38aa-26c5-11ea-855c-525400850000" };
    const stored = await put(cos, "a", { ...expected, [`${SSE}-context`]: context });
    expect(encryptionOf(stored)).toEqual(expected);
    expect(stored.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(stored.headers.etag).not.toBe(`"${MD5}"`);
    const head = await ask(cos, "HEAD", "a");
    expect(encryptionOf(head)).toEqual(expected);
    expect(head.headers.etag).toBe(stored.headers.etag);
  });

  test("without a KMS key, COS uses one of its own for the account", async () => {
    const cos = await startCos();
    const ids = await Promise.all(
      ["a", "b"].map(async (key) => encryptionOf(await put(cos, key, { [SSE]: "cos/kms" }))),
    );
    expect(ids[0]).toEqual(ids[1]);
    expect(ids[0]?.[`${SSE}-cos-kms-key-id`]).toMatch(/^[0-9a-f]{8}-/);
  });

  test.each([
    ["an algorithm that COS does not know", { [SSE]: "AES789" }],
    ["a KMS key for COS's own algorithm", { [SSE]: "AES256", [`${SSE}-cos-kms-key-id`]: "k" }],
    ["a context that is not JSON", { [SSE]: "cos/kms", [`${SSE}-context`]: "a2V5" }],
    ["two ways at once", { [SSE]: "AES256", ...customer() }],
  ])("is refused, and nothing is stored: %s", async (_, headers) => {
    const cos = await startCos();
    expect(await put(cos, "a", headers)).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(cos.store.all()).toEqual([]);
  });

  test("is refused with a KMS key whose id is not a UUID, and nothing is stored", async () => {
    const cos = await startCos();
    const named = { [SSE]: "cos/kms", [`${SSE}-cos-kms-key-id`]: "kms-test" };
    const message = "The kms key you provided can not be found in kms";
    expect(await put(cos, "a", named)).toMatchObject({ status: 400, code: "KmsKeyNotExist", message });
    expect(cos.store.all()).toEqual([]);
  });

  test("a download with an encryption header is refused", async () => {
    const cos = await startCos();
    await put(cos, "a", { [SSE]: "AES256" });
    const answer = await ask(cos, "GET", "a", { headers: { [SSE]: "AES256" } });
    expect(answer).toMatchObject({ status: 400, code: "SSEHeaderNotAllowed" });
  });

  test("a form requests it in its fields", async () => {
    const cos = await startCos();
    const answer = await postForm(cos, fieldsFor({ key: "a", fields: [[SSE, "AES256"]] }));
    expect(encryptionOf(answer)).toEqual({ [SSE]: "AES256" });
    expect(cos.store.get("a")?.encryption).toEqual({ method: "SSE-COS" });
  });

  test("APPEND Object, whose documentation has no encryption, refuses it by name", async () => {
    const cos = await startCos();
    const sent = { query: { append: "", position: "0" }, headers: customer(), body: "x" };
    expect(await ask(cos, "POST", "a", sent)).toMatchObject({ status: 501, code: "NotImplemented" });
  });

  test("an unknown encryption header is refused by name", async () => {
    const cos = await startCos();
    const answer = await put(cos, "a", { [`${SSE}-padding`]: "1" });
    expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
  });
});

describe("SSE-C", () => {
  test("an object can be read only with its key, and every answer has the key's MD5", async () => {
    const cos = await startCos();
    const stored = await put(cos, "a", customer());
    expect(encryptionOf(stored)).toEqual(said);
    expect(stored.headers.etag).not.toBe(`"${MD5}"`);
    const read = await ask(cos, "GET", "a", { headers: customer() });
    expect([read.status, read.body.toString()]).toEqual([200, "photo"]);
    expect(encryptionOf(read)).toEqual(said);
    const part = await ask(cos, "GET", "a", { headers: { ...customer(), range: "bytes=1-2" } });
    expect([part.status, part.body.toString()]).toEqual([206, "ho"]);
    expect((await ask(cos, "HEAD", "a", { headers: customer() })).status).toBe(200);
  });

  test.each([
    ["without a key", {}],
    ["with another key", customer(OTHER)],
    ["with the key alone", { [`${SSE}-customer-key`]: Buffer.from(KEY).toString("base64") }],
    ["with another's MD5", { ...customer(), [`${SSE}-customer-key-MD5`]: "U5L61r7jcwdNvT7frmUG8w==" }],
  ])("GET and HEAD %s: 400 SsecDecryptHeaderInvalid", async (_, headers) => {
    const cos = await startCos();
    await put(cos, "a", customer());
    const read = await ask(cos, "GET", "a", { headers });
    expect(read).toMatchObject({ status: 400, code: "SsecDecryptHeaderInvalid" });
    expect(read.body.toString()).not.toContain("photo");
    expect((await ask(cos, "HEAD", "a", { headers })).status).toBe(400);
  });

  test.each([
    ["another algorithm", { ...customer(), [`${SSE}-customer-algorithm`]: "AES128" }],
    ["a short key", customer("short")],
    ["a key that is not base64", { ...customer(), [`${SSE}-customer-key`]: KEY }],
    ["no MD5", { ...customer(), [`${SSE}-customer-key-MD5`]: "" }],
    ["the MD5 of another key", { ...customer(), [`${SSE}-customer-key-MD5`]: "AAAAAAAAAAAAAAAAAAAAAA==" }],
  ])("an upload is refused with %s", async (_, headers) => {
    const cos = await startCos();
    expect(await put(cos, "a", headers)).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(cos.store.all()).toEqual([]);
  });

  test("needs HTTPS where plain HTTP does not count as secure", async () => {
    const cos = await startCos({ strictTransport: true });
    expect(await put(cos, "a", customer())).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect((await put(cos, "a", { [SSE]: "AES256" })).status).toBe(200);
  });

  test("a copy needs the source's key, and gets its own encryption", async () => {
    const cos = await startCos();
    await put(cos, "a", customer());
    const copy = { "x-cos-copy-source": `${BUCKET_HOST}/a` };
    const ofSource = customer(KEY, "x-cos-copy-source-server-side-encryption");
    const refused = await ask(cos, "PUT", "b", { headers: { ...copy, ...customer() }, body: "" });
    expect(refused).toMatchObject({ status: 400, code: "SsecDecryptHeaderInvalid" });
    const headers = { ...copy, ...ofSource, ...customer(OTHER) };
    const copied = await ask(cos, "PUT", "b", { headers, body: "" });
    expect(copied.status).toBe(200);
    expect(encryptionOf(copied)).toMatchObject({ [`${SSE}-customer-algorithm`]: "AES256" });
    expect((await ask(cos, "GET", "b", { headers: customer() })).status).toBe(400);
    expect((await ask(cos, "GET", "b", { headers: customer(OTHER) })).body.toString()).toBe("photo");
    await ask(cos, "PUT", "plain", { headers: { ...copy, ...ofSource }, body: "" });
    expect((await ask(cos, "GET", "plain")).body.toString()).toBe("photo");
  });

  test("an upload in parts needs its key with every part, even a copied one", async () => {
    const cos = await startCos();
    await put(cos, "source", {});
    const begun = await ask(cos, "POST", "a", { query: { uploads: "" }, headers: customer(), body: "" });
    expect(encryptionOf(begun)).toEqual(said);
    const [uploadId = ""] = textsOf(begun, "UploadId");
    const partQuery = { partNumber: "1", uploadId };
    const copy = { "x-cos-copy-source": `${BUCKET_HOST}/source` };
    for (const headers of [{}, customer(OTHER), copy]) {
      const refused = await ask(cos, "PUT", "a", { query: partQuery, headers, body: "" });
      expect(refused).toMatchObject({ status: 400, code: "InvalidArgument" });
    }
    const part = await ask(cos, "PUT", "a", { query: partQuery, headers: customer(), body: "photo" });
    expect(encryptionOf(part)).toEqual(said);
    const copied = await ask(cos, "PUT", "a", { query: partQuery, headers: { ...copy, ...customer() } });
    expect(encryptionOf(copied)).toEqual(said);
    const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const completed = await ask(cos, "POST", "a", { query: { uploadId }, body });
    expect(completed.status).toBe(200);
    expect(encryptionOf(completed)).toEqual(said);
    expect((await ask(cos, "GET", "a")).status).toBe(400);
    expect((await ask(cos, "GET", "a", { headers: customer() })).body.toString()).toBe("photo");
  });

  test("a part with a key is refused in an upload without one", async () => {
    const cos = await startCos();
    const begun = await ask(cos, "POST", "a", { query: { uploads: "" }, body: "" });
    const partQuery = { partNumber: "1", uploadId: textsOf(begun, "UploadId")[0] ?? "" };
    const refused = await ask(cos, "PUT", "a", { query: partQuery, headers: customer(), body: "x" });
    expect(refused).toMatchObject({ status: 400, code: "InvalidArgument" });
  });

  test("attack: no key is in the log, in a refusal's reason or on the disk", async () => {
    const cos = await startCos({ explain: explainRefusal });
    await put(cos, "a", customer());
    await ask(cos, "GET", "a", { headers: customer(OTHER) });
    await ask(cos, "GET", "a", { headers: { ...customer(OTHER), [`${SSE}-customer-key-MD5`]: "" } });
    const signed = signedHeaders({ method: "PUT", key: "b", headers: customer() });
    const changed = { ...signed, ...customer(OTHER) };
    const unsigned = { ...customer(), authorization: "q-sign-algorithm=sha1&q-ak=none" };
    for (const headers of [changed, unsigned]) {
      expect((await cos.send({ method: "PUT", path: "/b", headers, body: "x" })).status).toBe(403);
    }
    const names = await readdir(join(cos.directory, "index"));
    const files = await Promise.all(
      names.map((name) => readFile(join(cos.directory, "index", name), "utf8")),
    );
    const written = [...cos.log, ...files].join("\n");
    expect(written).toContain("SsecDecryptHeaderInvalid");
    expect(written).toContain("SignatureDoesNotMatch");
    for (const key of [KEY, OTHER]) {
      expect(written).not.toContain(key);
      expect(written).not.toContain(Buffer.from(key).toString("base64"));
      expect(written).not.toContain(encodeURIComponent(Buffer.from(key).toString("base64")));
    }
  });
});

describe("the bucket's default encryption", () => {
  test.each([
    ["as the documentation calls it", "ApplyServerSideEncryptionByDefault"],
    ["as the SDKs' examples do", "ApplySideEncryptionConfiguration"],
  ])("can be put %s, read and deleted", async (_, element) => {
    const cos = await startCos();
    const none = { status: 404, code: "NoSuchEncryptionConfiguration" };
    expect(await ask(cos, "GET", "", { query })).toMatchObject(none);
    const body = configuration(AES256, element);
    expect((await ask(cos, "PUT", "", { query, body })).status).toBe(200);
    expect((await ask(cos, "GET", "", { query })).body.toString()).toContain(configuration(AES256));
    expect((await ask(cos, "DELETE", "", { query })).status).toBe(204);
    expect(await ask(cos, "GET", "", { query })).toMatchObject(none);
  });

  test("applies to uploads that request none: whole, in parts, by form, copied and appended", async () => {
    const cos = await startCos();
    await put(cos, "before", {});
    await ask(cos, "PUT", "", { query, body: configuration(AES256) });
    const answers = [
      await put(cos, "a", {}),
      await ask(cos, "POST", "b", { query: { uploads: "" }, body: "" }),
      await postForm(cos, fieldsFor({ key: "c" })),
      await ask(cos, "PUT", "d", { headers: { "x-cos-copy-source": `${BUCKET_HOST}/before` }, body: "" }),
      await ask(cos, "POST", "e", { query: { append: "", position: "0" }, body: "x" }),
    ];
    expect(answers.map(encryptionOf)).toEqual(answers.map(() => ({ [SSE]: "AES256" })));
    expect(encryptionOf(await put(cos, "f", customer()))).toEqual(said);
    expect(encryptionOf(await ask(cos, "GET", "before"))).toEqual({});
  });

  test("may name a KMS key", async () => {
    const cos = await startCos();
    const id = "48ba38aa-26c5-11ea-855c-525400850000";
    const body = configuration(`<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${id}</KMSMasterKeyID>`);
    await ask(cos, "PUT", "", { query, body });
    expect(textsOf(await ask(cos, "GET", "", { query }), "KMSMasterKeyID")).toEqual([id]);
    const expected = { [SSE]: "cos/kms", [`${SSE}-cos-kms-key-id`]: id };
    expect(encryptionOf(await put(cos, "a", {}))).toEqual(expected);
  });

  test.each([
    ["not XML", "x", "MalformedXML"],
    ["no rules", "<ServerSideEncryptionConfiguration/>", "MalformedXML"],
    ["a rule without content", configuration("", "Nothing"), "MalformedXML"],
    ["no algorithm", configuration("<KMSMasterKeyID>k</KMSMasterKeyID>"), "MalformedXML"],
    ["another algorithm", configuration("<SSEAlgorithm>DES</SSEAlgorithm>"), "InvalidArgument"],
    ["a key for AES256", configuration(`${AES256}<KMSMasterKeyID>k</KMSMasterKeyID>`), "InvalidArgument"],
  ])("is refused, and nothing changes: %s", async (_, body, code) => {
    const cos = await startCos();
    expect(await ask(cos, "PUT", "", { query, body })).toMatchObject({ status: 400, code });
    expect(await ask(cos, "GET", "", { query })).toMatchObject({ status: 404 });
  });

  test("needs its own rights", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PutObject", "*");
    for (const method of ["GET", "PUT", "DELETE"] as const) {
      const body = method === "PUT" ? { body: configuration(AES256) } : {};
      expect(await ask(cos, method, "", { query, credential, ...body })).toMatchObject({
        code: "AccessDenied",
      });
    }
  });
});

import { randomBytes } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { Crc64, joined } from "../../../../packages/cos-emulator/src/cos/store/crc64.ts";
import { ObjectStore } from "../../../../packages/cos-emulator/src/cos/store/object-store.ts";
import { fieldsFor, postForm } from "./post-support.ts";
import { BUCKET_HOST, signedHeaders, startCos, type TestCos } from "./support.ts";

/** The object of the documentation's examples, whose ETag is its MD5, and its header (436/7753). */
const CONTENT = "[Object Content]";
const CRC64 = "16749565679157681890";
const NAME = "x-cos-hash-crc64ecma";

describe("the CRC64 of ECMA-182 of", () => {
  test.each([
    ["the check value of the CRC catalogue", ["123456789"], 0x995dc9bbdf1939fan],
    ["the same value in pieces", ["1234", "", "56789"], 0x995dc9bbdf1939fan],
    ["nothing", [], 0n],
    ["the documentation's object", [CONTENT], BigInt(CRC64)],
  ])("%s", async (_, pieces, expected) => {
    const crc64 = await Crc64.start();
    for (const piece of pieces) crc64.update(Buffer.from(piece));
    expect(crc64.digest()).toBe(String(expected));
  });

  test("two interleaved streams", async () => {
    const [one, other] = [await Crc64.start(), await Crc64.start()];
    one.update(Buffer.from("1234"));
    other.update(Buffer.from("[Object"));
    one.update(Buffer.from("56789"));
    other.update(Buffer.from(" Content]"));
    expect([one.digest(), other.digest()]).toEqual([String(0x995dc9bbdf1939fan), CRC64]);
  });
});

async function crc64Of(bytes: string | Buffer): Promise<string> {
  const crc64 = await Crc64.start();
  crc64.update(Buffer.from(bytes));
  return crc64.digest();
}

async function ask(
  cos: TestCos,
  method: "GET" | "HEAD" | "PUT" | "POST",
  key: string,
  { body = "", query = {}, more = {} }: { body?: string; query?: Record<string, string>; more?: object } = {},
) {
  const headers = signedHeaders({ method, key, query, headers: { host: cos.host, ...more } });
  return cos.send({ method, path: `/${key}?${new URLSearchParams(query)}`, headers, body });
}

describe(`${NAME} is in the answer to`, () => {
  test("PUT, HEAD, GET, and GET of a range, always that of the whole object", async () => {
    const cos = await startCos();
    expect((await ask(cos, "PUT", "a", { body: CONTENT })).headers[NAME]).toBe(CRC64);
    expect((await ask(cos, "HEAD", "a")).headers[NAME]).toBe(CRC64);
    expect((await ask(cos, "GET", "a")).headers[NAME]).toBe(CRC64);
    const part = await ask(cos, "GET", "a", { more: { range: "bytes=1-2" } });
    expect([part.status, part.headers[NAME]]).toEqual([206, CRC64]);
  });

  test.each(["200", "204"])("POST with status %s", async (status) => {
    const cos = await startCos();
    const form = fieldsFor({ key: "a", fields: [["success_action_status", status]] });
    expect((await postForm(cos, form, CONTENT)).headers[NAME]).toBe(CRC64);
  });

  test("a copy, and its CopyObjectResult", async () => {
    const cos = await startCos();
    await ask(cos, "PUT", "a", { body: CONTENT });
    const copied = await ask(cos, "PUT", "b", { more: { "x-cos-copy-source": `${BUCKET_HOST}/a` } });
    expect(copied.headers[NAME]).toBe(CRC64);
    expect(copied.body.toString()).toContain(`<CRC64>${CRC64}</CRC64>`);
  });

  test("Upload Part (of the part) and Complete Multipart Upload (of the object)", async () => {
    const cos = await startCos();
    const begun = await ask(cos, "POST", "a", { query: { uploads: "" } });
    const uploadId = /<UploadId>(.*?)</.exec(begun.body.toString())?.[1] ?? "";
    const part = await ask(cos, "PUT", "a", { query: { partNumber: "1", uploadId }, body: CONTENT });
    expect(part.headers[NAME]).toBe(CRC64);
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    expect((await ask(cos, "POST", "a", { query: { uploadId }, body: list })).headers[NAME]).toBe(CRC64);
    expect((await ask(cos, "HEAD", "a")).headers[NAME]).toBe(CRC64);
  });
});

describe("the CRC64 of an appended object is the whole object's", () => {
  const append = (cos: TestCos, position: number, body: string) =>
    ask(cos, "POST", "a", { query: { append: "", position: String(position) }, body });

  test("in the answer to each piece, and to HEAD and GET", async () => {
    const cos = await startCos();
    expect((await append(cos, 0, "[Object")).headers[NAME]).toBe(await crc64Of("[Object"));
    expect((await append(cos, 7, "")).headers[NAME]).toBe(await crc64Of("[Object"));
    expect((await append(cos, 7, " Content]")).headers[NAME]).toBe(CRC64);
    expect((await ask(cos, "HEAD", "a")).headers[NAME]).toBe(CRC64);
    expect((await ask(cos, "GET", "a")).headers[NAME]).toBe(CRC64);
  });

  test("but is left out if an earlier emulator did not record it for the earlier pieces", async () => {
    const cos = await startCos();
    await append(cos, 0, "[Object");
    const [index = ""] = await readdir(join(cos.directory, "index"));
    const file = join(cos.directory, "index", index);
    await writeFile(file, (await readFile(file, "utf8")).replace(/"crc64":"\d+",/, ""));
    const restarted = await startCos({ store: await ObjectStore.open(cos.directory) });
    expect((await append(restarted, 7, " Content]")).headers[NAME]).toBeUndefined();
    const whole = await ask(restarted, "GET", "a");
    expect([whole.body.toString(), whole.headers[NAME]]).toEqual([CONTENT, undefined]);
  });
});

test("two CRCs are combined correctly, wherever the bytes are split", async () => {
  for (let at = 0; at <= CONTENT.length; at += 1) {
    const [first, second] = [CONTENT.slice(0, at), CONTENT.slice(at)];
    expect(joined(await crc64Of(first), await crc64Of(second), second.length)).toBe(CRC64);
  }
  const [first, second] = [randomBytes(100_001), randomBytes(70_000)];
  expect(joined(await crc64Of(first), await crc64Of(second), second.length)).toBe(
    await crc64Of(Buffer.concat([first, second])),
  );
});

test("a source that fails before its first byte fails only its own request", async () => {
  const cos = await startCos();
  const source = new Readable({ read() {} });
  const receiving = cos.store.receive(source, 100);
  source.destroy(new Error("gone"));
  await expect(receiving).rejects.toThrow("gone");
});

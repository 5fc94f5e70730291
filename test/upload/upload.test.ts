import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { MiniProgram, type PostAnswer, type PutAnswer, plainForm } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let now = Date.now();
beforeAll(async () => {
  emulator = await startTestEmulator({ clock: () => now });
  phone = new MiniProgram(emulator.caFile);
});
afterAll(() => emulator.close());
// STS tolerates five minutes between the cloud's clock and the functions'.
beforeEach(() => {
  now = Date.now();
});

const putSign = async (query: string) => (await ask<PutAnswer>(`${emulator.url}/put-sign?${query}`)).json;
const postPolicy = async (query: string) =>
  (await ask<PostAnswer>(`${emulator.url}/post-policy?${query}`)).json;

const file = randomBytes(100_000);
const md5 = createHash("md5").update(file).digest("base64");

/** The object stored under a key, read with the owner's own right. */
async function stored(key: string): Promise<{ bytes: Buffer; type: string | null }> {
  const read = async (method: "GET" | "HEAD") => {
    const query = new URLSearchParams({ key, method });
    const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?${query}`);
    const response = await fetch(json.url.replace("https://", "http://"), { method });
    expect(response.status).toBe(200);
    return response;
  };
  // HEAD shows the stored type; GET, the type of the answer.
  const type = (await read("HEAD")).headers.get("content-type");
  return { bytes: Buffer.from(await (await read("GET")).arrayBuffer()), type };
}

async function expectStored(key: string): Promise<void> {
  expect((await stored(key)).bytes.equals(file)).toBe(true);
}

describe("a client that knows only the contract", () => {
  test("uploads by PUT, and the stored bytes are equal", async () => {
    const answer = await putSign("ext=jpg");
    expect((await phone.put(answer, file)).status).toBe(200);
    await expectStored(answer.cosKey);
  });

  test("uploads by POST, and the stored bytes are equal", async () => {
    const answer = await postPolicy("ext=jpg");
    expect((await phone.post(answer, file)).status).toBe(200);
    await expectStored(answer.cosKey);
  });
});

test.each([
  ["without success_action_status", undefined, 204],
  ["with an empty success_action_status", "", 204],
  ["with success_action_status=201", "201", 201],
])("a form %s is stored as well", async (_, asked, status) => {
  const answer = await postPolicy("ext=jpg");
  const { success_action_status: __, ...form } = plainForm(answer);
  const fields = asked === undefined ? form : { ...form, success_action_status: asked };
  expect((await phone.uploadFile(`https://${answer.cosHost}`, fields, file)).status).toBe(status);
  await expectStored(answer.cosKey);
});

describe("a client that reads the whole answer", () => {
  test.each([
    ["ext=txt", "text/plain;charset=utf-8"],
    ["ext=txt", 'Text/Plain; charset="UTF-8"'],
    ["ext=heic", "image/heif"],
  ])("sends for ?%s the type %s that it asked for, and no other is accepted", async (query, type) => {
    const asked = `${query}&type=${encodeURIComponent(type)}`;
    const signed = type.replace("Text/Plain", "text/plain");
    const put = await putSign(asked);
    expect(put.headers["content-type"]).toBe(signed);
    expect((await phone.request("PUT", put.url, put.headers, file)).status).toBe(200);
    const other = { ...put.headers, "content-type": "text/html" };
    expect((await phone.request("PUT", put.url, other, file)).status).toBe(403);
    const post = await postPolicy(asked);
    expect(post.fields["Content-Type"]).toBe(signed);
    expect((await phone.uploadFile(post.url, post.fields, file)).status).toBe(200);
    const changed = { ...post.fields, "Content-Type": "text/html" };
    expect((await phone.uploadFile(post.url, changed, file)).status).toBe(403);
  });

  test.each(["ext=jpg", `ext=jpg&type=image/jpeg&size=${file.length}&md5=${encodeURIComponent(md5)}`])(
    "follows url and headers of ?%s",
    async (query) => {
      const answer = await putSign(query);
      expect((await phone.request(answer.method, answer.url, answer.headers, file)).status).toBe(200);
      await expectStored(answer.cosKey);
      expect((await stored(answer.cosKey)).type).toBe("image/jpeg");
    },
  );

  test.each(["ext=jpg", `ext=jpg&type=image/jpeg&size=${file.length}&md5=${encodeURIComponent(md5)}`])(
    "follows url and fields of ?%s",
    async (query) => {
      const answer = await postPolicy(query);
      expect((await phone.uploadFile(answer.url, answer.fields, file)).status).toBe(200);
      await expectStored(answer.cosKey);
      expect((await stored(answer.cosKey)).type).toBe("image/jpeg");
    },
  );

  test("uploads a list in order", async () => {
    const { json } = await ask<{ uploads: PutAnswer[] }>(`${emulator.url}/put-sign`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ files: [{ ext: "jpg" }, { ext: "mp4" }, { ext: "pdf", size: file.length }] }),
    });
    expect(json.uploads.map(({ cosKey }) => cosKey.split(".").at(-1))).toEqual(["jpg", "mp4", "pdf"]);
    for (const upload of json.uploads) {
      expect((await phone.request(upload.method, upload.url, upload.headers, file)).status).toBe(200);
    }
  });
});

describe("storage refuses a PUT", () => {
  const refused = async (
    work: Promise<{ status: number; code: string | undefined }>,
    status: number,
    code: string,
  ) => {
    const answer = await work;
    expect(answer.code).toBe(code);
    expect(answer.status).toBe(status);
  };

  test("to another key", async () => {
    const answer = await putSign("ext=jpg");
    await refused(
      phone.put({ ...answer, cosKey: answer.cosKey.replace(".jpg", "x.jpg") }, file),
      403,
      "SignatureDoesNotMatch",
    );
  });

  test("with another method", async () => {
    const { url, headers } = await putSign("ext=jpg");
    await refused(phone.request("DELETE", url, headers, ""), 403, "SignatureDoesNotMatch");
  });

  test("at another host", async () => {
    const { url, headers } = await putSign("ext=jpg");
    const { name, region } = emulator.bucket;
    await refused(
      phone.request("PUT", url, { ...headers, host: `${name}.cos.${region}.myqcloud.com` }, file),
      403,
      "SignatureDoesNotMatch",
    );
  });

  test("after the signature has expired", async () => {
    const answer = await putSign("ext=jpg");
    now += 3600_000;
    const late = await phone.put(answer, file);
    now -= 3600_000;
    expect([late.status, late.code]).toEqual([403, "AccessDenied"]);
    expect(late.body).toContain("<Message>Request has expired</Message>");
  });

  test("before the signature is valid", async () => {
    const answer = await putSign("ext=jpg");
    now -= 3600_000;
    const early = await phone.put(answer, file);
    now += 3600_000;
    expect([early.status, early.code]).toEqual([403, "RequestTimeTooSkewed"]);
  });

  test("without the token, and with another's", async () => {
    const answer = await putSign("ext=jpg");
    const other = await putSign("ext=jpg");
    const without = await phone.request("PUT", answer.url, { Authorization: answer.authorization }, file);
    expect([without.status, without.code]).toEqual([403, "InvalidAccessKeyId"]);
    const foreign = await phone.put({ ...answer, securityToken: other.securityToken }, file);
    expect([foreign.status, foreign.code]).toEqual([403, "InvalidAccessKeyId"]);
  });

  test("larger than the rule allows", async () => {
    const answer = await putSign("ext=jpg&rule=avatar");
    await refused(phone.put(answer, Buffer.alloc(answer.maxBytes + 1)), 403, "AccessDenied");
  });

  test("of another length than was signed", async () => {
    const { url, headers } = await putSign(`ext=jpg&size=${file.length}`);
    await refused(phone.request("PUT", url, headers, file.subarray(1)), 403, "SignatureDoesNotMatch");
  });

  test("of another type than was signed", async () => {
    const { url, headers } = await putSign("ext=jpg&type=image/jpeg");
    await refused(
      phone.request("PUT", url, { ...headers, "content-type": "text/html" }, file),
      403,
      "SignatureDoesNotMatch",
    );
  });

  test("with bytes that do not match their MD5", async () => {
    const { url, headers } = await putSign(`ext=jpg&md5=${encodeURIComponent(md5)}`);
    const other = Buffer.from(file);
    other[0] = (other[0] ?? 0) ^ 1;
    await refused(phone.request("PUT", url, headers, other), 400, "BadDigest");
  });
});

describe("storage refuses a POST", () => {
  const free = ["Content-Type", "success_action_status"];
  test.each(Object.keys(plainForm(Object.create(null))).filter((name) => !free.includes(name)))(
    "with a changed field %s",
    async (name) => {
      const form = plainForm(await postPolicy("ext=jpg"));
      const { status } = await phone.uploadFile(
        `https://${emulator.cosHost}`,
        { ...form, [name]: `${form[name]}0` },
        file,
      );
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(500);
    },
  );

  test("of another type than was fixed", async () => {
    const { url, fields } = await postPolicy("ext=jpg&type=image/jpeg");
    const { status, code } = await phone.uploadFile(url, { ...fields, "Content-Type": "text/html" }, file);
    expect([status, code]).toEqual([403, "AccessDenied"]);
  });

  test("larger than the rule allows", async () => {
    const answer = await postPolicy("ext=jpg&rule=avatar");
    const { status, code } = await phone.post(answer, Buffer.alloc(answer.maxBytes + 1));
    expect([status, code]).toEqual([400, "EntityTooLarge"]);
  });

  test("smaller than was fixed", async () => {
    const { url, fields } = await postPolicy(`ext=jpg&size=${file.length}`);
    const { status, code } = await phone.uploadFile(url, fields, file.subarray(1));
    expect([status, code]).toEqual([400, "EntityTooSmall"]);
  });

  test("with a PUT's credential", async () => {
    const put = await putSign("ext=jpg");
    const form = plainForm(await postPolicy("ext=jpg"));
    const { status } = await phone.uploadFile(
      `https://${emulator.cosHost}`,
      { ...form, "x-cos-security-token": put.securityToken },
      file,
    );
    expect(status).toBe(403);
  });
});

test("the functions' logs have no token, signature or secret", async () => {
  const put = await putSign("ext=jpg");
  const post = await postPolicy("ext=jpg");
  await phone.put(put, file);
  await phone.put({ ...put, cosKey: `${put.cosKey}x` }, file);
  await phone.post(post, file);
  const log = emulator.lines.join("\n");
  const signature = /q-signature=(\w+)/.exec(put.authorization)?.[1] ?? "";
  for (const secret of [
    put.securityToken,
    signature,
    post.qSignature,
    post.policy,
    emulator.account.secretKey,
  ]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(log).not.toContain(secret);
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { authorization } from "../../shared/cos/authorization.ts";
import { objectUrl, signedUrl } from "../../shared/cos/url.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "./client.ts";
import { ask, startTestEmulator } from "./emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let phone: MiniProgram;
let now = Date.now();
let key = "";
beforeAll(async () => {
  emulator = await startTestEmulator({ clock: () => now });
  phone = new MiniProgram(emulator.caFile);
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=txt`);
  await phone.put(json, Buffer.from("hello, 世界"));
  key = json.cosKey;
});
afterAll(() => emulator.close());
// STS tolerates five minutes between the cloud's clock and the functions'.
beforeEach(() => {
  now = Date.now();
});

interface ReadAnswer {
  readonly url: string;
  readonly plainUrl: string;
  readonly headers: Record<string, string>;
}
const readBack = async (query: Record<string, string> = {}) =>
  (await ask<ReadAnswer>(`${emulator.url}/object-url?${new URLSearchParams({ key, ...query })}`)).json;
/** A browser's fetch, over plain HTTP, since it does not know the emulator's authority. */
const download = (url: string, init: RequestInit = {}) => fetch(url.replace("https:", "http:"), init);

test("a signed URL can be downloaded with plain fetch", async () => {
  const response = await download((await readBack()).url);
  expect([response.status, await response.text()]).toEqual([200, "hello, 世界"]);
});

test("the plain URL can be downloaded with the headers", async () => {
  const { plainUrl, headers } = await readBack();
  expect((await download(plainUrl)).status).toBe(403);
  expect(await (await download(plainUrl, { headers })).text()).toBe("hello, 世界");
});

test("the requested headers of the answer are signed and applied", async () => {
  const { url } = await readBack({
    "response-content-type": "application/octet-stream",
    "response-content-disposition": 'attachment; filename="a b+c(1).txt"',
  });
  const response = await download(url);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/octet-stream");
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="a b+c(1).txt"');
});

test("attack: a page stored as a picture is not served as a page, by URL or by headers", async () => {
  const page = "<script>alert(document.domain)</script>";
  // By a form, whose type is free; storage already refuses a PUT of such a type.
  const { json } = await ask<PostAnswer>(`${emulator.url}/post-policy?ext=jpg`);
  const fields = { ...json.fields, "Content-Type": "text/html" };
  expect((await phone.uploadFile(json.url, fields, Buffer.from(page))).status).toBe(200);
  const query = new URLSearchParams({ key: json.cosKey });
  const read = (await ask<ReadAnswer>(`${emulator.url}/object-url?${query}`)).json;
  for (const response of [
    await download(read.url),
    await download(read.plainUrl, { headers: read.headers }),
  ]) {
    expect([response.status, await response.text()]).toEqual([200, page]);
    expect(response.headers.get("content-type")).toBe("image/jpeg");
  }
  // Without the signed type, it is another URL, which nobody signed.
  const untyped = read.plainUrl.replace(/\?.*/, "");
  expect((await download(untyped, { headers: read.headers })).status).toBe(403);
});

describe("refuses", () => {
  test("an expired URL", async () => {
    const { url } = await readBack({ expires: "60" });
    now += 120_000;
    const { status } = await download(url);
    now -= 120_000;
    expect(status).toBe(403);
  });

  test("a URL with a changed key", async () => {
    const { url } = await readBack();
    expect((await download(url.replace(".txt", ".csv"))).status).toBe(403);
  });

  test("a URL with a changed signed parameter", async () => {
    const { url } = await readBack({ "response-content-type": "text/plain" });
    expect((await download(url.replace("text%2Fplain", "text%2Fhtml"))).status).toBe(403);
  });

  test("attack: a type that a browser runs, appended to a URL", async () => {
    const { url } = await readBack();
    expect((await download(`${url}&response-content-type=text/html`)).status).toBe(403);
    const typed = await readBack({ "response-content-type": "image/png" });
    expect((await download(`${typed.url}&response-content-type=text/html`)).status).toBe(403);
  });

  test("attack: a version appended to a URL, such as a rejected file's in a bucket with versioning", async () => {
    const { url } = await readBack();
    expect((await download(`${url}&versionId=MTg0NDY3NDIyNzc4ODY3MTI2NTE`)).status).toBe(403);
  });

  test("another method with the same URL", async () => {
    const { url } = await readBack();
    for (const method of ["PUT", "DELETE", "HEAD"])
      expect((await download(url, { method })).status).toBe(403);
  });
});

describe("a key that needs encoding", () => {
  test.each([
    "照片/二〇二六 年.jpg",
    "a b+c.jpg",
    "a#b?c&d=e.jpg",
    "100%/%2F%41.jpg",
    "it's (1)*!~.jpg",
    "emoji 😀.jpg",
    'quote"<>\\^`{|}.jpg',
  ])("%s", async (name) => {
    const { account, cosHost: host } = emulator;
    const credential = {
      tmpSecretId: account.secretId,
      tmpSecretKey: account.secretKey,
      securityToken: "",
      startTime: 0,
      expiredTime: 0,
    };
    const seconds = Math.floor(now / 1000);
    const time = { start: seconds - 60, end: seconds + 600 };
    const url = objectUrl(host, name, {});
    const put = authorization({ method: "PUT", key: name, headers: { host } }, credential, time);
    expect((await phone.request("PUT", url, { authorization: put }, name)).status).toBe(200);
    const query = { "response-content-disposition": `inline; filename="${encodeURIComponent(name)}"` };
    const get = authorization({ method: "GET", key: name, headers: { host }, query }, credential, time);
    const response = await download(signedUrl(objectUrl(host, name, query), get, ""));
    expect([response.status, await response.text()]).toEqual([200, name]);
  });
});

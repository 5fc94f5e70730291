import { expect, test } from "vitest";
import { ask } from "./asking.ts";
import { BUCKET_HOST, startCos, type TestCos } from "./support.ts";

const AT_DEFAULT = { headers: { host: BUCKET_HOST } };
const FORCED = { "content-disposition": "attachment", "x-cos-force-download": "true" };

async function startWith(key: string, headers: Readonly<Record<string, string>> = {}): Promise<TestCos> {
  const cos = await startCos();
  expect((await ask(cos, "PUT", key, { headers, body: "x" })).status).toBe(200);
  return cos;
}

// https://cloud.tencent.com/document/product/436/57456; the bucket was made in 2026.
test("a file is sent to be saved, even if it or the link says otherwise", async () => {
  const cos = await startWith("a.html", { "content-disposition": "inline" });
  expect((await ask(cos, "GET", "a.html", AT_DEFAULT)).headers).toMatchObject(FORCED);
  const query = { "response-content-disposition": "inline" };
  expect((await ask(cos, "GET", "a.html", { ...AT_DEFAULT, query })).headers).toMatchObject(FORCED);
  const headers = { ...AT_DEFAULT.headers, range: "bytes=0-0" };
  expect(await ask(cos, "GET", "a.html", { headers })).toMatchObject({ status: 206, headers: FORCED });
});

// https://cloud.tencent.com/document/product/436/57420
test("the name to save it under stays", async () => {
  const cos = await startWith("a.html");
  const query = { "response-content-disposition": 'attachment; filename="b.html"' };
  const { headers } = await ask(cos, "GET", "a.html", { ...AT_DEFAULT, query });
  expect(headers["content-disposition"]).toBe('attachment; filename="b.html"');
});

test("HEAD, a refusal and a list are as at other hosts", async () => {
  const cos = await startWith("a.html", { "content-disposition": "inline" });
  const head = await ask(cos, "HEAD", "a.html", AT_DEFAULT);
  expect(head.headers["content-disposition"]).toBe("inline");
  const others = [ask(cos, "GET", "none", AT_DEFAULT), ask(cos, "GET", "", AT_DEFAULT)];
  for (const { headers } of [head, ...(await Promise.all(others))]) {
    expect(headers).not.toHaveProperty("x-cos-force-download");
  }
});

test("loopback stands for a domain of one's own, where files are shown", async () => {
  const { headers } = await ask(await startWith("a.html"), "GET", "a.html");
  expect(headers).not.toHaveProperty("content-disposition");
});

test.each(["a.apk", "b/A.IPA"])("%s is refused", async (key) => {
  const cos = await startWith(key);
  expect(await ask(cos, "GET", key, AT_DEFAULT)).toMatchObject({
    status: 403,
    code: "DownloadForbidden",
    message:
      "The APK/IPA file is not allowed to be distributed in a public network using COS default domain, please use custom domain instead.",
  });
  expect((await ask(cos, "HEAD", key, AT_DEFAULT)).status).toBe(200);
  expect((await ask(cos, "GET", key)).status).toBe(200);
});

import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import COS from "cos-nodejs-sdk-v5";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listen, stop } from "../../../packages/cos-emulator/src/cloud/listen.ts";
import { chromiumArguments } from "../../../tools/lib/chromium.ts";
import { BROWSER } from "../../dev/page/browser.ts";
import { startTestEmulator } from "../../upload/emulator.ts";

const MiB = 1024 ** 2;
const SITE = "app.example.test";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let browser: Browser;
let page: Page;
let origin: string;
/** The site's only page, with the client. */
const site = createServer((_, response) => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(`<!doctype html><title>Site</title><script>${script}</script>`);
});
let script = "";

async function allowInBucket(origins: readonly string[]): Promise<void> {
  const cos = new COS({
    SecretId: emulator.account.secretId,
    SecretKey: emulator.account.secretKey,
    Protocol: "http:",
    Domain: emulator.cosHost,
    AutoSwitchHost: false,
    ConfCwd: emulator.dataDirectory,
  });
  const bucket = { Bucket: emulator.bucket.name, Region: emulator.bucket.region };
  await cos.putBucketCors({
    ...bucket,
    CORSRules: [
      {
        AllowedOrigin: [...origins],
        AllowedMethod: ["PUT", "POST"],
        AllowedHeader: ["*"],
        ExposeHeader: ["ETag", "x-cos-request-id"],
        MaxAgeSeconds: 600,
      },
    ],
  });
}

describe.skipIf(BROWSER === undefined)("a page of another site, in Chromium", () => {
  beforeAll(async () => {
    const { outputFiles } = await build({
      stdin: {
        contents:
          'export * from "./web"; export * from "./parts"; export * from "./put"; export * from "./md5";',
        resolveDir: fileURLToPath(new URL("../../../packages/uploader/src", import.meta.url)),
      },
      bundle: true,
      write: false,
      format: "iife",
      globalName: "client",
      target: "es2017",
    });
    script = outputFiles.map(({ text }) => text).join("");
    origin = `http://${SITE}:${await listen(site, 0)}`;
    emulator = await startTestEmulator({ environment: { CORS_ORIGINS: origin } });
    await allowInBucket([origin]);
    browser = await chromium.launch({
      ...(BROWSER !== undefined && { executablePath: BROWSER }),
      args: chromiumArguments([`MAP ${SITE} 127.0.0.1`]),
    });
  });
  afterAll(async () => {
    await browser?.close();
    await emulator?.close();
    await stop(site);
  });

  beforeEach(async () => {
    // The emulator's certificate is its own; CORS is checked as usual.
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    page = await context.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(origin);
  });
  afterEach(() => page.context().close());

  interface Outcome {
    readonly key?: string;
    readonly size?: number;
    readonly code?: string;
    readonly kind?: string;
    readonly message?: string;
    readonly retryable?: boolean;
    readonly seen: readonly number[];
  }

  /** Uploads a file of that size whose bytes depend on their position. */
  async function upload(name: string, size: number, method = "POST"): Promise<Outcome> {
    const call = `(async () => {
      const bytes = new Uint8Array(${size});
      for (let i = 0; i < bytes.length; i += 1) bytes[i] = (i * 31 + (i >> 13)) & 255;
      const file = new File([bytes], ${JSON.stringify(name)}, { lastModified: 1 });
      const seen = [];
      const { upload } = client.createUploader({ endpoint: ${JSON.stringify(emulator.url)}, maxAttempts: 2, backoffMs: 1, parts: client.parts });
      const onProgress = ({ fraction }) => seen.push(fraction);
      return upload(file, { ${method === "PUT" ? "method: client.put, " : ""}onProgress }).then(
        ({ key, size }) => ({ key, size, seen }),
        ({ code, kind, message }) => ({ code, kind, message, seen }));
    })()`;
    return await page.evaluate<Outcome>(call);
  }

  function digest(size: number): string {
    const bytes = Buffer.alloc(size);
    for (let i = 0; i < size; i += 1) bytes[i] = (i * 31 + (i >> 13)) & 255;
    return createHash("md5").update(bytes).digest("hex");
  }

  async function expectStored({ key = "", size, seen }: Outcome, wanted: number): Promise<void> {
    expect(size).toBe(wanted);
    const answer = await fetch(`${emulator.url}/object-url?key=${key}`);
    const { url }: { url: string } = JSON.parse(await answer.text());
    const bytes = Buffer.from(await (await fetch(url.replace("https:", "http:"))).arrayBuffer());
    expect(createHash("md5").update(bytes).digest("hex")).toBe(digest(wanted));
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
  }

  test.each(["POST", "PUT"])("uploads a photo by %s", async (method) => {
    const outcome = await upload("photo.jpg", 300_000, method);
    await expectStored(outcome, 300_000);
    expect(emulator.store.get(outcome.key ?? "")?.contentType).toBe("image/jpeg");
  });

  test("uploads a large file in parts, with progress within each", async () => {
    const size = 12 * MiB + 5;
    const outcome = await upload("video.mp4", size);
    await expectStored(outcome, size);
    expect(emulator.store.get(outcome.key ?? "")?.etag).toMatch(/-4$/);
  });

  test("continues with a large file after the page is reloaded", async () => {
    const size = 12 * MiB + 6;
    let parts = 0;
    let stored = 0;
    page.on("response", (response) => {
      if (response.request().method() === "PUT") stored += 1;
    });
    await page.route(/partNumber=/, async (route) => {
      // Only a part counts, not the preflight before it.
      if (route.request().method() === "PUT") parts += 1;
      if (parts <= 2) return await route.continue();
      // Parts that are under way when another fails are cancelled.
      await expect.poll(() => stored).toBe(2);
      return await route.abort();
    });
    expect(await upload("video.mp4", size)).toMatchObject({ kind: "network", code: "NetworkError" });
    await page.unrouteAll();
    await page.reload();
    const sent: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "PUT") sent.push(request.url());
    });
    await expectStored(await upload("video.mp4", size), size);
    expect(sent.length).toBeLessThan(4);
    expect(await page.evaluate(() => Reflect.get(globalThis, "localStorage").getItem("cos-uploader"))).toBe(
      "[]",
    );
  });

  test("is told that it may not, and by whom, if the bucket's CORS rules do not name it", async () => {
    await allowInBucket(["https://another.example.com"]);
    try {
      const outcome = await upload("photo.jpg", 10);
      expect(outcome).toMatchObject({ kind: "network", code: "NetworkError" });
      expect(outcome.message).toContain(`could not reach https://${emulator.cosHost}, `);
      expect(outcome.message).toContain("the bucket's CORS rules must name the page's origin");
    } finally {
      await allowInBucket([origin]);
    }
  });

  test("is told at once that a browser computes no MD5, which only the developer can help", async () => {
    const outcome = await uploadOf("new File(['a'], 'a.png'), { md5: client.md5 }");
    expect(outcome).toMatchObject({ kind: "configuration", code: "NotSupported", retryable: false });
    expect(outcome.urls.filter((url) => url.includes("/post-policy"))).toEqual([]);
  });

  /** Uploads what the expression makes in the page, and tells how that ended. */
  async function uploadOf(expression: string): Promise<Outcome & { readonly urls: readonly string[] }> {
    const urls: string[] = [];
    page.on("request", (request) => urls.push(request.url()));
    const call = `client.createUploader({ endpoint: ${JSON.stringify(emulator.url)}, maxAttempts: 3, backoffMs: 1 })
      .upload(${expression})
      .then(({ key }) => ({ key, seen: [] }), ({ code, kind, retryable }) => ({ code, kind, retryable, seen: [] }))`;
    return { ...(await page.evaluate<Outcome>(call)), urls };
  }

  /** Makes a file the page's `chosen`. @returns the folder that contains it */
  async function chooseFile(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "uploader-"));
    const file = join(folder, "photo.jpg");
    await writeFile(file, "one");
    await page.setContent('<input type="file">');
    await page.setInputFiles("input", file);
    // The browser looks at the file only now.
    await page.evaluate("window.chosen = document.querySelector('input').files[0]; chosen.size");
    return folder;
  }

  // The browser says as little of a file that has changed, and of a folder that was dropped:
  // https://github.com/openreview/openreview-web/pull/709, https://github.com/mattermost/mattermost/issues/10064
  test("is told that a file is gone since it was chosen, not that the network failed", async () => {
    const folder = await chooseFile();
    await rm(folder, { recursive: true });
    const outcome = await uploadOf("chosen");
    expect(outcome).toMatchObject({ kind: "client", code: "FileUnreadable" });
    expect(outcome.urls.filter((url) => url.includes("/post-policy"))).toHaveLength(1);
  });

  // Chrome on Android: https://github.com/tus/tus-js-client/issues/255, https://github.com/transloadit/uppy/issues/2860
  test.each(["POST", "PUT"])(
    "retries a %s with a copy of the file, which the browser may refuse to send again",
    async (method) => {
      const folder = await chooseFile();
      let requests = 0;
      await page.route(
        (url) => url.host === emulator.cosHost,
        async (route) => {
          if (route.request().method() === "OPTIONS") return await route.continue();
          requests += 1;
          if (requests > 1) return await route.continue();
          return await route.abort();
        },
      );
      let signatures = 0;
      await page.route(/\/(post-policy|put-sign)/, async (route) => {
        signatures += 1;
        if (signatures === 2) await rm(folder, { recursive: true });
        await route.continue();
      });
      const options = method === "PUT" ? ", { method: client.put }" : "";
      expect((await uploadOf(`chosen${options}`)).key).toMatch(/\.jpg$/);
      expect([requests, signatures]).toEqual([2, 2]);
    },
  );

  // Pasted and drawn pictures: https://github.com/mycolorway/simditor/issues/312
  test.each([
    ["new Blob(['a'], { type: 'image/png' })", "png"],
    ["new File(['a'], 'blob', { type: 'image/jpeg' })", "jpeg"],
    ["new File(['a'], 'a.webp', { type: 'image/png' })", "webp"],
    ["new File(['a'], 'Scan 2024.05.12', { type: 'application/pdf' })", "pdf"],
    // WeChat's browser on Android: https://github.com/marchFantasy/vue-file-upload/issues/20
    ["new File([new Uint8Array([255, 216, 255, 224])], 'image%3A148818')", "jpg"],
    ["new Blob([new Uint8Array([0, 0, 0, 24]), 'ftypheic'])", "heic"],
    ["new Blob(['RIFF\\x00\\x00\\x00\\x00WEBPVP8'])", "webp"],
    ["new File(['%PDF-1.7'], 'letter')", "pdf"],
    // The type of Chromebooks for what they do not know: https://github.com/DFE-Digital/get-help-with-tech/pull/1242
    ["new Blob(['%PDF-1.7'], { type: 'application/octet-stream' })", "pdf"],
  ])("uploads %s as .%s", async (expression, ext) => {
    expect((await uploadOf(expression)).key).toMatch(new RegExp(`\\.${ext}$`));
  });

  // A component's own object in place of its file, an input without a file, the text of a picture; FormData would send the
  // text of any of them.
  test.each([
    ["undefined", "Undefined"],
    ["'data:image/png;base64,AAAA'", "String"],
    ["({ name: 'a.png', type: 'image/png', size: 4, raw: new Blob(['a']) })", "Object"],
    ["document.querySelectorAll('title')", "NodeList"],
  ])("is told that %s is no file", async (expression, name) => {
    const outcome = await page.evaluate(`client.createUploader({ endpoint: ${JSON.stringify(emulator.url)} })
      .upload(${expression}).catch(({ code, kind, message }) => ({ code, kind, message }))`);
    expect(outcome).toEqual({
      code: "InvalidRequest",
      kind: "configuration",
      message: `The file should be a File or a Blob instead of ${name}.`,
    });
  });

  // Its File is no instance of the page's: https://github.com/huaweicloud/huaweicloud-sdk-browserjs-obs/pull/30
  test.each(["", ", { method: client.put }"])("uploads a file of a frame by its name%s", async (options) => {
    await page.setContent("<iframe></iframe>");
    const { key = "" } = await uploadOf(
      `new frames[0].File(['abc'], 'a.webp', { type: 'image/png' })${options}`,
    );
    expect(key).toMatch(/\.webp$/);
    expect(emulator.store.get(key)?.size).toBe(3);
  });

  // Browsers do not say why: https://github.com/transloadit/uppy/issues/510 and 2285.
  test.each([
    ["http://functions.example.test", "https", "give the endpoint, and COS_DOMAIN, with https"],
    [
      "https://functions.example.test:99999",
      "http",
      "takes this for no address: https://functions.example.test:99999",
    ],
  ])("is told at once that %s is no address for a page of %s", async (endpoint, scheme, says) => {
    if (scheme === "https") {
      const body = `<!doctype html><script>${script}</script>`;
      await page.route("https://secure.example.test/", (route) =>
        route.fulfill({ body, contentType: "text/html" }),
      );
      await page.goto("https://secure.example.test/");
    }
    const { message, ...error } = await page.evaluate<{ message: string }>(`client
      .createUploader({ endpoint: ${JSON.stringify(endpoint)} })
      .upload(new File(["a"], "a.jpg"))
      .catch(({ code, kind, retryable, message }) => ({ code, kind, retryable, message }))`);
    expect(error).toEqual({ code: "InvalidUrl", kind: "configuration", retryable: false });
    expect(message).toContain(says);
  });

  // Safari since 26.5: https://github.com/Stirling-Tools/Stirling-PDF/pull/7889, https://github.com/movim/movim/issues/1621,
  // and before: https://github.com/pqina/filepond/issues/635
  test.each(["POST", "PUT"])(
    "uploads by %s what a browser would send as nothing, were it the file itself",
    async (method) => {
      await page.evaluate(`(() => {
      const { append } = FormData.prototype;
      FormData.prototype.append = function (name, value, ...rest) {
        return append.call(this, name, value instanceof File ? new File([], value.name) : value, ...rest);
      };
      const { send } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.send = function (body) {
        return send.call(this, body instanceof File ? new Blob([]) : body);
      };
    })()`);
      const outcome = await upload("photo.jpg", 300_000, method);
      await expectStored(outcome, 300_000);
      expect(emulator.store.get(outcome.key ?? "")?.contentType).toBe("image/jpeg");
    },
  );

  test("is told at once that the browser stopped the request", async () => {
    await page.route(/\/post-policy/, async () => {
      await page.evaluate("window.stop()");
    });
    expect(await uploadOf("new File(['a'], 'a.png')")).toMatchObject({
      kind: "network",
      code: "Interrupted",
    });
  });

  // Phones' browsers: https://github.com/youzan/vant/issues/6241, https://github.com/FineUploader/fine-uploader/issues/276
  test("uploads a file whose size the browser gives as 0, without a size", async () => {
    const { key = "", urls } = await uploadOf(
      "Object.defineProperty(new File(['abc'], 'a.png'), 'size', { value: 0 })",
    );
    expect(emulator.store.get(key)?.size).toBe(3);
    expect(urls.find((url) => url.includes("/post-policy"))).not.toContain("size=");
  });

  // A TypeError, and a SyntaxError: https://xhr.spec.whatwg.org/#the-setrequestheader()-method
  test.each(["登录", "a\nb"])(
    "is told of the token %j, which no header can have, and does not try again",
    async (token) => {
      const call = `client.createUploader({ endpoint: ${JSON.stringify(emulator.url)}, getToken: () => ${JSON.stringify(token)} })
      .upload(new File(['a'], 'a.png')).catch(({ code, retryable }) => ({ code, retryable }))`;
      expect(await page.evaluate(call)).toEqual({ code: "InvalidRequest", retryable: false });
    },
  );

  test("hears from the function what cannot be uploaded", async () => {
    expect(await upload("run.exe", 10)).toMatchObject({ kind: "service", code: "ExtensionNotAllowed" });
  });
});

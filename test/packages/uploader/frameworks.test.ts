import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Uploader } from "../../../packages/uploader/src/core/options.ts";
import { loadAdapter } from "./adapter.ts";
import { errorOf } from "./error-of.ts";
import { ENDPOINT, TICKET } from "./ticket.ts";

/*
 * Taro and uni-app on platforms that are no Mini Program. What their methods give is from the frameworks' sources:
 * https://github.com/NervJS/taro, packages/taro-rn/src/lib, and https://github.com/dcloudio/uni-app, packages/uni-h5.
 */

interface Option {
  readonly url: string;
  readonly responseType?: string;
  readonly success: (answer: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** What Node.js lacks of a browser's. */
class BrowserReader {
  readonly result = new ArrayBuffer(3);
  onload = () => {};
  readAsArrayBuffer(): void {
    setImmediate(() => this.onload());
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("Taro on React Native", () => {
  const PHOTO = "file:///data/user/0/app/cache/photo.jpg";
  let upload: Uploader["upload"];
  beforeAll(async () => {
    ({ upload } = (await loadAdapter("taro"))({ endpoint: ENDPOINT, maxAttempts: 3, backoffMs: 1 }));
  });

  /** `request` is as in taro-rn: it answers with the text only if the option `responseType` asks for it. */
  function stubTaro(uploadFile: (option: Option) => void, text = JSON.stringify(TICKET), status = 200) {
    const asked = { request: 0, uploadFile: 0 };
    vi.stubGlobal("Taro", {
      request({ responseType, success }: Option) {
        asked.request += 1;
        const response = new Response(text, { status, headers: { "X-Scf-Request-Id": "req-9" } });
        const data = responseType === "text" ? text : response;
        setImmediate(() => success({ statusCode: status, header: response.headers, data }));
        return Promise.resolve();
      },
      uploadFile(option: Option) {
        asked.uploadFile += 1;
        setImmediate(() => uploadFile(option));
        return Promise.resolve();
      },
    });
    return asked;
  }

  test("stores a file whose success is the Response of fetch, once", async () => {
    const asked = stubTaro(({ success }) => success(new Response(null, { status: 204 })));
    expect((await upload(PHOTO)).key).toBe("uploads/1.jpg");
    expect(asked).toEqual({ request: 1, uploadFile: 1 });
  });

  test("reports COS's refusal in such a Response", async () => {
    const xml = "<Error><Code>EntityTooLarge</Code><Message>Too large.</Message></Error>";
    const headers = { "X-Cos-Request-Id": "NjUw" };
    stubTaro(({ success }) => success(new Response(xml, { status: 400, headers })));
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code: "EntityTooLarge", requestId: "NjUw" });
  });

  test("reads the function's refusal, and its request id from a Headers object", async () => {
    const refusal = { error: { code: "ExtensionNotAllowed", message: "No." } };
    stubTaro(() => {}, JSON.stringify(refusal), 400);
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code: "ExtensionNotAllowed", requestId: "req-9" });
  });

  // https://github.com/NervJS/taro/issues/12907
  test("does not retry what an older version reports as a text with the status", async () => {
    const asked = stubTaro(({ fail }) => fail({ errMsg: "uploadFile fail: 403 " }));
    expect(await errorOf(upload(PHOTO))).toMatchObject({ kind: "storage", code: "Http403", status: 403 });
    expect(asked.uploadFile).toBe(1);
  });

  test.each([undefined, null, {}])("retries at once when uploadFile succeeds with %j", async (answer) => {
    const asked = stubTaro(({ success }) => success(answer));
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code: "NetworkError", retryable: true });
    expect(asked.uploadFile).toBe(3);
  });

  test.each([
    ["uploadFile fail: TypeError: Network request failed", "NetworkError"],
    ["uploadFile fail: Error: 网络请求超时", "Timeout"],
  ])("retries %s", async (errMsg, code) => {
    const asked = stubTaro(({ fail }) => fail({ errMsg }));
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code, retryable: true });
    expect(asked.uploadFile).toBe(3);
  });
});

describe.each(["uni", "Taro"] as const)("%s in a browser", (name) => {
  let upload: Uploader["upload"];
  beforeAll(async () => {
    const createUploader = await loadAdapter(name === "uni" ? "uni" : "taro");
    ({ upload } = createUploader({ endpoint: ENDPOINT, maxAttempts: 2, backoffMs: 1 }));
  });

  function stub(uploadFile: (option: Option) => void) {
    const urls: string[] = [];
    vi.stubGlobal(name, {
      request({ url, success }: Option) {
        urls.push(url);
        setImmediate(() => success({ statusCode: 200, data: TICKET }));
      },
      uploadFile: (option: Option) => void setImmediate(() => uploadFile(option)),
    });
    return urls;
  }

  const stored = ({ success }: Option) => success({ statusCode: 204, data: "" });

  // https://github.com/dcloudio/uni-app/issues/1205, https://github.com/NervJS/taro/issues/3436 and 3884
  test.each([
    ["image/jpeg", "jpeg"],
    ["image/png", "png"],
    ["video/webm;codecs=vp9", "webm"],
    ["video/quicktime", "mov"],
    ["text/plain;charset=utf-8", "txt"],
    // What uni.chooseFile and uni.chooseVideo give.
    ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
    ["video/3gpp", "3gp"],
    // What Android's recorders give: https://github.com/Cadasta/cadasta-platform/issues/683
    ["audio/3gpp", "3gp"],
    ["image/svg+xml", null],
    ["", null],
  ])("a blob: address of the type %j has the extension %j", async (type, ext) => {
    const urls = stub(stored);
    const { size } = await upload(URL.createObjectURL(new Blob(["abc"], { type })));
    expect(size).toBe(3);
    expect(new URL(urls[0] ?? "").searchParams.get("ext")).toBe(ext);
  });

  test("a data: address, as a canvas gives it, has an extension and a size", async () => {
    const urls = stub(stored);
    await upload("data:image/png;base64,AAAA");
    expect(Object.fromEntries(new URL(urls[0] ?? "").searchParams)).toEqual({ ext: "png", size: "3" });
  });

  // The browser says nothing: https://github.com/mattermost/mattermost/issues/10064
  test.each([
    ["no longer read", true, { code: "FileUnreadable", retryable: false }],
    ["still read", false, { code: "NetworkError", retryable: true }],
  ])("a failure with a file that the browser can %s is told as such", async (_, isGone, expected) => {
    const address = URL.createObjectURL(new Blob(["abc"], { type: "image/png" }));
    vi.stubGlobal("FileReader", BrowserReader);
    stub(({ fail }) => {
      if (isGone) URL.revokeObjectURL(address);
      fail({ errMsg: "uploadFile:fail" });
    });
    expect(await errorOf(upload(address))).toMatchObject(expected);
  });
});

/*
 * Bytes for text, as https://github.com/NervJS/taro/pull/15846 reports of HarmonyOS. What is no UTF-8 is read byte by byte.
 */
describe.each(["uni", "Taro"] as const)("%s on a platform whose answers arrive as bytes", (name) => {
  const bytesOf = (text: string) => new Uint8Array(Buffer.from(text)).buffer;

  test.each<[string, (text: string) => unknown]>([
    ["an ArrayBuffer", bytesOf],
    ["a view of one", (text) => new Uint8Array(bytesOf(`##${text}`), 2)],
    ["a text", (text) => text],
  ])("reads the function's and COS's answer in %s", async (_, dataOf) => {
    const { upload } = (await loadAdapter(name === "uni" ? "uni" : "taro"))({ endpoint: ENDPOINT });
    const xml = "<Error><Code>EntityTooLarge</Code><Message>100% 太大 😀</Message></Error>";
    vi.stubGlobal(name, {
      request: ({ success }: Option) =>
        setImmediate(() => success({ statusCode: 200, data: dataOf(JSON.stringify(TICKET)) })),
      uploadFile: ({ success }: Option) =>
        void setImmediate(() => success({ statusCode: 400, data: dataOf(xml) })),
    });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({
      kind: "storage",
      code: "EntityTooLarge",
      message: "100% 太大 😀",
      key: "uploads/1.jpg",
    });
  });

  test("reads the code of an answer in another encoding", async () => {
    const { upload } = (await loadAdapter(name === "uni" ? "uni" : "taro"))({ endpoint: ENDPOINT });
    const gbk = Buffer.concat([
      Buffer.from('{"error":{"code":"QuotaExceeded","message":"'),
      Buffer.of(0xb2, 0xbb),
      Buffer.from('"}}'),
    ]);
    vi.stubGlobal(name, {
      request: ({ success }: Option) =>
        setImmediate(() => success({ statusCode: 429, data: new Uint8Array(gbk).buffer })),
    });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ kind: "service", code: "QuotaExceeded" });
  });
});

// https://github.com/NervJS/taro/issues/1770, and packages/taro-h5/src/api/network/upload.ts
test.each(["progress", "onProgressUpdate"])("Taro's tasks report their progress by %s", async (method) => {
  const { upload } = (await loadAdapter("taro"))({ endpoint: ENDPOINT });
  vi.stubGlobal("Taro", {
    request: ({ success }: Option) => setImmediate(() => success({ statusCode: 200, data: TICKET })),
    uploadFile({ success }: Option) {
      const listeners: ((update: object) => void)[] = [];
      setImmediate(() => {
        for (const listener of listeners) listener({ progress: 40 });
        success({ statusCode: 204 });
      });
      return Object.assign(Promise.resolve(), {
        [method]: (listener: (update: object) => void) => void listeners.push(listener),
      });
    },
  });
  const seen: number[] = [];
  await upload("a.jpg", { onProgress: ({ fraction }) => seen.push(fraction) });
  expect(seen).toEqual([0, 0.4, 1]);
});

// https://github.com/NervJS/taro, packages/shared/src/native-apis.ts: an app would report a rejection that nobody handles.
// In a browser during development, so does what is not supported: packages/taro-h5/src/utils/index.ts.
test.each(["getFileInfo", "getImageInfo", "uploadFile", "request", "getFileSystemManager"])(
  "a %s of Taro that fails and rejects leaves no rejection unhandled",
  async (name) => {
    const { upload } = (await loadAdapter("taro"))({ endpoint: ENDPOINT, maxAttempts: 1 });
    const answers: Readonly<Record<string, object>> = {
      getFileInfo: { size: 3 },
      getImageInfo: { type: "png" },
      getFileSystemManager: {},
      request: { statusCode: 200, data: TICKET },
      uploadFile: { statusCode: 204 },
    };
    const methods = Object.entries(answers).map(([own, answer]) => [
      own,
      (option?: Option) => {
        const { success, fail } = option ?? { success() {}, fail() {} };
        if (own !== name) success(answer);
        else fail({ errMsg: `${own}:fail` });
        return own === name ? Promise.reject({ errMsg: `${own}:fail` }) : Promise.resolve(answer);
      },
    ]);
    vi.stubGlobal("Taro", Object.fromEntries(methods));
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    await upload("content://a").catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  },
);

describe.each(["uni", "Taro"] as const)("%s", (name) => {
  const load = () => loadAdapter(name === "uni" ? "uni" : "taro");

  // https://github.com/dcloudio/uni-app/issues/5939
  test.each([
    [new File(["a"], "a.png"), "File"],
    [{ path: "blob:a", size: 1 }, "Object"],
    [["blob:a"], "Array"],
    [undefined, "Undefined"],
  ])("says that %o is no path, and asks for no signature", async (wrong, given) => {
    const { upload } = (await load())({ endpoint: ENDPOINT });
    const request = vi.fn();
    vi.stubGlobal(name, { request, uploadFile: request });
    expect(await errorOf(Reflect.apply(upload, undefined, [wrong]))).toMatchObject({
      code: "InvalidRequest",
      message: `The file should be a path instead of ${given}.`,
    });
    expect(request).not.toHaveBeenCalled();
  });

  test.each([
    ["assets-library://asset/asset.JPG?id=1&ext=JPG", "JPG"],
    ["file:///data/a.b/photo.jpeg?x=1.5", "jpeg"],
    ["file:///data/a.b/photo", null],
  ])("finds the extension in %s", async (path, ext) => {
    const { upload } = (await load())({ endpoint: ENDPOINT });
    const urls: string[] = [];
    vi.stubGlobal(name, {
      request({ url, success }: Option) {
        urls.push(url);
        setImmediate(() => success({ statusCode: 200, data: TICKET }));
      },
      uploadFile: ({ success }: Option) => void setImmediate(() => success({ statusCode: 204 })),
    });
    await upload(path);
    expect(new URL(urls[0] ?? "").searchParams.get("ext")).toBe(ext);
  });
});

describe("a Mini Program platform that is no WeChat", () => {
  const signs = ({ success }: Option) => setImmediate(() => success({ statusCode: 200, data: TICKET }));

  // https://github.com/redengineer/redmini/issues/1344: Xiaohongshu has a file system whose methods say so.
  test.each(["getFileInfo:fail getFileInfo方法不支持", "getFileInfo:fail not supported", "not implemented!"])(
    "uploads without a size where it says %s",
    async (errMsg) => {
      const { upload } = (await loadAdapter("taro"))({ endpoint: ENDPOINT });
      vi.stubGlobal("Taro", {
        getFileSystemManager: () => ({ getFileInfo: ({ fail }: Option) => fail({ errMsg }) }),
        request: signs,
        uploadFile: ({ success }: Option) => void setImmediate(() => success({ statusCode: 204 })),
      });
      expect(await upload("a.jpg")).toMatchObject({ key: "uploads/1.jpg", size: 0 });
    },
  );

  // What uni-app has in place of a method that a platform lacks: packages/uni-mp-core/src/api/wrapper.ts
  test("lacks getFileInfo, which uni-app then has without any callback, uploads after ten seconds, and then sooner", async () => {
    const request = vi.fn(signs);
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT });
    vi.stubGlobal("uni", {
      getFileSystemManager: () => undefined,
      getFileInfo: () => undefined,
      getImageInfo: () => undefined,
      request,
      uploadFile: ({ success }: Option) => void setImmediate(() => success({ statusCode: 204 })),
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const first = upload("ks://tmp/a");
      await vi.advanceTimersByTimeAsync(9999);
      expect(request).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      expect(await first).toMatchObject({ key: "uploads/1.jpg", size: 0 });
      const second = upload("ks://tmp/a.jpg");
      await vi.advanceTimersByTimeAsync(199);
      expect(request).toHaveBeenCalledTimes(1);
      await vi.advanceTimersByTimeAsync(1);
      expect(await second).toMatchObject({ key: "uploads/1.jpg" });
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([-1, "", null])("gives the size %j, which is none", async (size) => {
    const urls: string[] = [];
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT });
    vi.stubGlobal("uni", {
      getFileInfo: ({ success }: Option) => success({ size }),
      request(option: Option) {
        urls.push(option.url);
        signs(option);
      },
      uploadFile: ({ success }: Option) => void setImmediate(() => success({ statusCode: 204 })),
    });
    expect((await upload("a.jpg")).size).toBe(0);
    expect(urls[0]).not.toContain("size=");
  });

  test.each([
    // HarmonyOS: https://github.com/lei-mu/luch-request/issues/147
    [{}, "{}", 0],
    [{ errSubject: "uni-request", data: null }, '{"errSubject":"uni-request","data":null}', 0],
    // Douyin: https://developer.open-douyin.com/docs/resource/zh-CN/mini-app/develop/framework/error-code
    [{ errMsg: "uploadFile:fail", errorCode: 117300, errorType: "D" }, "uploadFile:fail", 117300],
    [{ errMsg: "uploadFile:fail", errNo: 21101 }, "uploadFile:fail", 21101],
  ])("says %j: what it says, and its number, are in the error", async (said, message, errno) => {
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT, maxAttempts: 1 });
    vi.stubGlobal("uni", { request: signs, uploadFile: ({ fail }: Option) => fail(said) });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ code: "NetworkError", message, errno });
  });

  // Xiaohongshu for Android, in uni-app: https://github.com/redengineer/redmini/issues/52
  test.each(["uni", "taro"] as const)("calls nothing but complete, in %s: that counts", async (entry) => {
    const { upload } = (await loadAdapter(entry))({ endpoint: ENDPOINT, maxAttempts: 1 });
    const asked: string[] = [];
    const only =
      (method: string, result: object) =>
      ({ complete }: { readonly complete?: (result: object) => void }) => {
        asked.push(method);
        setImmediate(() => complete?.(result));
      };
    const request = only("request", { errMsg: "request:ok", statusCode: 200, data: TICKET });
    const name = entry === "uni" ? "uni" : "Taro";
    vi.stubGlobal(name, { request, uploadFile: only("uploadFile", { statusCode: "204", data: "" }) });
    expect((await upload("a.jpg")).key).toBe("uploads/1.jpg");
    expect(asked).toEqual(["request", "uploadFile"]);
    const data = "<Error><Code>EntityTooLarge</Code></Error>";
    vi.stubGlobal(name, { request, uploadFile: only("uploadFile", { statusCode: 400, data }) });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ code: "EntityTooLarge" });
    vi.stubGlobal(name, { request: only("request", { errMsg: "request:fail url not in domain list" }) });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ code: "DomainNotAllowed" });
  });

  test.each(["before", "after"])("calls complete %s success: success counts", async (order) => {
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT, maxAttempts: 1 });
    vi.stubGlobal("uni", {
      request: signs,
      uploadFile({ success, complete }: Option & { readonly complete: (result: object) => void }) {
        const steps = [() => complete({}), () => success({ statusCode: 204 })];
        if (order === "after") steps.reverse();
        setImmediate(() => steps.forEach((step, index) => void setTimeout(step, index * 50)));
      },
    });
    expect((await upload("a.jpg")).key).toBe("uploads/1.jpg");
  });

  test.each([
    // Android: a picture of another app's.
    "uploadFile:fail java.lang.SecurityException: Permission Denial: opening provider com.android.providers.media.MediaDocumentsProvider",
    "uploadFile:fail java.io.FileNotFoundException: No content provider: /tmp/a",
    // Android: a file that changed meanwhile.
    "uploadFile:fail java.net.ProtocolException: expected 1024 bytes but received 512",
    // HarmonyOS: 13400002 of its request module, and 2300026 of its HTTP module.
    "uploadFile:fail File path not supported or invalid",
    "uploadFile:fail Failed to open/read local data from file/application",
  ])("cannot read the file, which no retry helps: %s", async (errMsg) => {
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT, maxAttempts: 2, backoffMs: 1 });
    const uploadFile = vi.fn(({ fail }: Option) => fail({ errMsg }));
    vi.stubGlobal("uni", { request: signs, uploadFile });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ code: "FileUnreadable", retryable: false });
    expect(uploadFile).toHaveBeenCalledTimes(1);
  });

  // Baidu: https://www.w3cschool.cn/baiduapp/baiduapp-plfk39m2.html
  test.each([
    [{ errCode: 1001, errMsg: "uploadFile:fail" }, "NetworkError"],
    [{ errCode: 1001, errMsg: "uploadFile:fail timeout" }, "Timeout"],
    [{ errCode: "1", errMsg: "" }, "NetworkError"],
    [{ errCode: 202, errMsg: "uploadFile:fail" }, "InvalidRequest"],
    // uni-app's words for any failure that is not Alipay's: packages/uni-mp-baidu/src/api/protocols.ts
    [{ errCode: 1001, errMsg: "uploadFile:ok" }, "NetworkError"],
  ])("has numbers of its own: %j is %s", async (said, code) => {
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT, maxAttempts: 1 });
    vi.stubGlobal("swan", {});
    vi.stubGlobal("uni", { request: signs, uploadFile: ({ fail }: Option) => fail(said) });
    const error = await errorOf(upload("a.jpg"));
    expect(error).toMatchObject({ code, errno: Number(said.errCode) });
    expect(error.message).not.toMatch(/:ok$/);
  });
});

// packages/uni-app-plus/src/service/api/network/request.ts
describe("uni in an app", () => {
  test.each([
    ["request:fail abort statusCode:-1", "NetworkError"],
    ["request:fail abort statusCode:-1 Unable to resolve host", "NetworkError"],
    ["request:fail abort statusCode:-1 timeout", "Timeout"],
    ["request:fail abort statusCode:-1 SSL handshake failed", "SecureConnectionFailed"],
    ["request:fail abort", "Interrupted"],
  ])("reports %s as %s", async (errMsg, code) => {
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT, maxAttempts: 1 });
    vi.stubGlobal("uni", { request: ({ fail }: Option) => fail({ errMsg }) });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ code, message: errMsg });
  });
});

describe("uni in a browser", () => {
  test.each([
    [{ errMsg: "request:fail", errCode: 5 }, "NetworkError"],
    [{ errMsg: "request:fail timeout", errCode: 5 }, "Timeout"],
    [{ errMsg: "request:fail abort", errCode: 600003 }, "Interrupted"],
  ])("reports %j as %s", async (said, code) => {
    const { upload } = (await loadAdapter("uni"))({ endpoint: ENDPOINT, maxAttempts: 1 });
    vi.stubGlobal("uni", { request: ({ fail }: Option) => fail(said) });
    expect(await errorOf(upload("a.jpg"))).toMatchObject({ code, retryable: true });
  });
});

import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Uploader } from "../../../packages/uploader/src/core/options.ts";
import { loadAdapter } from "./adapter.ts";
import { errorOf } from "./error-of.ts";
import { ENDPOINT, TICKET } from "./ticket.ts";

/*
 * Alipay and DingTalk, through uni-app. What they give is reported in https://github.com/NervJS/taro/pull/14366,
 * https://github.com/NervJS/taro/issues/5249, https://github.com/NervJS/taro/issues/5378 and
 * https://github.com/fjc0k/taro-axios/issues/7.
 */

const PHOTO = "https://resource/photo.jpg";

interface Option {
  readonly url: string;
  readonly filePath?: string;
  readonly fileType?: string;
  readonly success: (answer: object) => void;
  readonly fail: (error: object) => void;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Counts the requests to COS and to the function in an upload that ends this way. */
function platform(ends: { readonly request?: (o: Option) => void; readonly upload: (o: Option) => void }) {
  const asked = { request: 0, upload: 0 };
  vi.stubGlobal("uni", {
    request(option: Option) {
      asked.request += 1;
      const signed = ({ success }: Option) => success({ statusCode: 200, data: TICKET });
      setImmediate(() => (ends.request ?? signed)(option));
    },
    uploadFile(option: Option) {
      asked.upload += 1;
      setImmediate(() => ends.upload(option));
    },
  });
  return asked;
}

let upload: Uploader["upload"];
beforeAll(async () => {
  const createUploader = await loadAdapter("uni");
  ({ upload } = createUploader({ endpoint: ENDPOINT, maxAttempts: 3, backoffMs: 1 }));
});

/*
 * uni-app's wrapper for Alipay renames the fields of what `fail` receives too:
 * https://github.com/dcloudio/uni-app, packages/uni-mp-core/src/api/wrapper.ts and uni-mp-alipay/src/api/protocols.ts.
 */
describe("an answer that arrives through fail as uni-app has translated it", () => {
  const translated = { errMsg: "request:fail http status error", header: { "X-Scf-Request-Id": "req-7" } };

  test("is the function's refusal, and is not retried", async () => {
    const data = { error: { code: "ExtensionNotAllowed", message: "No." } };
    const asked = platform({
      request: ({ fail }) => fail({ ...translated, statusCode: 400, data }),
      upload: () => {},
    });
    expect(await errorOf(upload(PHOTO))).toMatchObject({
      kind: "service",
      code: "ExtensionNotAllowed",
      requestId: "req-7",
    });
    expect(asked.request).toBe(1);
  });

  test("leads to a login if it is a 401", async () => {
    const createUploader = await loadAdapter("uni");
    let logins = 0;
    const asked = platform({
      request: ({ success, fail }) =>
        logins > 0
          ? success({ statusCode: 200, data: TICKET })
          : fail({ ...translated, statusCode: 401, data: "" }),
      upload: ({ success }) => success({ statusCode: 204 }),
    });
    const getToken = ({ refresh }: { refresh: boolean }) => {
      if (refresh) logins += 1;
      return "token";
    };
    await createUploader({ endpoint: ENDPOINT, getToken }).upload(PHOTO);
    expect([logins, asked.request]).toEqual([1, 2]);
  });

  test("without a body is still a failure, since the answer was lost", async () => {
    platform({ request: ({ fail }) => fail({ ...translated, statusCode: 200 }), upload: () => {} });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ kind: "network", retryable: true });
  });
});

describe("a file", () => {
  /** The options of the requests of an upload that succeeds. */
  async function sent(path: string, methods: object = {}): Promise<Record<"request" | "upload", Option>> {
    const options: Partial<Record<"request" | "upload", Option>> = {};
    platform({
      request(option) {
        options.request = option;
        option.success({ statusCode: 200, data: TICKET });
      },
      upload(option) {
        options.upload = option;
        option.success({ statusCode: 204 });
      },
    });
    vi.stubGlobal("uni", { ...Reflect.get(globalThis, "uni"), ...methods });
    await upload(path);
    const { request, upload: uploaded } = options;
    if (!request || !uploaded) return expect.fail("Nothing was sent.");
    return { request, upload: uploaded };
  }

  // Without it: 无效参数. https://github.com/umicro/uView/issues/1210, https://github.com/NervJS/taro/issues/14298,
  // https://github.com/jd-opensource/nutui/issues/1322
  test.each([
    ["https://resource/a.jpg", "image"],
    ["https://resource/a.image", "image"],
    ["https://resource/a.MP4", "video"],
    ["https://resource/a.video", "video"],
    ["https://resource/a.mp3", "audio"],
    ["https://resource/a.pdf", "image"],
    ["https://resource/a", "image"],
  ])("%s is sent with the fileType %s", async (path, fileType) => {
    // In DingTalk the field's name is called fileName: https://github.com/dcloudio/uni-app/pull/5565
    const names = { name: "file", fileName: "file" };
    expect((await sent(path)).upload).toMatchObject({ fileType, filePath: path, ...names });
  });

  // On a phone every chosen picture ends in .image: https://github.com/AlipayDocs/open-docs/pull/1530
  test("that ends in .image has the extension of its type", async () => {
    const getImageInfo = ({ src, success }: { src: string; success(info: object): void }) =>
      success({ type: src === "https://resource/a.image" ? "PNG" : "" });
    const { request } = await sent("https://resource/a.image", { getImageInfo });
    expect(new URL(request.url).searchParams.get("ext")).toBe("png");
  });

  // In WeChat's words: https://developers.weixin.qq.com/miniprogram/dev/api/media/image/wx.getImageInfo.html
  test.each([
    ["content://media/external/images/media/1000000033", "jpeg", "jpeg"],
    ["content://media/external/images/media/1000000033", "unknown", null],
    ["https://resource/a.pdf", "jpeg", "pdf"],
  ])("at %s, a picture of the type %s, has the extension %s", async (path, type, expected) => {
    const getImageInfo = ({ success }: { success(info: object): void }) => success({ type });
    const { request } = await sent(path, { getImageInfo });
    expect(new URL(request.url).searchParams.get("ext")).toBe(expected);
  });

  test.each([
    ["cannot be looked at", { getImageInfo: ({ fail }: { fail(e: object): void }) => fail({ error: 10 }) }],
    ["a platform cannot look at", {}],
  ])("that ends in .image and %s has no extension", async (_, methods) => {
    const { request } = await sent("https://resource/a.image", methods);
    expect(new URL(request.url).searchParams.get("ext")).toBeNull();
  });
});

describe("an answer that arrives through fail", () => {
  test.each([204, "204", 201])("with status %j means that the file is stored", async (status) => {
    const asked = platform({ upload: ({ fail }) => fail({ error: 19, status, data: "", headers: {} }) });
    expect((await upload(PHOTO)).key).toBe("uploads/1.jpg");
    expect(asked.upload).toBe(1);
  });

  test("can be COS's refusal, which is reported and not retried", async () => {
    const data = "<Error><Code>EntityTooLarge</Code><Message>Too large.</Message></Error>";
    const headers = { "X-Cos-Request-Id": "NjUw" };
    const asked = platform({
      upload: ({ fail }) =>
        fail({ error: 19, errorMessage: "http status error", status: 400, data, headers }),
    });
    expect(await errorOf(upload(PHOTO))).toMatchObject({
      kind: "storage",
      code: "EntityTooLarge",
      status: 400,
      requestId: "NjUw",
      message: "Too large.",
    });
    expect(asked.upload).toBe(1);
  });

  test("can be the function's refusal", async () => {
    const data = { error: { code: "ExtensionNotAllowed", message: "No." } };
    const asked = platform({ request: ({ fail }) => fail({ status: 400, data }), upload: () => {} });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ kind: "service", code: "ExtensionNotAllowed" });
    expect(asked.request).toBe(1);
  });
});

describe("a failure", () => {
  test.each([
    [{ error: 13, errorMessage: "请求超时" }, "Timeout"],
    [{ error: 12, errorMessage: "上传文件失败" }, "NetworkError"],
    [{ error: 11, errorMessage: "文件不存在" }, "FileUnreadable"],
    [{ error: 12, errorMessage: "network error", status: 0 }, "NetworkError"],
    // https://github.com/AlipayDocs/open-docs, mini/api/基础API/网络/my.uploadFile.md
    [{ error: 4, errorMessage: "无权访问域名" }, "DomainNotAllowed"],
    [{ error: 11, errorMessage: "无效参数" }, "InvalidRequest"],
    [
      { error: 12, errorMessage: "java.io.FileNotFoundException:File is not a normal file." },
      "FileUnreadable",
    ],
    [{ error: 20, errorMessage: "请求 URL 不支持 HTTP，请使用 HTTPS" }, "InvalidUrl"],
    // DingTalk
    [{ error: 11, errorMessage: "无权跨域" }, "DomainNotAllowed"],
    // https://github.com/AlipayDocs/open-docs, support/支付宝小程序/常见问题, and mini/api/基础API/网络/my.request 常见问题.md
    [{ error: 13, errorMessage: "没有权限" }, "DomainNotAllowed"],
    [{ error: 11, errorMessage: "[API 调用] 请配置安全域名" }, "DomainNotAllowed"],
    [{ error: 11, errorMessage: "not have permission to upload" }, "FileUnreadable"],
    [{ error: 2, errorMessage: "入参有误" }, "InvalidRequest"],
    [{ error: 1, errorMessage: "not implemented!" }, "Interrupted"],
    [{ error: 1, errorMessage: "该接口暂不支持" }, "NotSupported"],
    [{ error: 20, errorMessage: "请求已被停止/服务端限流" }, "TooManyTasks"],
    [{ error: 12, errorMessage: "似乎已断开与互联网的连接" }, "NetworkError"],
  ])("%j: %s", async (fail, code) => {
    platform({ upload: (option) => option.fail(fail) });
    const told = { code, message: fail.errorMessage, errno: fail.error };
    expect(await errorOf(upload(PHOTO))).toMatchObject(told);
  });

  // The same page: the answer is no JSON, since it is the reason.
  test("that is reported as a status and a text in an answer's place has that reason", async () => {
    const asked = platform({
      upload: ({ fail }) =>
        fail({
          data: "请求超时异常",
          error: 14,
          headers: {},
          status: 13,
          errorMessage: "JSON parse data error",
        }),
    });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code: "Timeout", message: "请求超时异常" });
    expect(asked.upload).toBe(3);
  });

  // https://github.com/AlipayDocs/open-docs, mini/api/基础API/文件/FileSystemManager/FileSystemManager.getFileInfo.md
  test("to look at a file is no permission that the phone lacks", async () => {
    platform({ upload: () => {} });
    const getFileInfo = ({ fail }: Option) => fail({ error: 10024, errorMessage: "指定的路径没有读权限" });
    vi.stubGlobal("uni", { ...Reflect.get(globalThis, "uni"), getFileInfo });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code: "FileUnreadable", retryable: false });
  });

  // As uni-app translates it.
  test.each([
    ["request:fail not implemented!", "Interrupted"],
    ["request:fail 没有权限", "DomainNotAllowed"],
    ["request:fail 入参有误", "InvalidRequest"],
  ])("that uni-app has translated to %s is %s", async (errMsg, code) => {
    platform({ upload: (option) => option.fail({ errMsg }) });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code, message: errMsg });
  });

  test("that has only a number is reported with it", async () => {
    platform({ upload: ({ fail }) => fail({ error: 12 }) });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code: "NetworkError", message: "error 12" });
  });

  test("reported as a success without a status is still a failure", async () => {
    const offline = { errMsg: "request:ok", header: undefined, statusCode: undefined };
    platform({ upload: ({ success }) => success(offline) });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ kind: "network", code: "NetworkError" });
  });
});

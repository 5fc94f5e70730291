import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { Uploader, UploaderOptions } from "../../../packages/uploader/src/core/options.ts";
import { errorOf } from "./error-of.ts";

/*
 * Alipay and DingTalk, through uni-app. What they give is reported in https://github.com/NervJS/taro/pull/14366,
 * https://github.com/NervJS/taro/issues/5249, https://github.com/NervJS/taro/issues/5378 and
 * https://github.com/fjc0k/taro-axios/issues/7.
 */

const PHOTO = "https://resource/photo.image";
const ENDPOINT = "https://f.example.com";
const TICKET = {
  cosKey: "uploads/1.jpg",
  method: "POST",
  url: "https://photos-1250000000.cos.ap-guangzhou.myqcloud.com/",
  fields: { key: "uploads/1.jpg" },
};

interface Option {
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
  // The entry also runs in browsers, whose types these tests do not have.
  const entry = fileURLToPath(new URL("../../../packages/uploader/src/uni.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [entry], bundle: true, format: "esm", write: false });
  const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
  const module: { createUploader(options: UploaderOptions): Uploader } = await import(
    `data:text/javascript;base64,${code}`
  );
  ({ upload } = module.createUploader({ endpoint: ENDPOINT, maxAttempts: 3, backoffMs: 1 }));
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
  ])("%j: %s", async (fail, code) => {
    platform({ upload: (option) => option.fail(fail) });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ code, message: fail.errorMessage });
  });

  test("reported as a success without a status is still a failure", async () => {
    const offline = { errMsg: "request:ok", header: undefined, statusCode: undefined };
    platform({ upload: ({ success }) => success(offline) });
    expect(await errorOf(upload(PHOTO))).toMatchObject({ kind: "network", code: "NetworkError" });
  });
});

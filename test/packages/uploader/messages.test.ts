import { expect, test } from "vitest";
import type { UploadError } from "../../../packages/uploader/src/index.ts";
import { messageFor } from "../../../packages/uploader/src/messages.ts";

function errorWith(fields: Partial<UploadError>): UploadError {
  const error = { name: "UploadError", message: "for developers", kind: "service", code: "Http400" } as const;
  return { ...error, status: 400, requestId: "", retryable: false, ...fields };
}

test.each<[Partial<UploadError>, string, string]>([
  [
    { code: "FileTooLarge", requestId: "r" },
    "文件太大，请选择小一些的文件。",
    "The file is too large. Choose a smaller one.",
  ],
  [
    { kind: "storage", code: "EntityTooLarge", requestId: "r" },
    "文件太大，请选择小一些的文件。",
    "The file is too large. Choose a smaller one.",
  ],
  // What a proxy before COS answers.
  [
    { kind: "storage", code: "Http413", status: 413, requestId: "c1" },
    "文件太大，请选择小一些的文件。",
    "The file is too large. Choose a smaller one.",
  ],
  [
    { kind: "storage", code: "UserNetworkTooSlow", status: 400, requestId: "c1", retryable: true },
    "网络太慢，等待超时，请重试。",
    "The network is too slow. Try again.",
  ],
  // SCF's own refusal, which is not about the file: https://cloud.tencent.com/document/product/583/42611
  [
    { code: "Http430", status: 430, requestId: "s1" },
    "上传服务尚未配置好，请联系开发者。 (Http430, s1)",
    "The upload service is not set up. Please tell its developer. (Http430, s1)",
  ],
  [
    { code: "Http404", status: 404 },
    "上传服务尚未配置好，请联系开发者。",
    "The upload service is not set up. Please tell its developer.",
  ],
  // A mistake in the app: another file would not help.
  [
    { code: "RuleNotFound", status: 400, requestId: "r4" },
    "应用的设置有误，请联系开发者。 (RuleNotFound, r4)",
    "This app is not set up correctly. Please tell its developer. (RuleNotFound, r4)",
  ],
  [
    { code: "KeyNotAllowed", status: 403, requestId: "r5" },
    "上传服务拒绝了这个文件。 (KeyNotAllowed, r5)",
    "The upload service refused this file. (KeyNotAllowed, r5)",
  ],
  [
    { code: "Http401", status: 401 },
    "登录已失效，请重新登录。",
    "You are no longer logged in. Log in again.",
  ],
  [
    { kind: "network", code: "NetworkError", status: 0, retryable: true },
    "网络不通，请检查网络后重试。",
    "No connection. Check the network and try again.",
  ],
  [
    { kind: "timeout", code: "Timeout", status: 0, retryable: true },
    "网络太慢，等待超时，请重试。",
    "The network is too slow. Try again.",
  ],
  [{ kind: "cancelled", code: "Cancelled", status: 0 }, "已取消。", "Cancelled."],
  [
    { code: "TokenExpired", status: 401, requestId: "r1" },
    "登录已失效，请重新登录。 (TokenExpired, r1)",
    "You are no longer logged in. Log in again. (TokenExpired, r1)",
  ],
  [
    { code: "InternalError", status: 500, retryable: true, requestId: "r2" },
    "服务繁忙，请稍后重试。 (InternalError, r2)",
    "The service is busy. Try again in a moment. (InternalError, r2)",
  ],
  [
    { kind: "storage", code: "AccessDenied", status: 403, requestId: "c1" },
    "存储服务拒绝了这个文件。 (AccessDenied, c1)",
    "Storage refused this file. (AccessDenied, c1)",
  ],
  [
    { kind: "configuration", code: "DomainNotAllowed", status: 0 },
    "小程序后台没有配置该域名，请联系开发者。",
    "This domain is not on the Mini Program's list. Please tell its developer.",
  ],
  [
    { kind: "configuration", code: "InvalidUrl", status: 0 },
    "上传地址有误，请联系开发者。",
    "The upload address is wrong. Please tell the developer.",
  ],
  [
    { kind: "configuration", code: "SecureConnectionFailed", status: 0 },
    "无法建立安全连接：请检查手机的日期和时间；若正确无误，请联系开发者。",
    "No secure connection. Check the phone's date and time. If they are right, please tell the developer.",
  ],
  [
    { kind: "configuration", code: "NotSupported", status: 0 },
    "应用的设置有误，请联系开发者。",
    "This app is not set up correctly. Please tell its developer.",
  ],
  [
    { code: "CredentialsDenied", status: 500, requestId: "r" },
    "上传服务尚未配置好，请联系开发者。",
    "The upload service is not set up. Please tell its developer.",
  ],
  [
    { kind: "client", code: "FileUnreadable", status: 0 },
    "无法读取这个文件，请重新选择。",
    "The file cannot be read. Choose it again.",
  ],
  [
    { kind: "client", code: "FileTooLarge", status: 0 },
    "文件太大，请选择小一些的文件。",
    "The file is too large. Choose a smaller one.",
  ],
  [
    { kind: "client", code: "DigestUnavailable", status: 0 },
    "当前版本无法校验文件，请升级微信或正在使用的应用，再上传。",
    "This version cannot check the file. Update WeChat, or the app that you are using, then upload it again.",
  ],
  [
    { kind: "client", code: "OutOfMemory", status: 0 },
    "手机的内存或存储空间不足，请关闭其他应用、清理空间，或选择小一些的文件。",
    "The phone is out of memory or storage. Close other apps, free some space, or choose a smaller file.",
  ],
  [
    { kind: "client", code: "PermissionDenied", status: 0 },
    "没有所需的权限，请在手机的系统设置中检查。",
    "A permission is missing. Check the phone's settings.",
  ],
  // It may be Alipay's framework, or a phone's, as well as WeChat's.
  [
    { kind: "client", code: "PlatformError", status: 0, retryable: true },
    "系统出错，请重试。",
    "The system had a problem. Try again.",
  ],
  [
    { kind: "client", code: "TooManyTasks", status: 0, retryable: true },
    "同时进行的请求太多，请稍后重试。",
    "Too many requests at once. Try again in a moment.",
  ],
  [
    { kind: "network", code: "Interrupted", status: 0, retryable: true },
    "上传被中断，请重试。",
    "The upload was interrupted. Try again.",
  ],
  [
    { kind: "client", code: "TokenUnavailable", status: 0, retryable: true },
    "登录失败，请稍后重试。",
    "You could not be logged in. Try again in a moment.",
  ],
  [
    { kind: "client", code: "TokenUnavailable", status: 0, retryable: false },
    "登录失败。",
    "You could not be logged in.",
  ],
  [
    { kind: "client", code: "Unexpected", status: 0 },
    "上传失败，请联系开发者。",
    "The upload failed. Please tell the developer.",
  ],
])("%o", (fields, zh, en) => {
  expect(messageFor(errorWith(fields), "zh")).toBe(zh);
  expect(messageFor(errorWith(fields), "en")).toBe(en);
});

test.each(["constructor", "__proto__", "toString", ""])(
  "an unknown code %j gets its kind's message",
  (code) => {
    expect(messageFor(errorWith({ code, status: 403 }), "en")).toBe("The upload service refused this file.");
  },
);

// A `catch` also receives what the app itself throws, and what WeChat's own methods fail with.
test.each([
  undefined,
  null,
  "no",
  new TypeError("x"),
  { errMsg: "chooseMedia:fail cancel" },
  { kind: "toString" },
])("%o in place of an upload's error still gets a message", (error) => {
  expect(messageFor(error, "zh")).toBe("上传失败，请联系开发者。");
});

test.each([
  ["zh_CN", "已取消。"],
  ["zh-Hant", "已取消。"],
  ["zh_TW", "已取消。"],
  ["en_US", "Cancelled."],
  ["fr", "Cancelled."],
])("the language %s, as platforms name it, is understood", (language, expected) => {
  const error = errorWith({ kind: "cancelled", code: "Cancelled", status: 0 });
  expect(Reflect.apply(messageFor, undefined, [error, language])).toBe(expected);
});

test("the developers' message is not shown to users", () => {
  for (const kind of [
    "service",
    "storage",
    "network",
    "timeout",
    "cancelled",
    "client",
    "configuration",
  ] as const) {
    expect(messageFor(errorWith({ kind }), "zh")).not.toContain("developers");
  }
});

import { expect, test } from "vitest";
import { english } from "../../../packages/uploader/src/english.ts";
import type { UploadError } from "../../../packages/uploader/src/index.ts";
import { messageFor } from "../../../packages/uploader/src/index.ts";

function errorWith(fields: Partial<UploadError>): UploadError {
  const error = { name: "UploadError", message: "for developers", kind: "service", code: "Http400" } as const;
  return { ...error, status: 400, requestId: "", retryable: false, ...fields };
}

test.each<[Partial<UploadError>, string, string]>([
  [
    { code: "FileTooLarge", status: 413, requestId: "r" },
    "文件太大，请选择小一些的文件。",
    "The file is too large. Choose a smaller one.",
  ],
  [
    { kind: "storage", code: "EntityTooLarge", requestId: "r" },
    "文件太大，请选择小一些的文件。",
    "The file is too large. Choose a smaller one.",
  ],
  [
    { code: "TypeNotAllowed", requestId: "r" },
    "不支持上传这种类型的文件。",
    "Files of this type cannot be uploaded.",
  ],
  [
    { kind: "network", code: "NetworkError", status: 0, retryable: true },
    "网络不通或上传被中断，请检查网络后重试。",
    "No connection, or the upload was interrupted. Check the network and try again.",
  ],
  [
    { kind: "timeout", code: "Timeout", status: 0, retryable: true },
    "网络不通或上传被中断，请检查网络后重试。",
    "No connection, or the upload was interrupted. Check the network and try again.",
  ],
  [{ kind: "cancelled", code: "Cancelled", status: 0 }, "已取消。", "Cancelled."],
  [
    { code: "TokenExpired", status: 401, requestId: "r1" },
    "登录已失效，请重新登录。 (TokenExpired, r1)",
    "You are no longer logged in. Log in again. (TokenExpired, r1)",
  ],
  [
    { code: "InternalError", status: 500, retryable: true, requestId: "r2" },
    "服务繁忙或已达到限额，请稍后重试。 (InternalError, r2)",
    "The service is busy, or your quota is used up. Try again later. (InternalError, r2)",
  ],
  [
    { code: "QuotaExceeded", status: 429, requestId: "r2" },
    "服务繁忙或已达到限额，请稍后重试。 (QuotaExceeded, r2)",
    "The service is busy, or your quota is used up. Try again later. (QuotaExceeded, r2)",
  ],
  [
    { kind: "storage", code: "AccessDenied", status: 403, requestId: "c1" },
    "文件被拒绝。 (AccessDenied, c1)",
    "The file was refused. (AccessDenied, c1)",
  ],
  [
    { kind: "configuration", code: "DomainNotAllowed", status: 0 },
    "上传失败，请联系开发者。 (DomainNotAllowed)",
    "The upload failed. Please tell the developer. (DomainNotAllowed)",
  ],
  [
    { kind: "configuration", code: "SecureConnectionFailed", status: 0 },
    "无法安全连接，请检查手机的日期和时间。",
    "No secure connection. Check the phone's date and time.",
  ],
  [
    { code: "CredentialsDenied", status: 500, requestId: "r" },
    "上传失败，请联系开发者。 (CredentialsDenied, r)",
    "The upload failed. Please tell the developer. (CredentialsDenied, r)",
  ],
  [
    { code: "NotFound", status: 404 },
    "上传失败，请联系开发者。 (NotFound)",
    "The upload failed. Please tell the developer. (NotFound)",
  ],
  [
    { kind: "client", code: "FileUnreadable", status: 0 },
    "文件无法读取或已被改动，请重新选择。",
    "The file cannot be read, or has changed. Choose it again.",
  ],
  [
    { kind: "client", code: "PermissionDenied", status: 0 },
    "请在手机设置中检查微信的权限。",
    "Check in the phone's settings what WeChat may use.",
  ],
  [
    { kind: "client", code: "TokenUnavailable", status: 0, retryable: true },
    "登录失败。",
    "You could not be logged in.",
  ],
  [
    { kind: "client", code: "Unexpected", status: 0 },
    "上传失败，请联系开发者。 (Unexpected)",
    "The upload failed. Please tell the developer. (Unexpected)",
  ],
])("%o", (fields, zh, en) => {
  expect(messageFor(errorWith(fields))).toBe(zh);
  expect(messageFor(errorWith(fields), english)).toBe(en);
});

test.each(["constructor", "__proto__", "toString", ""])("an unknown code %j of a refusal says so", (code) => {
  expect(messageFor(errorWith({ code }), english)).toBe(`The file was refused. (${code})`);
});

test("the message for developers is not shown", () => {
  for (const kind of [
    "service",
    "storage",
    "network",
    "timeout",
    "cancelled",
    "client",
    "configuration",
  ] as const) {
    expect(messageFor(errorWith({ kind }))).not.toContain("developers");
  }
});

import { expect, test } from "vitest";
import { messageFor } from "../../miniprogram/client/messages.ts";
import type { UploadError } from "../../miniprogram/client/uploader.ts";

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
    "You are not logged in any more. Log in again. (TokenExpired, r1)",
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
])("%o", (fields, zh, en) => {
  expect(messageFor(errorWith(fields), "zh")).toBe(zh);
  expect(messageFor(errorWith(fields), "en")).toBe(en);
});

test.each(["constructor", "__proto__", "toString", ""])(
  "an unknown code %j has its kind's message",
  (code) => {
    expect(messageFor(errorWith({ code }), "en")).toBe("The upload service refused this file.");
  },
);

test("the message for developers is not shown", () => {
  for (const kind of ["service", "storage", "network", "timeout", "cancelled", "client"] as const) {
    expect(messageFor(errorWith({ kind }), "zh")).not.toContain("developers");
  }
});

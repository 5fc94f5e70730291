import { describe, expect, test } from "vitest";
import { weChatFindings } from "../../../tools/doctor/wechat.ts";

const UPLOAD = "uploads-1250000000.cos.ap-guangzhou.myqcloud.com";

function functionsFinding(functions: string) {
  return weChatFindings({ functions, upload: UPLOAD, download: undefined })[0];
}

test("prints the exact lines for the three lists", () => {
  const findings = weChatFindings({
    functions: "https://api.example.com/put-sign",
    upload: UPLOAD,
    download: "cdn.example.com:8443",
  });
  expect(findings.map(({ id, status }) => [id, status])).toEqual([
    ["wechat.functions", "pass"],
    ["wechat.upload", "pass"],
    ["wechat.download", "pass"],
    ["wechat.lists", "pass"],
  ]);
  expect(findings[3]?.detail.split("\n").slice(0, 3)).toEqual([
    `request合法域名: https://api.example.com;https://${UPLOAD}`,
    `uploadFile合法域名: https://${UPLOAD}`,
    "downloadFile合法域名: https://cdn.example.com:8443",
  ]);
});

test("without a download domain, uses the upload host; without the functions' address, says so", () => {
  const lines = weChatFindings({ functions: undefined, upload: UPLOAD, download: undefined }).at(-1)?.detail;
  expect(lines).toContain(`downloadFile合法域名: https://${UPLOAD}`);
  expect(lines).toContain("with --function-url");
});

describe("finds what WeChat refuses:", () => {
  test.each([
    ["plain HTTP", "http://api.example.com/", "not https"],
    ["an IP address", "https://203.0.113.7/", "IP address"],
    ["an IPv6 address", "https://[2001:db8::1]/", "IP address"],
    ["localhost", "https://localhost:3000/", "this machine"],
    ["a name without a dot", "https://server/", "this machine"],
    ["an explicit :443", "https://api.example.com:443/put-sign", ":443 must not be"],
    ["WeChat's own API", "https://api.weixin.qq.com/", "api.weixin.qq.com"],
  ])("%s", (_, url, says) => {
    expect(functionsFinding(url)).toMatchObject({ status: "fail", detail: expect.stringContaining(says) });
  });

  test("and then prints no lines to copy", () => {
    const findings = weChatFindings({ functions: "https://127.0.0.1/", upload: UPLOAD, download: undefined });
    expect(findings.at(-1)).toMatchObject({ id: "wechat.lists", status: "skip" });
  });

  test("another port is part of the line", () => {
    expect(functionsFinding("https://api.example.com:8443/x")).toMatchObject({
      status: "pass",
      detail: "https://api.example.com:8443",
    });
  });

  test("warns of COS_DOMAIN with :443, which the functions leave out", () => {
    const [upload] = weChatFindings({
      functions: undefined,
      upload: "a.example.com:443",
      download: undefined,
    });
    expect(upload).toMatchObject({ id: "wechat.upload", status: "warn" });
  });
});

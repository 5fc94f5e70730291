import { expect, test } from "vitest";
import { whoseServer } from "../../../packages/tls-check/src/whose-server.ts";

test.each([
  ["upload.example.com.cdn.dnsv1.com", "Tencent Cloud's CDN"],
  ["upload.example.com.cdn.dnsv1.com.cn.", "Tencent Cloud's CDN"],
  ["uploads-1250000000.file.myqcloud.com", "Tencent Cloud's CDN"],
  ["*.cos.ap-guangzhou.myqcloud.com", "COS itself"],
  ["uploads-1250000000.cos.ap-guangzhou.tencentcos.cn", "COS itself"],
  ["1250000000-abc.ap-guangzhou.tencentscf.com", "SCF"],
  ["*.oss-cn-hangzhou.aliyuncs.com", "Alibaba OSS"],
  ["upload.example.com", undefined],
  ["cos.example.com", undefined],
])("recognizes %s as %s's", (name, who) => {
  expect(whoseServer([name])?.who).toBe(who);
});

test("names nobody's commands", () => {
  for (const name of ["a.cdn.dnsv1.com", "b-1250000000.cos.ap-guangzhou.myqcloud.com"]) {
    expect(whoseServer([name])?.install).not.toContain("npm run");
  }
});

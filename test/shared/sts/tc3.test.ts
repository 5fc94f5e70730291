import { expect, test } from "vitest";
import { tc3Headers } from "../../../shared/sts/tc3.ts";

const key = { secretId: "AKIDEXAMPLE", secretKey: "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE", token: "the-token" };

const call = {
  host: "sts.tencentcloudapi.com",
  service: "sts",
  action: "AssumeRole",
  version: "2018-08-13",
  region: "ap-guangzhou",
  body: '{"RoleArn":"qcs::cam::uin/1:roleName/r"}',
  timestamp: 1551113065,
};

/** Computed from https://cloud.tencent.com/document/api/598/38343 with Python's hmac and hashlib. */
const SIGNATURE = "1c1f23d609abccff0423c5ffc95df476bb919c105576a6a72a54ced36663d1a8";

test("signs a call as the documentation says", () => {
  expect(tc3Headers(call, key)).toEqual({
    "content-type": "application/json; charset=utf-8",
    host: "sts.tencentcloudapi.com",
    "x-tc-action": "AssumeRole",
    "x-tc-version": "2018-08-13",
    "x-tc-region": "ap-guangzhou",
    "x-tc-timestamp": "1551113065",
    "x-tc-token": "the-token",
    authorization: `TC3-HMAC-SHA256 Credential=AKIDEXAMPLE/2019-02-25/sts/tc3_request, SignedHeaders=content-type;host, Signature=${SIGNATURE}`,
  });
});

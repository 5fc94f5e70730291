import { expect, test } from "vitest";
import {
  readSignatureV1,
  signatureV1,
  stringToSignV1,
} from "../../../../packages/cos-emulator/src/cloud-api/signature-v1.ts";

// The documentation's example; its masked key is the literal text, asterisks included.
const SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3*******";
const PARAMETERS = {
  Action: "DescribeInstances",
  Version: "2017-03-12",
  Timestamp: "1465185768",
  Region: "ap-guangzhou",
  SecretId: "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******",
  Nonce: "11886",
  Offset: "0",
  Limit: "20",
  "InstanceIds.0": "ins-09dx96dg",
};
const STRING_TO_SIGN =
  "GETcvm.tencentcloudapi.com/?Action=DescribeInstances&InstanceIds.0=ins-09dx96dg&Limit=20&Nonce=11886&Offset=0&Region=ap-guangzhou&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******&Timestamp=1465185768&Version=2017-03-12";
const SIGNATURE = "zmmjn35mikh6pM3V7sUEuX4wyYM=";

test("https://cloud.tencent.com/document/api/213/15693: string to sign", () => {
  expect(stringToSignV1("GET", "cvm.tencentcloudapi.com", new Map(Object.entries(PARAMETERS)))).toBe(
    STRING_TO_SIGN,
  );
});

test("https://cloud.tencent.com/document/api/213/15693: signature", () => {
  expect(signatureV1(STRING_TO_SIGN, SECRET_KEY, "sha1")).toBe(SIGNATURE);
});

// An older page's example of the same algorithm: https://cloud.tencent.com/document/api/213/6984
test("the v2 page's signature", () => {
  const stringToSign =
    "GETcvm.api.qcloud.com/v2/index.php?Action=DescribeInstances&Nonce=11886&Region=gz&SecretId=AKIDz8krbsJ5yKBZQpn74WFkmLPx3gnPhESA&Timestamp=1465185768&instanceIds.0=ins-09dx96dg&limit=20&offset=0";
  expect(signatureV1(stringToSign, "Gu5t9xGARNpq86cd98joQYCN3Cozk1qA", "sha1")).toBe(
    "NSI3UqqD99b/UJb4tbG/xZpRW64=",
  );
});

function read(method: "GET" | "POST", parameters: Record<string, string>) {
  const text = new URLSearchParams(parameters).toString();
  return readSignatureV1({
    method,
    host: "cvm.tencentcloudapi.com",
    query: method === "GET" ? text : "",
    headers: new Map(),
    body: Buffer.from(method === "POST" ? text : ""),
  });
}

test("verifies the example", () => {
  const call = read("GET", { ...PARAMETERS, Signature: SIGNATURE });
  expect(call).toMatchObject({
    action: "DescribeInstances",
    version: "2017-03-12",
    timestamp: 1465185768,
    secretId: PARAMETERS.SecretId,
    token: undefined,
  });
  expect([...call.parameters.names()].sort()).toEqual(["InstanceIds.0", "Limit", "Offset"]);
  expect(call.parameters.integer("Limit")).toBe(20);
  expect(call.isSignedWith(SECRET_KEY)).toBe(true);
  expect(call.isSignedWith("another key")).toBe(false);
});

test("a signature for GET is not valid for POST", () => {
  expect(read("POST", { ...PARAMETERS, Signature: SIGNATURE }).isSignedWith(SECRET_KEY)).toBe(false);
});

test.each(["Action", "Version", "Timestamp", "Nonce", "SecretId", "Signature"])(
  "a call without %s is refused for the missing parameter",
  (name) => {
    const { [name]: _left, ...rest } = { ...PARAMETERS, Signature: SIGNATURE } as Record<string, string>;
    expect(() => read("GET", rest)).toThrow(expect.objectContaining({ code: "MissingParameter" }));
  },
);

test("refuses a repeated parameter", () => {
  const request = {
    method: "GET",
    host: "h",
    query: "Action=A&Action=B",
    headers: new Map(),
    body: Buffer.alloc(0),
  } as const;
  expect(() => readSignatureV1(request)).toThrow(expect.objectContaining({ code: "InvalidParameter" }));
});

test.each(["-1", "1e9", "99999999999999999999", "soon"])("refuses a timestamp of %s", (timestamp) => {
  expect(() => read("GET", { ...PARAMETERS, Timestamp: timestamp, Signature: SIGNATURE })).toThrow(
    expect.objectContaining({ code: "InvalidParameterValue" }),
  );
});

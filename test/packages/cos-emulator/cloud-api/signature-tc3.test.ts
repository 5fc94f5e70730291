import { expect, test } from "vitest";
import {
  canonicalRequestTc3,
  readSignatureTc3,
  signatureTc3,
  stringToSignTc3,
} from "../../../../packages/cos-emulator/src/cloud-api/signature-tc3.ts";

// The documentation's example, from the edition whose key ends in EXAMPLE and is not masked.
const SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE";
const SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE";
const TIMESTAMP = 1551113065;
const SCOPE = "2019-02-25/cvm/tc3_request";
const SIGNATURE = "72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168";
const AUTHORIZATION = `TC3-HMAC-SHA256 Credential=${SECRET_ID}/${SCOPE}, SignedHeaders=content-type;host, Signature=${SIGNATURE}`;
const CANONICAL_REQUEST = `POST
/

content-type:application/json; charset=utf-8
host:cvm.tencentcloudapi.com

content-type;host
35e9c5b0e3ae67532d3c9f17ead6c90222632e5b1ff7f6e89887f1398934f064`;
const STRING_TO_SIGN = `TC3-HMAC-SHA256
1551113065
2019-02-25/cvm/tc3_request
5ffe6a04c0664d6b969fab9a13bdab201d63ee709638e2749d62a09ca18d7031`;

const request = {
  method: "POST",
  host: "cvm.tencentcloudapi.com",
  query: "",
  headers: new Map([
    ["host", "cvm.tencentcloudapi.com"],
    ["content-type", "application/json; charset=utf-8"],
    ["x-tc-action", "DescribeInstances"],
    ["x-tc-version", "2017-03-12"],
    ["x-tc-timestamp", String(TIMESTAMP)],
  ]),
  body: Buffer.from(
    '{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}',
  ),
} as const;

function withHeaders(...changes: [string, string][]) {
  return { ...request, headers: new Map([...request.headers, ...changes]) };
}

test("https://cloud.tencent.com/document/api/213/30654: canonical request", () => {
  expect(canonicalRequestTc3(request, ["content-type", "host"])).toBe(CANONICAL_REQUEST);
});

test("https://cloud.tencent.com/document/api/213/30654: string to sign", () => {
  expect(stringToSignTc3(TIMESTAMP, SCOPE, CANONICAL_REQUEST)).toBe(STRING_TO_SIGN);
});

test("https://cloud.tencent.com/document/api/213/30654: signature", () => {
  expect(signatureTc3(SECRET_KEY, "2019-02-25", "cvm", STRING_TO_SIGN)).toBe(SIGNATURE);
});

test("verifies the example", () => {
  const call = readSignatureTc3(request, AUTHORIZATION);
  expect(call).toMatchObject({
    action: "DescribeInstances",
    version: "2017-03-12",
    timestamp: TIMESTAMP,
    secretId: SECRET_ID,
    token: undefined,
  });
  expect(call.parameters.integer("Limit")).toBe(1);
  expect(call.isSignedWith(SECRET_KEY)).toBe(true);
  expect(call.isSignedWith("another key")).toBe(false);
});

test.each([
  ["another host", withHeaders(["host", "sts.tencentcloudapi.com"])],
  ["another content type", withHeaders(["content-type", "text/plain"])],
  ["another time", withHeaders(["x-tc-timestamp", String(TIMESTAMP + 1)])],
  ["the same time of another day", withHeaders(["x-tc-timestamp", String(TIMESTAMP + 86400)])],
  ["another body", { ...request, body: Buffer.from("{}") }],
])("the signature is not valid for %s", (_what, changed) => {
  expect(readSignatureTc3(changed, AUTHORIZATION).isSignedWith(SECRET_KEY)).toBe(false);
});

test("a scope with another day than the timestamp's fails, however well it is signed", () => {
  const scope = "2019-02-26/cvm/tc3_request";
  const stringToSign = stringToSignTc3(TIMESTAMP, scope, CANONICAL_REQUEST);
  const signature = signatureTc3(SECRET_KEY, "2019-02-26", "cvm", stringToSign);
  const authorization = AUTHORIZATION.replace(SCOPE, scope).replace(SIGNATURE, signature);
  expect(readSignatureTc3(request, authorization).isSignedWith(SECRET_KEY)).toBe(false);
});

test.each([
  ["another algorithm", AUTHORIZATION.replace("TC3-HMAC-SHA256", "HMAC-SHA1")],
  ["no scope", AUTHORIZATION.replace(`/${SCOPE}`, "")],
  ["an upper-case signature", AUTHORIZATION.replace(SIGNATURE, SIGNATURE.toUpperCase())],
  ["an unsigned host", AUTHORIZATION.replace("content-type;host", "content-type")],
  ["an unsigned content type", AUTHORIZATION.replace("content-type;host", "host")],
  ["nothing", ""],
])("an Authorization with %s is refused", (_what, authorization) => {
  expect(() => readSignatureTc3(request, authorization)).toThrow(
    expect.objectContaining({ code: "AuthFailure.InvalidAuthorization" }),
  );
});

test("a signed header that is missing fails the signature", () => {
  const authorization = AUTHORIZATION.replace("content-type;host", "content-type;host;x-tc-region");
  expect(readSignatureTc3(request, authorization).isSignedWith(SECRET_KEY)).toBe(false);
});

test.each(["X-TC-Action", "X-TC-Version", "X-TC-Timestamp"])(
  "a call without %s is refused for lacking it",
  (name) => {
    expect(() => readSignatureTc3(withHeaders([name.toLowerCase(), ""]), AUTHORIZATION)).toThrow(
      expect.objectContaining({ code: "MissingParameter" }),
    );
  },
);

test.each(["", "[]", "null", "{"])("refuses the body %j", (body) => {
  expect(() => readSignatureTc3({ ...request, body: Buffer.from(body) }, AUTHORIZATION)).toThrow(
    expect.objectContaining({ code: "InvalidParameter" }),
  );
});

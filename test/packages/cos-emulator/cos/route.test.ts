import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
import { postForm } from "./post-support.ts";
import { BUCKET_HOST, signedHeaders, startCos } from "./support.ts";

describe("the Host header", () => {
  test.each([
    [BUCKET_HOST],
    ["uploads-1250000000.cos.ap-guangzhou.tencentcos.cn"],
    [`${BUCKET_HOST}:443`],
    ["UPLOADS-1250000000.cos.ap-guangzhou.myqcloud.com"],
    ["files.example.com"],
    ["files.example.com:8443"],
    ["192.168.1.2:9000"],
  ])("%s leads to the bucket", async (host) => {
    const cos = await startCos({ customDomains: ["files.example.com", "192.168.1.2:9000"] });
    const headers = signedHeaders({ method: "HEAD", key: "", headers: { host } });
    expect((await cos.send({ method: "HEAD", path: "/", headers })).status).toBe(200);
  });

  test("localhost with the port leads to the bucket", async () => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "HEAD", key: "", headers: { host: `localhost:${cos.port}` } });
    expect((await cos.send({ method: "HEAD", path: "/", headers })).status).toBe(200);
  });

  test.each([
    ["another bucket", "other-1250000000.cos.ap-guangzhou.myqcloud.com"],
    ["another region", "uploads-1250000000.cos.ap-beijing.myqcloud.com"],
    ["a host that starts the same", `${BUCKET_HOST}.evil.example`],
    ["a name that points here (DNS rebinding)", "evil.example"],
    ["loopback with another port", "127.0.0.1:1"],
    ["loopback without a port", "127.0.0.1"],
    ["a custom domain with another port", "192.168.1.2:9001"],
  ])("of %s is refused with 404 NoSuchBucket", async (_, host) => {
    const cos = await startCos({ customDomains: ["192.168.1.2:9000"] });
    const headers = signedHeaders({ method: "GET", key: "", headers: { host } });
    const answer = await cos.send({ method: "GET", path: "/", headers });
    expect(answer).toMatchObject({ status: 404, code: "NoSuchBucket" });
    expect(answer.headers["x-emulator-reason"]).toContain(host);
  });
});

// https://github.com/zhangruiyu/tencent_cos/issues/3; testCreateInvalidBucket of cos-php-sdk-v5
test.each([
  ["uploads", "InvalidRequest", "Missing required header for this request: Appid"],
  ["uploads_2-1250000000", "InvalidBucketName", "not valid"],
])(
  "a host that begins with %s instead of a bucket's name is refused with 400 %s",
  async (name, code, message) => {
    const cos = await startCos();
    const headers = signedHeaders({
      method: "PUT",
      key: "",
      headers: { host: `${name}.cos.ap-guangzhou.myqcloud.com` },
    });
    const answer = await cos.send({ method: "PUT", path: "/", headers });
    expect(answer).toMatchObject({ status: 400, code });
    expect(answer.message).toContain(message);
  },
);

describe("what COS has and the emulator lacks is refused with 501 NotImplemented:", () => {
  test.each([
    ["DELETE", "/a?acl"],
    ["GET", "/a?cors"],
    ["POST", "/a?append&acl"],
    ["GET", "/a?uploads"],
    ["POST", "/?uploads"],
    ["POST", "/a?uploads&acl"],
    ["PUT", "/a?uploadId=x"],
    ["PUT", "/a?partNumber=1"],
    ["GET", "/a?partNumber=1&uploadId=x"],
    ["GET", "/?uploadId=x"],
    ["POST", "/a?delete"],
    ["POST", "/?policy"],
    ["GET", "/a?policy"],
    ["GET", "/?policy&domain"],
    ["POST", "/a?tagging"],
    ["GET", "/a?imageInfo"],
    ["GET", "/a?exif"],
    ["GET", "/a?ci-process=doc-preview"],
    ["PUT", "/a?imageMogr2/thumbnail/100x"],
    ["HEAD", "/a?imageMogr2/thumbnail/100x"],
    ["GET", "/?imageMogr2/thumbnail/100x"],
    ["POST", "/a?image_process"],
    ["DELETE", "/?inventory"],
    ["POST", "/a?select&select-type=2"],
    ["DELETE", "/?logging"],
    ["DELETE", "/?accelerate"],
    ["PUT", "/?originProtect"],
    ["PUT", "/?guetzli"],
    ["PUT", "/a?legal-hold"],
    ["DELETE", "/?object-lock"],
    // As cos-python-sdk-v5 and cos-go-sdk-v5 send them.
    ["PUT", "/a?live"],
    ["PUT", "/a?live&switch=enabled"],
    ["GET", "/a?live&comp=status"],
    ["DELETE", "/a?live"],
    ["GET", "/?live"],
    ["GET", "/a?vod&starttime=1&endtime=2"],
    ["POST", "/a?decompression"],
    ["PUT", "/?hotlink"],
    ["PUT", "/?origin-protect"],
    ["PUT", "/?image-slim"],
  ])("%s %s", async (method, path) => {
    const cos = await startCos();
    const answer = await cos.send({
      method,
      path,
      ...(method === "GET" || method === "HEAD" ? {} : { body: "x" }),
    });
    expect(answer).toMatchObject({ status: 501, code: method === "HEAD" ? "" : "NotImplemented" });
    expect(cos.store.all()).toEqual([]);
  });
});

describe("other hosts of Tencent's are refused with 501, saying what they are for:", () => {
  test.each([
    ["cos.accelerate.myqcloud.com", "global acceleration"],
    ["uploads-1250000000.ci.ap-guangzhou.myqcloud.com", "Cloud Infinite"],
    ["uploads-1250000000.picgz.myqcloud.com", "Cloud Infinite"],
    ["uploads-1250000000.file.myqcloud.com", "CDN"],
    ["1250000000.cos-control.ap-guangzhou.myqcloud.com", "batch"],
    ["uploads-1250000000.cos-internal.ap-guangzhou.tencentcos.cn", "internal"],
    ["uploads-1250000000.cosgz.myqcloud.com", "uploads-1250000000.cosgz.myqcloud.com"],
    [`evil.example.${BUCKET_HOST}`, `evil.example.${BUCKET_HOST}`],
  ])("%s", async (host, what) => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "PUT", key: "a", headers: { host } });
    const answer = await cos.send({ method: "PUT", path: "/a", headers, body: "x" });
    expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
    expect(answer.message).toContain(what);
  });
});

describe("an AWS signature is refused by name, with 501:", () => {
  const V4 = "AWS4-HMAC-SHA256 Credential=AKID/20260102/ap-guangzhou/s3/aws4_request, Signature=0";
  test.each([
    ["version 4 in the header", "/a", { authorization: V4 }, "version 4"],
    ["version 4 in the query", "/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=0", {}, "version 4"],
    ["version 2 in the header", "/a", { authorization: "AWS AKID:c2ln" }, "version 2"],
    ["version 2 in the query", "/a?AWSAccessKeyId=AKID&Signature=x&Expires=1", {}, "version 2"],
    ["an unknown method", "/?list-type=2", { authorization: V4 }, "version 4"],
  ])("%s", async (_, path, headers, what) => {
    const cos = await startCos();
    const answer = await cos.send({ method: "GET", path, headers });
    expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
    expect(answer.message).toContain(what);
    expect(cos.log.join("")).not.toContain("AKID");
  });

  test("a form", async () => {
    const cos = await startCos();
    const answer = await postForm(cos, [
      ["key", "a"],
      ["policy", "e30="],
      ["x-amz-algorithm", "AWS4-HMAC-SHA256"],
      ["x-amz-signature", "0"],
    ]);
    expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
    expect(cos.store.all()).toEqual([]);
  });
});

test.each([
  ["POST", "/a"],
  ["PATCH", "/a"],
  ["PATCH", "/"],
])("%s %s is refused with 405 MethodNotAllowed", async (method, path) => {
  const cos = await startCos();
  expect(await cos.send({ method, path, body: "x" })).toMatchObject({
    status: 405,
    code: "MethodNotAllowed",
  });
});

test("a request target that is not a path is refused with 400 InvalidURI", async () => {
  const cos = await startCos();
  expect(await cos.send({ method: "GET", path: "http://evil.example/a" })).toMatchObject({
    status: 400,
    code: "InvalidURI",
  });
});

test("an error has the form of COS's errors", async () => {
  const cos = await startCos();
  const answer = await cos.send({ method: "GET", path: "/a%26%3Cb%3E?x=secret" });
  expect(answer.headers["content-type"]).toBe("application/xml");
  const text = answer.body.toString();
  expect(text.startsWith("<?xml version='1.0' encoding='utf-8' ?><Error><Code>AccessDenied</Code>")).toBe(
    true,
  );
  expect(Object.keys(new XMLParser().parse(text).Error)).toEqual([
    "Code",
    "Message",
    "Resource",
    "RequestId",
    "TraceId",
  ]);
  const { Error: error } = new XMLParser().parse(text);
  expect(error.Resource).toBe(`${cos.host}/a%26%3Cb%3E`);
  expect(error.RequestId).toBe(answer.headers["x-cos-request-id"]);
});

test("attack: a client's input cannot break out of the XML of an error", async () => {
  const cos = await startCos();
  const headers = signedHeaders({ method: "GET", key: "other", headers: { host: cos.host } });
  const answer = await cos.send({
    method: "GET",
    path: `/${encodeURIComponent("a</FormatString><Code>&")}`,
    headers,
  });
  const { Error: error } = new XMLParser({ trimValues: false }).parse(answer.body.toString());
  expect(error.Code).toBe("SignatureDoesNotMatch");
  expect(error.FormatString).toBe(`get\n/a</FormatString><Code>&\n\nhost=${encodeURIComponent(cos.host)}\n`);
});

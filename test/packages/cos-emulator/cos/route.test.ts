import { XMLParser } from "fast-xml-parser";
import { describe, expect, test } from "vitest";
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
    ["a host that ends alike", `evil.example.${BUCKET_HOST}`],
    ["a host that begins alike", `${BUCKET_HOST}.evil.example`],
    ["the service", "cos.ap-guangzhou.myqcloud.com"],
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

describe("what COS has and the emulator has not is refused with 501 NotImplemented:", () => {
  test.each([
    ["GET", "/a?acl"],
    ["PUT", "/a?acl"],
    ["POST", "/a?append&position=0"],
    ["GET", "/a?uploads"],
    ["POST", "/?uploads"],
    ["POST", "/a?uploads&acl"],
    ["PUT", "/a?uploadId=x"],
    ["PUT", "/a?partNumber=1"],
    ["GET", "/a?partNumber=1&uploadId=x"],
    ["GET", "/?uploadId=x"],
    ["POST", "/?delete"],
    ["GET", "/?logging"],
    ["PUT", "/?lifecycle"],
    ["POST", "/?policy"],
    ["GET", "/a?policy"],
    ["GET", "/?policy&domain"],
    ["PUT", "/a?tagging"],
    ["GET", "/a?imageInfo"],
    ["GET", "/a?exif"],
    ["GET", "/a?ci-process=doc-preview"],
    ["PUT", "/a?imageMogr2/thumbnail/100x"],
    ["HEAD", "/a?imageMogr2/thumbnail/100x"],
    ["GET", "/?imageMogr2/thumbnail/100x"],
    ["PUT", "/"],
    ["DELETE", "/"],
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

test("a target that is no path is refused with 400 InvalidURI", async () => {
  const cos = await startCos();
  expect(await cos.send({ method: "GET", path: "http://evil.example/a" })).toMatchObject({
    status: 400,
    code: "InvalidURI",
  });
});

test("an error has COS's shape", async () => {
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

test("what the client sends cannot break out of the XML of an error", async () => {
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

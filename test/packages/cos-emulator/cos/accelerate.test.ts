import { describe, expect, test } from "vitest";
import { ask } from "./asking.ts";
import { BUCKET_HOST, startCos } from "./support.ts";

const [NAME = ""] = BUCKET_HOST.split(".");
const AT_ACCELERATED = { headers: { host: `${NAME}.cos.accelerate.myqcloud.com` } };

async function startWith(status: "Enabled" | "Suspended") {
  const cos = await startCos();
  const body = `<AccelerateConfiguration><Status>${status}</Status></AccelerateConfiguration>`;
  expect((await ask(cos, "PUT", "", { query: { accelerate: "" }, body })).status).toBe(200);
  return cos;
}

// https://cloud.tencent.com/document/product/436/38868
test("GET Bucket accelerate names the type", async () => {
  const cos = await startWith("Suspended");
  const { body } = await ask(cos, "GET", "", { query: { accelerate: "" } });
  expect(body.toString()).toContain("<Status>Suspended</Status><Type>COS</Type>");
});

// The page of errors, https://cloud.tencent.com/document/product/436/7730
describe("its own host refuses a bucket with 400 BucketAccelerateNotEnabled", () => {
  const refused = { status: 400, code: "BucketAccelerateNotEnabled" };

  test("that never had it", async () => {
    expect(await ask(await startCos(), "GET", "a", AT_ACCELERATED)).toMatchObject(refused);
  });

  test("where it is suspended", async () => {
    expect(await ask(await startWith("Suspended"), "GET", "a", AT_ACCELERATED)).toMatchObject(refused);
  });
});

test("its own host knows no other bucket", async () => {
  const headers = { host: "none-1250000000.cos.accelerate.myqcloud.com" };
  expect(await ask(await startWith("Enabled"), "PUT", "", { headers })).toMatchObject({
    code: "NoSuchBucket",
  });
});

// The list of https://www.tencentcloud.com/document/product/436/40700
test("its own host uploads and downloads", async () => {
  const cos = await startWith("Enabled");
  expect((await ask(cos, "PUT", "a", { ...AT_ACCELERATED, body: "x" })).status).toBe(200);
  expect((await ask(cos, "GET", "a", AT_ACCELERATED)).body.toString()).toBe("x");
  expect((await ask(cos, "HEAD", "a", AT_ACCELERATED)).status).toBe(200);
  const uploads = { ...AT_ACCELERATED, query: { uploads: "" } };
  expect((await ask(cos, "POST", "b", uploads)).status).toBe(200);
  expect((await ask(cos, "GET", "", uploads)).status).toBe(200);
});

test.each([
  ["DELETE", "a", {}],
  ["GET", "", {}],
  ["GET", "", { accelerate: "" }],
  ["GET", "a", { tagging: "" }],
] as const)("its own host has no %s %s %o", async (method, key, query) => {
  const cos = await startWith("Enabled");
  // https://github.com/tencentyun/coscmd/issues/274
  expect(await ask(cos, method, key, { ...AT_ACCELERATED, query })).toMatchObject({
    status: 400,
    code: "ActionAccelerateNotSupported",
    message: "The action is not supported by the accelerate host.",
  });
});

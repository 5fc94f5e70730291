import { describe, expect, test } from "vitest";
import { fieldsFor, postForm } from "./post-support.ts";
import { BUCKET_HOST, signedHeaders, startCos, type TestCos } from "./support.ts";

/** What a header that is not emulated requests; COS knows some of them for uploads only. */
const HEADERS = [
  ["pic-operations", '{"is_pic_info":1}'],
  ["x-cos-server-side-encryption-padding", "1"],
  ["x-cos-object-lock-legal-hold", "ON"],
  ["x-cos-callback", "e30="],
  ["x-cos-mime-limit", "image/*"],
  ["x-cos-website-redirect-location", "/b"],
] as const;

const COPY = { "x-cos-copy-source": `${BUCKET_HOST}/a` };

type Operation = readonly [
  name: string,
  method: "GET" | "HEAD" | "PUT" | "POST",
  key: string,
  query: Record<string, string>,
  headers: Record<string, string>,
];

const OPERATIONS: readonly Operation[] = [
  ["GET Object", "GET", "a", {}, {}],
  ["HEAD Object", "HEAD", "a", {}, {}],
  ["PUT Object", "PUT", "b", {}, {}],
  ["PUT Object - Copy", "PUT", "b", {}, COPY],
  ["Append Object", "POST", "b", { append: "", position: "0" }, {}],
  ["Initiate Multipart Upload", "POST", "b", { uploads: "" }, {}],
  ["Upload Part", "PUT", "b", { partNumber: "1", uploadId: "x" }, {}],
  ["Upload Part - Copy", "PUT", "b", { partNumber: "1", uploadId: "x" }, COPY],
  ["Complete Multipart Upload", "POST", "b", { uploadId: "x" }, {}],
  ["POST Object restore", "POST", "a", { restore: "" }, {}],
  ["GET Bucket", "GET", "", {}, {}],
  ["DELETE Multiple Objects", "POST", "", { delete: "" }, {}],
];

function ask(cos: TestCos, [, method, key, query, headers]: Operation) {
  const signed = signedHeaders({ method, key, query, headers: { host: cos.host, ...headers } });
  const hasBody = method === "PUT" || method === "POST";
  const search = new URLSearchParams(query).toString();
  return cos.send({ method, path: `/${key}?${search}`, headers: signed, ...(hasBody && { body: "x" }) });
}

async function startWithObject(): Promise<TestCos> {
  const cos = await startCos();
  expect((await ask(cos, ["", "PUT", "a", {}, {}])).status).toBe(200);
  return cos;
}

describe.each(OPERATIONS)("%s refuses by name, and changes nothing for, the header", (...operation) => {
  test.each(HEADERS)("%s", async (name, value) => {
    const cos = await startWithObject();
    const [title, method, key, query, headers] = operation;
    const answer = await ask(cos, [title, method, key, query, { ...headers, [name]: value }]);
    expect(answer.status).toBe(501);
    expect(answer.headers["x-emulator-reason"]).toContain(name);
    expect(cos.store.all().map((object) => object.key)).toEqual(["a"]);
  });
});

test.each(HEADERS)("POST Object refuses the header %s sent with its form", async (name, value) => {
  const cos = await startCos();
  const answer = await postForm(cos, fieldsFor({ key: "a" }), "x", { [name]: value });
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
  expect(cos.store.all()).toEqual([]);
});

test("a caller without the right is told that, and not what is not emulated", async () => {
  const cos = await startWithObject();
  const answer = await cos.send({ method: "GET", path: "/a", headers: { "pic-operations": "{}" } });
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
});

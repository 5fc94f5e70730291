import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { atRate } from "../../../../packages/cos-emulator/src/cos/http/traffic-limit.ts";
import { fieldsFor, postForm } from "./post-support.ts";
import { signedHeaders, startCos, type TestCos } from "./support.ts";

const SLOWEST = "819200";
/** 128 KB of it take 1.28 s at the slowest rate. */
const FILE = Buffer.alloc(128 * 1024, 1);
const LEAST_MS = 1200;

async function took(work: () => Promise<{ status: number }>): Promise<{ status: number; ms: number }> {
  const started = performance.now();
  const { status } = await work();
  return { status, ms: performance.now() - started };
}

function send(cos: TestCos, method: "GET" | "PUT", headers: Record<string, string>, query = {}) {
  const signed = signedHeaders({ method, key: "a", query, headers: { host: cos.host, ...headers } });
  const search = new URLSearchParams(query).toString();
  const path = `/a${search && `?${search}`}`;
  return cos.send({ method, path, headers: signed, ...(method === "PUT" && { body: FILE }) });
}

describe("x-cos-traffic-limit is obeyed", () => {
  test("by PUT, as a header or a parameter", async () => {
    const cos = await startCos();
    const limit = { "x-cos-traffic-limit": SLOWEST };
    const [header, parameter] = await Promise.all([
      took(() => send(cos, "PUT", limit)),
      took(() => send(cos, "PUT", {}, limit)),
    ]);
    expect([header.status, parameter.status]).toEqual([200, 200]);
    expect(Math.min(header.ms, parameter.ms)).toBeGreaterThan(LEAST_MS);
    expect(cos.store.get("a")?.size).toBe(FILE.length);
  });

  test("by POST, as a form field", async () => {
    const cos = await startCos();
    const fields = fieldsFor({ key: "a", fields: [["x-cos-traffic-limit", SLOWEST]] });
    const { status, ms } = await took(() => postForm(cos, fields, FILE));
    expect(status).toBe(204);
    expect(ms).toBeGreaterThan(LEAST_MS);
  });

  test("by GET", async () => {
    const cos = await startCos();
    await send(cos, "PUT", {});
    const { status, ms } = await took(() => send(cos, "GET", { "x-cos-traffic-limit": SLOWEST }));
    expect(status).toBe(200);
    expect(ms).toBeGreaterThan(LEAST_MS);
  });
});

test.each(["819199", "838860801", "1e6", "", "fast"])("%j bit/s is refused with 400", async (limit) => {
  const cos = await startCos();
  const named = { "x-cos-traffic-limit": limit };
  expect(await send(cos, "PUT", named)).toMatchObject({ status: 400, code: "InvalidArgument" });
  expect(await send(cos, "PUT", {}, named)).toMatchObject({ status: 400, code: "InvalidArgument" });
  await send(cos, "PUT", {});
  expect(await send(cos, "GET", {}, named)).toMatchObject({ status: 400, code: "InvalidArgument" });
});

test("passes on the bytes and a source's failure", async () => {
  expect(await buffer(atRate(Readable.from([Buffer.from("a"), Buffer.from("b")]), 819_200))).toEqual(
    Buffer.from("ab"),
  );
  const broken = new Readable({ read() {} });
  const reading = buffer(atRate(broken, 819_200));
  broken.destroy(new Error("broke off"));
  await expect(reading).rejects.toThrow("broke off");
});

test("100 MB/s is a limit that may be given", async () => {
  const cos = await startCos();
  expect((await send(cos, "PUT", { "x-cos-traffic-limit": "838860800" })).status).toBe(200);
});

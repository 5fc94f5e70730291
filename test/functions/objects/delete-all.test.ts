import { describe, expect, test } from "vitest";
import { deleteAll } from "../../../functions/objects/delete-all.ts";
import { objectsService } from "../../../functions/objects/service.ts";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { storageThrottled } from "../../../shared/errors.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

/** A bucket with this many objects of one user, and this many unfinished uploads in parts. */
function bucket(
  count: number,
  {
    refused = new Set<string>(),
    failsAt = Number.POSITIVE_INFINITY,
    unfinished = 0,
    abortsFailAt = Number.POSITIVE_INFINITY,
  } = {},
) {
  const keys = new Set(
    Array.from({ length: count }, (_, i) => `uploads/ann/20261123/${String(i).padStart(6, "0")}_a.jpg`),
  );
  const uploads = new Set(Array.from({ length: unfinished }, (_, i) => String(i).padStart(6, "0")));
  const single: string[] = [];
  let deletions = 0;
  let aborts = 0;
  let [open, most] = [0, 0];
  const calls: CosRequest[] = [];
  const answer = (xml: string) => ({ status: 200, headers: {}, body: Buffer.from(xml) });
  const service = {
    ...objectsService({ ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET }),
    sts: {
      credentialFor: async () => TEST_CREDENTIAL,
      credentialsFor: async <T>(items: readonly T[]) =>
        items.map((item) => ({ item, credential: TEST_CREDENTIAL })),
    },
    cos: {
      async call(request: CosRequest) {
        calls.push(request);
        if (request.method === "GET" && request.query?.["uploads"] !== undefined) {
          const { prefix = "", "upload-id-marker": marker = "" } = request.query;
          const found = prefix === "uploads/ann/" ? [...uploads].filter((id) => id > marker) : [];
          const page = found.slice(0, 1000);
          const items = page.map(
            (id) => `<Upload><Key>uploads/ann/v.mp4</Key><UploadId>${id}</UploadId></Upload>`,
          );
          const next = `<NextKeyMarker>uploads/ann/v.mp4</NextKeyMarker><NextUploadIdMarker>${page.at(-1)}</NextUploadIdMarker>`;
          return answer(
            `<ListMultipartUploadsResult>${items.join("")}<IsTruncated>${found.length > page.length}</IsTruncated>${next}</ListMultipartUploadsResult>`,
          );
        }
        if (request.method === "DELETE") {
          const { uploadId } = request.query ?? {};
          if (uploadId === undefined) single.push(request.key);
          else {
            aborts += 1;
            if (aborts >= abortsFailAt) throw storageThrottled("Storage is busy.");
            open += 1;
            most = Math.max(most, open);
            await new Promise(setImmediate);
            open -= 1;
            uploads.delete(uploadId);
          }
          return answer("");
        }
        if (request.method === "GET") {
          const { prefix = "", marker = "", "max-keys": max } = request.query ?? {};
          const found = [...keys].filter((key) => key.startsWith(prefix) && key > marker);
          const page = found.slice(0, Number(max));
          const contents = page.map((key) => `<Contents><Key>${key}</Key><Size>1</Size></Contents>`).join("");
          return answer(
            `<ListBucketResult>${contents}<IsTruncated>${found.length > page.length}</IsTruncated></ListBucketResult>`,
          );
        }
        deletions += 1;
        if (deletions >= failsAt) throw storageThrottled("Storage is busy.");
        const errors: string[] = [];
        for (const [, key = ""] of String(request.body).matchAll(/<Key>([^<]*)<\/Key>/g)) {
          if (refused.has(key)) errors.push(`<Error><Key>${key}</Key><Code>AccessDenied</Code></Error>`);
          else keys.delete(key);
        }
        return answer(`<DeleteResult>${errors.join("")}</DeleteResult>`);
      },
    },
  };
  const run = (after?: string, limitMs = 60_000) =>
    deleteAll({ user: "ann" }, after, service, new Invocation({ time_limit_in_ms: limitMs }));
  return { keys, uploads, single, calls, run, most: () => most };
}

describe("deleting everything", () => {
  test("deletes up to ten thousand at once, and says where to continue", async () => {
    const { keys, run } = bucket(10_500);
    const first = await run();
    expect(first.body).toEqual({
      deleted: 10_000,
      failed: [],
      next: "uploads/ann/20261123/009999_a.jpg",
    });
    expect(keys.size).toBe(500);
    expect((await run("uploads/ann/20261123/009999_a.jpg")).body).toEqual({ deleted: 500, failed: [] });
    expect(keys.size).toBe(0);
  });

  test("stops in time, after at least one page", async () => {
    // A limit that has already passed: only the margin of an invocation is left.
    const { keys, run } = bucket(3000);
    expect((await run(undefined, 1)).body).toMatchObject({ deleted: 1000, failed: [] });
    expect(keys.size).toBe(2000);
  });

  test("names what COS does not delete, and continues after it", async () => {
    const stuck = "uploads/ann/20261123/000500_a.jpg";
    const { keys, run } = bucket(1500, { refused: new Set([stuck]) });
    expect((await run()).body).toEqual({ deleted: 1499, failed: [{ key: stuck, code: "AccessDenied" }] });
    expect([...keys]).toEqual([stuck]);
  });

  test("ends when it has a thousand failures to name, and says where to continue", async () => {
    const first = (count: number) =>
      new Set(
        Array.from({ length: count }, (_, i) => `uploads/ann/20261123/${String(i).padStart(6, "0")}_a.jpg`),
      );
    const { body } = await bucket(2000, { refused: first(999) }).run();
    expect(body).toMatchObject({ deleted: 1001, failed: { length: 999 } });
    expect(body).not.toHaveProperty("next");
    expect((await bucket(2000, { refused: first(1000) }).run()).body).toMatchObject({
      deleted: 0,
      failed: { length: 1000 },
      next: "uploads/ann/20261123/000999_a.jpg",
    });
  });

  test("reports what was done before COS failed, and where to continue", async () => {
    const { run } = bucket(3000, { failsAt: 2 });
    expect((await run()).body).toEqual({
      deleted: 1000,
      failed: [],
      next: "uploads/ann/20261123/000999_a.jpg",
    });
  });

  test("fails when nothing could be done", async () => {
    await expect(bucket(10, { failsAt: 1 }).run()).rejects.toMatchObject({ code: "StorageThrottled" });
  });

  test("then aborts unfinished uploads in parts, and deletes the user's openid", async () => {
    const { uploads, single, run, most } = bucket(2, { unfinished: 2500 });
    expect((await run()).body).toEqual({ deleted: 2, failed: [] });
    expect(most()).toBe(10);
    expect([uploads.size, single]).toEqual([0, ["life/users/ann"]]);
  });

  test("also does that in steps that continue where they stopped, and deletes the openid last", async () => {
    const { uploads, single, run } = bucket(0, { unfinished: 2500, abortsFailAt: 1500 });
    expect((await run()).body).toEqual({ deleted: 0, failed: [], next: "rejected/uploads/ann/~" });
    expect([uploads.size > 0, single]).toEqual([true, []]);
    const inTime = bucket(0, { unfinished: 2500 });
    expect((await inTime.run("rejected/uploads/ann/~", 4000)).body).toEqual({
      deleted: 0,
      failed: [],
      next: "rejected/uploads/ann/~",
    });
    expect([inTime.uploads.size, inTime.single]).toEqual([1500, []]);
    expect((await inTime.run("rejected/uploads/ann/~")).body).toEqual({ deleted: 0, failed: [] });
    expect([inTime.uploads.size, inTime.single]).toEqual([0, ["life/users/ann"]]);
  });

  test("fails when an upload cannot be aborted", async () => {
    const { single, run } = bucket(0, { unfinished: 1, abortsFailAt: 1 });
    await expect(run("rejected/uploads/ann/~")).rejects.toMatchObject({ code: "StorageThrottled" });
    expect(single).toEqual([]);
  });

  test("a deletion has the MD5 that COS requires", async () => {
    const { calls, run } = bucket(2);
    await run();
    const deletion = calls.find(({ method }) => method === "POST");
    expect(deletion?.query).toEqual({ delete: "" });
    expect(deletion?.headers?.["content-md5"]).toMatch(/^[A-Za-z0-9+/]{22}==$/);
  });
});

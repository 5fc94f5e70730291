import { expect, test } from "vitest";
import { withDetails } from "../../../functions/objects/details.ts";
import { objectsService } from "../../../functions/objects/service.ts";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { storageThrottled } from "../../../shared/errors.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

const LISTED = Array.from({ length: 100 }, (_, i) => ({
  key: `uploads/ann/20261123/${i}_a.jpg`,
  size: 1,
  lastModified: "2026-11-23T08:00:00.000Z",
  etag: "old",
}));
const HEADERS = {
  "content-length": "7",
  "content-type": "image/jpeg",
  etag: '"new"',
  "last-modified": "Mon, 23 Nov 2026 09:00:00 GMT",
};

/** Looks at all of them; COS answers each request this way. */
async function look(answer: (request: CosRequest) => { status: number }) {
  let [open, most, asked] = [0, 0, 0];
  const cos = {
    async call(request: CosRequest) {
      open += 1;
      asked += 1;
      most = Math.max(most, open);
      await new Promise((resolve) => setTimeout(resolve, 1));
      open -= 1;
      return { headers: HEADERS, body: Buffer.alloc(0), ...answer(request) };
    },
  };
  const own = { page: async () => ({ objects: [], next: undefined }), credentialFor: () => TEST_CREDENTIAL };
  const service = {
    ...objectsService({ ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET }),
    cos,
  };
  const result = await withDetails(LISTED, own, service, new Invocation({})).catch((error: unknown) => error);
  return { result, most, asked };
}

test("asks for ten at a time at most, and keeps the order of the listing", async () => {
  const { result, most } = await look(() => ({ status: 200 }));
  expect(most).toBe(10);
  expect(result).toMatchObject(LISTED.map(({ key }) => ({ key })));
});

test("leaves out an object that is gone, and returns the current details of one that was overwritten", async () => {
  const { result } = await look(({ key }) => ({ status: key.endsWith("/3_a.jpg") ? 404 : 200 }));
  expect(result).toHaveLength(99);
  expect(result).toContainEqual({
    key: LISTED[0]?.key,
    size: 7,
    lastModified: "2026-11-23T09:00:00.000Z",
    etag: "new",
    type: "image/jpeg",
    meta: {},
  });
  expect(result).not.toContainEqual(expect.objectContaining({ key: LISTED[3]?.key }));
});

test("fails when one cannot be looked at, and stops asking", async () => {
  const { result, asked } = await look(({ key }) => {
    if (key.endsWith("/20_a.jpg")) throw storageThrottled("Storage is busy.");
    return { status: 200 };
  });
  expect(result).toMatchObject({ code: "StorageThrottled" });
  expect(asked).toBeLessThan(40);
});

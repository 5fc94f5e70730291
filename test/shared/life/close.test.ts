import { expect, test } from "vitest";
import type { CosAnswer, CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { closed } from "../../../shared/life/close.ts";
import { type LifeService, lifeService } from "../../../shared/life/service.ts";
import type { Upload } from "../../../shared/life/upload.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { CREDENTIAL, RULE } from "../../support/signing.ts";

const KEY = "uploads/20261127/1_a.jpg";
const VERSION = { etag: "e", storedAt: 1, type: "image/jpeg" };

/** Closes a file at this place; the ACLs that are written, and the log. */
async function close(at: string, refused: 200 | 403 | 404 = 200) {
  const written: unknown[] = [];
  const answer = async ({ method, key, query, headers }: CosRequest): Promise<CosAnswer> => {
    if (method === "PUT") written.push([key, query, headers]);
    const status = method === "PUT" ? refused : 404;
    return { status, headers: {}, body: Buffer.alloc(0) };
  };
  const service: LifeService = {
    ...lifeService(TEST_ENV),
    sts: { credentialFor: async () => CREDENTIAL, credentialsFor: async () => [] },
    cos: { call: answer },
  };
  const file = { ...VERSION, key: KEY, size: 5, rule: "photo", meta: {} };
  const upload: Upload = { file, rule: RULE, at, stored: VERSION, marker: undefined, cos: answer };
  const invocation = new Invocation({});
  const found = await closed(upload, service, invocation);
  return { written, found, log: invocation.log };
}

test("a file that waits gets its bucket's ACL, and is looked up anew", async () => {
  const { written, found, log } = await close(`pending/${KEY}`);
  expect(written).toEqual([[`pending/${KEY}`, { acl: "" }, { "x-cos-acl": "default" }]]);
  expect(found).toBeUndefined();
  expect(log).not.toHaveProperty("notClosed");
});

test("a key that lacks the permission is named in the log", async () => {
  expect((await close(`pending/${KEY}`, 403)).log).toMatchObject({
    notClosed: "PutObjectACL is not allowed",
  });
});

test("a file at its key keeps the ACL that its uploader gave it", async () => {
  const { written, found } = await close(KEY);
  expect(written).toEqual([]);
  expect(found).toMatchObject({ at: KEY });
});

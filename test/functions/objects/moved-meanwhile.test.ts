import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { deleteMany } from "../../../functions/objects/delete-many.ts";
import { deleteOne } from "../../../functions/objects/delete-one.ts";
import { type ObjectsService, objectsService } from "../../../functions/objects/service.ts";
import type { CosAnswer, CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import type { HttpRequest } from "../../../shared/http/request.ts";
import { lifeService } from "../../../shared/life/service.ts";
import { settle } from "../../../shared/life/settle.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";
import { RULE } from "../../support/signing.ts";

const KEY = "uploads/ann/20261127/1_a.jpg";
const AT = `pending/${KEY}`;
const file = { key: KEY, size: 5, type: "image/jpeg", etag: "e", storedAt: 1, rule: "photo", meta: {} };
const HEADERS = {
  "content-length": "5",
  "content-type": "image/jpeg",
  etag: '"e"',
  "last-modified": "Thu, 01 Jan 1970 00:00:01 GMT",
};

/** A file that waits and has passed; it is moved to its key, and each step of that comes when it is told to. */
function moving() {
  const objects = new Map([
    [AT, "bytes"],
    [`life/state/${KEY}/began`, "{}"],
  ]);
  const gates: (() => void)[] = [];
  const gate = () => new Promise<void>((open) => gates.push(open));
  const reply = (status: number, body = ""): CosAnswer => ({
    status,
    headers: HEADERS,
    body: Buffer.from(body),
  });
  async function cos({ method, key, headers, body }: CosRequest): Promise<CosAnswer> {
    if (headers?.["x-cos-copy-source"] !== undefined) {
      await gate();
      const source = objects.get(AT);
      if (source === undefined) return reply(404);
      await gate();
      objects.set(key, source);
      return reply(200, '<CopyObjectResult><ETag>"e"</ETag></CopyObjectResult>');
    }
    if (method === "PUT") objects.set(key, String(body));
    if (method === "DELETE") {
      await gate();
      objects.delete(key);
    }
    const found = objects.get(key);
    return found === undefined && method !== "DELETE" ? reply(404) : reply(200, found);
  }
  const upload = { file, at: AT, rule: RULE, marker: undefined, cos };
  const service = { ...lifeService(TEST_ENV), webhook: undefined };
  const moved = settle(upload, { state: "accepted" }, service, new Invocation({}));
  /** Its next step, if there is one left. */
  const next = async () => {
    gates.shift()?.();
    await turn();
  };
  return { objects, moved, next };
}

/** The function, on this bucket. `beforeEach` comes before whatever it sees or deletes. */
function serviceOn(objects: Map<string, string>, beforeEach: () => Promise<void>): ObjectsService {
  const answer = (xml: string) => ({ status: 200, headers: {}, body: Buffer.from(xml) });
  return {
    ...objectsService({ ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET }),
    authorize: async () => ({ user: "ann" }),
    rules: defineRules({ photo: { ...RULE, check: "before" } }),
    sts: {
      credentialFor: async () => TEST_CREDENTIAL,
      credentialsFor: async (items) => items.map((item) => ({ item, credential: TEST_CREDENTIAL })),
    },
    cos: {
      async call({ method, key, query = {}, body }) {
        if (method === "GET" && query["uploads"] !== undefined)
          return answer("<ListMultipartUploadsResult></ListMultipartUploadsResult>");
        if (method === "GET") {
          await beforeEach();
          const { prefix = "", marker = "" } = query;
          const found = [...objects.keys()].filter((one) => one.startsWith(prefix) && one > marker);
          const contents = found
            .map((one) => `<Contents><Key>${one}</Key><Size>5</Size></Contents>`)
            .join("");
          return answer(`<ListBucketResult>${contents}<IsTruncated>false</IsTruncated></ListBucketResult>`);
        }
        const named = [...String(body ?? "").matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, one = ""]) => one);
        // COS does not say in which order it deletes them.
        for (const one of method === "DELETE" ? [key] : named.reverse()) {
          await beforeEach();
          objects.delete(one);
        }
        return answer("<DeleteResult></DeleteResult>");
      },
    },
  };
}

const request = (changes: Partial<HttpRequest>): HttpRequest => ({
  method: "POST",
  path: "/objects/delete",
  headers: new Map([["content-type", "application/json"]]),
  query: new Map(),
  body: "",
  ...changes,
});

/** More than any of these deletions has steps. */
const STEPS = 14;

test.each([
  ["by itself", deleteOne, request({ method: "DELETE", query: new Map([["key", [KEY]]]) })],
  ["in a list", deleteMany, request({ body: JSON.stringify({ keys: [KEY] }) })],
  ["in a list, where it waited", deleteMany, request({ body: JSON.stringify({ keys: [AT] }) })],
  ["with all others", deleteMany, request({ body: '{"all":true}' })],
])(
  "a file that is deleted %s is gone, whenever it is moved to its key meanwhile",
  async (_, serve, asked) => {
    for (let from = 0; from < STEPS; from += 1) {
      for (let to = from; to < STEPS; to += 1) {
        for (let end = to; end < STEPS; end += 1) {
          const { objects, moved, next } = moving();
          await turn();
          let step = 0;
          const service = serviceOn(objects, async () => {
            for (const at of [from, to, end]) if (at === step) await next();
            step += 1;
          });
          await serve(asked, service, new Invocation({}));
          for (const _left of [from, to, end]) await next();
          await moved;
          const left = [...objects.keys()].filter((key) => key === KEY || key === AT);
          expect({ from, to, end, left }).toEqual({ from, to, end, left: [] });
        }
      }
    }
  },
);

import type { OpenCheck } from "../../../shared/check/open-check.ts";
import type { CheckService } from "../../../shared/check/service.ts";
import type { CosAnswer, CosRequest } from "../../../shared/cos/client.ts";
import { storageUnavailable } from "../../../shared/errors.ts";
import { defineRules, type Rule } from "../../../shared/object/rule.ts";
import type { Sts } from "../../../shared/sts/sts.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

const RULE: Rule = { types: { jpg: ["image/jpeg"], mp4: ["video/mp4"] }, maxBytes: 1e6, prefix: "uploads" };

/** When everything here was stored; Unix seconds. */
export const STORED_AT = 1_795_000_000;

/** The check of a file stored at that time, for which WeChat has been asked once. */
export function openCheck(at: string): OpenCheck {
  return { at, etag: "e", storedAt: STORED_AT, type: "image/jpeg", is: "asked", attempt: 1 };
}

/** The record of a photo stored at that time. */
export function storedFile(key: string) {
  return { key, size: 4, type: "image/jpeg", etag: "e", storedAt: STORED_AT, rule: "photo", meta: {} };
}

/** A bucket in memory, and a service that works on it. */
export interface TestBucket {
  readonly objects: Map<string, string>;
  readonly service: CheckService;
  /** `METHOD key` of every request, in order. */
  readonly done: string[];
  /** Called before each request, which fails when it returns true. */
  before: (request: CosRequest) => boolean | undefined;
}

/** @param rule changes to the only rule, `photo` */
export function testBucket(rule: Partial<Rule> = {}): TestBucket {
  const objects = new Map<string, string>();
  const done: string[] = [];
  const call = async (request: CosRequest): Promise<CosAnswer> => {
    done.push(`${request.method} ${request.key}`);
    if (bucket.before(request) === true) throw storageUnavailable("Storage failed.");
    return answer(request, objects);
  };
  const sts: Sts = {
    credentialFor: async () => TEST_CREDENTIAL,
    credentialsFor: async (items) => items.map((item) => ({ item, credential: TEST_CREDENTIAL })),
  };
  const bucket: TestBucket = {
    objects,
    done,
    before: () => false,
    service: {
      rules: defineRules({ photo: { ...RULE, ...rule } }),
      bucket: { bucket: "b-1250000000", appId: "1250000000", region: "ap-guangzhou", host: "b.example.com" },
      sts,
      cos: { call },
      webhook: undefined,
      wechat: undefined,
    },
  };
  return bucket;
}

function answer({ method, key, body, headers }: CosRequest, objects: Map<string, string>): CosAnswer {
  const found = objects.get(key);
  const reply = (status: number, text = ""): CosAnswer => ({
    status,
    headers: HEADERS,
    body: Buffer.from(text),
  });
  switch (method) {
    case "PUT": {
      const source = headers?.["x-cos-copy-source"]?.replace(/^[^/]+\//, "");
      const copied = source === undefined ? String(body) : objects.get(source);
      if (copied === undefined) return reply(404);
      objects.set(key, copied);
      return reply(200);
    }
    case "DELETE":
      return reply(objects.delete(key) ? 204 : 404);
    default:
      return found === undefined ? reply(404) : reply(200, found);
  }
}

const HEADERS = {
  etag: '"e"',
  "content-length": "4",
  "content-type": "image/jpeg",
  "last-modified": new Date(STORED_AT * 1000).toUTCString(),
};

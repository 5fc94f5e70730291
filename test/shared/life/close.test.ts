import { expect, test } from "vitest";
import type { CosAnswer, CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { ServiceError, storageDenied, storageThrottled } from "../../../shared/errors.ts";
import { closed } from "../../../shared/life/close.ts";
import { type LifeService, lifeService } from "../../../shared/life/service.ts";
import type { Upload } from "../../../shared/life/upload.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { CREDENTIAL, RULE } from "../../support/signing.ts";

const KEY = "uploads/20261127/1_a.jpg";
const VERSION = { etag: "e", storedAt: 1, type: "image/jpeg" };
const OWNER = "<Owner><ID>qcs::cam::uin/1:uin/1</ID></Owner>";
const OWNS =
  "<Grant><Grantee><ID>qcs::cam::uin/1:uin/1</ID></Grantee><Permission>FULL_CONTROL</Permission></Grant>";
const EVERYBODY = `<Grant><Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group">
  <URI>http://cam.qcloud.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant>`;
const SOMEBODY =
  "<Grant><Grantee><ID>qcs::cam::uin/2:uin/2</ID></Grantee><Permission>READ</Permission></Grant>";

const acl = (...grants: string[]) =>
  `<AccessControlPolicy>${OWNER}<AccessControlList>${grants.join("")}</AccessControlList></AccessControlPolicy>`;

interface Cos {
  /** What COS says the ACL is, or the error that it answers. */
  readonly acl?: string | ServiceError;
  readonly headers?: Record<string, string>;
  readonly onSetting?: ServiceError | 404;
}

/** Closes a file at this place; the ACLs that are written, and the log. */
async function close(at: string, one: Cos = {}, more: Partial<Upload> = {}) {
  const written: unknown[] = [];
  const cos = async ({ method, key, query, headers }: CosRequest): Promise<CosAnswer> => {
    const isAcl = query !== undefined && "acl" in query;
    if (method === "PUT") written.push([key, query, headers]);
    const says = method === "PUT" ? (one.onSetting ?? "") : isAcl ? (one.acl ?? acl(EVERYBODY, OWNS)) : 404;
    if (says instanceof ServiceError) throw says;
    const [status, body] = says === 404 ? [404, ""] : [200, says];
    return { status, headers: one.headers ?? {}, body: Buffer.from(body) };
  };
  const service: LifeService = {
    ...lifeService(TEST_ENV),
    sts: { credentialFor: async () => CREDENTIAL, credentialsFor: async () => [] },
    cos: { call: cos },
  };
  const file = { ...VERSION, key: KEY, size: 5, rule: "photo", meta: {} };
  const upload: Upload = { file, rule: RULE, at, stored: VERSION, marker: undefined, cos, ...more };
  const invocation = new Invocation({});
  const found = await closed(upload, service, invocation);
  return { written, found, log: invocation.log };
}

const SET = [[`pending/${KEY}`, { acl: "" }, { "x-cos-acl": "default" }]];

test.each<[string, string, Record<string, string>?]>([
  ["everybody", acl(OWNS, EVERYBODY)],
  ["an account", acl(SOMEBODY, OWNS)],
  ["an account that is named alone", acl(SOMEBODY)],
  ["an account beside the bucket's ACL", acl(SOMEBODY), { "x-cos-acl": "default" }],
])(
  "a file that waits, and that %s may read, gets its bucket's ACL and is looked up anew",
  async (_, open) => {
    const { written, found, log } = await close(`pending/${KEY}`, { acl: open });
    expect(written).toEqual(SET);
    expect(found).toBeUndefined();
    expect(log).not.toHaveProperty("notClosed");
  },
);

test.each<[string, Cos]>([
  ["its owner's", { acl: acl(OWNS) }],
  ["nobody's", { acl: acl() }],
  ["an empty element", { acl: `<AccessControlPolicy>${OWNER}<AccessControlList/></AccessControlPolicy>` }],
])(
  "a file that waits with an ACL that is %s stays as it is, since setting one might change its time",
  async (_, cos) => {
    const { written, found } = await close(`pending/${KEY}`, cos);
    expect(written).toEqual([]);
    expect(found).toMatchObject({ at: `pending/${KEY}`, stored: VERSION });
  },
);

test.each<[string, string | ServiceError]>([
  ["may not be read", storageDenied("No.")],
  ["is no XML", "no"],
  ["is cut off", acl(OWNS).slice(0, -30)],
  ["is another document", "<Error><Code>InternalError</Code></Error>"],
  ["has no owner", acl(OWNS).replace(OWNER, "")],
  ["has no list", `<AccessControlPolicy>${OWNER}</AccessControlPolicy>`],
])("a file that waits gets its bucket's ACL where the one that it has %s", async (_, said) => {
  expect((await close(`pending/${KEY}`, { acl: said })).written).toEqual(SET);
});

test("that COS refuses to set it is in the log, and the file goes on to its check", async () => {
  const refused = storageDenied("No.", { log: { cosCode: "AccessDenied" } });
  const { log } = await close(`pending/${KEY}`, { onSetting: refused });
  expect(log).toMatchObject({ notClosed: "PutObjectACL is refused", cosCode: "AccessDenied" });
});

test("what may pass, such as a busy COS, ends the invocation, which is repeated", async () => {
  const busy = storageThrottled("Busy.");
  await expect(close(`pending/${KEY}`, { acl: busy })).rejects.toBe(busy);
  await expect(close(`pending/${KEY}`, { onSetting: busy })).rejects.toBe(busy);
});

test("a file that COS returns to nobody is left to its rejection", async () => {
  const { written, found } = await close(`pending/${KEY}`, {}, { isWithheld: true });
  expect(written).toEqual([]);
  expect(found).toMatchObject({ isWithheld: true });
});

test("a file at its key keeps the ACL that its uploader gave it", async () => {
  const { written, found } = await close(KEY);
  expect(written).toEqual([]);
  expect(found).toMatchObject({ at: KEY });
});

import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { userSegment } from "../../../shared/auth/user-segment.ts";
import { rules } from "../../../shared/object/rules.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { BundleProcess } from "../../support/bundle-process.ts";
import { type FakeSts, startFakeSts } from "../../support/fake-sts.ts";

const BUCKET = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000";
const ANN = userSegment("ann", TEST_JWT_SECRET);
const PREFIXES = [...new Set(rules.all.map(({ prefix }) => prefix))].sort();

let sts: FakeSts;
let objects: BundleProcess;
let authorization: string;
beforeAll(async () => {
  sts = await startFakeSts();
  // COS is unreachable here: what matters was already asked of STS.
  const env = {
    ...TEST_ENV,
    ...sts.env,
    COS_DOMAIN: "127.0.0.1:1",
    UPLOAD_AUTH: "jwt",
    JWT_SECRET: TEST_JWT_SECRET,
  };
  objects = await BundleProcess.start("objects", env);
  const token = await new SignJWT({ sub: "ann", exp: Math.floor(Date.now() / 1000) + 600 })
    .setProtectedHeader({ alg: "HS256" })
    .sign(new TextEncoder().encode(TEST_JWT_SECRET));
  authorization = `Bearer ${token}`;
});
afterAll(async () => {
  await objects.close();
  await sts.close();
});
beforeEach(() => {
  sts.forms.length = 0;
});

async function statementsOf(event: object, headers = {}) {
  await objects.invoke({ ...event, headers: { authorization, ...headers } });
  expect(sts.forms).toHaveLength(1);
  return JSON.parse(decodeURIComponent(sts.forms[0]?.get("Policy") ?? "")).statement;
}

const secure = { bool_equal: { "cos:secure-transport": "true" } };
const listing = (prefix: string) => ({
  effect: "allow",
  action: ["name/cos:GetBucket"],
  resource: [`${BUCKET}/${prefix}*`],
  condition: { string_equal: { "cos:prefix": prefix }, ...secure },
});

test("the credential for a listing may list the caller's own prefixes, and nothing else", async () => {
  expect(await statementsOf({ path: "/objects" })).toEqual(
    PREFIXES.map((prefix) => listing(`${prefix}/${ANN}/`)),
  );
});

test("with details it may also read the headers of objects there, but not the objects", async () => {
  const statements = await statementsOf({ path: "/objects", queryString: { details: "true" } });
  expect(statements).toHaveLength(PREFIXES.length + 1);
  expect(statements).toEqual(
    expect.arrayContaining([
      ...PREFIXES.map((prefix) => listing(`${prefix}/${ANN}/`)),
      {
        effect: "allow",
        action: ["name/cos:HeadObject"],
        resource: PREFIXES.map((prefix) => `${BUCKET}/${prefix}/${ANN}/*`),
        condition: secure,
      },
    ]),
  );
});

test("the credential for one deletion may delete that object and its records, and nothing else", async () => {
  const key = `uploads/${ANN}/20261123/1_a.jpg`;
  expect(await statementsOf({ httpMethod: "DELETE", path: "/objects", queryString: { key } })).toEqual([
    {
      effect: "allow",
      action: ["name/cos:DeleteObject"],
      resource: [`life/state/${key}/began`, `life/state/${key}/ended`, key].map(
        (place) => `${BUCKET}/${place}`,
      ),
      condition: secure,
    },
  ]);
});

test("the credential that deletes everything is valid only for the caller's own prefixes", async () => {
  const event = { httpMethod: "POST", path: "/objects/delete", body: '{"all":true}' };
  const statements = await statementsOf(event, { "content-type": "application/json" });
  // The deletion, and the listing of each of the four places of a prefix.
  expect(statements).toHaveLength(1 + 4 * PREFIXES.length);
  expect(statements).toContainEqual({
    effect: "allow",
    action: ["name/cos:DeleteObject"],
    resource: ["pending/", "life/state/", "", "rejected/"].flatMap((place) =>
      PREFIXES.map((prefix) => `${BUCKET}/${place}${prefix}/${ANN}/*`),
    ),
    condition: secure,
  });
});

test("the credential for the rest may abort the caller's own uploads and delete their openid", async () => {
  const body = JSON.stringify({ all: true, after: `rejected/uploads/${ANN}/~` });
  const event = { httpMethod: "POST", path: "/objects/delete", body };
  expect(await statementsOf(event, { "content-type": "application/json" })).toEqual([
    {
      effect: "allow",
      action: ["name/cos:ListMultipartUploads", "name/cos:AbortMultipartUpload"],
      resource: ["", "pending/"].flatMap((place) =>
        PREFIXES.map((prefix) => `${BUCKET}/${place}${prefix}/${ANN}/*`),
      ),
      condition: secure,
    },
    {
      effect: "allow",
      action: ["name/cos:DeleteObject"],
      resource: [`${BUCKET}/life/users/${ANN}`],
      condition: secure,
    },
  ]);
});

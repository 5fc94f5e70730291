import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { anyText } from "../../../support/any-text.ts";
import { callTc3, callV1, NOW, POLICY, RESOURCE, type Sts, send, startSts } from "./sts-client.ts";

let sts: Sts;
beforeAll(async () => {
  sts = await startSts();
});
afterAll(() => sts.close());

/** An error of the API itself, without a credential. */
function expectRefusal(answer: Awaited<ReturnType<typeof send>>): void {
  expect(answer.status).toBe(200);
  expect(answer.response.Credentials).toBeUndefined();
  expect(answer.response.Error?.Code).toMatch(/^[A-Z][A-Za-z]+(\.[A-Z][A-Za-z]+)?$/);
  expect(answer.response.Error?.Code).not.toBe("InternalError");
}

const text = fc.oneof(
  fc.string(),
  anyText(),
  fc.constantFrom(
    "",
    "1",
    String(NOW),
    "GetFederationToken",
    "2018-08-13",
    TEST_ACCOUNT.secretId,
    "%",
    "9".repeat(20),
  ),
);
const headerText = text.map((value) => value.replace(/[^\x20-\x7e]/g, "?"));

test("any unsigned form or query gets an error of the API", async () => {
  const names = [
    "Action",
    "Version",
    "Timestamp",
    "Nonce",
    "SecretId",
    "Signature",
    "SignatureMethod",
    "Policy",
  ];
  const form = fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), text), text), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(form, text, fc.boolean(), async (pairs, rest, isGet) => {
      const body = `${new URLSearchParams(pairs)}&${rest.replace(/[^\x21-\x7e]|#/g, "")}`;
      expectRefusal(
        await send(sts.host, isGet ? "GET" : "POST", isGet ? `/?${body}` : "/", {}, isGet ? "" : body),
      );
    }),
    { numRuns: 200 },
  );
});

test("any Authorization and headers in the third form get an error of the API", async () => {
  const hex = fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: 64, maxLength: 64 });
  const scope = fc.constantFrom("2026-03-01", "9999-99-99", "0000-00-00", "x");
  const nearly = fc
    .record({
      id: fc.constantFrom(TEST_ACCOUNT.secretId, "x"),
      scope,
      names: fc.constantFrom(
        "content-type;host",
        "host",
        ";;content-type;host",
        "content-type;host;x-absent",
      ),
      hex,
    })
    .map(
      (part) =>
        `TC3-HMAC-SHA256 Credential=${part.id}/${part.scope}/sts/tc3_request, SignedHeaders=${part.names}, Signature=${part.hex}`,
    );
  const headers = fc.record(
    {
      authorization: fc.oneof(nearly, headerText),
      "x-tc-action": headerText,
      "x-tc-version": headerText,
      "x-tc-timestamp": fc.oneof(headerText, fc.constantFrom("-1", "1e9", "999999999999999", String(NOW))),
      "x-tc-token": headerText,
      "content-type": headerText,
    },
    { requiredKeys: ["authorization"] },
  );
  await fc.assert(
    fc.asyncProperty(headers, fc.oneof(fc.json(), text), async (given, body) => {
      expectRefusal(await send(sts.host, "POST", "/", given, body));
    }),
    { numRuns: 200 },
  );
});

test("a signed call gets a credential only for a well-formed policy of its own account", async () => {
  const own = JSON.stringify(POLICY);
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom(
        "2.0",
        "allow",
        "deny",
        "*",
        "name/cos:*",
        RESOURCE,
        "qcs::cos:*:uid/1:x-1/*",
        1,
        null,
        true,
      ),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          "version",
          "statement",
          "effect",
          "action",
          "resource",
          "condition",
          "principal",
          "__proto__",
        ),
        tie("value"),
        { maxKeys: 6 },
      ),
    ),
  })).value;
  const edited = fc
    .tuple(fc.nat({ max: own.length - 1 }), fc.integer({ min: 1, max: 20 }), fc.string({ maxLength: 5 }))
    .map(([at, cut, insert]) => own.slice(0, at) + insert + own.slice(at + cut));
  const policies = fc.oneof(
    text,
    edited,
    json.map((value) => JSON.stringify(value) ?? ""),
  );
  await fc.assert(
    fc.asyncProperty(policies, fc.boolean(), async (policy, isTc3) => {
      const parameters = { Name: "fuzz", Policy: encodeURIComponent(policy.replace(/\p{Cs}/gu, "")) };
      const answer = isTc3
        ? await callTc3(sts.host, "GetFederationToken", parameters)
        : await callV1(sts.host, parameters);
      if (answer.response.Credentials === undefined) {
        expectRefusal(answer);
        return;
      }
      const issued = sts.store.find(answer.response.Credentials.TmpSecretId);
      for (const statement of issued?.rights[0].statements ?? []) {
        expect(statement.principals).toBeUndefined();
        for (const resource of statement.resources) {
          expect(resource).toMatch(/^\*$|^qcs:[^:]*:[^:]*:[^:]*:(uid\/1250000000|uin\/100000000001|\*|):/);
        }
      }
    }),
    { numRuns: 300 },
  );
});

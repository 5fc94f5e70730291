import fc from "fast-check";
import type { CauseOfKind, EmulatorCause } from "../../../packages/cos-explain/src/index.ts";
import { anyText } from "../../support/any-text.ts";

const text = fc.oneof(anyText({ maxLength: 20 }), fc.constantFrom("cos:content-length", "x"));
const texts = fc.array(text, { maxLength: 3 });
const integer = fc.maxSafeInteger();

/** Every kind of cause, with every value that it can have. */
const BY_KIND: Readonly<{
  [Kind in EmulatorCause["kind"]]: fc.Arbitrary<CauseOfKind<Kind>>;
}> = {
  unsigned: fc.record({
    kind: fc.constant("unsigned"),
    asked: fc.constantFrom("bucket", "account", "response-parameter"),
  }),
  "header-not-signed": fc.record({ kind: fc.constant("header-not-signed"), header: text }),
  "signed-not-sent": fc.record({ kind: fc.constant("signed-not-sent"), headers: texts, parameters: texts }),
  "signature-differs": fc.record({
    kind: fc.constant("signature-differs"),
    over: fc.constantFrom("request", "policy"),
  }),
  "key-time": fc.record({
    kind: fc.constant("key-time"),
    name: fc.constantFrom("q-sign-time", "q-key-time"),
    start: integer,
    end: integer,
    now: integer,
  }),
  "temporary-key-expired": fc.record({
    kind: fc.constant("temporary-key-expired"),
    end: integer,
    now: integer,
  }),
  "key-unknown": fc.constant({ kind: "key-unknown" }),
  "token-missing": fc.constant({ kind: "token-missing" }),
  "token-foreign": fc.constant({ kind: "token-foreign" }),
  "action-not-allowed": fc.record({ kind: fc.constant("action-not-allowed"), action: text, allowed: texts }),
  "resource-not-allowed": fc.record({
    kind: fc.constant("resource-not-allowed"),
    resource: text,
    allowed: texts,
  }),
  "condition-not-met": fc.record(
    { kind: fc.constant("condition-not-met"), operator: text, key: text, wanted: texts, received: text },
    { requiredKeys: ["kind", "operator", "key", "wanted"] },
  ),
  "nothing-allowed": fc.constant({ kind: "nothing-allowed" }),
  denied: fc.record({
    kind: fc.constant("denied"),
    by: fc.constantFrom("bucket-policy", "session-policy"),
    action: text,
    resource: text,
    keys: fc.dictionary(fc.constantFrom("cos:secure-transport", "qcs:ip"), fc.option(text), {
      noNullPrototype: true,
    }),
  }),
  "post-policy-expired": fc.record({
    kind: fc.constant("post-policy-expired"),
    expiration: integer,
    now: integer,
  }),
  "post-condition": fc.record(
    {
      kind: fc.constant("post-condition"),
      field: text,
      match: fc.constantFrom("eq", "starts-with"),
      wanted: text,
      received: text,
    },
    { requiredKeys: ["kind", "field", "match", "wanted"] },
  ),
  "length-range": fc.record({ kind: fc.constant("length-range"), min: integer, max: integer }),
  "upload-too-large": fc.record({ kind: fc.constant("upload-too-large"), max: integer }),
  "part-too-small": fc.record({
    kind: fc.constant("part-too-small"),
    part: integer,
    size: integer,
    min: integer,
  }),
  "md5-differs": fc.record({ kind: fc.constant("md5-differs"), announced: text, received: text }),
  referer: fc.record(
    { kind: fc.constant("referer"), list: fc.constantFrom("allow", "block"), received: text },
    { requiredKeys: ["kind", "list"] },
  ),
  preflight: fc.record({ kind: fc.constant("preflight"), origin: text, method: text, headers: texts }),
  "foreign-page": fc.record({
    kind: fc.constant("foreign-page"),
    named: fc.constantFrom("origin", "referer", "none"),
    origin: text,
  }),
};

export const anyCause: fc.Arbitrary<EmulatorCause> = fc.oneof(
  ...Object.values<fc.Arbitrary<EmulatorCause>>(BY_KIND),
);

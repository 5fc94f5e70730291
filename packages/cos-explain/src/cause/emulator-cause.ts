import {
  array,
  exactOptional,
  type InferOutput,
  literal,
  nullable,
  number,
  object,
  picklist,
  pipe,
  readonly,
  record,
  safeInteger,
  safeParse,
  string,
  variant,
} from "valibot";

const texts = pipe(array(string()), readonly());
/** A number of bytes, or Unix seconds. */
const integer = pipe(number(), safeInteger());

const CAUSE = variant("kind", [
  /** Unsigned, though this needs a signature: a private bucket, the list of buckets, a response-* parameter. */
  object({ kind: literal("unsigned"), asked: picklist(["bucket", "account", "response-parameter"]) }),
  /** The bucket requires this header, if it is sent, to be signed. */
  object({ kind: literal("header-not-signed"), header: string() }),
  /** In q-header-list or q-url-param-list, but not in the request. */
  object({ kind: literal("signed-not-sent"), headers: texts, parameters: texts }),
  /** All signed parts arrived, but one was changed, or they were signed with another key. */
  object({ kind: literal("signature-differs"), over: picklist(["request", "policy"]) }),
  /** The signature is not valid yet, or no longer (its end is exclusive). */
  object({
    kind: literal("key-time"),
    name: picklist(["q-sign-time", "q-key-time"]),
    start: integer,
    end: integer,
    now: integer,
  }),
  object({ kind: literal("temporary-key-expired"), end: integer, now: integer }),
  object({ kind: literal("key-unknown") }),
  /** q-ak names a temporary key, which COS does not accept without its token. */
  object({ kind: literal("token-missing") }),
  object({ kind: literal("token-foreign") }),
  // These three quote the statement that came nearest to allowing the request: its actions, resources or a condition.
  object({ kind: literal("action-not-allowed"), action: string(), allowed: texts }),
  object({ kind: literal("resource-not-allowed"), resource: string(), allowed: texts }),
  object({
    kind: literal("condition-not-met"),
    /** In full, such as `string_equal_if_exist`. */
    operator: string(),
    key: string(),
    wanted: texts,
    /** Left out when the request lacks the key. */
    received: exactOptional(string()),
  }),
  object({ kind: literal("nothing-allowed") }),
  object({
    kind: literal("denied"),
    by: picklist(["bucket-policy", "session-policy"]),
    action: string(),
    resource: string(),
    /** The request's values for the condition keys that the statement names; null where it has none. */
    keys: pipe(record(string(), nullable(string())), readonly()),
  }),
  object({ kind: literal("post-policy-expired"), expiration: integer, now: integer }),
  /** A form's field against a condition of its POST policy. */
  object({
    kind: literal("post-condition"),
    /** As the form calls it: q-key-time where the policy has q-sign-time. */
    field: string(),
    match: picklist(["eq", "starts-with"]),
    wanted: string(),
    /** Left out when the form lacks the field. */
    received: exactOptional(string()),
  }),
  /** content-length-range of a POST policy. */
  object({ kind: literal("length-range"), min: integer, max: integer }),
  /** The body is longer than one request may be, in bytes. */
  object({ kind: literal("upload-too-large"), max: integer }),
  object({ kind: literal("part-too-small"), part: integer, size: integer, min: integer }),
  /** MD5 in lower-case hex. */
  object({ kind: literal("md5-differs"), announced: string(), received: string() }),
  /** Hotlink protection: which list of the bucket decided; the Referer is left out when the request has none. */
  object({
    kind: literal("referer"),
    list: picklist(["allow", "block"]),
    received: exactOptional(string()),
  }),
  /** A preflight that no CORS rule allows. */
  object({ kind: literal("preflight"), origin: string(), method: string(), headers: texts }),
  /** A web page made the browser send it. The origin comes from Origin or, without one, from Referer. */
  object({
    kind: literal("foreign-page"),
    named: picklist(["origin", "referer", "none"]),
    origin: string(),
  }),
]);

/**
 * Why the emulated COS refused, with the facts. Created where the request is refused; contains nothing secret. The real
 * COS never says this much.
 */
export type EmulatorCause = Readonly<InferOutput<typeof CAUSE>>;

/** The cause of one kind. */
export type CauseOfKind<Kind extends EmulatorCause["kind"]> = Extract<EmulatorCause, { readonly kind: Kind }>;

/** A policy can be quoted in a cause; clients accept about 16 KB of headers. */
const MAX_ENCODED_CHARACTERS = 4000;

/**
 * Encodes a cause for the header x-emulator-cause: percent-encoded JSON, which survives programs that print or quote an
 * answer. Undefined if it is too long for a header.
 */
export function encodeCause(cause: EmulatorCause): string | undefined {
  const encoded = encodeURIComponent(JSON.stringify(cause)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return encoded.length > MAX_ENCODED_CHARACTERS ? undefined : encoded;
}

/** Reads x-emulator-cause; undefined if it is not a cause. */
export function decodeCause(header: string): EmulatorCause | undefined {
  try {
    const { success, output } = safeParse(CAUSE, JSON.parse(decodeURIComponent(header.trim())));
    return success ? output : undefined;
  } catch {
    return undefined;
  }
}

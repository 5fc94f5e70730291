import {
  array,
  type InferOutput,
  number,
  object,
  optional,
  parse,
  safeParse,
  string,
  unknown,
} from "valibot";
import { type Authorization, fromParts, parseAuthorization } from "./authorization.ts";
import { Json, maybe, Texts } from "./json.ts";
import { type PostPolicy, parsePostPolicy } from "./post-policy.ts";
import { parseQuery } from "./request.ts";

/** A signing function's answer for one object: the parts that can explain a refusal. */
export interface SigningAnswer {
  /** put-sign, post-policy, object-url or upload-credentials. */
  readonly kind: "put" | "post" | "read" | "credentials";
  /** Upper case; PUT for credentials. */
  readonly method: string;
  /** Lower case; empty when it is not in the answer. */
  readonly host: string;
  /** Raw, without a leading slash. */
  readonly key: string;
  /** The headers to send; names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The form's fields; names in lower case. Empty unless `post`. */
  readonly fields: ReadonlyMap<string, string>;
  /** The URL's parameters that are not its signature. */
  readonly query: ReadonlyMap<string, string>;
  readonly authorization: Authorization | undefined;
  /** Compared, never shown. */
  readonly token: string | undefined;
  readonly secretId: string | undefined;
  readonly policy: PostPolicy | undefined;
  readonly maxBytes: number | undefined;
  /** When it was signed, by STS's clock, in Unix seconds. */
  readonly serverTime: number | undefined;
}

/** What was given as the signing function's answer is not one. The message is for the person who gave it. */
export class AnswerUnreadable extends Error {
  override readonly name = "AnswerUnreadable";
}

const Text = maybe(string());

const Answer = object({
  method: Text,
  url: Text,
  plainUrl: Text,
  cosHost: Text,
  cosKey: Text,
  key: Text,
  headers: Texts,
  fields: Texts,
  authorization: Text,
  policy: Text,
  qSignAlgorithm: Text,
  qAk: Text,
  qKeyTime: Text,
  qSignature: Text,
  securityToken: Text,
  credentials: Texts,
  maxBytes: maybe(number()),
  serverTime: maybe(number()),
});

type Answer = InferOutput<typeof Answer>;

/** What may wrap an answer: wx.request's `res` or a function's return value, an error, a list. */
const Envelope = object({
  statusCode: optional(unknown()),
  data: optional(unknown()),
  body: optional(unknown()),
  cosKey: optional(unknown()),
  key: optional(unknown()),
  error: maybe(object({ code: unknown() })),
  uploads: optional(unknown()),
  objects: optional(unknown()),
});

/**
 * Reads the JSON of a signing function's answer, for one object or for a list.
 *
 * @throws {AnswerUnreadable}
 */
export function parseAnswers(text: string): readonly SigningAnswer[] {
  // Drop what curl -i or a log prints around it.
  const json = text.slice(Math.max(text.search(/[{[]/), 0), Math.max(text.lastIndexOf("}") + 1, 0));
  return answersOf(parse(Json, json) ?? parse(Json, text) ?? failToParse());
}

function failToParse(): never {
  throw new AnswerUnreadable("The signing function's answer is not JSON.");
}

/** Like {@link parseAnswers}, from a parsed value. */
export function answersOf(value: unknown): readonly SigningAnswer[] {
  const { success, output } = safeParse(Envelope, value);
  if (!success) return [readOne(value)];
  const inner = insideOf(output);
  if (inner !== undefined) return answersOf(inner);
  if (output.error !== undefined) {
    throw new AnswerUnreadable(
      `The signing function returned an error, ${JSON.stringify(output.error.code)}: nothing was signed.`,
    );
  }
  const list = safeParse(array(unknown()), output.uploads ?? output.objects);
  return list.success ? list.output.map(readOne) : [readOne(value)];
}

/** The answer inside wx.request's `res` or a function's return value. */
function insideOf(envelope: InferOutput<typeof Envelope>): unknown {
  if (!("statusCode" in envelope) || "cosKey" in envelope || "key" in envelope) return undefined;
  const inner = envelope.data ?? envelope.body;
  return typeof inner === "string" ? parse(Json, inner) : inner;
}

function readOne(value: unknown): SigningAnswer {
  const answer = safeParse(Answer, value);
  const parts = answer.success ? answer.output : parse(Answer, {});
  const { credentials, policy, authorization, plainUrl } = parts;
  const kind =
    Object.keys(credentials).length > 0
      ? "credentials"
      : policy !== undefined
        ? "post"
        : plainUrl !== undefined
          ? "read"
          : "put";
  const key = parts.cosKey ?? parts.key;
  if (key === undefined || (kind !== "credentials" && policy === undefined && authorization === undefined)) {
    throw new AnswerUnreadable(
      "The answer has no object key with authorization, policy or credentials: is it from a signing function?",
    );
  }
  const address = /^https?:\/\/([^/?#]*)[^?#]*\??([^#]*)/i.exec(plainUrl ?? parts.url ?? "");
  const fields = lowerCase(parts.fields);
  const form = fields.size > 0 ? fields : plainForm(parts);
  return {
    kind,
    method: (parts.method ?? (kind === "post" ? "POST" : kind === "read" ? "GET" : "PUT")).toUpperCase(),
    host: (parts.cosHost ?? address?.[1] ?? "").toLowerCase(),
    key,
    headers: lowerCase(parts.headers),
    fields: kind === "post" ? form : new Map(),
    query: parseQuery(address?.[2] ?? ""),
    authorization: authorization === undefined ? fromParts(form) : parseAuthorization(authorization),
    token: parts.securityToken ?? credentials["SecurityToken"],
    secretId: credentials["TmpSecretId"],
    policy: policy === undefined ? undefined : parsePostPolicy(policy),
    maxBytes: parts.maxBytes,
    serverTime: parts.serverTime,
  };
}

/** The form's fields, for an answer without `fields`. */
function plainForm(answer: Answer): Map<string, string> {
  const named = [
    ["key", answer.cosKey],
    ["q-sign-algorithm", answer.qSignAlgorithm],
    ["q-ak", answer.qAk],
    ["q-key-time", answer.qKeyTime],
    ["q-signature", answer.qSignature],
    ["policy", answer.policy],
    ["x-cos-security-token", answer.securityToken],
  ] as const;
  return new Map(named.flatMap(([field, value]) => (value === undefined ? [] : [[field, value] as const])));
}

function lowerCase(named: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(named).map(([name, value]) => [name.toLowerCase(), value]));
}

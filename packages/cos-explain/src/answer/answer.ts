import {
  array,
  type InferOutput,
  number,
  object,
  optional,
  parse,
  record,
  safeParse,
  string,
  union,
  unknown,
} from "valibot";
import { parseQuery } from "../request/request.ts";
import { type Authorization, fromParts, parseAuthorization } from "../text/authorization.ts";
import { fromBase64 } from "../text/base64.ts";
import { Json, maybe, Texts } from "../text/json.ts";
import { literalAt } from "../text/literal.ts";
import { type PostPolicy, parsePostPolicy } from "./post-policy.ts";

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

/** An answer is found by these members, whatever it is in. */
const Signed = object({
  cosKey: optional(string()),
  key: optional(string()),
  authorization: optional(string()),
  policy: optional(string()),
  credentials: optional(record(string(), unknown())),
});
const Failed = object({ error: object({ code: unknown() }) });
const Members = record(string(), unknown());

/** Deeper nesting than other programs' wrappers have. */
const MAX_DEPTH = 12;

/**
 * Reads a signing function's answer, for one object or for a list: its JSON, alone or in a log, in wx.request's or
 * axios's `res`, in a function's return value, a team's own wrapper or a HAR; or as it was printed.
 *
 * @throws {AnswerUnreadable}
 */
export function parseAnswers(text: string): readonly SigningAnswer[] {
  const value = parse(Json, text) ?? valueIn(text) ?? valueIn(withStraightQuotes(text));
  if (value === undefined) {
    throw new AnswerUnreadable(
      isCut(text)
        ? "The signing function's answer is not all there: copy the whole, as JSON.stringify(answer) prints it."
        : "The signing function's answer is not JSON.",
    );
  }
  return answersOf(value);
}

/** Word processors and chats turn quotes, and pages write them by name. */
function withStraightQuotes(text: string): string {
  return text
    .replaceAll(/[\u201c\u201d\u201e]|&(?:quot|#34);/g, '"')
    .replaceAll(/[\u2018\u2019]|&(?:apos|#0?39);/g, "'")
    .replaceAll("&amp;", "&");
}

/** Whether it begins as an object and has no end, or a console has left out members. */
function isCut(text: string): boolean {
  return /^\s*\{[\s\S]*(?:,\s*…\s*\}|[^{}\s])\s*$/.test(text);
}

/** The object or list in a text that has other text around it, as `curl -i` and logs have. */
function valueIn(text: string): unknown {
  const starts = [...text.matchAll(/[{[]/g)].map(({ index }) => index).slice(0, 5);
  const values = starts.flatMap((start) => {
    const end = text.lastIndexOf(text[start] === "{" ? "}" : "]") + 1;
    const value = parse(Json, text.slice(start, end)) ?? literalAt(text, start);
    return safeParse(union([Members, array(Members)]), value).success ? [value] : [];
  });
  return values.find((value) => [...membersIn(value, MAX_DEPTH)].some(isAnswer)) ?? values[0];
}

/** Like {@link parseAnswers}, from a parsed value. */
export function answersOf(value: unknown): readonly SigningAnswer[] {
  const found = [...membersIn(value, MAX_DEPTH)];
  const answers = found.filter(isAnswer);
  if (answers.length > 0) return answers.map(readOne);
  const failed = found.map((item) => safeParse(Failed, item)).find(({ success }) => success);
  if (failed?.success) {
    throw new AnswerUnreadable(
      `The signing function returned an error, ${JSON.stringify(failed.output.error.code)}: nothing was signed.`,
    );
  }
  return [readOne(value)];
}

function isAnswer(value: unknown): boolean {
  const { success, output } = safeParse(Signed, value);
  if (!success || (output.cosKey ?? output.key) === undefined) return false;
  return [output.authorization, output.policy, output.credentials].some((part) => part !== undefined);
}

/** Every object in a value, the outer ones first; also in texts that are JSON, or JSON in base64. */
function* membersIn(value: unknown, depth: number): Generator<unknown> {
  if (depth === 0 || value === null) return;
  if (typeof value === "string") {
    const text = /^(?:eyJ|W3s)[\w+/]+={0,2}$/.test(value) ? (fromBase64(value) ?? "") : value;
    if (/^\s*[{["]/.test(text)) yield* membersIn(parse(Json, text), depth - 1);
  } else if (typeof value === "object") {
    if (!Array.isArray(value)) yield value;
    // An answer's own members are not answers.
    if (!isAnswer(value)) for (const inner of Object.values(value)) yield* membersIn(inner, depth - 1);
  }
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

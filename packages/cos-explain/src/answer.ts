import { type Authorization, fromParts, parseAuthorization } from "./authorization.ts";
import { type PostPolicy, parsePostPolicy } from "./post-policy.ts";
import { parseQuery } from "./request.ts";

/** What a signing function answered for one object, as far as it explains a refusal. */
export interface SigningAnswer {
  /** put-sign, post-policy, object-url or upload-credentials. */
  readonly kind: "put" | "post" | "read" | "credentials";
  /** Upper case; for credentials PUT. */
  readonly method: string;
  /** Lower case; empty when it is not in the answer. */
  readonly host: string;
  /** Raw, without a leading slash. */
  readonly key: string;
  /** To be sent, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** The form's, names in lower case; empty unless `post`. */
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

/** What was given as the answer is not one. The message is for the person who gave it. */
export class AnswerUnreadable extends Error {
  override readonly name = "AnswerUnreadable";
}

/**
 * Reads the JSON of a signing function's answer, of one object or of a list.
 *
 * @throws {AnswerUnreadable}
 */
export function parseAnswers(text: string): readonly SigningAnswer[] {
  // What curl -i or a log has around it is no part of it.
  const json = text.slice(Math.max(text.search(/[{[]/), 0), Math.max(text.lastIndexOf("}") + 1, 0));
  return answersOf(parseJson(json) ?? parseJson(text) ?? failToParse());
}

function failToParse(): never {
  throw new AnswerUnreadable("The signing function's answer is not JSON.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** As {@link parseAnswers}, from a value. */
export function answersOf(value: unknown): readonly SigningAnswer[] {
  const root = membersOf(value);
  const inner = insideOf(root);
  if (inner !== undefined) return answersOf(inner);
  const error = membersOf(root.get("error"));
  if (error.has("code")) {
    throw new AnswerUnreadable(
      `The signing function answered an error, ${JSON.stringify(error.get("code"))}: nothing was signed.`,
    );
  }
  const list = root.get("uploads") ?? root.get("objects");
  return (Array.isArray(list) ? list : [value]).map((item) => readOne(membersOf(item)));
}

/** Of the `res` of wx.request and of a function's return value, what is inside. */
function insideOf(root: ReadonlyMap<string, unknown>): unknown {
  if (!root.has("statusCode") || root.has("cosKey") || root.has("key")) return undefined;
  const inner = root.get("data") ?? root.get("body");
  return typeof inner === "string" ? parseJson(inner) : inner;
}

function readOne(parts: ReadonlyMap<string, unknown>): SigningAnswer {
  const text = (name: string) => {
    const value = parts.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const number = (name: string) => {
    const value = parts.get(name);
    return typeof value === "number" ? value : undefined;
  };
  const credentials = textsOf(parts.get("credentials"));
  const policy = text("policy");
  const headerText = text("authorization");
  const kind =
    credentials.size > 0
      ? "credentials"
      : policy !== undefined
        ? "post"
        : text("plainUrl") !== undefined
          ? "read"
          : "put";
  const key = text("cosKey") ?? text("key");
  if (key === undefined || (kind !== "credentials" && policy === undefined && headerText === undefined)) {
    throw new AnswerUnreadable(
      "The answer has no object key with authorization, policy or credentials: is it a signing function's?",
    );
  }
  const address = /^https?:\/\/([^/?#]*)[^?#]*\??([^#]*)/i.exec(text("plainUrl") ?? text("url") ?? "");
  const fields = lowerCase(textsOf(parts.get("fields")));
  const form = fields.size > 0 ? fields : plainForm(text);
  return {
    kind,
    method: (text("method") ?? (kind === "post" ? "POST" : kind === "read" ? "GET" : "PUT")).toUpperCase(),
    host: (text("cosHost") ?? address?.[1] ?? "").toLowerCase(),
    key,
    headers: lowerCase(textsOf(parts.get("headers"))),
    fields: kind === "post" ? form : new Map(),
    query: parseQuery(address?.[2] ?? ""),
    authorization: headerText === undefined ? fromParts(form) : parseAuthorization(headerText),
    token: text("securityToken") ?? credentials.get("SecurityToken"),
    secretId: credentials.get("TmpSecretId"),
    policy: policy === undefined ? undefined : parsePostPolicy(policy),
    maxBytes: number("maxBytes"),
    serverTime: number("serverTime"),
  };
}

/** The form of an answer that lists no fields. */
function plainForm(text: (name: string) => string | undefined): Map<string, string> {
  const named: readonly (readonly [string, string])[] = [
    ["key", "cosKey"],
    ["q-sign-algorithm", "qSignAlgorithm"],
    ["q-ak", "qAk"],
    ["q-key-time", "qKeyTime"],
    ["q-signature", "qSignature"],
    ["policy", "policy"],
    ["x-cos-security-token", "securityToken"],
  ];
  return new Map(
    named.flatMap(([field, name]) => {
      const value = text(name);
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function textsOf(value: unknown): Map<string, string> {
  return new Map(
    [...membersOf(value)].flatMap(([name, item]) =>
      typeof item === "string" ? [[name, item] as const] : [],
    ),
  );
}

function lowerCase(named: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...named].map(([name, value]) => [name.toLowerCase(), value]));
}

import type { Caller } from "../auth/caller.ts";
import { SIGNATURE_SECONDS } from "../config.ts";
import { fileNotAccepted, invalidParameter, keyNotAllowed } from "../errors.ts";
import { type Fields, isJsonObject, readJsonBody } from "../http/json-body.ts";
import { type HttpRequest, parameter } from "../http/request.ts";
import { isOwnKey, isPlainKey } from "../object/object-key.ts";
import { finalKey, isPending } from "../object/places.ts";
import type { NamedRule, Rules } from "../object/rule.ts";
import { readOverrides } from "./overrides.ts";

/** An object that the caller may read. */
export interface ReadableObject {
  /** Raw. */
  readonly key: string;
  /** The MIME type of the key's extension in its rule; whoever stored the object may have claimed another. */
  readonly type: string;
}

/** What to read, and how. */
export interface Question {
  readonly objects: readonly ReadableObject[];
  readonly isList: boolean;
  readonly method: "GET" | "HEAD";
  /** The life of the signature in seconds; undefined for the service's default. */
  readonly seconds: number | undefined;
  /** False for the plain URL, without a signature. */
  readonly sign: boolean;
  /** Query parameters to sign into the URL. */
  readonly query: Readonly<Record<string, string>>;
}

const OPTIONS = ["method", "expires", "sign"] as const;
const MAX_KEYS = 50;

/**
 * Reads `?key=…&method=…&expires=…&sign=…` and what is to be signed into the URL, or the same as JSON with
 * a list of `keys`.
 *
 * @throws ServiceError 400, 403, 413 or 415; for a list with the index of the key that is at fault
 */
export function readQuestion(request: HttpRequest, caller: Caller, rules: Rules): Question {
  return request.method === "POST" ? readMany(request, caller, rules) : readOne(request, caller, rules);
}

function readOne(request: HttpRequest, caller: Caller, rules: Rules): Question {
  const [method, expires, sign] = OPTIONS.map((name) => parameter(request, name));
  const others = new Map(request.query);
  for (const name of ["key", ...OPTIONS]) others.delete(name);
  return {
    ...readOptions({ method, expires, sign }),
    objects: [readKey(parameter(request, "key"), caller, rules)],
    isList: false,
    query: readOverrides(others, rules),
  };
}

function readMany(request: HttpRequest, caller: Caller, rules: Rules): Question {
  const { keys, query = {}, ...options } = readJsonBody(request, ["keys", ...OPTIONS, "query"]);
  if (!Array.isArray(keys) || keys.length < 1 || keys.length > MAX_KEYS) {
    throw invalidParameter(`keys must be a list of 1 to ${MAX_KEYS} object keys.`);
  }
  if (!isJsonObject(query)) {
    throw invalidParameter("query must be a JSON object of parameters.");
  }
  const overrides = Object.entries(query).map(([name, value]) => [name, [value]] as const);
  return {
    ...readOptions(options),
    objects: keys.map((key, index) => readKey(key, caller, rules, index)),
    isList: true,
    query: readOverrides(new Map(overrides), rules),
  };
}

function readOptions({ method = "GET", expires, sign = true }: Fields<(typeof OPTIONS)[number]>) {
  if (method !== "GET" && method !== "HEAD") throw invalidParameter("method must be GET or HEAD.");
  const isSigned = sign === true || sign === "true";
  if (!isSigned && sign !== false && sign !== "false") throw invalidParameter("sign must be true or false.");
  return { method, sign: isSigned, seconds: readExpires(expires) } as const;
}

function readExpires(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const { min, max } = SIGNATURE_SECONDS;
  const seconds = typeof value === "string" && /^\d{1,6}$/.test(value) ? Number(value) : value;
  if (typeof seconds !== "number" || !Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw invalidParameter(`expires must be a whole number of seconds from ${min} to ${max}.`);
  }
  return seconds;
}

/** A caller may read what is under their own prefix, and what a rule opens to all. */
function readKey(value: unknown, caller: Caller, rules: Rules, index?: number): ReadableObject {
  if (typeof value !== "string" || !isPlainKey(value)) {
    throw invalidParameter("key must be given once, as an object's key.", { index });
  }
  if (isPending(value)) {
    const own = rules.all.some((rule) => isOwnKey(finalKey(value), rule, caller));
    if (own)
      throw fileNotAccepted("This file is waiting for its check; read it later by its acceptedKey.", {
        index,
      });
  }
  const open = rules.all.filter(
    (rule) => isOwnKey(value, rule, caller) || (rule.readableByAll && value.startsWith(`${rule.prefix}/`)),
  );
  if (open.length === 0) throw keyNotAllowed("You may not read this key.", { index });
  return { key: value, type: typeOf(value, open) };
}

/** The type by the first rule that takes the key's extension; else one that no browser shows. */
function typeOf(key: string, rules: readonly NamedRule[]): string {
  const ext = /\.([A-Za-z0-9]{1,10})$/.exec(key)?.[1]?.toLowerCase() ?? "";
  const rule = rules.find(({ types }) => Object.hasOwn(types, ext));
  return rule?.types[ext]?.[0] ?? "application/octet-stream";
}

import {
  extensionNotAllowed,
  fileTooLarge,
  invalidParameter,
  ruleNotFound,
  ServiceError,
  typeNotAllowed,
} from "../errors.ts";
import { isGiven } from "../field.ts";
import { type Fields, readFields } from "../http/json-body.ts";
import { type HttpRequest, parameter } from "../http/request.ts";
import { isSameType, isVague, readMediaType } from "../object/media-type.ts";
import type { Metadata } from "../object/metadata.ts";
import type { NamedRule, Rules } from "../object/rule.ts";
import { readDetails } from "./details.ts";
import { readFileList } from "./file-list.ts";

/** One file that a caller wants to upload, checked against its rule. */
export interface FileToUpload {
  readonly rule: NamedRule;
  /** An extension of the rule. */
  readonly ext: string;
  /** The MIME type that an answer names when the caller pinned none. */
  readonly defaultType: string;
  /** What the caller asked to be enforced. */
  readonly pinned: {
    /** Content-Type, as it is signed and must be sent. */
    readonly type?: string | undefined;
    /** Exact length in bytes. */
    readonly size?: number | undefined;
    /** Content-MD5: the digest in base64. */
    readonly md5?: string | undefined;
  };
  /** The headers that carry the file's own name and the client's values; empty when it gave none. */
  readonly metadata: Metadata;
}

/** What the request asks for: one file, or a list that is answered as a list. */
export interface UploadRequest {
  readonly files: readonly FileToUpload[];
  readonly isList: boolean;
}

/** What says which file it is. */
export const FILE_PARAMETERS = ["ext", "type", "size", "md5", "rule", "name", "meta"] as const;

/** The parameters of one file before they are checked. */
type RawFile = Fields<(typeof FILE_PARAMETERS)[number]>;

/** What a query's parameters begin with that give `meta` its values. */
const META = "meta.";

/**
 * Reads `?ext=jpg&type=…&size=…&md5=…&rule=…&name=…&meta.<key>=…`, or the list of a POST.
 *
 * @throws ServiceError 400, 413 or 415; for a list with the index of the file that is at fault.
 */
export function readFiles(request: HttpRequest, rules: Rules): UploadRequest {
  if (request.method !== "POST") return { files: [readFile(queryFile(request), rules)], isList: false };
  const files = readFileList(request).map((raw, index) => {
    try {
      return readFile(readFields(raw, FILE_PARAMETERS, "Each of files"), rules);
    } catch (error) {
      throw error instanceof ServiceError ? error.at(index) : error;
    }
  });
  return { files, isList: true };
}

function queryFile(request: HttpRequest): RawFile {
  const raw: { -readonly [name in keyof RawFile]: unknown } = {};
  for (const name of FILE_PARAMETERS) raw[name] = parameter(request, name);
  const meta = [...request.query].flatMap(([name]) =>
    name.startsWith(META) ? [[name.slice(META.length), parameter(request, name)]] : [],
  );
  if (meta.length > 0) raw.meta = Object.fromEntries(meta);
  return raw;
}

/**
 * Checks the parameters of one file against its rule.
 *
 * @param largest in bytes, by the rule and the way that the file is uploaded
 * @throws ServiceError 400 or 413
 */
export function readFile(
  raw: RawFile,
  rules: Rules,
  largest = ({ maxBytes }: NamedRule) => maxBytes,
): FileToUpload {
  const ext = readExtension(raw.ext);
  const rule = isGiven(raw.rule) ? readRule(raw.rule, rules) : ruleFor(ext, rules);
  const mimeTypes = Object.hasOwn(rule.types, ext) ? rule.types[ext] : undefined;
  if (mimeTypes === undefined) {
    throw extensionNotAllowed(
      `The rule "${rule.name}" takes the extensions ${Object.keys(rule.types).join(", ")}.`,
    );
  }
  return {
    rule,
    ext,
    defaultType: mimeTypes[0],
    pinned: {
      type: readType(raw.type, mimeTypes, rules),
      size: readSize(raw.size, rule, largest(rule)),
      md5: readMd5(raw.md5),
    },
    metadata: readDetails(raw),
  };
}

function ruleFor(ext: string, rules: Rules): NamedRule {
  const rule = rules.forExtension(ext);
  if (rule === undefined) throw extensionNotAllowed(`Files of type "${ext}" cannot be uploaded here.`);
  return rule;
}

function readRule(name: unknown, rules: Rules): NamedRule {
  const rule = typeof name === "string" ? rules.named(name) : undefined;
  if (rule === undefined) throw ruleNotFound("rule must name one of this service's rules.");
  return rule;
}

/** The form is checked before anything else, so that only a-z and 0-9 can come near a key or a message. */
function readExtension(value: unknown): string {
  const match = typeof value === "string" ? /^\.?([A-Za-z0-9]{1,10})$/.exec(value) : null;
  if (match?.[1] === undefined) {
    throw extensionNotAllowed("ext must be given once, as a file extension such as jpg.");
  }
  return match[1].toLowerCase();
}

/** A type that is vague is as good as none: browsers are empty-handed for files that their system does not know. */
function readType(
  value: unknown,
  mimeTypes: readonly [string, ...string[]],
  { all }: Rules,
): string | undefined {
  if (!isGiven(value)) return undefined;
  const type = readMediaType(value);
  if (type !== undefined) {
    const { essence, text } = type;
    // What a browser would run is none of them: check-rules.ts looks at every name of a rule's types.
    if (mimeTypes.some((allowed) => isSameType(allowed, essence))) return text;
    const known = all.flatMap(({ types }) => Object.values(types).flat());
    if (isVague(essence, mimeTypes[0], known)) return undefined;
  }
  throw typeNotAllowed(`type must be ${mimeTypes.join(" or ")}, with or without parameters.`);
}

function readSize(value: unknown, rule: NamedRule, maxBytes: number): number | undefined {
  if (value === undefined) return undefined;
  const isWritten = typeof value === "string" && /^\d{1,15}$/.test(value);
  const size = isWritten ? Number(value) : value;
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw invalidParameter("size must be given once, as the file's length in bytes.");
  }
  if (size > maxBytes) {
    const inParts = maxBytesInParts(rule);
    const otherwise = size <= inParts ? `, and ${inParts} when uploaded in parts (POST /multipart)` : "";
    throw fileTooLarge(`Files of the rule "${rule.name}" may have at most ${maxBytes} bytes${otherwise}.`);
  }
  return size;
}

/** The largest file of a rule that may be uploaded in parts, in bytes. */
export function maxBytesInParts(rule: NamedRule): number {
  return rule.maxBytesInParts ?? rule.maxBytes;
}

/** In hex; in base64 it has 24. */
const MAX_MD5_LENGTH = 32;

/** In base64 as Content-MD5 wants it, or in hex as WeChat's getFileInfo gives it. */
function readMd5(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" && value.length <= MAX_MD5_LENGTH ? value : "";
  if (/^[0-9a-f]{32}$/i.test(text)) return Buffer.from(text, "hex").toString("base64");
  // A "+" that was not percent-encoded in the query arrives as a space.
  const base64 = text.replaceAll(" ", "+");
  if (/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(base64)) return base64;
  throw invalidParameter("md5 must be given once, as the file's MD5 digest in base64 or hex.");
}

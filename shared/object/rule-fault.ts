import { SIGNATURE_SECONDS } from "../config.ts";
import { MAX_FILE_BYTES, MAX_PARTS, MAX_REQUEST_BYTES } from "./limits.ts";
import { namesOf } from "./media-type.ts";
import { isOwnPlace, PLACES } from "./places.ts";
import { EXECUTABLE_TYPES, type NamedRule } from "./rule.ts";

/** Returns the end of a sentence that begins with the rule; undefined if nothing is wrong. */
type FaultOf = (rule: NamedRule) => string | undefined;

/** What is wrong with a rule, whatever the others are: the first fault. */
export const faultOf: FaultOf = (rule) => {
  for (const check of CHECKS) {
    const fault = check(rule);
    if (fault !== undefined) return fault;
  }
  return undefined;
};

const nameFault: FaultOf = ({ name }) =>
  /^[a-z][a-z0-9-]{0,31}$/.test(name) ? undefined : "needs a name of a-z, 0-9 and -";

/** The build does not check types, and a misspelt field would silently get its default. */
const FIELDS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: "string",
    types: "object",
    maxBytes: "number",
    maxBytesInParts: "number",
    prefix: "string",
    signatureSeconds: "number",
    onlyByName: "boolean",
    forbidOverwrite: "boolean",
    readableByAll: "boolean",
    keepRejected: "boolean",
    check: "string",
    undecided: "string",
    quota: "object",
    allowExecutable: "boolean",
  } satisfies Record<keyof NamedRule, string>),
);

const fieldFault: FaultOf = (rule) => {
  for (const [field, value] of Object.entries(rule)) {
    const type = FIELDS.get(field);
    if (type === undefined) return `has ${field}, which is not one of ${[...FIELDS.keys()].join(", ")}`;
    if (value !== undefined && typeof value !== type) return `has a ${field} that is not of type ${type}`;
  }
  return undefined;
};

/** What the fields that take one of a few words may say. */
const WORDS: readonly (readonly ["check" | "undecided", readonly string[]])[] = [
  ["check", ["before", "after", "none"]],
  ["undecided", ["accept", "reject"]],
];

const wordFault: FaultOf = (rule) => {
  const wrong = WORDS.find(([field, words]) => rule[field] !== undefined && !words.includes(rule[field]));
  return wrong && `needs ${wrong[0]} as one of ${wrong[1].join(", ")}`;
};

const sizeFault: FaultOf = ({ maxBytes, maxBytesInParts = maxBytes, check }) => {
  if (!(Number.isSafeInteger(maxBytes) && maxBytes > 0 && maxBytes <= MAX_REQUEST_BYTES)) {
    return `needs maxBytes as a whole number from 1 to ${MAX_REQUEST_BYTES} (5 GB, what COS takes in one request)`;
  }
  const mayBeInParts = maxBytesInParts >= maxBytes && maxBytesInParts <= MAX_FILE_BYTES;
  if (!Number.isSafeInteger(maxBytesInParts) || !mayBeInParts) {
    return `needs maxBytesInParts as a whole number from its maxBytes to ${MAX_FILE_BYTES} (${MAX_PARTS} parts, the most that COS joins)`;
  }
  return check === "before" && maxBytesInParts > MAX_REQUEST_BYTES
    ? `needs maxBytesInParts of at most ${MAX_REQUEST_BYTES} (5 GB) with check "before": COS copies no larger file to its key`
    : undefined;
};

const prefixFault: FaultOf = ({ prefix }) => {
  if (prefix === undefined || !/^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/i.test(prefix)) {
    return "needs a prefix of letters, digits, _, - and inner slashes";
  }
  return isOwnPlace(prefix)
    ? `needs another prefix: ${Object.values(PLACES).join(", ")} are reserved for this project`
    : undefined;
};

const secondsFault: FaultOf = ({ signatureSeconds: seconds }) => {
  const { min, max } = SIGNATURE_SECONDS;
  if (seconds === undefined || (Number.isInteger(seconds) && seconds >= min && seconds <= max)) {
    return undefined;
  }
  return `needs signatureSeconds as a whole number from ${min} to ${max}`;
};

const QUOTAS: readonly string[] = ["filesPerDay", "bytesPerDay"];

const quotaFault: FaultOf = ({ quota }) => {
  if (quota === undefined) return undefined;
  const limits = Object.entries(quota ?? {});
  const isGood = ([name, limit]: [string, unknown]) =>
    QUOTAS.includes(name) && Number.isSafeInteger(limit) && Number(limit) > 0;
  return limits.length > 0 && limits.every(isGood)
    ? undefined
    : `needs a quota of ${QUOTAS.join(" or ")}, or both, each a whole number of 1 or more`;
};

const EXECUTABLE_EXTENSIONS = new Set(
  "html htm xhtml xht shtml mhtml svg svgz xml xsl xslt js mjs cjs css swf wasm php asp aspx jsp cgi exe msi com bat cmd ps1 vbs sh jar apk ipa hta scr dll".split(
    " ",
  ),
);

const typesFault: FaultOf = ({ types, allowExecutable }) => {
  const entries = Object.entries(types);
  if (entries.length === 0) return "takes no extension";
  for (const [ext, mimeTypes] of entries) {
    if (!/^[a-z0-9]{1,10}$/.test(ext)) {
      return `has the extension "${ext}", which is not 1 to 10 of a-z and 0-9`;
    }
    if (!Array.isArray(mimeTypes) || mimeTypes.length === 0) return `has no MIME type for "${ext}"`;
    const odd = mimeTypes.find((type) => !/^[a-z]+\/[a-z0-9.+-]+$/.test(type));
    if (odd !== undefined) {
      return `has the MIME type "${odd}" for "${ext}", which is not type/subtype in lower case`;
    }
    if (!allowExecutable && isExecutable(ext, mimeTypes)) {
      return `takes "${ext}", which a browser or a phone would run; set allowExecutable: true if you mean it`;
    }
  }
  return undefined;
};

function isExecutable(ext: string, mimeTypes: readonly string[]): boolean {
  return (
    EXECUTABLE_EXTENSIONS.has(ext) || mimeTypes.flatMap(namesOf).some((type) => EXECUTABLE_TYPES.test(type))
  );
}

/** The types of fields come first, since the others rely on them. */
const CHECKS: readonly FaultOf[] = [
  nameFault,
  fieldFault,
  wordFault,
  sizeFault,
  prefixFault,
  secondsFault,
  quotaFault,
  typesFault,
];

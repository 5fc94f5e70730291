import { SIGNATURE_SECONDS } from "../config.ts";
import { MAX_FILE_BYTES, MAX_PARTS, MAX_REQUEST_BYTES } from "./limits.ts";
import { namesOf } from "./media-type.ts";
import { isOwnPlace, PLACES } from "./places.ts";
import { EXECUTABLE_TYPES, type NamedRule, type Rules } from "./rule.ts";

/** A rule that cannot work. The message names it. */
export class RuleError extends Error {
  override readonly name = "RuleError";
}

/**
 * Checks a table of rules. The build calls it, so that a bundle never holds a rule that cannot work and no
 * cold start pays for the check.
 *
 * @throws RuleError for the first rule that cannot work
 */
export function checkRules({ all }: Rules): void {
  if (all.length === 0) throw new RuleError("There is no rule, so nothing could be uploaded.");
  for (const rule of all) {
    const fault = faultOf(rule);
    if (fault !== undefined) throw new RuleError(`The rule "${rule.name}" ${fault}.`);
    const twin = rule.quota && all.find((other) => other !== rule && isStoredAlike(other, rule));
    if (twin) {
      throw new RuleError(
        `The rule "${rule.name}" has a quota, but its files cannot be told from those of "${twin.name}"; give one of them another prefix.`,
      );
    }
    const lax = all.find((other) => isStoredAlike(other, rule) && !isCheckedAlike(other, rule));
    if (lax) {
      throw new RuleError(
        `The rule "${rule.name}" differs in check or undecided from "${lax.name}", but their files cannot be told apart; give one of them another prefix.`,
      );
    }
    const exposed = rule.readableByAll && all.find((other) => !other.readableByAll && isUnder(other, rule));
    if (exposed) {
      throw new RuleError(
        `The rule "${rule.name}" is readableByAll, which would expose what "${exposed.name}" stores under its prefix; give one of them another.`,
      );
    }
  }
}

function isStoredAlike(one: NamedRule, other: NamedRule): boolean {
  return one.prefix === other.prefix && Object.keys(one.types).some((ext) => Object.hasOwn(other.types, ext));
}

/** Whichever of two rules a stored file is attributed to, it must pass the same check. */
function isCheckedAlike(one: NamedRule, other: NamedRule): boolean {
  return one.check === other.check && (one.undecided ?? "reject") === (other.undecided ?? "reject");
}

function quotaFault({ quota }: NamedRule): string | undefined {
  if (quota === undefined) return undefined;
  const names = ["filesPerDay", "bytesPerDay"];
  const limits = Object.entries(quota ?? {});
  const isGood = ([name, limit]: [string, unknown]) =>
    names.includes(name) && Number.isSafeInteger(limit) && Number(limit) > 0;
  if (limits.length > 0 && limits.every(isGood)) return undefined;
  return `needs a quota of ${names.join(" or ")}, or both, each a whole number of 1 or more`;
}

function isUnder(inner: NamedRule, outer: NamedRule): boolean {
  return `${inner.prefix}/`.startsWith(`${outer.prefix}/`);
}

const EXECUTABLE_EXTENSIONS = new Set(
  "html htm xhtml xht shtml mhtml svg svgz xml xsl xslt js mjs cjs css swf wasm php asp aspx jsp cgi exe msi com bat cmd ps1 vbs sh jar apk ipa hta scr dll".split(
    " ",
  ),
);

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

/** What the fields that take one of a few words may say. */
const WORDS: readonly (readonly ["check" | "undecided", readonly string[]])[] = [
  ["check", ["before", "after", "none"]],
  ["undecided", ["accept", "reject"]],
];

function faultOf(rule: NamedRule): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(rule.name)) return "needs a name of a-z, 0-9 and -";
  for (const [field, value] of Object.entries(rule)) {
    const type = FIELDS.get(field);
    if (type === undefined) return `has ${field}, which is not one of ${[...FIELDS.keys()].join(", ")}`;
    if (value !== undefined && typeof value !== type) return `has a ${field} that is not of type ${type}`;
  }
  for (const [field, words] of WORDS) {
    const word = rule[field];
    if (word !== undefined && !words.includes(word)) return `needs ${field} as one of ${words.join(", ")}`;
  }
  const types = Object.entries(rule.types);
  if (types.length === 0) return "takes no extension";
  if (!(Number.isSafeInteger(rule.maxBytes) && rule.maxBytes > 0 && rule.maxBytes <= MAX_REQUEST_BYTES)) {
    return `needs maxBytes as a whole number from 1 to ${MAX_REQUEST_BYTES} (5 GB, what COS takes in one request)`;
  }
  const { maxBytesInParts = rule.maxBytes } = rule;
  const mayBeInParts = maxBytesInParts >= rule.maxBytes && maxBytesInParts <= MAX_FILE_BYTES;
  if (!Number.isSafeInteger(maxBytesInParts) || !mayBeInParts) {
    return `needs maxBytesInParts as a whole number from its maxBytes to ${MAX_FILE_BYTES} (${MAX_PARTS} parts, the most that COS joins)`;
  }
  if (rule.check === "before" && maxBytesInParts > MAX_REQUEST_BYTES) {
    return `needs maxBytesInParts of at most ${MAX_REQUEST_BYTES} (5 GB) with check "before": COS copies no larger file to its key`;
  }
  if (rule.prefix === undefined || !/^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/i.test(rule.prefix))
    return "needs a prefix of letters, digits, _, - and inner slashes";
  if (isOwnPlace(rule.prefix))
    return `needs another prefix: ${Object.values(PLACES).join(", ")} are reserved for this project`;
  const seconds = rule.signatureSeconds;
  const { min, max } = SIGNATURE_SECONDS;
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= min && seconds <= max)) {
    return `needs signatureSeconds as a whole number from ${min} to ${max}`;
  }
  const quota = quotaFault(rule);
  if (quota !== undefined) return quota;
  for (const [ext, mimeTypes] of types) {
    if (!/^[a-z0-9]{1,10}$/.test(ext))
      return `has the extension "${ext}", which is not 1 to 10 of a-z and 0-9`;
    if (!Array.isArray(mimeTypes) || mimeTypes.length === 0) return `has no MIME type for "${ext}"`;
    const odd = mimeTypes.find((type) => !/^[a-z]+\/[a-z0-9.+-]+$/.test(type));
    if (odd !== undefined)
      return `has the MIME type "${odd}" for "${ext}", which is not type/subtype in lower case`;
    const runs =
      EXECUTABLE_EXTENSIONS.has(ext) ||
      mimeTypes.flatMap(namesOf).some((type) => EXECUTABLE_TYPES.test(type));
    if (runs && !rule.allowExecutable) {
      return `takes "${ext}", which a browser or a phone would run; set allowExecutable: true if you mean it`;
    }
  }
  return undefined;
}

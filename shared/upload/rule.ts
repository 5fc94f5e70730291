/** What may be uploaded under one name, and how. */
export interface Rule {
  /**
   * The extensions, in lower case and without a dot, each with its MIME types. The first type is the one
   * that an answer tells the client to send; `type=` may ask for any of them.
   */
  readonly types: Readonly<Record<string, readonly [string, ...string[]]>>;
  /** The largest file, in bytes. */
  readonly maxBytes: number;
  /** The beginning of every object key, without slashes at its ends. */
  readonly prefix: string;
  /** The life of a signature in seconds, 60 to 7200. Default: `SIGNATURE_SECONDS`. */
  readonly signatureSeconds?: number;
  /** Only for `?rule=<name>`: never chosen by extension alone. Default: false. */
  readonly onlyByName?: boolean;
  /**
   * Storage refuses to write where something is (`x-cos-forbid-overwrite`), so that a signature is good
   * for one upload. Clients must then send the answer's `headers` or `fields` whole; and COS ignores it
   * in a bucket that ever had versioning on. Default: false.
   */
  readonly forbidOverwrite?: boolean;
  /** Every caller may read what is under the prefix, whoever uploaded it. Default: false. */
  readonly readableByAll?: boolean;
  /** Admits extensions and types that a browser or a phone would run. Default: false. */
  readonly allowExecutable?: boolean;
}

/** A rule with its name. */
export interface NamedRule extends Rule {
  readonly name: string;
}

/** The rules in force, checked. */
export interface Rules {
  readonly all: readonly NamedRule[];
  /** The rule of this name. */
  named(name: string): NamedRule | undefined;
  /** The first rule of the table that takes this extension and is not `onlyByName`. */
  forExtension(ext: string): NamedRule | undefined;
}

/** A rule that cannot work. The message names it. */
export class RuleError extends Error {
  override readonly name = "RuleError";
}

const EXECUTABLE_EXTENSIONS = new Set(
  "html htm xhtml xht shtml mhtml svg svgz xml xsl xslt js mjs cjs css swf wasm php asp aspx jsp cgi exe msi com bat cmd ps1 vbs sh jar apk ipa hta scr dll".split(
    " ",
  ),
);
/** MIME types that a browser runs or a phone installs. */
export const EXECUTABLE_TYPES =
  /^(?:text\/(?:html|xml|css|javascript|ecmascript|xsl)|image\/svg|application\/(?:.*\+)?(?:xml|xhtml|javascript|ecmascript|wasm|x-shockwave-flash|x-msdownload|x-httpd-php|x-sh|java-archive|vnd\.android\.package-archive))/;

/**
 * Checks a table of rules and makes it ready.
 *
 * @throws RuleError for the first rule that cannot work; the build loads the table, so it fails there.
 */
export function defineRules(table: Readonly<Record<string, Rule>>): Rules {
  const rules = Object.entries(table).map(([name, rule]): NamedRule => ({ ...rule, name }));
  if (rules.length === 0) throw new RuleError("There is no rule, so nothing could be uploaded.");
  for (const rule of rules) {
    const fault = faultOf(rule);
    if (fault !== undefined) throw new RuleError(`The rule "${rule.name}" ${fault}.`);
  }
  const byName = new Map(rules.map((rule) => [rule.name, rule]));
  const byExtension = new Map(
    rules
      .filter((rule) => !rule.onlyByName)
      .reverse()
      .flatMap((rule) => Object.keys(rule.types).map((ext) => [ext, rule] as const)),
  );
  return {
    all: rules,
    named: (name) => byName.get(name),
    forExtension: (ext) => byExtension.get(ext),
  };
}

function faultOf(rule: NamedRule): string | undefined {
  if (!/^[a-z][a-z0-9-]{0,31}$/.test(rule.name)) return "needs a name of a-z, 0-9 and -";
  const types = Object.entries(rule.types);
  if (types.length === 0) return "takes no extension";
  if (!(Number.isSafeInteger(rule.maxBytes) && rule.maxBytes > 0 && rule.maxBytes <= MAX_OBJECT_BYTES)) {
    return `needs maxBytes as a whole number from 1 to ${MAX_OBJECT_BYTES} (5 GB, what COS takes in one request)`;
  }
  if (!/^[a-z0-9_-]+(?:\/[a-z0-9_-]+)*$/i.test(rule.prefix))
    return "needs a prefix of letters, digits, _, - and inner slashes";
  const seconds = rule.signatureSeconds;
  if (seconds !== undefined && !(Number.isInteger(seconds) && seconds >= 60 && seconds <= 7200)) {
    return "needs signatureSeconds as a whole number from 60 to 7200";
  }
  for (const [ext, mimeTypes] of types) {
    if (!/^[a-z0-9]{1,10}$/.test(ext))
      return `has the extension "${ext}", which is not 1 to 10 of a-z and 0-9`;
    if (mimeTypes.length === 0) return `has no MIME type for "${ext}"`;
    const odd = mimeTypes.find((type) => !/^[a-z]+\/[a-z0-9.+-]+$/.test(type));
    if (odd !== undefined)
      return `has the MIME type "${odd}" for "${ext}", which is not type/subtype in lower case`;
    const runs = EXECUTABLE_EXTENSIONS.has(ext) || mimeTypes.some((type) => EXECUTABLE_TYPES.test(type));
    if (runs && !rule.allowExecutable) {
      return `takes "${ext}", which a browser or a phone would run; say allowExecutable: true if that is meant`;
    }
  }
  return undefined;
}

/** PUT Object and POST Object take 5 GB (https://cloud.tencent.com/document/product/436/7749). */
const MAX_OBJECT_BYTES = 5 * 1024 ** 3;

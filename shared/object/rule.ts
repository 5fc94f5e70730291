/** What may be uploaded under one name, and how. */
export interface Rule {
  /**
   * The extensions, in lower case and without a dot, each with its MIME types. The first type is the one
   * that an answer tells the client to send; `type=` may ask for any of them, by any name that means the same
   * (media-type.ts) and with parameters, such as `;charset=utf-8`.
   */
  readonly types: Readonly<Record<string, readonly [string, ...string[]]>>;
  /** The largest file, in bytes. */
  readonly maxBytes: number;
  /** The largest file that may be uploaded in parts, by the function `multipart`. Default: `maxBytes`. */
  readonly maxBytesInParts?: number;
  /** The beginning of every object key, without slashes at its ends. */
  readonly prefix: string;
  /** The life of a signature in seconds, 60 to 7200. Default: `SIGNATURE_SECONDS`. */
  readonly signatureSeconds?: number;
  /** Only for `?rule=<name>`: never chosen by extension alone. Default: false. */
  readonly onlyByName?: boolean;
  /**
   * Storage refuses to overwrite an object (`x-cos-forbid-overwrite`), so that a signature is good
   * for one upload. Clients must then send the answer's `headers` or `fields` whole; COS ignores it
   * in a bucket that ever had versioning on; and `upload-credentials` refuses such a file. Default: false.
   */
  readonly forbidOverwrite?: boolean;
  /** Every caller may read what is under the prefix, whoever uploaded it. Default: false. */
  readonly readableByAll?: boolean;
  /**
   * A file that turns out not to be what it claims is moved to `rejected/` instead of being removed, unless it is larger
   * than the 5 GB that COS copies. Only `uploaded` checks this. Default: false.
   */
  readonly keepRejected?: boolean;
  /**
   * Whether a file must pass a check, in addition to being what it claims: WeChat's of images and audio, with
   * `MEDIA_CHECK=wechat`, or the team's own in `onUploaded`.
   *
   * - `before`: it waits under `pending/`, where nobody can read it (but see SECURITY.md about forms), and gets its key when
   *   it passes;
   * - `after`: it is there at once, and is removed when it does not pass;
   * - `none`: no check.
   *
   * Default: with `MEDIA_CHECK`, `after` for images and audio; else `none`. No rule with another check, or
   * another `undecided`, may take one of its extensions under its prefix: stored files could not be told apart.
   */
  readonly check?: "before" | "after" | "none";
  /**
   * What happens to a file that no check decides on: one that WeChat does not check (video, documents, WebP,
   * HEIC, more than 10 MiB), one that a person should look at, and one whose result does not come. Default:
   * `reject`.
   */
  readonly undecided?: "accept" | "reject";
  /**
   * What one caller may upload by this rule per day, within what QUOTA_… allows over all rules. No other rule
   * may then take one of its extensions under its prefix: stored files could not be told apart.
   */
  readonly quota?: { readonly filesPerDay?: number; readonly bytesPerDay?: number };
  /** Allows extensions and types that a browser or a phone would run. Default: false. */
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

/**
 * MIME types that a browser runs or a phone installs: the beginning of their essence, in lower case; and anything
 * ending in `+xml`, which is XML and so may be a page (https://mimesniff.spec.whatwg.org/#xml-mime-type).
 */
export const EXECUTABLE_TYPES =
  /^(?:text\/(?:html|xml|css|xsl|rdf|x-server-parsed-html)|(?:text|application)\/(?:x-)?(?:javascript|ecmascript|jscript|livescript)|image\/svg|multipart\/|message\/|application\/(?:xml|xhtml|wasm|x-shockwave-flash|x-msdownload|x-httpd-php|x-sh|hta|java-archive|vnd\.android\.package-archive|x-apple-aspen-config|x-x509-ca-cert|x-mimearchive)|.*\+xml$)/;

/** Makes a table of rules ready. The build checks it, with check-rules.ts. */
export function defineRules(table: Readonly<Record<string, Rule>>): Rules {
  const all = Object.entries(table).map(([name, rule]): NamedRule => ({ ...rule, name }));
  return {
    all,
    named: (name) => all.find((rule) => rule.name === name),
    forExtension: (ext) => all.find((rule) => !rule.onlyByName && Object.hasOwn(rule.types, ext)),
  };
}

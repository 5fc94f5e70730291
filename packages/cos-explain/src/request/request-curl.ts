import { split } from "shlex";
import { formFields } from "../text/multipart.ts";
import { RequestUnreadable, requestOf, type SentRequest } from "./request.ts";

/** At the beginning of a line, after a prompt such as `me@host:~# ` or `PS C:\>`, or behind a pipe. */
const BEFORE_CURL = /(?:^|[|;&])[ \t]*(?:[^\n|;&"'`]{0,80}[$#>%] ?)?(?=curl(?:\.exe)?\s)/m;

/** Whether a text holds a curl command. */
export function isCurl(text: string): boolean {
  return BEFORE_CURL.test(text);
}

/** Undoes what word processors and chats do to a command: their quotes, dashes and spaces mean nothing to a shell. */
function asTyped(text: string): string {
  const plain = text
    .replaceAll(/[\u00a0\u2002-\u200a\u202f\u3000]/g, " ")
    .replaceAll(/(^|\s)[\u2010-\u2014\u2212](?=\w\s)/g, "$1-")
    .replaceAll(/(^|\s)(?:[\u2010-\u2014\u2212]|-[\u2010-\u2014\u2212])(?=[a-z][\w-])/g, "$1--");
  // Only where they stand for a shell's: a value in straight quotes may contain them.
  return /\s[\u201c\u2018]/.test(plain)
    ? plain.replaceAll(/[\u201c\u201d]/g, '"').replaceAll(/[\u2018\u2019]/g, "'")
    : plain;
}

/** Short options that take a value, from `man curl`. */
const SHORT_WITH_VALUE = "AbCcDdEeFHhKmoPQrTtUuwXxYyz";

/** Long options that take no value; all others take one. */
const LONG_WITHOUT_VALUE: ReadonlySet<string> = new Set(
  (
    "anyauth basic compressed create-dirs crlf digest disable fail fail-early fail-with-body get globoff head http0.9 " +
    "http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only include insecure ipv4 ipv6 junk-session-cookies " +
    "list-only location location-trusted negotiate netrc next no-alpn no-buffer no-keepalive no-progress-meter no-sessionid " +
    "ntlm parallel path-as-is post301 post302 post303 progress-bar proxytunnel raw remote-header-name remote-name " +
    "remote-name-all remote-time retry-all-errors retry-connrefused show-error silent ssl ssl-no-revoke ssl-reqd " +
    "sslv2 sslv3 styled-output tcp-fastopen tcp-nodelay tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding verbose version"
  ).split(" "),
);

const LONG_NAMES: Readonly<Record<string, string>> = {
  X: "request",
  H: "header",
  d: "data",
  F: "form",
  T: "upload-file",
  A: "user-agent",
  e: "referer",
  I: "head",
  G: "get",
  u: "user",
};

interface Option {
  /** The long name, or the short one where this module does not need it; empty for an address. */
  readonly name: string;
  readonly value: string;
}

/**
 * Reads a curl command, as it was typed or as a browser copies it, for bash or for cmd. What the shell would fill in
 * (`$token`) is unknown. What curl adds by itself (a length) is known only if it follows from the command.
 *
 * @throws {RequestUnreadable}
 */
export function fromCurl(text: string): SentRequest {
  const options = optionsOf(wordsOf(asTyped(text)));
  const valuesOf = (...names: readonly string[]) =>
    options.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  const url = valuesOf("", "url")[0];
  if (url === undefined) throw new RequestUnreadable("The curl command has no address.");
  if (hasVariable(url)) {
    throw new RequestUnreadable(
      "The curl command's address is a shell variable: replace it with its value, or give the output of curl -v.",
    );
  }
  const given = headersOf(valuesOf("header"));
  const data = valuesOf("data", "data-raw", "data-binary", "data-ascii", "data-urlencode", "json");
  const isQuery = valuesOf("get").length > 0;
  const body = data.join("&");
  const form = [...valuesOf("form").map(fieldOf), ...valuesOf("form-string").map(literalFieldOf)];
  const upload = valuesOf("upload-file")[0];
  const fields = form.length > 0 ? Object.fromEntries(form.flat()) : formFields(body);
  return requestOf({
    method:
      valuesOf("request")[0] ??
      (valuesOf("head").length > 0 ? "HEAD" : upload !== undefined ? "PUT" : undefined) ??
      (form.length > 0 || (data.length > 0 && !isQuery) ? "POST" : "GET"),
    url: withScheme(isQuery && body !== "" ? `${url}${url.includes("?") ? "&" : "?"}${body}` : url),
    headers: {
      ...(form.length > 0 && { "content-type": "multipart/form-data" }),
      ...(data.length > 0 && !isQuery && lengthAndType(data)),
      // curl cannot know the length of what it reads from standard input.
      ...((upload === "-" || upload === ".") && { "transfer-encoding": "chunked" }),
      ...(valuesOf("referer")[0] !== undefined && { referer: valuesOf("referer")[0] ?? "" }),
      ...given.headers,
    },
    fields,
    hidesSignature: given.hasUnknown,
  });
}

function wordsOf(text: string): string[] {
  // cmd escapes with a caret. A line that continues ends in a caret for cmd, in a backslash for bash.
  const command = /\^["\r\n]/.test(text)
    ? text.replace(/\^\r?\n/g, " ").replace(/\^([\s\S])/g, "$1")
    : text.replace(/\\\r?\n/g, " ");
  try {
    const before = BEFORE_CURL.exec(command);
    const words = split(command.slice((before?.index ?? 0) + (before?.[0].length ?? 0)));
    const end = words.findIndex((word) => ["|", ">", "&&", ";", "||", "2>&1"].includes(word));
    return words.slice(1, end < 0 ? undefined : end);
  } catch {
    throw new RequestUnreadable("The curl command's quotes do not close: is it complete?");
  }
}

function optionsOf(words: readonly string[]): Option[] {
  const options: Option[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? "";
    const next = () => {
      index += 1;
      return words[index] ?? "";
    };
    if (word.startsWith("--")) {
      const [name = "", inline] = word.slice(2).split(/=([\s\S]*)/);
      const isFlag = LONG_WITHOUT_VALUE.has(name) || name.startsWith("no-");
      options.push({ name, value: isFlag ? "" : (inline ?? next()) });
    } else if (/^-./.test(word)) {
      options.push(...shortOptions(word.slice(1), next));
    } else {
      options.push({ name: "", value: word });
    }
  }
  return options;
}

/** `-sSXPUT` is -s, -S and -X with PUT. */
function shortOptions(letters: string, next: () => string): Option[] {
  const at = [...letters].findIndex((letter) => SHORT_WITH_VALUE.includes(letter));
  const flags = (at < 0 ? letters : letters.slice(0, at)).split("").map((letter) => ({
    name: LONG_NAMES[letter] ?? letter,
    value: "",
  }));
  if (at < 0) return flags;
  const letter = letters.charAt(at);
  return [...flags, { name: LONG_NAMES[letter] ?? letter, value: letters.slice(at + 1) || next() }];
}

function headersOf(lines: readonly string[]): {
  readonly headers: Readonly<Record<string, string>>;
  readonly hasUnknown: boolean;
} {
  const known = lines.filter((row) => !hasVariable(row) && !row.startsWith("@"));
  return {
    headers: Object.fromEntries(
      known.flatMap((row) => {
        const [, name = "", value = ""] = /^([^:;]+)[:;]\s*(.*)$/s.exec(row) ?? [];
        // "Name:" removes a header that curl would send.
        return name === "" || (value === "" && row.includes(":")) ? [] : [[name.toLowerCase(), value.trim()]];
      }),
    ),
    hasUnknown: known.length < lines.length,
  };
}

/** Whether the shell would fill something in. A plain `$`, as in a key, is not followed by any of these. */
function hasVariable(text: string): boolean {
  return /\$(?:[({]|[A-Za-z_])/.test(text);
}

/**
 * `name=value` of -F. What curl reads from a file is not known. A value ends at its first `;`, where options such as
 * `;type=` follow, unless it is in double quotes (https://curl.se/docs/manpage.html#-F).
 */
function fieldOf(text: string): (readonly [string, string])[] {
  return literalFieldOf(text).flatMap(([name, value]) => {
    if (/^[@<]/.test(value)) return [];
    const [, inQuotes] = /^"((?:[^"\\]|\\[\s\S])*)"/.exec(value) ?? [];
    const sent =
      inQuotes === undefined ? value.replace(/;[\s\S]*/, "") : inQuotes.replace(/\\(["\\])/g, "$1");
    return [[name, sent] as const];
  });
}

/** `name=value` of --form-string, in which no character has a meaning. */
function literalFieldOf(text: string): (readonly [string, string])[] {
  const [, name = "", value = ""] = /^([^=]*)=([\s\S]*)$/.exec(text) ?? [];
  return name === "" ? [] : [[name, value]];
}

function lengthAndType(data: readonly string[]): Readonly<Record<string, string>> {
  const isRead = data.some((item) => item.startsWith("@"));
  return {
    "content-type": "application/x-www-form-urlencoded",
    ...(!isRead && { "content-length": String(new TextEncoder().encode(data.join("&")).length) }),
  };
}

function withScheme(url: string): string {
  return /^\w+:\/\//.test(url) ? url : `http://${url}`;
}

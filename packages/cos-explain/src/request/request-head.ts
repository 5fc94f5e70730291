import { fromCurlTrace } from "../text/curl-trace.ts";
import { formFields } from "../text/multipart.ts";
import { RequestUnreadable, requestOf, type SentRequest } from "./request.ts";
import { fromPseudoHeaders } from "./request-json.ts";

/** The methods of COS's API and of CORS. */
const START = /^(GET|HEAD|PUT|POST|DELETE|OPTIONS|PATCH) +(\S+)(?: +HTTP\/[\d.]+)?$/i;

/**
 * Reads the head of a request as it went over the wire, HTTP/1.1 or HTTP/2, alone or in what `curl -v` (`>` marks
 * its lines) or `curl --trace` prints. If a form follows, its fields are read too.
 *
 * @throws {RequestUnreadable}
 */
export function fromHead(given: string): SentRequest {
  // Postman has a heading between the first line and the headers.
  const text = fromCurlTrace(given).replace(/(?:\r?\n){1,3}(?:▼ ?)?Request Headers:?[ \t]*(?=\r?\n)/i, "");
  const lines = text.split(/\r?\n/);
  const marked = lines.filter((row) => /^> ?/.test(row)).map((row) => row.replace(/^> ?/, ""));
  const [first = "", ...rest] = dropLeading(marked.length > 0 ? marked : lines);
  const start = START.exec(first.trim());
  if (start === null) return fromPseudo(lines);
  const end = rest.findIndex((row) => row.trim() === "");
  const headers = headersOf(end < 0 ? rest : rest.slice(0, end));
  const [method = "", target = ""] = start.slice(1);
  const host = headers["host"];
  const scheme = marked.length > 0 ? schemeOf(text) : undefined;
  return requestOf({
    method,
    url:
      scheme !== undefined && host !== undefined && target.startsWith("/")
        ? `${scheme}//${host}${target}`
        : target,
    headers,
    fields: end < 0 ? undefined : formFields(rest.slice(end + 1).join("\r\n")),
    // Only the first line was given.
    hidesSignature: Object.keys(headers).length === 0 && !/[?&]q-signature=/.test(target),
  });
}

function dropLeading(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((row) => row.trim() !== "" && !/^(?:▼ ?)?Request Headers/i.test(row.trim()));
  return lines.slice(Math.max(first, 0));
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.flatMap((row) => {
      const match = /^([^:\s]+):\s*(.*?)\s*$/.exec(row);
      return match === null ? [] : [[(match[1] ?? "").toLowerCase(), match[2] ?? ""] as const];
    }),
  );
}

/** The scheme, from what curl says about the connection. */
function schemeOf(text: string): "http:" | "https:" | undefined {
  if (/^\* .*(?:SSL connection|TLS handshake|ALPN)/m.test(text)) return "https:";
  return /^\* .*Connected to .* port 80\b/m.test(text) ? "http:" : undefined;
}

/** `:method: PUT`, `[:method: PUT]`, or, as browsers copy it, the name and the value on two lines. */
function fromPseudo(lines: readonly string[]): SentRequest {
  const rows = lines.map((row) => row.trim()).filter((row) => row !== "");
  const bracketed = rows.flatMap((row) => /\[(:?[\w-]+: .*)\]$/.exec(row)?.slice(1, 2) ?? []);
  const isOnTwoLines = rows.some((row) => /^:(?:method|path)$/.test(row.replace(/:$/, "")));
  const named = new Map<string, string>();
  const from = Math.max(
    rows.findIndex((row) => row.startsWith(":")),
    0,
  );
  const own = rows.slice(from);
  for (let index = 0; isOnTwoLines && index + 1 < own.length; index += 2) {
    named.set((own[index] ?? "").replace(/:$/, "").toLowerCase(), own[index + 1] ?? "");
  }
  for (const row of isOnTwoLines ? [] : bracketed.length > 0 ? bracketed : own) {
    const match = /^(:?[^:\s]+):\s*(.*)$/.exec(row);
    if (match !== null) named.set((match[1] ?? "").toLowerCase(), match[2] ?? "");
  }
  if (!named.has(":path") || !named.has(":method")) {
    throw new RequestUnreadable(
      'The request must begin with a line such as "PUT /key HTTP/1.1", or be a curl command, a call of fetch, a HAR or JSON.',
    );
  }
  return fromPseudoHeaders(Object.fromEntries(named));
}

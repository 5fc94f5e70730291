import type { Finding } from "../cause/explanation.ts";
import { hasRequestIdOfCos } from "../text/signs-of-cos.ts";
import { quoted } from "../text/text.ts";
import { edge } from "./edge.ts";
import { DIAGNOSTIC_TOOL } from "./no-error.ts";
import { noRefusal, type Recognizer } from "./recognizer.ts";
import { scfByStatus } from "./scf.ts";
import { statusIn, whereBodyIs } from "./status.ts";

/** An answer without COS's XML, of which little more than the status is known. Who gives the status tells most. */
export const withoutXml: Recognizer = (text) => {
  const status = statusIn(text);
  const ofEdge = edge(text, status);
  if (ofEdge !== undefined || status === undefined) return ofEdge;
  return (
    scfByStatus(status) ??
    (status === "413" ? TOO_LARGE : undefined) ??
    (status === "411" ? LENGTH_REQUIRED : undefined) ??
    ofCos(text, status) ??
    ofServer(text, status) ??
    ofAnybody(text, status)
  );
};

const TOO_LARGE = noRefusal(
  "The answer has status 413 but no XML from COS, whose own answer to a file that is too large is EntityTooLarge: a proxy or gateway on the way limits the request's size, as nginx does with client_max_body_size.",
);

const LENGTH_REQUIRED = noRefusal(
  "The answer has status 411 but no XML: the request does not say how long its body is, as of a stream, which programs send in chunks. Send the file or a buffer, or set Content-Length. Amazon's SDKs send in chunks to add a checksum: set request_checksum_calculation (requestChecksumCalculation) to when_required.",
);

function ofCos(text: string, status: string): Finding | undefined {
  if (!hasRequestIdOfCos(text)) return undefined;
  return noRefusal(
    `COS answered with status ${status}, and its XML is missing: ${whereBodyIs(text) ?? "an answer to HEAD has none"}. With the request id, COS's diagnostic tool in the console says why.`,
    DIAGNOSTIC_TOOL,
  );
}

function ofServer(text: string, status: string): Finding | undefined {
  const server = serverOf(text);
  if (server === undefined) return undefined;
  const behind = /^50[234]$/.test(status)
    ? " It got no answer, or none that it could use, from what is behind it."
    : "";
  return noRefusal(
    `This is an answer of ${quoted(server)} with status ${status}, not of COS: a proxy or another server stands at this address.${behind}`,
  );
}

function ofAnybody(text: string, status: string): Finding {
  const where = whereBodyIs(text) ?? "programs such as curl -f do not show it";
  return noRefusal(
    `The answer has status ${status} but no XML from COS: ${where}. ${where.includes("HEAD") ? "A" : "An answer to HEAD has none, and a"} proxy, a CDN or another server sends its own.`,
  );
}

/** The server that a head or a page of an answer names, if it is not COS. */
function serverOf(text: string): string | undefined {
  const [, header, footer] =
    /^(?:< )?server: ([\w./-]{1,40})|<center>((?:nginx|openresty|tengine|stgw)\b[\w./-]{0,20})<\/center>/im.exec(
      text,
    ) ?? [];
  const name = header ?? footer;
  return name === undefined || /^tencent-cos/i.test(name) ? undefined : name;
}

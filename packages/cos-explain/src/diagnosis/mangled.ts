import type { Finding } from "../cause/explanation.ts";
import { authorizationOf, type SentRequest } from "../request/request.ts";
import type { Evidence } from "./evidence.ts";

/** What happened to a signature before COS got it, as the request shows; undefined if it is written as signatures are. */
export function mangledSignature({ request }: Evidence): Finding | undefined {
  const certain = request && (inUrl(request) ?? inHeader(request) ?? wrongTime(request));
  if (certain !== undefined) return { cause: "malformed-signature", sentence: certain };
  const likely = request && wrongList(request);
  return likely === undefined
    ? undefined
    : { cause: "malformed-signature", certainty: "likely", sentence: likely };
}

function inUrl({ path, query }: SentRequest): string | undefined {
  const names = [...query.keys()];
  if (names.some((name) => /^(?:amp;)+q-/.test(name)))
    return "The URL has &amp; in place of &: it was taken from HTML or XML without decoding it, so COS sees no signature.";
  if (/\?q-sign-algorithm=/.test(path))
    return "The URL's question mark was percent-encoded (%3F), so COS takes the signature for a part of the key.";
  if (names.some((name) => /^q-sign-algorithm=.*&q-ak=/.test(name)))
    return "The URL's whole query was percent-encoded, with its = and &, so COS sees no signature.";
  if (/^\d+%3B\d+$/i.test(query.get("q-sign-time") ?? ""))
    return "The signature in the URL was percent-encoded twice (%253B).";
  return undefined;
}

function inHeader({ headers }: SentRequest): string | undefined {
  const authorization = headers.get("authorization")?.trim() ?? "";
  if (/^q-sign-algorithm%3D/i.test(authorization))
    return "Authorization was percent-encoded as a whole; in the header, nothing of it is.";
  if (/^Bearer /i.test(authorization))
    return "Authorization has a Bearer token, which COS does not know: it is for the signing function. COS takes the answer's authorization.";
  return undefined;
}

/** `start;end` in Unix seconds. */
function wrongTime(request: SentRequest): string | undefined {
  const time = authorizationOf(request)?.time ?? "";
  const [, start, end] = /^(\d+);(\d+)$/.exec(time) ?? [];
  if (start === undefined || end === undefined) return undefined;
  if (start.length === 13 || end.length === 13)
    return "The times in q-sign-time are in milliseconds; COS reads them as seconds.";
  return Number(end) < Number(start)
    ? "q-sign-time ends before it begins: it is start;end, in Unix seconds."
    : undefined;
}

/** Lists are in lower case and sorted (https://cloud.tencent.com/document/product/436/7778). */
function wrongList(request: SentRequest): string | undefined {
  const { headerList = [], paramList = [] } = authorizationOf(request) ?? {};
  const lists = [
    ["q-header-list", headerList],
    ["q-url-param-list", paramList],
  ] as const;
  const wrong = lists.find(
    ([, names]) =>
      names.join(";") !==
      [...names]
        .map((name) => name.toLowerCase())
        .sort()
        .join(";"),
  );
  return wrong && `${wrong[0]} must have its names in lower case and sorted, as they are in the signed text.`;
}

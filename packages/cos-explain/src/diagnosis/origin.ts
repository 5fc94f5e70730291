import type { Finding } from "../cause/explanation.ts";
import { quoted } from "../text/text.ts";
import type { Evidence } from "./evidence.ts";

/** AccessForbidden: a browser's preflight that no CORS rule allows. */
export function diagnoseOrigin({ refusal: { cause }, request }: Evidence): Finding {
  const preflight = cause?.kind === "preflight" ? cause : undefined;
  const origin = request?.headers.get("origin") ?? preflight?.origin;
  const method =
    request?.headers.get("access-control-request-method") ?? preflight?.method ?? request?.method;
  return {
    cause: "cors",
    sentence:
      origin === undefined
        ? "A browser asked whether a page may send this request, but no CORS rule of the bucket allows it."
        : `A browser asked whether a page of ${quoted(origin)} may send ${method}, but no CORS rule of the bucket allows it.`,
  };
}

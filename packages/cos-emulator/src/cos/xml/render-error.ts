import { randomBytes } from "node:crypto";
import { encodeCause, type RefusalElements } from "../../../../cos-explain/src/index.ts";
import type { CosError } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import { xmlDocument } from "./xml.ts";

/** A reason can quote a whole session policy; clients accept about 16 KB of headers. */
export const MAX_REASON_CHARACTERS = 1000;

/**
 * A refusal's elements, except for the TraceId (https://cloud.tencent.com/document/product/436/7730).
 *
 * @param resource the host and path of the request, such as `host/key`
 */
export function errorElements(error: CosError, resource: string, requestId: string): RefusalElements {
  const { code, message, elements } = error;
  return { Code: code, Message: message, ...elements, Resource: resource, RequestId: requestId };
}

/**
 * A refusal as COS sends it, plus what COS does not have: the header `x-emulator-reason` for people, and
 * `x-emulator-cause` for programs.
 */
export function renderError(error: CosError, elements: RefusalElements, method: string | undefined): Reply {
  const traceId = newTraceId();
  const body = xmlDocument({ Error: { ...elements, TraceId: traceId } });
  const cause = error.cause && encodeCause(error.cause);
  return {
    status: error.status,
    headers: {
      "content-type": "application/xml",
      // It has no body that could say it (the examples of HEAD Object, https://cloud.tencent.com/document/product/436/7745).
      ...(method === "HEAD" && { "x-cos-trace-id": traceId }),
      ...error.headers,
      ...(error.reason === undefined
        ? {}
        : { "x-emulator-reason": headerText(error.reason.slice(0, MAX_REASON_CHARACTERS)) }),
      ...(cause !== undefined && { "x-emulator-cause": cause }),
    },
    body,
  };
}

/** Such as `NWQ2NzgxMzZfMmViMDJhMDlfY2NjOF84NGQz`: the time and random parts, in base64. */
export function newRequestId(nowSeconds: number): string {
  const part = (bytes: number) => randomBytes(bytes).toString("hex");
  return Buffer.from(`${nowSeconds.toString(16)}_${part(4)}_${part(2)}_${part(3)}`).toString("base64");
}

function newTraceId(): string {
  return Buffer.from(randomBytes(32).toString("hex")).toString("base64");
}

/** Header values contain only printable ASCII; the rest is written as `\uXXXX`. */
export function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

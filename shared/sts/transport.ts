import type { Send } from "qcloud-cos-sts";
import type { Invocation } from "../entry/invocation.ts";
import { exchange, type HttpsAnswer } from "../net/https.ts";
import { BadAnswer } from "./errors.ts";

/** The most that one call to STS may take, in milliseconds; `exchange` keeps it within the function's time. */
const MAX_CALL_MS = 5000;

/** What qcloud-cos-sts has sent. */
export interface StsRequest {
  readonly method: "POST";
  readonly headers: Readonly<Record<string, string>>;
  /** A form. */
  readonly body: string;
}

/**
 * Makes what sends qcloud-cos-sts's requests in axios's place (see shared/sdk/axios.cjs): one HTTPS exchange with a
 * time limit and a kept connection, without the 80 KB and the 30 ms that axios costs at cold start, and without its
 * errors, which carry the signed request.
 *
 * It rejects with BadAnswer, TimeoutError or NetworkError.
 *
 * @param endpoint `host[:port]`
 */
export function transport(endpoint: string): (invocation: Invocation) => Send {
  const [hostname, port = 443] = endpoint.split(":");
  const sts = { hostname, port, path: "/" };
  return (invocation) =>
    sender((request) => exchange(sts, { timeoutMs: MAX_CALL_MS, ...request }, invocation));
}

/** The same over another exchange; rejects with that one's errors, or with BadAnswer. */
export function sender(post: (request: StsRequest) => Promise<HttpsAnswer>): Send {
  return async ({ method, headers, data: body }) => {
    const { status, text } = await post({ method, headers, body });
    const data = status === 200 ? readJson(text) : undefined;
    if (data === undefined) throw new BadAnswer(status);
    return { data };
  };
}

/** STS's answer; undefined for anything else. */
function readJson(text: string): object | undefined {
  try {
    const data: { Response?: unknown } = Object(JSON.parse(text));
    return typeof data.Response === "object" && data.Response !== null ? data : undefined;
  } catch {
    return undefined;
  }
}

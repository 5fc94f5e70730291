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
    sender(`https://${endpoint}/`, (request) =>
      exchange(sts, { ...request, timeoutMs: MAX_CALL_MS }, invocation),
    );
}

/**
 * The same over another exchange; rejects with that one's errors, or with BadAnswer.
 *
 * @param address `https://host[:port]/`
 */
export function sender(address: string, post: (request: StsRequest) => Promise<HttpsAnswer>): Send {
  return async (options) => {
    if (!isSupported(options, address)) {
      throw new TypeError("qcloud-cos-sts asked for more than this transport does.");
    }
    const { method, headers, data: body } = options;
    const { status, text } = await post({ method, headers, body });
    const data = status === 200 ? readJson(text) : undefined;
    if (data === undefined) throw new BadAnswer(status);
    return { data };
  };
}

/** The options of axios that qcloud-cos-sts uses. */
interface Options {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * Strict: if a new version of the package asks for more, every call fails in the tests, instead of an
 * option being ignored in production.
 */
function isSupported(
  options: { readonly [name in keyof Options]?: unknown },
  address: string,
): options is Options {
  return (
    options.method === "POST" &&
    options.url === address &&
    typeof options.headers === "object" &&
    typeof options.data === "string" &&
    Object.keys(options).length === 4
  );
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

import type { Send } from "qcloud-cos-sts";
import type { Invocation } from "../invocation.ts";
import { exchange } from "../net/https.ts";
import { BadAnswer } from "./errors.ts";

/** The most that one call of STS may take, in milliseconds; `exchange` keeps it within the function's time. */
const MAX_CALL_MS = 5000;

/** The options of axios that qcloud-cos-sts uses. */
interface Options {
  readonly method: "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: string;
  readonly proxy: "";
}

/**
 * What qcloud-cos-sts calls in the bundle where it says `axios(options)` (see tools/build.ts): one HTTPS
 * exchange with a time limit and a kept connection, without the 80 KB and the 30 ms that axios costs at
 * cold start, and without its errors, which carry the signed request.
 *
 * It rejects with BadAnswer, TimeoutError or NetworkError.
 */
export function sender(invocation: Invocation): Send {
  return async (options) => {
    if (!isSupported(options)) {
      throw new TypeError("qcloud-cos-sts asked for more than this transport does.");
    }
    const { method, url, headers, data: body } = options;
    const request = { method, headers, body, timeoutMs: MAX_CALL_MS };
    const { status, text } = await exchange(new URL(url), request, invocation);
    if (status !== 200) throw new BadAnswer(status);
    try {
      const data: { Response?: unknown } = Object(JSON.parse(text));
      if (typeof data.Response === "object" && data.Response !== null) return { data };
    } catch {}
    throw new BadAnswer(status);
  };
}

/**
 * Strict: should a new version of the package ask for more, every call fails in the tests, instead of an
 * option being ignored in production.
 */
function isSupported(options: object): options is Options {
  const { method, url, headers, data, proxy, ...others } = { ...empty, ...options };
  return (
    method === "POST" &&
    typeof url === "string" &&
    typeof headers === "object" &&
    typeof data === "string" &&
    proxy === "" &&
    Object.keys(others).length === 0
  );
}

const empty: { readonly [name in keyof Options]?: unknown } = {};

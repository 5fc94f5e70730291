import type { IncomingHttpHeaders } from "node:http";
import type { Agent, RequestOptions } from "node:https";
import { urlToHttpOptions } from "node:url";
import { clockMs } from "../clock.ts";
import type { Invocation } from "../entry/invocation.ts";

/** Far above any answer of STS or WeChat. */
const MAX_ANSWER_BYTES = 256 * 1024;

/** Node's https with the agent that all requests share. */
interface Https {
  readonly request: typeof import("node:https").request;
  readonly agent: Agent;
}

let loaded: Promise<Https> | undefined;

/** Loaded when it is first needed: it is half of what a cold start loads, and a request that is refused needs none of it. */
function loadHttps(): Promise<Https> {
  loaded ??= import("node:https").then(({ Agent, request }) => ({
    request,
    // Keeps connections between requests: a handshake costs two round trips and milliseconds of CPU. Without an idle
    // limit of our own, since a frozen instance could not keep it anyway.
    agent: new Agent({ keepAlive: true, scheduling: "lifo" }),
  }));
  return loaded;
}

/** What came back: the status and the body as text. */
export interface HttpsAnswer {
  readonly status: number;
  readonly text: string;
}

/** What came back, whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The answer did not come in time. */
export class TimeoutError extends Error {
  override readonly name = "TimeoutError";
}

/** The connection failed, or what came back is not an HTTP answer. Carries no part of the request. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";
  /** Node's code, such as ECONNREFUSED. */
  readonly code: string;
  constructor(code: string) {
    super(`The request failed: ${code}`);
    this.code = code;
  }
}

/**
 * An address in the parts that a request needs: the name, the port, the path and, where it has them, `user:password`; and
 * how its answers are read.
 */
export type Target = Pick<
  RequestOptions,
  "hostname" | "port" | "path" | "auth" | "insecureHTTPParser" | "maxHeaderSize"
>;

/** Splits an address into its parts, once instead of at every request. */
export function target(url: URL): Target {
  const { hostname, port, path, auth } = urlToHttpOptions(url);
  return { hostname, port, path, auth };
}

/** In bytes. Node's own limit is a fourth of it. */
const MAX_HEAD_BYTES = 64 * 1024;

/**
 * The same for an object in COS. Its answer has headers that whoever uploaded it chose, unsigned, such as Cache-Control: one
 * with a control character, or too many of them, must not keep everybody from looking at the object.
 */
export function objectTarget(url: URL): Target {
  return { ...target(url), insecureHTTPParser: true, maxHeaderSize: MAX_HEAD_BYTES };
}

/** What is sent. */
export interface HttpsRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "DELETE";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** The longest body of an answer, in bytes; a longer one is a NetworkError. Default: 256 KiB. */
  readonly maxAnswerBytes?: number;
  /** Milliseconds until TimeoutError, connecting and reading included; fewer when the invocation has fewer left. */
  readonly timeoutMs: number;
}

/**
 * One HTTPS request, without following redirects; of the answer, status and text.
 *
 * @throws TimeoutError, NetworkError
 */
export async function exchange(
  to: Target,
  request: HttpsRequest,
  invocation: Invocation,
): Promise<HttpsAnswer> {
  const { status, body } = await exchangeWhole(to, request, invocation);
  return { status, text: body.toString("utf8") };
}

/**
 * One HTTPS request, without following redirects.
 *
 * SCF freezes an instance between invocations, and the server closes the kept connection meanwhile; the
 * first request after the thaw then fails at once. Such a request is sent again on a fresh connection,
 * once. That is safe: the server closed the connection before it could read anything.
 *
 * @throws TimeoutError, NetworkError
 */
export async function exchangeWhole(
  to: Target,
  request: HttpsRequest,
  invocation: Invocation,
): Promise<WholeAnswer> {
  const deadline = clockMs() + Math.min(request.timeoutMs, invocation.remainingMs());
  const https = await loadHttps();
  try {
    return await attempt(to, request, deadline, https);
  } catch (error) {
    if (!(error instanceof StaleConnection)) throw error;
    // `agent: false` opens a new connection; a pool may hold more than one that went stale.
    return await attempt(to, request, deadline, { ...https, agent: false });
  }
}

class StaleConnection extends NetworkError {}

function attempt(
  to: Target,
  { method, headers, body, maxAnswerBytes = MAX_ANSWER_BYTES }: HttpsRequest,
  deadline: number,
  https: Pick<Https, "request"> & { readonly agent: Agent | false },
): Promise<WholeAnswer> {
  return new Promise((resolve, reject) => {
    const request = https.request({ method, headers, agent: https.agent, ...to }, (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) {
          fail(new NetworkError("ANSWER_TOO_LARGE"));
          // Without the error: after a complete answer, nobody listens for it any more.
          request.destroy();
        }
        chunks.push(chunk);
      });
      response.on("end", () => {
        clearTimeout(timer);
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
      });
      response.on("error", fail);
    });
    const timer = setTimeout(
      () => request.destroy(new TimeoutError("No answer in time.")),
      Math.max(1, deadline - clockMs()),
    );
    function fail(error: Error & { code?: string }): void {
      clearTimeout(timer);
      if (error instanceof TimeoutError || error instanceof NetworkError) {
        reject(error);
        return;
      }
      const code = error.code ?? "UNKNOWN";
      const wentStale = request.reusedSocket && (code === "ECONNRESET" || code === "EPIPE");
      reject(wentStale ? new StaleConnection(code) : new NetworkError(code));
    }
    request.on("error", fail);
    // Node.js adds the content-length of a body that is given whole.
    request.end(body);
  });
}

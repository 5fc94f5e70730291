import type { IncomingHttpHeaders } from "node:http";
import { clockMs } from "../clock.ts";
import type { BucketConfig } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { storageDenied, storageThrottled, storageTimeout, storageUnavailable } from "../errors.ts";
import { exchangeWhole, NetworkError, objectTarget, TimeoutError } from "../net/https.ts";
import { retryOnce } from "../net/retry.ts";
import { type Credential, keyTime } from "../sts/credential.ts";
import { wrongAddress } from "../wrong-setting.ts";
import { authorization, type SignedRequest } from "./authorization.ts";
import { objectUrl } from "./url.ts";

/** The most that a call to COS may take by itself, in milliseconds; `exchangeWhole` keeps it within the function's time. */
const MAX_CALL_MS = 8000;

/** How long a signature of ours lives, in seconds: it is used at once. */
const SIGNATURE_SECONDS = 300;

/** What a function asks of COS itself, such as HEAD of an object. */
export interface CosRequest {
  readonly method: SignedRequest["method"];
  /** The object key, raw; empty for the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Names in lower case; Host, the token and the signature are added. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Statuses other than 2xx that the caller handles, such as 404. */
  readonly accept?: readonly number[];
  /** COS's codes that the caller handles, such as `InvalidObjectState`. A HEAD's answer has none. */
  readonly acceptCode?: RegExp;
  /** For an idempotent POST: it may be sent again. Default: false. */
  readonly isRepeatable?: boolean;
  /** The longest answer, in bytes. Default: 256 KiB. */
  readonly maxAnswerBytes?: number;
  /** The most that it may take, in milliseconds, within the function's time. Default: 8000. */
  readonly timeoutMs?: number;
}

export interface CosAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A call with a credential that is there already. */
export type CosCall = (request: CosRequest) => Promise<CosAnswer>;

/** COS, as a function calls it with a temporary credential. */
export interface CosClient {
  /**
   * One signed request over HTTPS. All but a POST, unless it `isRepeatable`, are sent again once when COS is busy or
   * fails.
   *
   * @throws ServiceError `StorageDenied`, `StorageUnavailable`, `StorageThrottled` or `StorageTimeout`; the log gets
   * COS's own code and request id
   */
  call(request: CosRequest, credential: Credential, invocation: Invocation): Promise<CosAnswer>;
}

/** The bucket, at the host that clients upload to: in Tencent's network, COS's own name leads to an internal address. */
export function createCos({ host }: BucketConfig): CosClient {
  async function send(
    {
      method,
      key,
      query = {},
      headers = {},
      body,
      accept = [],
      acceptCode,
      maxAnswerBytes,
      timeoutMs = MAX_CALL_MS,
    }: CosRequest,
    credential: Credential,
    invocation: Invocation,
  ): Promise<CosAnswer> {
    const signed = { ...headers, host };
    const time = keyTime(credential, SIGNATURE_SECONDS);
    const answer = await exchangeWhole(
      objectTarget(new URL(objectUrl(host, key, query))),
      {
        method,
        headers: {
          ...signed,
          authorization: authorization({ method, key, query, headers: signed }, credential, time),
          "x-cos-security-token": credential.securityToken,
        },
        timeoutMs,
        ...(body !== undefined && { body }),
        ...(maxAnswerBytes !== undefined && { maxAnswerBytes }),
      },
      invocation,
    );
    const isExpected =
      (answer.status >= 200 && answer.status < 300) ||
      accept.includes(answer.status) ||
      acceptCode?.test(codeOf(answer));
    if (!isExpected) throw new CosRefusal(answer);
    return answer;
  }

  return {
    async call(request, credential, invocation) {
      const startedAt = clockMs();
      const work = () => send(request, credential, invocation);
      const isRepeatable = request.isRepeatable ?? request.method !== "POST";
      const mayRepeat = (error: unknown) => isRepeatable && isPassing(error);
      try {
        return await retryOnce(work, mayRepeat, invocation);
      } catch (error) {
        throw toServiceError(error);
      } finally {
        const { cosMs } = invocation.log;
        const before = typeof cosMs === "number" ? cosMs : 0;
        invocation.note({ cosMs: before + Math.round(clockMs() - startedAt) });
      }
    },
  };
}

/** COS said no, in its XML; a HEAD's refusal has none. */
class CosRefusal extends Error {
  override readonly name = "CosRefusal";
  readonly status: number;
  readonly code: string;
  readonly requestId: string;
  constructor(answer: CosAnswer) {
    super(`COS answered ${answer.status}.`);
    this.status = answer.status;
    this.code = codeOf(answer);
    this.requestId = String(answer.headers["x-cos-request-id"] ?? "").slice(0, 64);
  }
}

function codeOf({ status, body }: CosAnswer): string {
  return /<Code>([\w.]{1,64})<\/Code>/.exec(body.toString("utf8"))?.[1] ?? `HTTP ${status}`;
}

/** Whether the same request may succeed a moment later. A timeout has used up the time. */
function isPassing(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof CosRefusal && isBusy(error.status));
}

function isBusy(status: number): boolean {
  return status >= 500 || status === 429;
}

function toServiceError(error: unknown): unknown {
  if (error instanceof TimeoutError) {
    return storageTimeout("Storage did not answer in time; try again.", AGAIN);
  }
  if (error instanceof NetworkError) {
    const log = { cosError: error.code };
    return (
      wrongAddress(error.code, "COS_DOMAIN, or else COS_REGION,") ??
      storageUnavailable("Storage cannot be reached; try again in a moment.", { log })
    );
  }
  if (!(error instanceof CosRefusal)) return error;
  const log = { cosStatus: error.status, cosCode: error.code, cosRequestId: error.requestId };
  if (error.status === 503 || error.status === 429) {
    return storageThrottled("Storage is busy; try again in a moment.", { ...AGAIN, log });
  }
  if (isBusy(error.status)) {
    return storageUnavailable("Storage failed; try again in a moment.", { log });
  }
  return storageDenied("Storage refuses the service's request; the service's log says why.", {
    log,
  });
}

const AGAIN = { headers: { "retry-after": "1" } } as const;

import { isLoopback, parseEndpoint } from "../../packages/tls-check/src/index.ts";
import type { BucketConfig, PermanentKey } from "../../shared/config.ts";
import { type HttpAnswer, type Network, NetworkError } from "./network.ts";
import { describeRefusal, refusalCode } from "./refusal.ts";
import { askBucket, type BucketRequest } from "./signed-request.ts";

/** How to reach a bucket's API, and with which key. */
export interface BucketAccess {
  readonly bucket: BucketConfig;
  readonly key: PermanentKey;
  /** An origin, such as `https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com`. */
  readonly endpoint: URL;
  readonly network: Network;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
}

/** The bucket's own name. A custom domain may lead to a CDN, which does not forward these requests. */
export function bucketOrigin({ bucket, region, host }: BucketConfig): URL {
  const name = parseEndpoint(host)?.host ?? "";
  return new URL(`https://${isLoopback(name) ? host : `${bucket}.cos.${region}.myqcloud.com`}`);
}

/** The bucket could not be reached, or it refused; the message says which, in COS's own words. */
export class BucketError extends Error {
  override readonly name = "BucketError";
  /** COS's code; undefined when there was no answer, or the answer was not COS's. */
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, answer?: HttpAnswer) {
    super(message);
    this.code = answer && refusalCode(answer.body);
    this.status = answer?.status;
  }
}

/**
 * Makes one request, signed now.
 *
 * @param endpoint used instead of the one in `access`
 * @throws NetworkError
 */
export function ask(access: BucketAccess, request: BucketRequest, endpoint?: URL): Promise<HttpAnswer> {
  const signer = {
    key: access.key,
    endpoint: endpoint ?? access.endpoint,
    now: Math.floor(access.clock() / 1000),
  };
  return askBucket(request, signer, access.network);
}

/**
 * Like {@link ask}, for requests that must succeed.
 *
 * @param what the end of "COS refuses to …"
 * @param permission the permission that the key needs for it
 * @throws BucketError
 */
export async function call(
  access: BucketAccess,
  what: string,
  request: BucketRequest,
  permission = "this permission",
): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await ask(access, request);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const untrusted = /CERT|ISSUER|SIGNATURE/.test(error.code)
      ? " Its certificate is not trusted; for an emulator, name its root with --ca FILE."
      : "";
    throw new BucketError(
      `${access.endpoint.host} could not be reached to ${what}: ${error.message}.${untrusted}`,
    );
  }
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new BucketError(
    `${access.endpoint.host} refuses to ${what}: ${describeRefusal(answer)}.${hint(answer, permission)}`,
    answer,
  );
}

function hint({ body }: HttpAnswer, permission: string): string {
  switch (refusalCode(body)) {
    case "AccessDenied":
      return ` The key needs ${permission} on the bucket itself; the functions' own key should not have it.`;
    case "RequestTimeTooSkewed":
      return " Set this machine's clock.";
    default:
      return "";
  }
}

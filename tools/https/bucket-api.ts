import { createHash } from "node:crypto";
import cosUtil from "cos-nodejs-sdk-v5/sdk/util.js";
import type { BucketConfig, PermanentKey } from "../../shared/config.ts";
import { type HttpAnswer, type HttpRequest, type Network, NetworkError, send } from "../doctor/network.ts";
import { describeRefusal, refusalCode } from "../doctor/storage/bucket-client.ts";

/** Where a bucket is asked about itself, and by whom. */
export interface BucketAccess {
  readonly bucket: BucketConfig;
  readonly key: PermanentKey;
  /** An origin, such as `https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com`. */
  readonly endpoint: URL;
  readonly network: Network;
  /** Unix time in milliseconds. */
  readonly clock: () => number;
}

export interface BucketRequest {
  readonly method: HttpRequest["method"];
  /** The object's key, which needs no encoding; empty for the bucket. */
  readonly objectKey?: string;
  /** A sub-resource such as `policy`, whose value is empty, and its parameters; no value needs encoding. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
}

/** The bucket could not be asked, or refused; the message says which, in COS's own words. */
export class BucketError extends Error {
  override readonly name = "BucketError";
  /** COS's code; undefined when there was no answer, or none of COS's. */
  readonly code: string | undefined;
  readonly status: number | undefined;

  constructor(message: string, answer?: HttpAnswer) {
    super(message);
    this.code = answer && refusalCode(answer.body);
    this.status = answer?.status;
  }
}

/** How long a signature is good, in seconds; as much again before now, for clocks that differ. */
const SIGNATURE_SECONDS = 120;

/**
 * One request, signed by cos-nodejs-sdk-v5 for this host, method and query.
 *
 * @param endpoint instead of the access's own
 * @throws NetworkError
 */
export function ask(access: BucketAccess, request: BucketRequest, endpoint?: URL): Promise<HttpAnswer> {
  const { method, objectKey = "", query = {}, body } = request;
  const parameters = Object.entries(query).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const url = new URL(`/${objectKey}?${parameters.join("&")}`, endpoint ?? access.endpoint);
  const content = body === undefined ? undefined : Buffer.from(body);
  const headers: Record<string, string> = {
    host: url.host,
    ...(request.contentType !== undefined && { "content-type": request.contentType }),
    ...(content && { "content-md5": createHash("md5").update(content).digest("base64") }),
  };
  const now = Math.floor(access.clock() / 1000);
  const authorization = cosUtil.getAuth({
    SecretId: access.key.secretId,
    SecretKey: access.key.secretKey,
    Method: method,
    Key: objectKey,
    Query: query,
    Headers: headers,
    KeyTime: `${now - SIGNATURE_SECONDS};${now + SIGNATURE_SECONDS}`,
  });
  const signed = { method, headers: { ...headers, authorization }, ...(content && { body: content }) };
  return send(url, signed, access.network);
}

/**
 * As {@link ask}, for an answer that must be a success.
 *
 * @param what completes "COS does not let this key …"
 * @throws BucketError
 */
export async function call(access: BucketAccess, what: string, request: BucketRequest): Promise<HttpAnswer> {
  let answer: HttpAnswer;
  try {
    answer = await ask(access, request);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const untrusted = /CERT|ISSUER|SIGNATURE/.test(error.code)
      ? " Its certificate is not trusted; --ca FILE names the authority of an emulator."
      : "";
    throw new BucketError(
      `${access.endpoint.host} could not be asked to ${what}: ${error.message}.${untrusted}`,
    );
  }
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new BucketError(
    `${access.endpoint.host} refuses to ${what}: ${describeRefusal(answer)}.${hint(answer)}`,
    answer,
  );
}

function hint({ body }: HttpAnswer): string {
  switch (refusalCode(body)) {
    case "AccessDenied":
      return " The key needs this right on the bucket itself; the functions' own key should not have it.";
    case "RequestTimeTooSkewed":
      return " Set this machine's clock.";
    default:
      return "";
  }
}

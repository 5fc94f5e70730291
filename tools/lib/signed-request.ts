import { createHash } from "node:crypto";
import type { PermanentKey } from "../../shared/config.ts";
import { authorization } from "../../shared/cos/authorization.ts";
import { type HttpAnswer, type HttpRequest, type Network, send } from "./network.ts";

/** A request to a bucket, or to an object in it. */
export interface BucketRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  /** The object's key, which needs no encoding; empty for the bucket. */
  readonly objectKey?: string;
  /** A sub-resource such as `policy`, whose value is empty, and its parameters; no value needs encoding. */
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly contentType?: string;
}

/** The key that signs a request, and the address of the bucket. */
export interface Signer {
  readonly key: PermanentKey;
  /** An origin, such as `https://uploads-1250000000.cos.ap-guangzhou.myqcloud.com`. */
  readonly endpoint: URL;
  /** Unix seconds. */
  readonly now: number;
}

/** A signed request, ready to be sent. */
export interface SignedRequest extends HttpRequest {
  readonly url: URL;
  readonly method: BucketRequest["method"];
  readonly headers: Readonly<Record<string, string>>;
}

/** How long a signature is valid, in seconds. It is valid from as long before now, since clocks differ. */
const SIGNATURE_SECONDS = 120;

/** Signs a request with a permanent key: its host, method, query and body. It is a pure function. */
export function signRequest(request: BucketRequest, { key, endpoint, now }: Signer): SignedRequest {
  const { method, objectKey = "", query = {}, body, contentType } = request;
  const parameters = Object.entries(query).map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const url = new URL(`/${objectKey}?${parameters.join("&")}`, endpoint);
  const content = body === undefined ? undefined : Buffer.from(body);
  const headers = {
    host: url.host,
    ...(contentType !== undefined && { "content-type": contentType }),
    ...(content && { "content-md5": createHash("md5").update(content).digest("base64") }),
  };
  const signature = authorization(
    { method, key: objectKey, headers, query },
    { tmpSecretId: key.secretId, tmpSecretKey: key.secretKey },
    { start: now - SIGNATURE_SECONDS, end: now + SIGNATURE_SECONDS },
  );
  return {
    url,
    method,
    headers: { ...headers, authorization: signature },
    ...(content && { body: content }),
  };
}

/**
 * Sends a bucket a signed request.
 *
 * @throws NetworkError
 */
export function askBucket(request: BucketRequest, signer: Signer, network: Network): Promise<HttpAnswer> {
  const { url, ...signed } = signRequest(request, signer);
  return send(url, signed, network);
}

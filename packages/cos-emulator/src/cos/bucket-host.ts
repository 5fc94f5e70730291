import { CosError } from "./http/errors.ts";
import type { CosRequest } from "./http/request.ts";
import type { CosService } from "./store/service.ts";

// https://cloud.tencent.com/document/product/436/6224
const BUCKET_HOST =
  /^([a-z0-9][a-z0-9-]*-\d+)\.cos\.([a-z0-9-]+)\.(?:myqcloud\.com|tencentcos\.cn)(?::\d+)?$/;

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Lets a request through whose Host header leads to the bucket: `<bucket>.cos.<region>.myqcloud.com` or
 * `….tencentcos.cn`, a loopback address with the port it arrived on, or a custom domain.
 *
 * @throws {CosError} NoSuchBucket for every other host; the reason tells which of them it was
 */
export function checkHost(service: CosService, request: CosRequest): void {
  const { bucket } = service;
  const { host } = request;
  const named = BUCKET_HOST.exec(host);
  if (named !== null) {
    if (named[1] === bucket.name && named[2] === bucket.region) return;
    throw noSuchBucket(`the bucket here is ${bucket.name} in ${bucket.region}, the request was for ${host}`);
  }
  const { name, port } = splitPort(host, request.secure ? "443" : "80");
  if (LOOPBACK.has(name) && port === String(request.localPort)) return;
  if (service.customDomains.includes(host) || service.customDomains.includes(name)) return;
  if (service.settings.domains.some((rule) => rule.status === "ENABLED" && rule.name === name)) return;
  throw noSuchBucket(
    host === ""
      ? "the request has no Host header"
      : `the host ${host} is not an address of the bucket ${bucket.name} and not one of its custom domains`,
  );
}

function splitPort(host: string, defaultPort: string): { name: string; port: string } {
  const match = /^(.*):(\d+)$/.exec(host);
  return match === null
    ? { name: host, port: defaultPort }
    : { name: match[1] ?? "", port: match[2] ?? defaultPort };
}

function noSuchBucket(reason: string): CosError {
  return new CosError("NoSuchBucket", "The specified bucket does not exist.", { reason });
}

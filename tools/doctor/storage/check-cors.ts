import { blocked, type Finding, pass, warn } from "../../../packages/tls-check/src/index.ts";
import type { BucketConfig } from "../../../shared/config.ts";
import type { Origins } from "../../../shared/http/cors.ts";
import { type HttpAnswer, type Network, NetworkError, send } from "../../lib/network.ts";
import { describeRefusal } from "../../lib/refusal.ts";
import { newProbe } from "./probe.ts";

/** The requests for which a page needs permission, with the headers that the functions tell it to send. */
const REQUESTS = [
  { method: "PUT", headers: "authorization,content-type,x-cos-security-token" },
  { method: "POST", headers: "" },
  { method: "GET", headers: "authorization,x-cos-security-token" },
] as const;

/**
 * Sends the bucket the preflight requests that a browser sends for a page of each origin (OPTIONS Object,
 * https://cloud.tencent.com/document/product/436/8288). CORS_ORIGINS itself opens only the functions, not the bucket.
 *
 * @param now Unix time in milliseconds
 */
export async function checkCors(
  origins: Origins,
  bucket: BucketConfig,
  now: number,
  network: Network,
): Promise<Finding[]> {
  return await Promise.all([...origins].map((origin) => checkOrigin(origin, bucket, now, network)));
}

async function checkOrigin(
  origin: string,
  { bucket, host }: BucketConfig,
  now: number,
  network: Network,
): Promise<Finding> {
  const claim = {
    id: `storage.cors@${origin}`,
    title: `${origin}: the bucket allows its pages to upload and read`,
  };
  const url = new URL(`https://${host}/${newProbe(now).key}`);
  try {
    const answers = await Promise.all(
      REQUESTS.map(async ({ method, headers }) => ({
        method,
        answer: await send(url, { method: "OPTIONS", headers: preflight(origin, method, headers) }, network),
      })),
    );
    const refused = answers.filter(({ answer }) => !isAllowed(answer, origin));
    const [first] = refused;
    if (first === undefined) return pass(claim, REQUESTS.map(({ method }) => method).join(", "));
    return warn(
      claim,
      `${refused.map(({ method }) => method).join(", ")}: a preflight gets ${describeRefusal(first.answer)}. ` +
        "The browser then shows an error without a status.",
      `npm run doctor -- cors shows the CORS rule that ${bucket} lacks and adds it if you agree, with an ` +
        `administrator's key. Or in the console, under the bucket's security settings: origin ${origin}, methods ` +
        "PUT, POST, GET, HEAD, allowed headers *, exposed headers ETag and x-cos-request-id.",
    );
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return blocked(claim, `${host}: ${error.message}.`);
  }
}

function preflight(origin: string, method: string, headers: string): Record<string, string> {
  return {
    origin,
    "access-control-request-method": method,
    ...(headers !== "" && { "access-control-request-headers": headers }),
  };
}

function isAllowed({ status, headers }: HttpAnswer, origin: string): boolean {
  return (
    status >= 200 && status < 300 && ["*", origin].includes(headers.get("access-control-allow-origin") ?? "")
  );
}

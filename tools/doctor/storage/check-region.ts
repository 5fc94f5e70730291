import {
  blocked,
  type Claim,
  type Finding,
  fail,
  isLoopback,
  parseEndpoint,
  pass,
} from "../../../packages/tls-check/src/index.ts";
import type { BucketConfig, PermanentKey } from "../../../shared/config.ts";
import { type HttpAnswer, type Network, NetworkError, send } from "../../lib/network.ts";
import { askBucket } from "../../lib/signed-request.ts";
import { KNOWN_REGIONS } from "../settings/known-variables.ts";

const CLAIM: Claim = { id: "storage.region", title: "the bucket is in COS_REGION" };

/** The host at which a bucket answers in a region. */
export type HostIn = (region: string) => string;

/** COS's own name for the bucket; an emulator has the same host in every region. */
export function ownHost({ bucket, host }: BucketConfig): HostIn {
  const isEmulated = isLoopback(parseEndpoint(host)?.host ?? "");
  return (region) => (isEmulated ? host : `${bucket}.cos.${region}.myqcloud.com`);
}

/**
 * Looks for the bucket in COS_REGION (HEAD Bucket, https://cloud.tencent.com/document/product/436/7735), and then in every
 * other region. A refusal shows that the bucket is there, since only an existing bucket refuses.
 *
 * @param key signs the first request, so that COS also says the region; the others are not signed
 * @param now Unix seconds
 */
export async function checkRegion(
  bucket: BucketConfig,
  key: PermanentKey | undefined,
  now: number,
  network: Network,
  hostIn: HostIn = ownHost(bucket),
): Promise<Finding> {
  const { bucket: name, region } = bucket;
  const endpoint = new URL(`https://${hostIn(region)}`);
  try {
    const answer = await (key === undefined
      ? send(endpoint, { method: "HEAD" }, network)
      : askBucket({ method: "HEAD" }, { key, endpoint, now }, network));
    const told = answer.headers.get("x-cos-bucket-region");
    if (told !== undefined && told !== region) return elsewhere(name, region, told);
    if (isThere(answer)) return pass(CLAIM, `${endpoint.host} answers ${answer.status}.`);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    if (error.code !== "ENOTFOUND") return blocked(CLAIM, `${endpoint.host}: ${error.message}.`);
  }
  return await searched(name, region, hostIn, network);
}

async function searched(name: string, region: string, hostIn: HostIn, network: Network): Promise<Finding> {
  const others = KNOWN_REGIONS.filter((other) => other !== region && hostIn(other) !== hostIn(region));
  const answers = await Promise.all(
    others.map(async (other) => {
      const answer = await send(new URL(`https://${hostIn(other)}`), { method: "HEAD" }, network).catch(
        () => undefined,
      );
      return { other, answer };
    }),
  );
  const found = answers.find(({ answer }) => answer !== undefined && isThere(answer));
  if (found !== undefined) return elsewhere(name, region, found.other);
  const silent = answers.filter(({ answer }) => answer === undefined).map(({ other }) => other);
  if (silent.length > 0) {
    return blocked(CLAIM, `${name} is not in ${region}. ${silent.join(", ")} could not be reached.`);
  }
  return fail(
    CLAIM,
    `There is no bucket ${name}, in ${region} or elsewhere.`,
    "Correct COS_BUCKET, or create the bucket.",
  );
}

/** Whether the bucket is there. 404 is NoSuchBucket; with 3xx, COS redirects to another region. */
function isThere({ status }: HttpAnswer): boolean {
  return status === 200 || status === 403;
}

function elsewhere(name: string, region: string, found: string): Finding {
  return fail(CLAIM, `${name} is in ${found}, but COS_REGION is ${region}.`, `Set COS_REGION=${found}.`);
}

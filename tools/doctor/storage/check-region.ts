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

/** COS's own name of it; that of an emulator is the same in every region. */
export function ownHost({ bucket, host }: BucketConfig): HostIn {
  const isEmulated = isLoopback(parseEndpoint(host)?.host ?? "");
  return (region) => (isEmulated ? host : `${bucket}.cos.${region}.myqcloud.com`);
}

/**
 * Asks for the bucket where COS_REGION says that it is (HEAD Bucket,
 * https://cloud.tencent.com/document/product/436/7735), and in every other region when it is not there. A refusal tells
 * that it is: only a bucket can refuse.
 *
 * @param key signs the first question, so that COS also says the region; the others are not signed
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

/** 404 is NoSuchBucket; COS sends on to another region with 3xx. */
function isThere({ status }: HttpAnswer): boolean {
  return status === 200 || status === 403;
}

function elsewhere(name: string, region: string, found: string): Finding {
  return fail(CLAIM, `${name} is in ${found}, but COS_REGION is ${region}.`, `Set COS_REGION=${found}.`);
}

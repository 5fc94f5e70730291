import {
  blocked,
  type Claim,
  type Finding,
  fail,
  pass,
  skip,
  warn,
} from "../../../packages/tls-check/src/index.ts";
import { type BucketConfig, SIGNATURE_SECONDS } from "../../../shared/config.ts";
import { signRead } from "../../../shared/download/read.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import type { Credential } from "../../../shared/sts/credential.ts";
import { type SessionPolicy, sessionPolicy } from "../../../shared/sts/session-policy.ts";
import type { Sts } from "../../../shared/sts/sts.ts";
import { type HttpAnswer, type Network, NetworkError } from "../../lib/network.ts";
import { describeRefusal } from "../../lib/refusal.ts";
import { type DownloadAnswer, download, readDownloadAnswer } from "./bucket-client.ts";

export const DOWNLOAD_CLAIM: Claim = {
  id: "storage.download",
  title: "a probe is downloaded through DOWNLOAD_DOMAIN",
};
export const UNSIGNED_CLAIM: Claim = {
  id: "storage.download-private",
  title: "a download without a signature is refused",
};
export const UNSIGNED_AT_BUCKET_CLAIM: Claim = {
  id: "storage.read-private",
  title: "an unsigned download is refused",
};

/** A probe that is in the bucket. */
interface Stored {
  readonly key: string;
  readonly content: Buffer;
}

/** What the checks need. */
interface Reading {
  readonly bucket: BucketConfig;
  /** DOWNLOAD_DOMAIN; undefined when it is not set. */
  readonly downloadHost: string | undefined;
  /** Gets a temporary credential with this policy as the functions do; undefined when STS issues none. */
  readonly credentialWith: (policy: SessionPolicy) => Promise<Credential | undefined>;
  readonly network: Network;
}

/**
 * Reads probes with what `object-url` would answer for DOWNLOAD_DOMAIN. When that fails, the same is tried at the bucket's
 * upload host, which tells a wrong DOWNLOAD_DOMAIN from a key that may not read.
 */
export async function checkDownload(stored: readonly Stored[], reading: Reading): Promise<Finding[]> {
  const { bucket, downloadHost } = reading;
  const both = (reason: string) => [skip(DOWNLOAD_CLAIM, reason), skip(UNSIGNED_CLAIM, reason)];
  if (downloadHost === undefined || downloadHost === bucket.host) {
    return both("DOWNLOAD_DOMAIN is not set, or is the upload host, which the other checks read from.");
  }
  const [probe] = stored;
  if (probe === undefined) return both("No probe was uploaded.");
  const [address, other] = (await addressesAt(downloadHost, stored.slice(0, 2), reading)) ?? [];
  if (address === undefined) return both("STS issued no credential to read with.");
  const read = await downloadFinding(probe, address.signed, downloadHost, reading);
  return [
    read,
    read.status === "pass" && other !== undefined
      ? unsignedFinding(UNSIGNED_CLAIM, await answerOf(other.plain, reading), downloadHost)
      : skip(UNSIGNED_CLAIM, "This needs two probes, and a host that returns one of them."),
  ];
}

class NoCredential extends Error {}

/** What `object-url` answers for probes, with this for DOWNLOAD_DOMAIN; undefined when STS issues no credential. */
async function addressesAt(
  downloadHost: string,
  probes: readonly Stored[],
  { bucket, credentialWith }: Reading,
): Promise<readonly DownloadAnswer[] | undefined> {
  const sts: Pick<Sts, "credentialsFor"> = {
    async credentialsFor(items, grant) {
      const credential = await credentialWith(sessionPolicy(items.map(grant), bucket));
      if (credential === undefined) throw new NoCredential();
      return items.map((item) => ({ item, credential }));
    },
  };
  const objects = probes.map(({ key }) => ({ key, type: "application/octet-stream" }));
  const options = { isList: true, method: "GET", seconds: undefined, sign: true, query: {} } as const;
  const service = { sts, downloadHost, signatureSeconds: SIGNATURE_SECONDS.default };
  try {
    return (await signRead({ objects, ...options }, service, new Invocation({}))).map(readDownloadAnswer);
  } catch (error) {
    if (error instanceof NoCredential) return undefined;
    throw error;
  }
}

type Answer = HttpAnswer | NetworkError;

async function answerOf(address: URL, { network }: Pick<Reading, "network">): Promise<Answer> {
  return await download(address, network).catch((error: unknown) => {
    if (error instanceof NetworkError) return error;
    throw error;
  });
}

async function downloadFinding(
  probe: Stored,
  address: URL,
  host: string,
  reading: Reading,
): Promise<Finding> {
  const answer = await answerOf(address, reading);
  if (answer instanceof NetworkError) {
    return blocked(DOWNLOAD_CLAIM, `${host}: ${answer.message}.`, "See the HTTPS checks of the host.");
  }
  if (answer.status === 200 && answer.body.equals(probe.content)) {
    return pass(
      DOWNLOAD_CLAIM,
      `${host} returns it. What a CDN has cached, and whether all of its nodes do the same, was not tried.`,
    );
  }
  const says = answer.status === 200 ? "200 and other bytes" : describeRefusal(answer);
  const { bucket } = reading;
  const [control] = (await addressesAt(bucket.host, [probe], reading)) ?? [];
  const atBucket = control && (await answerOf(control.signed, reading));
  if (atBucket === undefined || atBucket instanceof NetworkError) {
    return blocked(
      DOWNLOAD_CLAIM,
      `${host} answers ${says}; whether ${bucket.host} does so was not found out.`,
    );
  }
  if (atBucket.status === 404) {
    return blocked(
      DOWNLOAD_CLAIM,
      `The probe was removed before it could be read, as uploaded may do with it.`,
      "Run doctor again.",
    );
  }
  if (atBucket.status !== 200) {
    return fail(
      DOWNLOAD_CLAIM,
      `${host} answers ${says}, and ${bucket.host} ${describeRefusal(atBucket)}.`,
      "Allow the key name/cos:GetObject on the bucket: without it, no address that object-url answers with works.",
    );
  }
  if (answer.status >= 500 || answer.status === 429) {
    return blocked(DOWNLOAD_CLAIM, `${host} answers ${says}, which may pass.`, "Run doctor again.");
  }
  return fail(
    DOWNLOAD_CLAIM,
    `${host} answers ${says}, but ${bucket.host} returns the probe.`,
    `Correct DOWNLOAD_DOMAIN, or what it leads to. As the bucket's own custom domain, it must be bound to ${bucket.bucket}. ` +
      "As a CDN's domain, its origin must be that bucket and, if the bucket is private, the CDN must be authorized to " +
      "read it and have origin-pull authentication (回源鉴权) on; the CDN's own URL authentication is not what object-url signs.",
  );
}

/**
 * Asks the upload host for a probe without a signature. What waits for a check, what was rejected and kept, and what is
 * known about files and users is in the same bucket, and only the lack of a signature keeps others from it.
 */
export async function unsignedAtBucket(
  stored: readonly Stored[],
  { host }: BucketConfig,
  network: Network,
): Promise<Finding> {
  const [probe] = stored;
  if (probe === undefined) return skip(UNSIGNED_AT_BUCKET_CLAIM, "No probe was uploaded.");
  // A probe's key needs no encoding.
  const answer = await answerOf(new URL(`https://${host}/${probe.key}`), { network });
  return unsignedFinding(UNSIGNED_AT_BUCKET_CLAIM, answer, host);
}

/** Of a file that nobody has asked the host for before, so that no cache has it. */
function unsignedFinding(claim: Claim, answer: Answer, host: string): Finding {
  if (answer instanceof NetworkError) return blocked(claim, `${host}: ${answer.message}.`);
  if (answer.status === 200) {
    return warn(
      claim,
      `${host} returns a probe without a signature: whoever knows an address can read what is there, whatever object-url ` +
        "allows. That goes for pending/, rejected/ and life/ too, where users' openids are.",
      "Make the bucket private, and do not let a CDN sign for it (回源鉴权) unless everybody may read all of it.",
    );
  }
  if (answer.status === 401 || answer.status === 403) return pass(claim, `${describeRefusal(answer)}.`);
  return blocked(claim, `The answer was ${describeRefusal(answer)}, which proves nothing.`);
}

import tencentSts, { type Send } from "qcloud-cos-sts";
import type { PermanentKey } from "../config.ts";
import { type Credential, readCredential } from "./credential.ts";
import type { SessionPolicy } from "./session-policy.ts";

/** Where STS is, for every action. */
export interface StsAddress {
  /** `host[:port]`; always spoken to over HTTPS. */
  readonly endpoint: string;
  readonly region: string;
}

/** GetFederationToken with a permanent key (https://cloud.tencent.com/document/product/1312/48195). */
export async function federationToken(
  { secretId, secretKey }: PermanentKey,
  { endpoint, region }: StsAddress,
  policy: SessionPolicy,
  durationSeconds: number,
  send: Send,
): Promise<Credential> {
  // A literal of its own each time: the package writes into its options.
  const options = { secretId, secretKey, endpoint, region, durationSeconds, policy, proxy: send };
  return readCredential(await tencentSts.getCredential(options));
}

import { type Claim, type Finding, fail, pass, warn } from "../../../packages/tls-check/src/index.ts";
import type { StsConfig } from "../../../shared/config.ts";
import { isHostOfCos } from "./cos-host.ts";

/** Every permanent SecretId begins with this (https://cloud.tencent.com/document/product/598/40488). */
const SECRET_ID_PREFIX = "AKID";

/** Permanent ids have letters and digits alone, 36 in all on that page; STS's have hyphens and underscores, and are longer. */
const TEMPORARY_ID = /[-_]|^.{49}/;

export function keyFinding(sts: StsConfig, claim: Claim): Finding {
  const { endpoint } = sts;
  if (isHostOfCos(endpoint)) {
    return fail(
      claim,
      `STS_ENDPOINT is ${endpoint}, a host of COS, not of STS.`,
      "Remove STS_ENDPOINT; STS is sts.tencentcloudapi.com, whatever the bucket.",
    );
  }
  if (sts.roleArn !== undefined) {
    return pass(claim, `The role is ${sts.roleArn}; STS is called at ${endpoint}.`);
  }
  const { key } = sts;
  if (key.secretKey.startsWith(SECRET_ID_PREFIX)) {
    return fail(claim, "COS_SECRET_KEY contains a SecretId.", "Swap COS_SECRET_ID and COS_SECRET_KEY.");
  }
  if (!key.secretId.startsWith(SECRET_ID_PREFIX)) {
    return warn(
      claim,
      `COS_SECRET_ID does not start with ${SECRET_ID_PREFIX}, as permanent keys do.`,
      "Use the SecretId of a sub-account's key; a temporary key cannot call GetFederationToken.",
    );
  }
  if (TEMPORARY_ID.test(key.secretId)) {
    return warn(
      claim,
      "COS_SECRET_ID looks like a temporary key's: it is longer than permanent ones, or has other characters.",
      "Use the SecretId of a sub-account's key; a temporary key cannot call GetFederationToken, and expires.",
    );
  }
  return pass(claim, `A key is set; STS is called at ${endpoint}.`);
}

import { type Claim, type Finding, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import type { Limits } from "../../../shared/quota/config.ts";

export function quotaFinding(
  limits: Limits,
  hasRuleQuota: boolean,
  hasRedis: boolean,
  claim: Claim,
): Finding {
  const { filesPerDay, bytesPerDay, requestsPerMinute } = limits;
  const said = [
    ...(filesPerDay === undefined ? [] : [`${filesPerDay} files a day`]),
    ...(bytesPerDay === undefined ? [] : [`${bytesPerDay} bytes a day`]),
    ...(requestsPerMinute === undefined ? [] : [`${requestsPerMinute} requests a minute`]),
    ...(hasRuleQuota ? ["what the rules' quotas allow"] : []),
  ];
  if (said.length === 0) {
    const nothing = "No QUOTA_… is set: what one caller may upload is not limited.";
    return hasRedis
      ? warn(
          claim,
          `${nothing} REDIS_URL is not used.`,
          "Set QUOTA_FILES_PER_DAY or another of them, or remove REDIS_URL.",
        )
      : skip(claim, nothing);
  }
  if (hasRedis) return pass(claim, `A caller may have ${said.join(", ")}, counted in Redis.`);
  return warn(
    claim,
    `A caller may have ${said.join(", ")}, counted from what is stored; a caller who calls many instances at once gets more.`,
    "For exact counts set REDIS_URL. Without it, the functions' key also needs deploy/policies/quota.json.",
  );
}

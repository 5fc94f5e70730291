import type { BucketConfig, StsConfig } from "../config.ts";
import { note, remainingMs } from "../invocation.ts";
import { assumeRole } from "./assume-role.ts";
import type { Credential } from "./credential.ts";
import { isRetryable, isTooLong, toServiceError } from "./errors.ts";
import { federationToken } from "./federation-token.ts";
import { type Grant, sessionPolicy } from "./session-policy.ts";

/** Where temporary credentials come from. Each method throws ServiceError 500, 502, 503 or 504. */
export interface Sts {
  /** A credential for one object, good for `seconds`. */
  credentialFor(grant: Grant, seconds: number): Promise<Credential>;
  /**
   * One credential per grant, in order, good for `seconds`. One call serves all grants, unless
   * STS finds the policy too long; then the list is cut into as few parts as pass.
   */
  credentialsFor(grants: readonly Grant[], seconds: number): Promise<readonly Credential[]>;
}

/** Credentials by the permanent key, or by the function's role, as configured. */
export function createSts(config: StsConfig, bucket: BucketConfig): Sts {
  function ask(grants: readonly Grant[], seconds: number): Promise<Credential> {
    const policy = sessionPolicy(grants, bucket);
    return config.roleArn === undefined
      ? federationToken(config.key, config, policy, seconds)
      : assumeRole(config.roleArn, config, policy, seconds);
  }

  async function askInParts(
    grants: readonly Grant[],
    seconds: number,
    parts = 1,
  ): Promise<readonly Credential[]> {
    const size = Math.ceil(grants.length / parts);
    const [first = [], ...others] = chunks(grants, size);
    const askFor = async (part: readonly Grant[]) => {
      const credential = await retried(() => ask(part, seconds));
      return part.map(() => credential);
    };
    try {
      // The first alone, so that a list that is still too long costs one call to find out.
      const credentials = [await askFor(first), ...(await Promise.all(others.map(askFor)))];
      return credentials.flat();
    } catch (error) {
      if (!isTooLong(error) || size === 1) throw error;
      return await askInParts(grants, seconds, parts + 1);
    }
  }

  return {
    credentialFor: (grant, seconds) => measured(() => retried(() => ask([grant], seconds))),
    credentialsFor: (grants, seconds) => measured(() => askInParts(grants, seconds)),
  };
}

/** Notes the time in STS for the log, and turns what failed into what the caller is told. */
async function measured<T>(work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  try {
    return await work();
  } catch (error) {
    throw toServiceError(error);
  } finally {
    note({ stsMs: Math.round(performance.now() - startedAt) });
  }
}

/** Once more, after a moment of random length, where that can help and the time allows it. */
async function retried<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (error) {
    const pauseMs = 50 + Math.random() * 150;
    if (!isRetryable(error) || remainingMs() < 2 * pauseMs) throw error;
    await new Promise((resume) => setTimeout(resume, pauseMs));
    return await attempt();
  }
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

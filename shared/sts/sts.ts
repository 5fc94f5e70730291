import { clockMs } from "../clock.ts";
import type { BucketConfig, StsConfig } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import { retryOnce } from "../net/retry.ts";
import { assumeRole } from "./assume-role.ts";
import type { Credential } from "./credential.ts";
import { isRetryable, isTooLong, toServiceError } from "./errors.ts";
import { federationToken } from "./federation-token.ts";
import { type Grant, sessionPolicy } from "./session-policy.ts";
import { transport } from "./transport.ts";

/** What a credential was asked for, and the credential. */
export interface Granted<T> {
  readonly item: T;
  readonly credential: Credential;
}

/** Where temporary credentials come from. Each method throws ServiceError 500, 502, 503 or 504. */
export interface Sts {
  /** One credential for one object, or for several that it is used for together, good for `seconds`. */
  credentialFor(
    grants: Grant | readonly Grant[],
    seconds: number,
    invocation: Invocation,
  ): Promise<Credential>;
  /**
   * A credential for each item, in order, good for `seconds`. One call serves all of them, unless STS finds the
   * policy too long; then the list is cut into as few parts as pass.
   *
   * @param grant what an item's credential is to allow
   */
  credentialsFor<T>(
    items: readonly T[],
    grant: (item: T) => Grant,
    seconds: number,
    invocation: Invocation,
  ): Promise<readonly Granted<T>[]>;
}

/** Credentials by the permanent key, or by the function's role, as configured. */
export function createSts(config: StsConfig, bucket: BucketConfig): Sts {
  const sendFor = transport(config.endpoint);

  /** One call to STS, and a second if that can help. */
  async function ask(grants: readonly Grant[], seconds: number, invocation: Invocation): Promise<Credential> {
    const policy = sessionPolicy(grants, bucket);
    const send = sendFor(invocation);
    const call = () =>
      config.roleArn === undefined
        ? federationToken(config.key, config, policy, seconds, send)
        : assumeRole(config.roleArn, config, policy, seconds, send);
    return await retryOnce(call, isRetryable, invocation);
  }

  async function askInParts<T>(
    items: readonly T[],
    grant: (item: T) => Grant,
    seconds: number,
    invocation: Invocation,
    parts = 1,
  ): Promise<readonly Granted<T>[]> {
    const size = Math.ceil(items.length / parts);
    const askFor = async (part: readonly T[]) => {
      const credential = await ask(part.map(grant), seconds, invocation);
      return part.map((item) => ({ item, credential }));
    };
    try {
      // The first alone, so that a list that is still too long costs one call to find out.
      const first = await askFor(items.slice(0, size));
      const others = await Promise.all(chunks(items.slice(size), size).map(askFor));
      return [...first, ...others.flat()];
    } catch (error) {
      if (!isTooLong(error) || size === 1) throw error;
      return await askInParts(items, grant, seconds, invocation, parts + 1);
    }
  }

  return {
    credentialFor: (grants, seconds, invocation) =>
      measured(() => ask([grants].flat(), seconds, invocation), invocation),
    credentialsFor: (items, grant, seconds, invocation) =>
      measured(() => askInParts(items, grant, seconds, invocation), invocation),
  };
}

/** Notes the time in STS for the log, and turns an error into what to tell the caller. */
async function measured<T>(work: () => Promise<T>, invocation: Invocation): Promise<T> {
  const startedAt = clockMs();
  try {
    return await work();
  } catch (error) {
    throw toServiceError(error);
  } finally {
    invocation.note({ stsMs: Math.round(clockMs() - startedAt) });
  }
}

function chunks<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

import type { CosCall, CosClient } from "../cos/client.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { Grant } from "../sts/session-policy.ts";
import type { Sts } from "../sts/sts.ts";

/** The life of a credential in seconds: longer than any invocation. */
const SECONDS = 900;

/**
 * COS with a credential for these objects, and no others.
 *
 * @param grants at least one
 * @throws ServiceError when STS fails
 */
export async function open(
  grants: readonly Grant[],
  { sts, cos }: { readonly sts: Sts; readonly cos: CosClient },
  invocation: Invocation,
): Promise<CosCall> {
  const credential = await sts.credentialFor(grants, SECONDS, invocation);
  return (request) => cos.call(request, credential, invocation);
}

/**
 * The same, for objects whose keys their owner may choose: where the policy of all of them is too long for STS, each part of
 * them has a credential of its own. Calls are for these objects only.
 */
export async function openEach(
  grants: readonly Grant[],
  { sts, cos }: { readonly sts: Sts; readonly cos: CosClient },
  invocation: Invocation,
): Promise<CosCall> {
  // The one would get the credential of the other, which may lack its right.
  if (new Set(grants.map(({ key }) => key)).size < grants.length)
    throw new TypeError("Two grants for one key.");
  const granted = await sts.credentialsFor(grants, (grant) => grant, SECONDS, invocation);
  const credentials = new Map(granted.map(({ item, credential }) => [item.key, credential]));
  return async (request) => {
    const credential = credentials.get(request.key);
    if (credential === undefined) throw new TypeError("A key that nothing was granted for.");
    return await cos.call(request, credential, invocation);
  };
}

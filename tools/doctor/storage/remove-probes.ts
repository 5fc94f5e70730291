import { type Claim, type Finding, pass, skip, warn } from "../../../packages/tls-check/src/index.ts";
import { rules } from "../../../shared/object/rules.ts";
import { type HttpAnswer, type Network, NetworkError } from "../../lib/network.ts";
import { describeRefusal } from "../../lib/refusal.ts";
import { type Owner, signedRequest } from "./bucket-client.ts";

export const REMOVED_CLAIM: Claim = { id: "storage.removed", title: "the probes are removed" };
export const VERSIONING_CLAIM: Claim = {
  id: "storage.versioning",
  title: "the bucket keeps no older versions",
};

/** A probe that is in the bucket. */
interface Stored {
  readonly key: string;
  /** What COS called its version when it was uploaded, which it does while versioning is enabled. */
  readonly versionId: string | undefined;
}

/** What the answers to an upload and a deletion say of the bucket's versioning; undefined when it never had any. */
type Versioning = "enabled" | "suspended" | undefined;

/** What a deletion did, and a sentence if it did not remove the probe. */
interface Removal {
  readonly failure?: string;
  readonly versioning: Versioning;
}

/**
 * Removes the probes for good, and tells from COS's answers whether the bucket has versioning: asking for that
 * (GET Bucket versioning) would take a permission that no function needs.
 */
export async function removeProbes(
  stored: readonly Stored[],
  owner: Owner,
  network: Network,
): Promise<Finding[]> {
  if (stored.length === 0) {
    return [REMOVED_CLAIM, VERSIONING_CLAIM].map((claim) => skip(claim, "Nothing was stored in the bucket."));
  }
  const left: string[] = [];
  const found = new Set<Versioning>();
  for (const probe of stored) {
    const { failure, versioning } = await remove(probe, owner, network);
    if (failure !== undefined) left.push(`${probe.key} (${failure})`);
    // Of a probe that is still there, only an enabled versioning is known.
    if (failure === undefined || versioning !== undefined) found.add(versioning);
  }
  const removed =
    left.length === 0
      ? pass(REMOVED_CLAIM)
      : warn(
          REMOVED_CLAIM,
          `Still there: ${left.join(", ")}.`,
          "Remove them in the console, or allow the key name/cos:DeleteObject on <prefix>/doctor/*.",
        );
  return [removed, versioningFinding(found)];
}

async function remove({ key, versionId }: Stored, owner: Owner, network: Network): Promise<Removal> {
  const versioning = versionId === undefined ? undefined : "enabled";
  try {
    const answer = await signedRequest("DELETE", key, owner, network, versionId);
    if (!isRemoved(answer)) return { failure: describeRefusal(answer), versioning };
    if (versionId !== undefined || !answer.headers.has("x-cos-delete-marker")) return { versioning };
    // While versioning is suspended, a deletion puts a marker in the place of the version `null`.
    const unmarked = await signedRequest("DELETE", key, owner, network, "null");
    return {
      versioning: "suspended",
      ...(!isRemoved(unmarked) && { failure: `a delete marker: ${describeRefusal(unmarked)}` }),
    };
  } catch (error) {
    if (error instanceof NetworkError) return { failure: error.message, versioning };
    throw error;
  }
}

function isRemoved({ status }: HttpAnswer): boolean {
  return status === 204 || status === 200;
}

function versioningFinding(found: ReadonlySet<Versioning>): Finding {
  const versioning = found.has("enabled") ? "enabled" : found.has("suspended") ? "suspended" : undefined;
  if (versioning === undefined) {
    return found.size > 0
      ? pass(VERSIONING_CLAIM)
      : skip(VERSIONING_CLAIM, "COS tells it when a probe is deleted, and none was.");
  }
  const once = rules.all.filter(({ forbidOverwrite }) => forbidOverwrite).map(({ name }) => name);
  const ignored =
    once.length === 0
      ? "A rule with forbidOverwrite would have no effect"
      : `forbidOverwrite of ${once.join(", ")} has no effect`;
  const kept =
    versioning === "enabled"
      ? "What users delete, what is rejected and what an upload replaces stays in the bucket as an older version, whose " +
        "bytes cost money; until a signature expires, it can be used for as many."
      : "Older versions stay from the time before.";
  return warn(
    VERSIONING_CLAIM,
    `Versioning is ${versioning}. ${ignored}: COS ignores it in a bucket that ever had versioning. ${kept} No link of ` +
      "object-url reads them.",
    "Use a bucket that never had versioning, since it cannot be switched off. If this one must have it, add a lifecycle " +
      "rule for all prefixes that deletes noncurrent versions (NoncurrentVersionExpiration) after a few days, and delete " +
      "markers that are left alone (ExpiredObjectDeleteMarker).",
  );
}

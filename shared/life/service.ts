import {
  type BucketConfig,
  type Environment,
  mustBe,
  optionalUrl,
  readBucket,
  readSts,
  required,
} from "../config.ts";
import { type CosClient, createCos } from "../cos/client.ts";
import { finalKey, isPending, PLACES } from "../object/places.ts";
import type { Rules } from "../object/rule.ts";
import { rules } from "../object/rules.ts";
import type { Grant } from "../sts/session-policy.ts";
import { createSts, type Sts } from "../sts/sts.ts";
import { markerGrants } from "./state.ts";
import { noteGrant } from "./untold.ts";
import type { Webhook } from "./webhook.ts";

/** What works on stored files, made once at cold start. */
export interface LifeService {
  readonly rules: Rules;
  readonly bucket: BucketConfig;
  readonly sts: Sts;
  readonly cos: CosClient;
  /** Where uploads are announced; undefined for nowhere. */
  readonly webhook: Webhook | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function lifeService(env: Environment): LifeService {
  const bucket = readBucket(env);
  return {
    rules,
    bucket,
    sts: createSts(readSts(env), bucket),
    cos: createCos(bucket),
    webhook: readWebhook(env),
  };
}

/** UPLOADED_WEBHOOK and WEBHOOK_SECRET. */
export function readWebhook(env: Environment): Webhook | undefined {
  const says = "an https:// address, or http:// on this machine only, such as http://127.0.0.1:8080/uploads";
  const url = optionalUrl(env, "UPLOADED_WEBHOOK", /^https?:\/\/[\x21-\x7e]+$/, says);
  if (url === undefined) return undefined;
  const isSafe = url.protocol === "https:" || LOOPBACK.has(url.hostname);
  // A request takes no password from its address.
  if (!isSafe || url.username !== "" || url.password !== "") {
    throw mustBe("UPLOADED_WEBHOOK", says);
  }
  const secret = required(
    env,
    "WEBHOOK_SECRET",
    /^whsec_(?:[A-Za-z0-9+/]{4}){8,21}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
    "whsec_ and 24 to 64 random bytes in base64, of which UPLOADED_WEBHOOK needs one",
  );
  return { url, key: Buffer.from(secret.slice("whsec_".length), "base64") };
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * What working on a stored file needs: read the file, remove it, keep it elsewhere, and record what was found;
 * and close one that waits under `pending/`, move it to its key, or take it back from there.
 *
 * @param at where the object is
 */
export function lifeGrants(at: string): Grant[] {
  const key = finalKey(at);
  const grant = (key: string, actions: readonly string[]): Grant => ({
    key,
    permissions: [{ actions }],
    credentialStaysHere: true,
  });
  return [
    grant(at, [
      "HeadObject",
      "GetObject",
      "DeleteObject",
      ...(isPending(at) ? ["GetObjectACL", "PutObjectACL"] : []),
    ]),
    grant(rejectedKey(key), ["PutObject", "PutObjectCopy"]),
    ...(isPending(at) ? [grant(key, ["HeadObject", "PutObject", "PutObjectCopy", "DeleteObject"])] : []),
    ...markerGrants(key, "write"),
    noteGrant(at),
  ];
}

/**
 * Where a rejected file is kept. A copy needs `PutObjectCopy`, or `PutObject` alone: the documents say both.
 */
export function rejectedKey(key: string): string {
  return `${PLACES.rejected}/${key}`;
}

import { type BucketAccess, BucketError, call } from "../../lib/bucket-api.ts";

const POLICY = { policy: "" };

/**
 * The bucket's policy as COS returns it; undefined when there is none. COS then answers 404, with various codes.
 *
 * @throws BucketError
 */
export async function getPolicy(access: BucketAccess): Promise<string | undefined> {
  try {
    const { body } = await call(access, "show the bucket's policy", { method: "GET", query: POLICY });
    return body.toString("utf8");
  } catch (error) {
    if (error instanceof BucketError && error.status === 404 && error.code !== "NoSuchBucket")
      return undefined;
    throw error;
  }
}

/** @throws BucketError */
export async function putPolicy(access: BucketAccess, text: string): Promise<void> {
  const request = { method: "PUT", query: POLICY, body: text, contentType: "application/json" } as const;
  await call(access, "change the bucket's policy", request);
}

/** @throws BucketError */
export async function deletePolicy(access: BucketAccess): Promise<void> {
  await call(access, "delete the bucket's policy", { method: "DELETE", query: POLICY });
}

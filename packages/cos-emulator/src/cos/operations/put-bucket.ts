import type { Bucket } from "../../cloud/account.ts";
import { REGIONS } from "../../cloud/regions.ts";
import { CosError } from "../http/errors.ts";
import { noSuchBucket } from "../locate.ts";
import type { BucketSettings } from "../store/bucket-settings.ts";
import { TooManyBuckets } from "../store/buckets.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { BUCKET_ACL, readAclHeaders } from "./lib/acl.ts";
import { readTagHeader } from "./lib/tag-header.ts";
import { MAX_BUCKET_TAGS } from "./lib/tagging.ts";
import type { AccountOperation, SignedOperation } from "./operation.ts";

/** A bucket's name with its APPID (https://cloud.tencent.com/document/product/436/13312). */
const MAX_NAME_CHARACTERS = 60;

/**
 * PUT Bucket, https://cloud.tencent.com/document/product/436/7738. The ACL and tags that the request sets need no
 * permission beyond the one on that page. We could not find out which code COS has for a name with somebody else's
 * APPID; here it is AccessDenied.
 */
export const putBucket: AccountOperation = {
  action: "name/cos:PutBucket",
  resource({ cos, place }) {
    const { name, region } = place.kind === "none" ? place.bucket : { name: "", region: "" };
    return `qcs::cos:${region}:uid/${cos.account.appId}:${name}/`;
  },
  async run({ cos, request, place }) {
    if (place.kind !== "none") throw noSuchBucket("the host names no bucket");
    const { bucket } = place;
    checkBucket(bucket, cos.account.appId);
    const acl = readAclHeaders(request.headers, BUCKET_ACL);
    const tags = readTagHeader(request.headers.get("x-cos-tagging"), MAX_BUCKET_TAGS);
    const kind = (await readConfiguration(request)).trim();
    const prepare = async (settings: BucketSettings) => {
      if (acl !== undefined) await settings.put("acl", acl);
      if (tags.length > 0) await settings.put("tagging", tags);
      if (kind !== "") await settings.put("kind", kind);
    };
    const isNew = await cos.buckets.create(bucket, cos.clock(), prepare).catch((error: unknown) => {
      if (!(error instanceof TooManyBuckets)) throw error;
      throw new CosError("TooManyBuckets", "You have attempted to create more buckets than allowed.");
    });
    if (!isNew) throw alreadyOwned(place.reason);
    return { status: 200 };
  },
};

/** PUT Bucket for a bucket that exists: whoever may create it owns it already. */
export const putExistingBucket: SignedOperation = {
  action: "name/cos:PutBucket",
  on: "bucket",
  run({ service }) {
    throw alreadyOwned(`the bucket ${service.bucket.name} already exists`);
  },
};

/**
 * Whether the account may have a bucket of this name in this region.
 *
 * @throws {CosError} InvalidBucketName, BucketNameTooLong, InvalidRegionName, or AccessDenied for another account's APPID
 */
export function checkBucket({ name, region }: Bucket, appId: string): void {
  const [, own, owner] = /^([a-z0-9][a-z0-9-]*)-(\d+)$/.exec(name) ?? [];
  if (own === undefined) {
    throw new CosError("InvalidBucketName", "The specified bucket is not valid.", {
      reason: `${JSON.stringify(name)} is not made of lower-case letters, digits and hyphens, followed by a hyphen and the APPID`,
    });
  }
  checkName(name, own, owner, appId);
  if (!REGIONS.has(region)) {
    throw new CosError("InvalidRegionName", "The specified region is not valid.", {
      reason: `there is no region ${region}; COS has ${[...REGIONS].join(", ")}`,
    });
  }
}

function checkName(name: string, own: string, owner: string | undefined, appId: string): void {
  if (own.endsWith("-")) {
    throw new CosError("InvalidBucketName", "The specified bucket is not valid.", {
      reason: "before the hyphen and the APPID, a bucket's name must not end in a hyphen",
    });
  }
  if (name.length > MAX_NAME_CHARACTERS) {
    throw new CosError("BucketNameTooLong", "The bucket's name is too long.", {
      reason: `the name has ${name.length} characters, but only ${MAX_NAME_CHARACTERS} are allowed`,
    });
  }
  if (owner !== appId) {
    throw new CosError("AccessDenied", "Access Denied.", {
      reason: `the name ends in ${owner}, but the account's APPID is ${appId}`,
    });
  }
}

function alreadyOwned(reason: string): CosError {
  return new CosError(
    "BucketAlreadyOwnedByYou",
    "Your previous request to create the named bucket succeeded and you already own it.",
    { reason },
  );
}

import {
  type Acl,
  ANYONE,
  cannedPermissions,
  DEFAULT_ACL,
  type Permission,
  PRIVATE_ACL,
} from "../store/acl.ts";
import type { CosService } from "../store/service.ts";
import { isDeleteMarker } from "../store/stored-object.ts";

/** What an object's ACL controls (https://cloud.tencent.com/document/product/436/30752). */
const OF_OBJECT: ReadonlyMap<string, Permission> = new Map([
  ["name/cos:GetObject", "READ"],
  ["name/cos:HeadObject", "READ"],
  ["name/cos:GetObjectACL", "READ_ACP"],
  ["name/cos:PutObjectACL", "WRITE_ACP"],
]);

/** What the bucket's ACL controls. */
const OF_BUCKET: ReadonlyMap<string, Permission> = new Map([
  ["name/cos:GetBucket", "READ"],
  ["name/cos:HeadBucket", "READ"],
  ["name/cos:GetBucketObjectVersions", "READ"],
  ["name/cos:ListMultipartUploads", "READ"],
  ["name/cos:PutObject", "WRITE"],
  ["name/cos:PostObject", "WRITE"],
  ["name/cos:PutObjectCopy", "WRITE"],
  ["name/cos:AppendObject", "WRITE"],
  ["name/cos:DeleteObject", "WRITE"],
  ["name/cos:DeleteMultipleObjects", "WRITE"],
  ["name/cos:InitiateMultipartUpload", "WRITE"],
  ["name/cos:UploadPart", "WRITE"],
  ["name/cos:UploadPartCopy", "WRITE"],
  ["name/cos:CompleteMultipartUpload", "WRITE"],
  ["name/cos:AbortMultipartUpload", "WRITE"],
  ["name/cos:ListParts", "WRITE"],
  ["name/cos:GetBucketACL", "READ_ACP"],
  ["name/cos:PutBucketACL", "WRITE_ACP"],
]);

/**
 * Whether an ACL lets everybody do this, signed or not: the object's own or, if it has none, the bucket's.
 *
 * @param versionId undefined for the newest version
 */
export function isPublic(
  service: CosService,
  action: string,
  key: string,
  versionId: string | undefined,
): boolean {
  const bucketAcl = service.settings.get("acl") ?? PRIVATE_ACL;
  const ofBucket = OF_BUCKET.get(action);
  if (ofBucket !== undefined) return grantsToAnyone(bucketAcl, ofBucket);
  const ofObject = OF_OBJECT.get(action);
  if (ofObject === undefined) return false;
  const objectAcl = aclOfObject(service, key, versionId);
  return (
    grantsToAnyone(objectAcl.canned === "default" ? bucketAcl : objectAcl, ofObject) ||
    grantsToAnyone(objectAcl, ofObject)
  );
}

function aclOfObject({ store }: CosService, key: string, versionId: string | undefined): Acl {
  const versions = store.versions(key);
  const version = versionId === undefined ? versions[0] : versions.find((one) => one.versionId === versionId);
  return version === undefined || isDeleteMarker(version) ? DEFAULT_ACL : (version.acl ?? DEFAULT_ACL);
}

function grantsToAnyone({ canned, grants }: Acl, permission: Permission): boolean {
  if (cannedPermissions(canned).includes(permission)) return true;
  return grants.some(
    ({ grantee, permission: granted }) =>
      grantee === ANYONE && (granted === permission || granted === "FULL_CONTROL"),
  );
}

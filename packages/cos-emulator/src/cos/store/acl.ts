import { array, object, picklist, safeParse, string } from "valibot";

export const PERMISSIONS = ["READ", "WRITE", "READ_ACP", "WRITE_ACP", "FULL_CONTROL"] as const;

export type Permission = (typeof PERMISSIONS)[number];

/** Preset ACLs (https://cloud.tencent.com/document/product/436/30752); `default`, for objects, means the bucket's. */
const CANNED_ACLS = [
  "default",
  "private",
  "public-read",
  "public-read-write",
  "authenticated-read",
  "bucket-owner-read",
  "bucket-owner-full-control",
] as const;

export type CannedAcl = (typeof CANNED_ACLS)[number];

export interface Grant {
  /** Such as `qcs::cam::uin/100000000001:uin/100000000011`, or {@link ANYONE}. */
  readonly grantee: string;
  readonly permission: Permission;
}

export const ANYONE = "qcs::cam::anyone:anyone";

/** An access control list: a preset ACL, and additional grants. */
export interface Acl {
  readonly canned: CannedAcl;
  readonly grants: readonly Grant[];
}

export const DEFAULT_ACL: Acl = { canned: "default", grants: [] };
export const PRIVATE_ACL: Acl = { canned: "private", grants: [] };

/** As the store writes it. */
export const StoredAcl = object({
  canned: picklist(CANNED_ACLS),
  grants: array(object({ grantee: string(), permission: picklist(PERMISSIONS) })),
});
/** What a preset ACL grants to everybody. */
export function cannedPermissions(canned: CannedAcl): readonly Permission[] {
  if (canned === "public-read-write") return ["READ", "WRITE"];
  return canned === "public-read" ? ["READ"] : [];
}

/** Reads what the store wrote; undefined for anything else. */
export function parseAcl(value: unknown): Acl | undefined {
  const { success, output } = safeParse(StoredAcl, value);
  return success ? output : undefined;
}

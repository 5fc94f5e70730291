import { CosError } from "../../http/errors.ts";
import type { Reply } from "../../http/reply.ts";
import type { CosRequest } from "../../http/request.ts";
import {
  type Acl,
  ANYONE,
  type CannedAcl,
  cannedPermissions,
  type Grant,
  PERMISSIONS,
  type Permission,
} from "../../store/acl.ts";
import type { CosService } from "../../store/service.ts";
import { readConfiguration } from "../../xml/configuration.ts";
import { parseXml, xmlField } from "../../xml/parse-xml.ts";
import type { XmlNode } from "../../xml/xml.ts";
import { xmlReply } from "../../xml/xml-reply.ts";
import { ownerElement } from "./owner.ts";

/** What an ACL may contain (https://cloud.tencent.com/document/product/436/30752). */
export interface AclKind {
  readonly canned: readonly CannedAcl[];
  /** The canned ACL if neither the request's headers nor its body name one. */
  readonly fallback: CannedAcl;
  readonly permissions: readonly Permission[];
}

export const BUCKET_ACL: AclKind = {
  canned: ["private", "public-read", "public-read-write", "authenticated-read"],
  fallback: "private",
  permissions: PERMISSIONS,
};

/** Objects have no WRITE permission; their bucket has. */
export const OBJECT_ACL: AclKind = {
  canned: [
    "default",
    "private",
    "public-read",
    "authenticated-read",
    "bucket-owner-read",
    "bucket-owner-full-control",
  ],
  fallback: "default",
  permissions: PERMISSIONS.filter((permission) => permission !== "WRITE"),
};

const MAX_GRANTS = 100;

const GRANT_HEADERS: readonly (readonly [header: string, permission: Permission])[] = [
  ["x-cos-grant-read", "READ"],
  ["x-cos-grant-write", "WRITE"],
  ["x-cos-grant-read-acp", "READ_ACP"],
  ["x-cos-grant-write-acp", "WRITE_ACP"],
  ["x-cos-grant-full-control", "FULL_CONTROL"],
];

const XSI = { "@xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance" };
const ALL_USERS = "http://cam.qcloud.com/groups/global/AllUsers";

/**
 * The ACL of a PUT Bucket acl or PUT Object acl: from its headers or, without any of them, from its body.
 *
 * @throws {CosError} InvalidArgument, MalformedXML, MalformedACLError, AccessDenied (another owner)
 */
export async function readAcl(service: CosService, request: CosRequest, kind: AclKind): Promise<Acl> {
  const named = readAclHeaders(request.headers, kind);
  const text = await readConfiguration(request);
  if (named !== undefined) return named;
  if (text.trim() !== "") return parseAclBody(service, text, kind);
  throw invalid("neither x-cos-acl, x-cos-grant-* nor a body says what the ACL should be");
}

/**
 * The ACL in x-cos-acl and x-cos-grant-*; undefined without any of them.
 *
 * @param named names in lower case
 * @throws {CosError} InvalidArgument
 */
export function readAclHeaders(named: ReadonlyMap<string, string>, kind: AclKind): Acl | undefined {
  const wanted = named.get("x-cos-acl") || undefined;
  const canned = wanted === undefined ? kind.fallback : kind.canned.find((name) => name === wanted);
  if (canned === undefined) {
    throw invalid(`the acl is ${JSON.stringify(wanted)}; it must be one of ${kind.canned.join(", ")}`);
  }
  const grants = GRANT_HEADERS.flatMap(([header, permission]) => {
    const list = named.get(header)?.trim() ?? "";
    if (list === "") return [];
    if (!kind.permissions.includes(permission)) throw invalid(`${header} is for buckets only`);
    return list.split(",").map((item): Grant => ({ grantee: readGrantee(header, item.trim()), permission }));
  });
  checkCount(grants);
  return wanted === undefined && grants.length === 0 ? undefined : { canned, grants };
}

/** `id="100000000001"`, `id="100000000001/100000000011"`, `id="qcs::cam::uin/…:uin/…"`, or `uin=` in place of `id=`. */
function readGrantee(header: string, item: string): string {
  const [, id] = /^(?:id|uin)="([^"]+)"$/.exec(item) ?? [];
  const grantee = id === undefined ? undefined : accountOf(id);
  if (grantee !== undefined) return grantee;
  throw invalid(
    `${header} has ${JSON.stringify(item)}; it must be id="<OwnerUin>" or id="<OwnerUin>/<SubUin>"`,
  );
}

function granteeOf(id: string): string | undefined {
  return id === ANYONE ? ANYONE : accountOf(id);
}

function accountOf(id: string): string | undefined {
  const [, owner, sub = owner] =
    /^qcs::cam::uin\/(\d+):uin\/(\d+)$/.exec(id) ?? /^(\d+)(?:\/(\d+))?$/.exec(id) ?? [];
  return owner === undefined ? undefined : `qcs::cam::uin/${owner}:uin/${sub}`;
}

function parseAclBody({ account }: CosService, text: string, kind: AclKind): Acl {
  const root = parseXml(
    text,
    "AccessControlPolicy",
    new Set(["AccessControlPolicy.AccessControlList.Grant"]),
  );
  const owner = xmlField(xmlField(root, "Owner"), "ID");
  if (owner !== undefined && granteeOf(String(owner)) !== ownerElement(account).ID) {
    throw new CosError("AccessDenied", "Access Denied.", { reason: "an ACL cannot change the owner" });
  }
  const list = readGrants(xmlField(root, "AccessControlList"));
  const grants = list.map((item: unknown): Grant => {
    const permission = kind.permissions.find((name) => name === xmlField(item, "Permission"));
    if (permission === undefined) throw malformed(`Permission is not one of ${kind.permissions.join(", ")}`);
    const grantee = xmlField(item, "Grantee");
    const isAnyone = xmlField(grantee, "URI") === ALL_USERS;
    const id = isAnyone ? ANYONE : granteeOf(String(xmlField(grantee, "ID") ?? ""));
    if (id === undefined)
      throw malformed("a Grantee has neither an ID such as qcs::cam::uin/1:uin/1 nor AllUsers's URI");
    return { grantee: id, permission };
  });
  checkCount(grants);
  return { canned: "private", grants };
}

/** An empty list is how coscmd's `putbucketacl` makes a bucket private (test_bucket_acl in its test.py). */
function readGrants(list: unknown): readonly unknown[] {
  if (list === undefined) throw malformed("there is no AccessControlList");
  if (list === "") return [];
  const grants = xmlField(list, "Grant");
  if (!Array.isArray(grants)) throw malformed("AccessControlList has no Grant");
  return grants;
}

/**
 * The answer to GET Bucket acl and GET Object acl. If an ACL grants nothing to anybody by name, it lists the owner's
 * own permission, as cos-nodejs-sdk-v5's own tests expect of COS; otherwise exactly what was granted.
 */
export function aclReply({ account }: CosService, { canned, grants }: Acl): Reply {
  const { ID: owner } = ownerElement(account);
  const listed: readonly Grant[] = [
    ...(grants.length === 0 ? [{ grantee: owner, permission: "FULL_CONTROL" } as const] : []),
    ...cannedPermissions(canned).map((permission) => ({ grantee: ANYONE, permission })),
    ...grants,
  ];
  const Grant = listed.map(
    ({ grantee, permission }): XmlNode => ({
      Grantee:
        grantee === ANYONE
          ? { ...XSI, "@xsi:type": "Group", URI: ALL_USERS }
          : { ...XSI, "@xsi:type": "CanonicalUser", ID: grantee, DisplayName: grantee },
      Permission: permission,
    }),
  );
  return xmlReply(
    { AccessControlPolicy: { Owner: { ID: owner, DisplayName: owner }, AccessControlList: { Grant } } },
    { headers: canned === "default" ? { "x-cos-acl": canned } : {} },
  );
}

function checkCount(grants: readonly Grant[]): void {
  if (grants.length > MAX_GRANTS) throw invalid(`there are more than ${MAX_GRANTS} grants`);
}

function invalid(reason: string): CosError {
  return new CosError("InvalidArgument", "The ACL you specified is not valid.", { reason });
}

function malformed(reason: string): CosError {
  return new CosError("MalformedACLError", "The ACL you provided was not well-formed or did not validate.", {
    reason: `the body: ${reason}`,
  });
}

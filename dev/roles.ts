import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { array, type InferOutput, looseObject, object, parse, parseJson, pipe, string } from "valibot";
import type { ACCOUNT_IDS, Bucket } from "../packages/cos-emulator/src/index.ts";

/** The role of COS_ROLE_ARN: what uploads are signed with, keyless. */
export const UPLOAD_ROLE = "cos-upload";
/** The role of OBJECTS_ROLE_ARN: what a caller's own objects are listed and deleted with, keyless. */
export const OBJECTS_ROLE = "cos-objects";
/** The role of LIFE_ROLE_ARN: what works on stored files, keyless. */
export const LIFE_ROLE = "cos-life";
/** The role of LOGIN_ROLE_ARN, which stores users' openids, keyless. */
export const LOGIN_ROLE = "cos-login";
/** The role of FUNCTION_ROLE: what SCF gives the functions' instances. */
export const EXECUTION_ROLE = "scf-execution";

/** What each role may do in the bucket: its file in deploy/policies. */
const POLICIES = {
  [UPLOAD_ROLE]: "functions.json",
  [OBJECTS_ROLE]: "objects.json",
  [LIFE_ROLE]: "life.json",
  [LOGIN_ROLE]: "login.json",
};
/** `qcs::cos:region:account:bucket/` before an object's key. */
const BUCKET_PART = /^qcs::cos:[^:]*:[^:]*:[^/]+\//;

/** What is read of a policy; the rest of a statement stays as it is. */
const PolicyDocument = object({
  version: string(),
  statement: array(looseObject({ resource: array(string()) })),
});

type PolicyDocument = InferOutput<typeof PolicyDocument>;

/**
 * The roles of deploy/policies/README.md: by name, the JSON text of what each may do. Each of {@link POLICIES} may do
 * the COS actions of its file in the emulated bucket, and {@link EXECUTION_ROLE} may take on all of them.
 */
export async function productRoles(
  account: typeof ACCOUNT_IDS,
  bucket: Bucket,
): Promise<Record<string, string>> {
  const roles = await Promise.all(
    Object.entries(POLICIES).map(async ([role, file]) => {
      const path = fileURLToPath(new URL(`../deploy/policies/${file}`, import.meta.url));
      const policy = parse(pipe(string(), parseJson(), PolicyDocument), await readFile(path, "utf8"));
      return [role, JSON.stringify(rolePolicy(policy, account, bucket))] as const;
    }),
  );
  return { ...Object.fromEntries(roles), [EXECUTION_ROLE]: JSON.stringify(executionPolicy(account)) };
}

/** The file names the bucket of whoever pasted it; here there is one bucket only. */
function rolePolicy(policy: PolicyDocument, account: typeof ACCOUNT_IDS, bucket: Bucket): PolicyDocument {
  const here = `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/`;
  return {
    version: policy.version,
    statement: policy.statement
      .filter(({ resource }) => resource.some((item) => BUCKET_PART.test(item)))
      .map((statement) => ({
        ...statement,
        resource: statement.resource.map((item) => item.replace(BUCKET_PART, here)),
      })),
  };
}

function executionPolicy({ ownerUin }: typeof ACCOUNT_IDS): object {
  const resource = Object.keys(POLICIES).map((role) => roleArn(ownerUin, role));
  return { version: "2.0", statement: [{ effect: "allow", action: ["sts:AssumeRole"], resource }] };
}

/** How COS_ROLE_ARN names a role. */
export function roleArn(ownerUin: string, role: string): string {
  return `qcs::cam::uin/${ownerUin}:roleName/${role}`;
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { PolicyError, parsePolicy } from "../cam/parse-policy.ts";
import type { Policy, Statement } from "../cam/policy.ts";
import type { Account, Bucket } from "./account.ts";

/** The role of COS_ROLE_ARN: what uploads are signed with, keyless. */
export const UPLOAD_ROLE = "cos-upload";
/** The role of FUNCTION_ROLE: what SCF gives the functions' instances. */
export const EXECUTION_ROLE = "scf-execution";

const FUNCTIONS_POLICY = fileURLToPath(
  new URL("../../../../deploy/policies/functions.json", import.meta.url),
);
/** `qcs::cos:region:account:bucket/` before an object's key. */
const BUCKET_PART = /^qcs::cos:[^:]*:[^:]*:[^/]+\//;

/** Thrown for a role that CAM would not take; the message names it. */
export class RoleError extends Error {
  override readonly name = "RoleError";
}

/**
 * The emulated account's roles: by name, what each may do. Those of deploy/policies/README.md are there without being
 * asked for: {@link UPLOAD_ROLE} may do the COS actions of functions.json in the emulated bucket, and
 * {@link EXECUTION_ROLE} may take on {@link UPLOAD_ROLE}.
 *
 * @param given further roles, or others under these names: by name, the JSON text of the policy
 * @throws {RoleError}
 */
export async function openRoles(
  given: Readonly<Record<string, string>>,
  account: Account,
  bucket: Bucket,
): Promise<ReadonlyMap<string, Policy>> {
  return new Map([
    [UPLOAD_ROLE, uploadPolicy(await readFile(FUNCTIONS_POLICY, "utf8"), account, bucket)],
    [EXECUTION_ROLE, executionPolicy(account)],
    ...Object.entries(given).map(([name, text]) => [name, rolePolicy(name, text)] as const),
  ]);
}

/** @throws {RoleError} for a name or a policy that CAM would not take */
export function rolePolicy(name: string, text: string): Policy {
  if (!/^[\w+=,.@-]{1,128}$/.test(name)) {
    throw new RoleError(`${JSON.stringify(name)} is not the name of a role.`);
  }
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw new RoleError(`The role ${name}: ${error.message}.`);
    throw error;
  }
}

/** The file names the bucket of whoever pasted it; here there is one bucket only. */
function uploadPolicy(text: string, account: Account, bucket: Bucket): Policy {
  const policy = rolePolicy(UPLOAD_ROLE, text);
  const here = `qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/`;
  const isAboutObjects = ({ resources }: Statement) => resources.some((item) => BUCKET_PART.test(item));
  return {
    ...policy,
    statements: policy.statements.filter(isAboutObjects).map((statement) => ({
      ...statement,
      resources: statement.resources.map((resource) => resource.replace(BUCKET_PART, here)),
    })),
  };
}

function executionPolicy(account: Account): Policy {
  return {
    version: "2.0",
    statements: [
      {
        effect: "allow",
        actions: ["sts:AssumeRole"],
        resources: [`qcs::cam::uin/${account.ownerUin}:roleName/${UPLOAD_ROLE}`],
        conditions: [],
      },
    ],
  };
}

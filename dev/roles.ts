import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { array, type InferOutput, looseObject, object, parse, parseJson, pipe, string } from "valibot";
import { OWN_KEYS, type OwnKey } from "../deploy/own-keys.ts";
import type { ACCOUNT_IDS, Bucket } from "../packages/cos-emulator/src/index.ts";

/** The role of COS_ROLE_ARN in keyless mode: it signs uploads. */
export const UPLOAD_ROLE = "cos-upload";
/** The role of FUNCTION_ROLE, which SCF gives to the functions' instances. */
export const EXECUTION_ROLE = "scf-execution";

/** The file in deploy/policies that says what each role may do in the bucket. */
const POLICIES = {
  [UPLOAD_ROLE]: "functions.json",
  ...Object.fromEntries(OWN_KEYS.map((owner) => [ownRole(owner), `${owner.toLowerCase()}.json`])),
};
/** `qcs::cos:region:account:bucket/` before an object's key. */
const BUCKET_PART = /^qcs::cos:[^:]*:[^:]*:[^/]+\//;

/** The parts of a policy that are read; the rest of a statement stays as it is. */
const PolicyDocument = object({
  version: string(),
  statement: array(looseObject({ resource: array(string()) })),
});

type PolicyDocument = InferOutput<typeof PolicyDocument>;

/**
 * The roles of deploy/policies/README.md: the JSON text of each role's policy, by the role's name. Each role of
 * {@link POLICIES} allows the COS actions of its file in the emulated bucket; {@link EXECUTION_ROLE} may assume all of
 * them.
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

/** Replaces the bucket that a policy file names by the emulated one, and leaves out statements about anything else. */
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

/** The role of OBJECTS_ROLE_ARN and the like in keyless mode. */
export function ownRole(owner: OwnKey): string {
  return `cos-${owner.toLowerCase()}`;
}

/** A role's name in COS_ROLE_ARN. */
export function roleArn(ownerUin: string, role: string): string {
  return `qcs::cam::uin/${ownerUin}:roleName/${role}`;
}

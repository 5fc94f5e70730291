import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { array, type InferOutput, looseObject, object, parse, parseJson, pipe, string } from "valibot";
import type { ACCOUNT_IDS, Bucket } from "../packages/cos-emulator/src/index.ts";

/** The role of COS_ROLE_ARN: what uploads are signed with, keyless. */
export const UPLOAD_ROLE = "cos-upload";
/** The role of FUNCTION_ROLE: what SCF gives the functions' instances. */
export const EXECUTION_ROLE = "scf-execution";

const FUNCTIONS_POLICY = fileURLToPath(new URL("../deploy/policies/functions.json", import.meta.url));
/** `qcs::cos:region:account:bucket/` before an object's key. */
const BUCKET_PART = /^qcs::cos:[^:]*:[^:]*:[^/]+\//;

/** What is read of a policy; the rest of a statement stays as it is. */
const PolicyDocument = object({
  version: string(),
  statement: array(looseObject({ resource: array(string()) })),
});

type PolicyDocument = InferOutput<typeof PolicyDocument>;

/**
 * The roles of deploy/policies/README.md: by name, the JSON text of what each may do. {@link UPLOAD_ROLE} may do the
 * COS actions of functions.json in the emulated bucket, and {@link EXECUTION_ROLE} may take on {@link UPLOAD_ROLE}.
 */
export async function productRoles(
  account: typeof ACCOUNT_IDS,
  bucket: Bucket,
): Promise<Record<string, string>> {
  const policy = parse(pipe(string(), parseJson(), PolicyDocument), await readFile(FUNCTIONS_POLICY, "utf8"));
  return {
    [UPLOAD_ROLE]: JSON.stringify(uploadPolicy(policy, account, bucket)),
    [EXECUTION_ROLE]: JSON.stringify(executionPolicy(account)),
  };
}

/** The file names the bucket of whoever pasted it; here there is one bucket only. */
function uploadPolicy(policy: PolicyDocument, account: typeof ACCOUNT_IDS, bucket: Bucket): PolicyDocument {
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
  const resource = [`qcs::cam::uin/${ownerUin}:roleName/${UPLOAD_ROLE}`];
  return { version: "2.0", statement: [{ effect: "allow", action: ["sts:AssumeRole"], resource }] };
}

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { array, type InferOutput, looseObject, object, parse, parseJson, pipe, string } from "valibot";
import type { ACCOUNT_IDS, Bucket } from "../packages/cos-emulator/src/index.ts";

/** The role of COS_ROLE_ARN: what uploads are signed with, keyless. */
export const UPLOAD_ROLE = "cos-upload";
/** The role of LIFE_ROLE_ARN: what works on stored files, keyless. */
export const LIFE_ROLE = "cos-life";
/** The role of FUNCTION_ROLE: what SCF gives the functions' instances. */
export const EXECUTION_ROLE = "scf-execution";

const POLICIES = new URL("../deploy/policies/", import.meta.url);
/** `qcs::cos:region:account:bucket/` before an object's key. */
const BUCKET_PART = /^qcs::cos:[^:]*:[^:]*:[^/]+\//;

/** What is read of a policy; the rest of a statement stays as it is. */
const PolicyDocument = object({
  version: string(),
  statement: array(looseObject({ resource: array(string()) })),
});

type PolicyDocument = InferOutput<typeof PolicyDocument>;

/**
 * The roles of deploy/policies/README.md: by name, the JSON text of what each may do. {@link UPLOAD_ROLE} and
 * {@link LIFE_ROLE} may do the COS actions of functions.json and life.json in the emulated bucket, and
 * {@link EXECUTION_ROLE} may take on either.
 */
export async function productRoles(
  account: typeof ACCOUNT_IDS,
  bucket: Bucket,
): Promise<Record<string, string>> {
  const storagePolicy = async (file: string) => {
    const text = await readFile(fileURLToPath(new URL(file, POLICIES)), "utf8");
    return JSON.stringify(
      inBucket(parse(pipe(string(), parseJson(), PolicyDocument), text), account, bucket),
    );
  };
  return {
    [UPLOAD_ROLE]: await storagePolicy("functions.json"),
    [LIFE_ROLE]: await storagePolicy("life.json"),
    [EXECUTION_ROLE]: JSON.stringify(executionPolicy(account)),
  };
}

/** The file names the bucket of whoever pasted it; here there is one bucket only. */
function inBucket(policy: PolicyDocument, account: typeof ACCOUNT_IDS, bucket: Bucket): PolicyDocument {
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
  const resource = [UPLOAD_ROLE, LIFE_ROLE].map((role) => `qcs::cam::uin/${ownerUin}:roleName/${role}`);
  return { version: "2.0", statement: [{ effect: "allow", action: ["sts:AssumeRole"], resource }] };
}

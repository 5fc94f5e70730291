import { readFile } from "node:fs/promises";
import { rules } from "./rules.ts";

/** A policy as it is in its file. */
interface Policy {
  readonly version: string;
  readonly statement: readonly Statement[];
}

interface Statement {
  readonly effect: string;
  readonly action: readonly string[];
  readonly resource: readonly string[];
}

const BUCKET = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/";
const OF_UPLOADS = [`${BUCKET}uploads/*`, `${BUCKET}avatars/*`];
const READING = ["name/cos:GetObject", "name/cos:HeadObject"];

/**
 * The roles of the functions for the rules of this folder: the files of deploy/policies, changed as their README says
 * for rules with other prefixes and with `check: "before"`.
 */
export async function rolesFor(): Promise<Record<string, string>> {
  const everywhere = rules.all.map(({ prefix }) => `${BUCKET}${prefix}/*`);
  const waiting = prefixesOf(true).map((prefix) => `${BUCKET}pending/${prefix}/*`);
  const direct = prefixesOf(false).map((prefix) => `${BUCKET}${prefix}/*`);
  const promoted = prefixesOf(true).map((prefix) => `${BUCKET}${prefix}/*`);
  const upload = await roleFrom("functions", (statement) => [
    {
      ...statement,
      action: statement.action.filter((action) => !READING.includes(action)),
      resource: [...direct, ...waiting],
    },
    { ...statement, action: READING, resource: everywhere },
  ]);
  const life = await roleFrom("life", (statement) => [
    { ...statement, resource: [...everywhere, ...waiting] },
    {
      ...statement,
      action: ["name/cos:GetBucket", "name/cos:GetObjectACL", "name/cos:PutObjectACL"],
      resource: waiting,
    },
    { ...statement, action: ["name/cos:PutObject", "name/cos:PutObjectCopy"], resource: promoted },
  ]);
  const objects = await roleFrom("objects", ({ resource, ...statement }) => [
    { ...statement, resource: [...everywhere, ...resource.filter((item) => !OF_UPLOADS.includes(item))] },
  ]);
  return { "cos-upload": upload, "cos-life": life, "cos-objects": objects };
}

function prefixesOf(isBefore: boolean): string[] {
  return rules.all.filter(({ check }) => (check === "before") === isBefore).map(({ prefix }) => prefix);
}

/** The COS statements of a policy; those for the default rules' prefixes are changed. */
async function roleFrom(
  name: string,
  change: (statement: Statement) => readonly Statement[],
): Promise<string> {
  const path = new URL(`../../../deploy/policies/${name}.json`, import.meta.url);
  const { version, statement }: Policy = JSON.parse(await readFile(path, "utf8"));
  const ofBucket = statement.filter(({ resource }) => resource.some((item) => item.startsWith(BUCKET)));
  const isOfUploads = ({ resource }: Statement) => OF_UPLOADS.every((item) => resource.includes(item));
  return JSON.stringify({
    version,
    statement: ofBucket.flatMap((one) => (isOfUploads(one) ? change(one) : [one])),
  });
}

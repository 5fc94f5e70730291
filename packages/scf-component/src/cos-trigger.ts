import { fallback, object, optional, parseJson, pipe, safeParse, string } from "valibot";
import { DeployError } from "./errors.ts";

/** The uploads that a function is called after, as serverless.yml says it. */
export interface CosProps {
  /** `name-appid`; undefined while COS_BUCKET is not set. */
  readonly bucket: string | undefined;
  /** Such as `cos:ObjectCreated:*`. */
  readonly event: string;
  /** What the objects' keys begin with; each is a trigger of its own, since a filter has one. */
  readonly prefixes: readonly string[];
}

/** One trigger of type cos. */
export interface CosTrigger {
  /** The bucket's address, by which SCF names its triggers. */
  readonly name: string;
  readonly event: string;
  readonly prefix: string;
}

/** One that a function has. */
export interface DeployedCosTrigger extends CosTrigger {
  readonly suffix: string;
  /** As SCF tells it, which is how it is named for deletion. */
  readonly desc: string;
  /** Whether it is on; somebody may have closed it in the console. */
  readonly isOpen: boolean;
}

/** https://cloud.tencent.com/document/product/583/9707 */
const CREATED = "Put Post Copy CompleteMultipartUpload Origin Replication *".split(" ");
const EVENTS: ReadonlySet<string> = new Set([
  ...CREATED.map((kind) => `cos:ObjectCreated:${kind}`),
  "cos:ObjectRemove:*",
  "cos:ObjectRemove:Delete",
  "cos:ObjectRemove:DeleteMarkerCreated",
  "cos:ObjectRestore:Post",
  "cos:ObjectRestore:Completed",
]);

/** COS triggers of a function, and of a bucket (https://cloud.tencent.com/document/product/583/11637). */
const MAX_TRIGGERS = 10;
const BUCKET = /^[a-z0-9][a-z0-9-]{0,61}-\d{5,}$/;
const PREFIX = /^[^\p{Cc}]{1,800}$/u;

/**
 * Reads `{bucket, event, prefixes}`.
 *
 * @throws {DeployError} for what SCF or COS would refuse, with the limit
 */
export function readCosProps(value: unknown, at: string): CosProps | undefined {
  if (value === undefined || value === null) return undefined;
  const wrong = (name: string, says: string) =>
    new DeployError(`serverless.yml: ${at}${name} must be ${says}.`);
  if (typeof value !== "object" || Array.isArray(value)) throw wrong("", "a mapping");
  const { bucket = "", event, prefixes, ...others }: { readonly [name: string]: unknown } = { ...value };
  const [other] = Object.keys(others);
  if (other !== undefined) {
    throw new DeployError(
      `serverless.yml: ${at} has no setting ${other}; the settings are bucket event prefixes.`,
    );
  }
  if (typeof bucket !== "string" || !(bucket === "" || BUCKET.test(bucket))) {
    throw wrong(".bucket", "a bucket's full name, name-appid");
  }
  if (typeof event !== "string" || !EVENTS.has(event)) {
    throw wrong(".event", `one of ${[...EVENTS].join(", ")}`);
  }
  const list: unknown[] = Array.isArray(prefixes) ? prefixes : [];
  const texts = list.filter((prefix) => typeof prefix === "string").filter((prefix) => PREFIX.test(prefix));
  if (texts.length < list.length || texts.length < 1 || texts.length > MAX_TRIGGERS) {
    throw wrong(
      ".prefixes",
      `a list of 1 to ${MAX_TRIGGERS} beginnings of keys: SCF and COS take at most ${MAX_TRIGGERS} triggers`,
    );
  }
  const inner = texts.find((text, i) => texts.some((one, j) => i !== j && text.startsWith(one)));
  if (inner !== undefined) {
    throw wrong(
      ".prefixes",
      `without ${inner}, which another of them covers: COS has one function for the same event and keys`,
    );
  }
  return { bucket: bucket || undefined, event, prefixes: texts };
}

/**
 * @param region of the functions, in which the bucket must be too (https://cloud.tencent.com/document/product/583/9707)
 * @returns none while the bucket is not known
 */
export function cosTriggers(cos: CosProps | undefined, region: string): CosTrigger[] {
  if (cos?.bucket === undefined) return [];
  const { bucket, event, prefixes } = cos;
  return prefixes.map((prefix) => ({
    name: `${bucket}.cos.${region}.myqcloud.com`,
    event,
    prefix,
  }));
}

/** The TriggerDesc of CreateTrigger (https://cloud.tencent.com/document/product/583/39901). */
export function cosTriggerDesc({ event, prefix }: CosTrigger): string {
  return JSON.stringify({ event, filter: { Prefix: prefix, Suffix: "" } });
}

const Text = optional(fallback(string(), ""), "");
const Desc = pipe(
  string(),
  parseJson(),
  object({
    event: Text,
    filter: optional(fallback(object({ Prefix: Text, Suffix: Text }), { Prefix: "", Suffix: "" }), {}),
  }),
);

export function readCosTrigger(name: string, desc: string, isOpen: boolean): DeployedCosTrigger {
  const { success, output } = safeParse(Desc, desc);
  const { event, filter } = success ? output : { event: "", filter: { Prefix: "", Suffix: "" } };
  return { name, event, prefix: filter.Prefix, suffix: filter.Suffix, desc, isOpen };
}

/** Whether what is there is what is wanted, and on. */
export function isSameTrigger(wanted: CosTrigger, there: DeployedCosTrigger): boolean {
  return (
    there.isOpen &&
    there.suffix === "" &&
    there.name === wanted.name &&
    there.event === wanted.event &&
    there.prefix === wanted.prefix
  );
}

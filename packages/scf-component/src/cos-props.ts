import { array, check, type InferOutput, maxLength, minLength, picklist, pipe, regex, string } from "valibot";
import { settings, Text } from "./prop-schema.ts";

/** https://cloud.tencent.com/document/product/583/9707 */
const CREATED = "Put Post Copy CompleteMultipartUpload Origin Replication *".split(" ");
const EVENTS = [
  ...CREATED.map((kind) => `cos:ObjectCreated:${kind}`),
  "cos:ObjectRemove:*",
  "cos:ObjectRemove:Delete",
  "cos:ObjectRemove:DeleteMarkerCreated",
  "cos:ObjectRestore:Post",
  "cos:ObjectRestore:Completed",
];

/** The limit for COS triggers, per function and per bucket (https://cloud.tencent.com/document/product/583/11637). */
const MAX_TRIGGERS = 10;
const BUCKET = /^[a-z0-9][a-z0-9-]{0,61}-\d{5,}$/;
const PREFIX = /^[^\p{Cc}]{1,800}$/u;
const PREFIXES = `must be a list of 1 to ${MAX_TRIGGERS} key prefixes: SCF and COS allow at most ${MAX_TRIGGERS} triggers.`;

const PREFIX_SAYS = "must be a key prefix of 1 to 800 characters.";

const Prefixes = pipe(
  array(pipe(string(PREFIX_SAYS), regex(PREFIX, PREFIX_SAYS)), PREFIXES),
  minLength(1, PREFIXES),
  maxLength(MAX_TRIGGERS, PREFIXES),
  check(
    (prefixes) => covered(prefixes) === undefined,
    ({ input }) =>
      `must not contain ${covered(input)}, which another prefix covers: COS calls only one function for the same event and keys.`,
  ),
);

/** The first prefix that begins with another one of the list. */
function covered(prefixes: readonly string[]): string | undefined {
  return prefixes.find((prefix, i) => prefixes.some((other, j) => i !== j && prefix.startsWith(other)));
}

/** The prop `cos`: which events in a bucket call a function. This refuses what SCF or COS would refuse. */
export const CosProps = settings({
  /** `name-appid`; undefined while it is not known. */
  bucket: pipe(
    Text,
    check(
      (bucket) => bucket === undefined || BUCKET.test(bucket),
      "must be a bucket's full name, name-appid, in lower case.",
    ),
  ),
  /** Such as `cos:ObjectCreated:*`. */
  event: picklist(EVENTS, `must be one of ${EVENTS.join(", ")}.`),
  /** What the objects' keys begin with. Each prefix becomes a trigger, since a trigger's filter takes only one. */
  prefixes: Prefixes,
});
export type CosProps = InferOutput<typeof CosProps>;

import { invalidArgument } from "../http/errors.ts";
import type { Query } from "../http/query.ts";
import type { OpenBucket } from "../store/buckets.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { readNumber } from "./lib/list-parameters.ts";
import { ownerElement } from "./lib/owner.ts";
import type { AccountOperation } from "./operation.ts";

const MAX_KEYS = 2000;

const RANGES: ReadonlyMap<string, (created: number, given: number) => boolean> = new Map([
  ["lt", (created, given) => created < given],
  ["lte", (created, given) => created <= given],
  ["gt", (created, given) => created > given],
  ["gte", (created, given) => created >= given],
]);

/**
 * GET Service (List Buckets), https://cloud.tencent.com/document/product/436/8291: sorted by name, for one region or
 * all, optionally only those with a tag. Permissions by tag, which that page describes, are not emulated.
 */
export const getService: AccountOperation = {
  action: "name/cos:GetService",
  resource: () => "*",
  run({ cos, request, place }) {
    const { query } = request;
    const ofHost = place.kind === "service" ? place.region : undefined;
    const region = query.get("region") || ofHost;
    const marker = query.get("marker") ?? "";
    const maxKeys = Math.min(readNumber(query, "max-keys") ?? MAX_KEYS, MAX_KEYS);
    const isInTime = readTime(query);
    const hasTag = readTag(query);
    const wanted = cos.buckets
      .all()
      .filter(({ bucket }) => (region === undefined || bucket.region === region) && bucket.name > marker)
      .filter(isInTime)
      .filter(hasTag);
    const shown = wanted.slice(0, maxKeys);
    const isTruncated = shown.length < wanted.length;
    return xmlReply({
      ListAllMyBucketsResult: {
        Owner: ownerElement(cos.account),
        Marker: marker,
        NextMarker: isTruncated ? (shown.at(-1)?.bucket.name ?? marker) : "",
        IsTruncated: isTruncated,
        Buckets: {
          Bucket: shown.map(({ bucket, created }) => ({
            Name: bucket.name,
            Location: bucket.region,
            CreationDate: new Date(created).toISOString().replace(/\.\d+Z$/, "Z"),
            BucketType: "cos",
          })),
        },
      },
    });
  },
};

/** @throws {CosError} InvalidArgument for one of tagkey and tagvalue without the other */
function readTag(query: Query): (open: OpenBucket) => boolean {
  const tagKey = query.get("tagkey");
  const tagValue = query.get("tagvalue");
  if (tagKey === undefined && tagValue === undefined) return () => true;
  if (tagKey === undefined || tagValue === undefined) {
    throw invalidArgument("tagkey and tagvalue must be used together");
  }
  return ({ settings }) =>
    (settings.get("tagging") ?? []).some(({ key, value }) => key === tagKey && value === tagValue);
}

/** @throws {CosError} InvalidArgument for one of create-time and range without the other, or with a wrong value */
function readTime(query: Query): (open: OpenBucket) => boolean {
  const time = query.get("create-time");
  const range = query.get("range");
  if (time === undefined && range === undefined) return () => true;
  const seconds = /^\d{1,15}$/.test(time ?? "") ? Number(time) : undefined;
  const compare = RANGES.get(range ?? "");
  if (seconds === undefined || compare === undefined) {
    throw invalidArgument(
      `create-time, in Unix seconds, and range (${[...RANGES.keys()].join(", ")}) must be used together`,
    );
  }
  return ({ created }) => compare(Math.floor(created / 1000), seconds);
}

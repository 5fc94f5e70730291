import type { Bucket } from "./account.ts";

/** The events that COS reports (https://cloud.tencent.com/document/product/583/9707); `*` stands for all of a kind. */
export const OBJECT_EVENTS: ReadonlySet<string> = new Set([
  "cos:ObjectCreated:*",
  "cos:ObjectCreated:Put",
  "cos:ObjectCreated:Post",
  "cos:ObjectCreated:Copy",
  "cos:ObjectCreated:CompleteMultipartUpload",
  "cos:ObjectCreated:Origin",
  "cos:ObjectCreated:Replication",
  "cos:ObjectRemove:*",
  "cos:ObjectRemove:Delete",
  "cos:ObjectRemove:DeleteMarkerCreated",
  "cos:ObjectRestore:Post",
  "cos:ObjectRestore:Completed",
]);

/** Which objects' events a trigger is for. */
export interface ObjectRule {
  readonly bucket: Bucket;
  /** One of {@link OBJECT_EVENTS}. */
  readonly event: string;
  /** What keys begin and end with; empty for all. */
  readonly prefix: string;
  readonly suffix: string;
}

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly bucket: Bucket;
  readonly key: string;
  /** Such as `cos:ObjectCreated:Put`. */
  readonly name: string;
  /** The event that a function is called with; it contains the request's Authorization, so never log it. */
  toFunction(eventQueue: string): unknown;
}

export interface Subscriber {
  readonly rule: ObjectRule;
  /** Such as `qcs:0:scf:ap-guangzhou:appid/1250000000:default.thumbnail.$LATEST`. */
  readonly eventQueue: string;
  /** Takes the event and never throws: the subscriber deals with its own failures. */
  deliver(event: unknown, about: ObjectEvent): void;
}

/** Connects COS to SCF: COS publishes what happens to objects, and each part of SCF registers its subscribers. */
export class ObjectEvents {
  readonly #sources: (() => readonly Subscriber[])[] = [];
  #hasBucket: (bucket: Bucket) => boolean = () => false;

  /** Called by COS, which knows the buckets. */
  serve(hasBucket: (bucket: Bucket) => boolean): void {
    this.#hasBucket = hasBucket;
  }

  hasBucket(bucket: Bucket): boolean {
    return this.#hasBucket(bucket);
  }

  /** @param subscribers called for every event */
  from(subscribers: () => readonly Subscriber[]): void {
    this.#sources.push(subscribers);
  }

  get subscribers(): readonly Subscriber[] {
    return this.#sources.flatMap((subscribers) => subscribers());
  }

  publish(event: ObjectEvent): void {
    for (const subscriber of this.subscribers) {
      if (matches(subscriber.rule, event)) subscriber.deliver(event.toFunction(subscriber.eventQueue), event);
    }
  }
}

function matches({ bucket, event, prefix, suffix }: ObjectRule, happened: ObjectEvent): boolean {
  const { key, name } = happened;
  return (
    bucket.name === happened.bucket.name &&
    bucket.region === happened.bucket.region &&
    (event === name || (event.endsWith(":*") && name.startsWith(event.slice(0, -1)))) &&
    key.startsWith(prefix) &&
    key.endsWith(suffix)
  );
}

/**
 * Whether two rules cannot exist together: the same event for the same keys goes to one function, and a rule without
 * a filter is for all keys (https://www.tencentcloud.com/document/product/583/9707). We could not find out whether two
 * filters may exist if one begins with the other; here they may.
 */
export function areInConflict(a: ObjectRule, b: ObjectRule): boolean {
  const isSameBucket = a.bucket.name === b.bucket.name && a.bucket.region === b.bucket.region;
  const kindOf = (event: string) => event.slice(0, event.lastIndexOf(":"));
  const isSameEvent =
    a.event === b.event ||
    (kindOf(a.event) === kindOf(b.event) && (a.event.endsWith(":*") || b.event.endsWith(":*")));
  const isForAll = ({ prefix, suffix }: ObjectRule) => prefix === "" && suffix === "";
  const isSameFilter = a.prefix === b.prefix && a.suffix === b.suffix;
  return isSameBucket && isSameEvent && (isSameFilter || isForAll(a) || isForAll(b));
}

import type { BucketConfig, Environment } from "../config.ts";
import { field } from "../field.ts";
import type { PlatformResponse } from "../http/response.ts";
import { type EventKind, onEvent } from "./event.ts";
import type { Invocation } from "./invocation.ts";
import { joined } from "./log.ts";

/** An object that COS reports. */
interface ObjectNews {
  /** `/<appid>/<bucket's name without the appid>/<key>`, as it came. */
  readonly path: string;
  /** Of the upload, for the log. */
  readonly cosRequestId: string;
}

/** In characters; a key has at most 850 bytes, each of which may be written as three. */
const MAX_PATH_LENGTH = 3000;

/**
 * The events of a COS trigger, `{"Records":[{"cos":{"cosObject":{"key":"/<appid>/<name>/<key>",…},…},…}]}`
 * (https://cloud.tencent.com/document/product/583/9707). Each holds the Authorization of the request that
 * stored the object, and so must never be logged; only what {@link ObjectNews} has is passed on.
 */
const COS_EVENTS: EventKind<readonly ObjectNews[] | "timer"> = {
  read(event) {
    if (field(event, "Type") === "Timer") return "timer";
    const records = field(event, "Records");
    return Array.isArray(records) ? records.flatMap(readRecord) : undefined;
  },
  says: 'Only the event of a COS trigger, {"Records":[…]}, or of a timer starts this function.',
};

function readRecord(record: unknown): ObjectNews[] {
  const object = field(field(record, "cos"), "cosObject");
  const path = field(object, "key");
  if (typeof path !== "string" || path.length > MAX_PATH_LENGTH) return [];
  const requestId = field(field(object, "meta"), "x-cos-request-id");
  return [{ path, cosRequestId: typeof requestId === "string" ? requestId.slice(0, 64) : "" }];
}

/**
 * Works on one object. It gets the possible readings of the object's key, of which the bucket knows the right
 * one, and returns the outcome as a word for the log.
 */
export type HandleObject<T> = (keys: readonly string[], ready: T, invocation: Invocation) => Promise<string>;

/**
 * Makes a `main_handler` for a COS trigger. Each object of an event is handled separately, so a failure does
 * not stop the others; the invocation then fails, and COS's event comes again.
 *
 * @param again what the function's timer starts: it continues with objects that were not finished
 */
export function onCosEvent<T extends { readonly bucket: BucketConfig }>(
  name: string,
  setup: (env: Environment) => T,
  handle: HandleObject<T>,
  again: (ready: T, invocation: Invocation, follow: (key: string) => Promise<string>) => Promise<string[]>,
): (event: unknown, context: unknown) => Promise<{ readonly objects: readonly string[] } | PlatformResponse> {
  return onEvent(name, setup, COS_EVENTS, async (news, ready, invocation) => {
    if (news === "timer") {
      const objects = await again(ready, invocation, (key) => handle([key], ready, invocation));
      return { level: "info", log: { objects: joined(objects) }, result: { objects } };
    }
    const objects: string[] = [];
    const failures: unknown[] = [];
    invocation.note({
      path: joined(news.map(({ path }) => path)),
      cosRequestId: joined(news.map(({ cosRequestId }) => cosRequestId)),
    });
    for (const one of news) {
      try {
        objects.push(await handle(keysOf(one, ready.bucket), ready, invocation));
      } catch (error) {
        failures.push(error);
      }
    }
    invocation.note({ objects: joined(objects) });
    if (failures.length > 0) throw failures[0];
    return { level: "info", log: {}, result: { objects } };
  });
}

/**
 * The object's key, raw; empty when it belongs to another bucket. We could not find out whether COS
 * percent-encodes keys in events: where that makes a difference, both readings are here, and only the bucket
 * knows which is right.
 */
function keysOf({ path }: ObjectNews, { bucket, appId }: BucketConfig): readonly string[] {
  const place = `/${appId}/${bucket.slice(0, -(appId.length + 1))}/`;
  if (!path.startsWith(place)) return [];
  const key = path.slice(place.length);
  try {
    return [...new Set([key, decodeURIComponent(key)])];
  } catch {
    return [key];
  }
}

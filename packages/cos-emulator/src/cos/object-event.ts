import { randomInt } from "node:crypto";
import { unixSeconds } from "../cloud/clock.ts";
import type { ObjectEvent } from "../cloud/object-events.ts";
import type { Schedule } from "../cloud/schedule.ts";
import type { ObjectChange } from "./http/reply.ts";
import type { CosRequest } from "./http/request.ts";
import type { CosService } from "./store/service.ts";

/** The old codes of COS's first regions, which its events still use; other regions have their own names there. */
const SHORT_REGIONS: ReadonlyMap<string, string> = new Map([
  ["ap-beijing", "bj"],
  ["ap-beijing-1", "tj"],
  ["ap-chengdu", "cd"],
  ["ap-guangzhou", "gz"],
  ["ap-hongkong", "hk"],
  ["ap-shanghai", "sh"],
  ["ap-singapore", "sgp"],
]);

type Place = Pick<CosService, "account" | "bucket" | "clock">;

/** The request that caused an event. */
export interface Origin {
  readonly request: CosRequest;
  readonly requestId: string;
}

/**
 * The event that a function gets for a change, in the shape of
 * https://cloud.tencent.com/document/product/583/9707. It contains the request's Authorization, as the real one
 * does. We could not find out whether `key` is percent-encoded there; here it is not, but `url` is, as any
 * URL must be. Nor could we find out what it says about the request if none caused the event; here that is empty.
 */
function objectEvent(
  { account, bucket, clock }: Place,
  { event, key, size = 0, versionId = "", contentType = "", headers = {} }: ObjectChange,
  origin?: Origin,
): ObjectEvent {
  const name = bucket.name.slice(0, -(account.appId.length + 1));
  const url = `http://${bucket.name}.cos.${bucket.region}.myqcloud.com/${key.split("/").map(encodeURIComponent).join("/")}`;
  const meta = Object.entries(headers).filter(([header]) => header.startsWith("x-cos-meta-"));
  const eventTime = unixSeconds(clock);
  const reqid = randomInt(1_000_000_000);
  return {
    bucket,
    key,
    name: event,
    toFunction: (eventQueue) => ({
      Records: [
        {
          cos: {
            cosSchemaVersion: "1.0",
            cosObject: {
              url,
              meta: {
                "x-cos-request-id": origin?.requestId ?? "",
                "Content-Type": contentType,
                ...Object.fromEntries(meta),
              },
              vid: versionId,
              key: `/${account.appId}/${name}/${key}`,
              size,
            },
            cosBucket: {
              region: SHORT_REGIONS.get(bucket.region) ?? bucket.region,
              name,
              appid: account.appId,
            },
            // COS spells it this way.
            cosNotificationId: "unkown",
          },
          event: {
            eventName: event,
            eventVersion: "1.0",
            eventTime,
            eventSource: "qcs::cos",
            requestParameters: {
              requestSourceIP: origin?.request.remoteAddress ?? "",
              requestHeaders: { Authorization: origin?.request.headers.get("authorization") ?? "" },
            },
            eventQueue,
            reservedInfo: "",
            reqid,
          },
        },
      ],
    }),
  };
}

/** Where the events of objects go. */
export interface ObjectEventSink {
  /** @default they are dropped */
  readonly onObjectEvent?: (event: ObjectEvent) => void;
  /** Holds the events that happen later. @default those are dropped */
  readonly schedule?: Schedule;
}

/** Publishes the event of a change: at once, or when it happens. */
export function publishChange(
  { onObjectEvent, schedule }: ObjectEventSink,
  place: Place,
  change: ObjectChange,
  origin?: Origin,
): void {
  const { later } = change;
  if (later === undefined) onObjectEvent?.(objectEvent(place, change, origin));
  else {
    schedule?.add(later.at, () => {
      if (later.holds()) onObjectEvent?.(objectEvent(place, change));
    });
  }
}

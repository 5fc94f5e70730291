import { unixSeconds } from "../../cloud/clock.ts";
import { CosError, type CosErrorExtra } from "../http/errors.ts";
import type { CosAccount } from "../store/service.ts";
import { isoSeconds } from "../xml/time.ts";

/** How far ahead of COS's clock a signature may begin. */
const MAX_SECONDS_AHEAD = 5;

/** q-sign-time or q-key-time: `start;end` in Unix seconds. */
export interface KeyTime {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Undefined unless `text` is two Unix times in order. */
export function parseKeyTime(text: string): KeyTime | undefined {
  const match = /^(\d{1,12});(\d{1,12})$/.exec(text);
  if (match === null) return undefined;
  const start = Number(match[1]);
  const end = Number(match[2]);
  return end > start ? { text, start, end } : undefined;
}

/**
 * Refuses a signature outside its time.
 *
 * After the end, COS answers AccessDenied "Request has expired" with its time
 * (https://cloud.tencent.com/document/product/436/40105). For the time before the start, that page has
 * RequestTimeTooSkewed, for a clock that is more than 15 minutes off; we could not find out whether COS allows those
 * minutes to a signature that starts in the future. It does allow a few seconds: Tencent's own cos-demo rounds the time
 * up, and works.
 *
 * @param service `leniency.time` is called for a start that is a few seconds ahead; without it, none is allowed
 * @throws {CosError} AccessDenied or RequestTimeTooSkewed
 */
export function checkKeyTime(
  name: "q-sign-time" | "q-key-time",
  { start, end }: KeyTime,
  service: Pick<CosAccount, "clock" | "leniency">,
): void {
  const nowSeconds = unixSeconds(service.clock);
  const extra: CosErrorExtra = {
    cause: { kind: "key-time", name, start, end, now: nowSeconds },
    elements: { ServerTime: isoSeconds(nowSeconds * 1000) },
  };
  if (nowSeconds >= end) throw new CosError("AccessDenied", "Request has expired", extra);
  const ahead = start - nowSeconds;
  if (ahead <= 0) return;
  if (service.leniency.time === undefined || ahead > MAX_SECONDS_AHEAD) {
    throw new CosError(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      extra,
    );
  }
  service.leniency.time(
    `${name} starts ${ahead} s in the future, which was allowed; start it at the time of signing (https://cloud.tencent.com/document/product/436/7778)`,
  );
}

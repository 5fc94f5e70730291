import { unixSeconds } from "../../cloud/clock.ts";
import { CosError, type CosErrorExtra, serverTime } from "../http/errors.ts";
import type { CosAccount } from "../store/service.ts";

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
 * Refuses a signature outside of its time.
 *
 * After the end COS says AccessDenied "Request has expired" with its clock
 * (https://cloud.tencent.com/document/product/436/40105). Before the start that page speaks of RequestTimeTooSkewed,
 * for a clock that is more than 15 minutes off; whether COS grants those minutes to a signature whose start lies
 * ahead was not found. A few seconds are: Tencent's own cos-demo rounds the time up, and works.
 *
 * @param service `leniency.time` is told of a start that lies a few seconds ahead; without it none may
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
    elements: { ServerTime: serverTime(nowSeconds) },
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
    `${name} starts ${ahead} s ahead and was taken; begin it with the time at which it is made (https://cloud.tencent.com/document/product/436/7778)`,
  );
}

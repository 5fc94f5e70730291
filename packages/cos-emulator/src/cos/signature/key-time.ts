import { CosError, serverTime } from "../http/errors.ts";

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
 * ahead was not found, so none are granted here: a signature that works here works there.
 *
 * @param nowSeconds Unix seconds
 * @throws {CosError} AccessDenied or RequestTimeTooSkewed
 */
export function checkKeyTime(name: string, time: KeyTime, nowSeconds: number): void {
  const elements = { ServerTime: serverTime(nowSeconds) };
  if (nowSeconds >= time.end) {
    throw new CosError("AccessDenied", "Request has expired", {
      reason: `${name} ended ${nowSeconds - time.end} s ago (${time.text}, it is ${nowSeconds})`,
      elements,
    });
  }
  if (nowSeconds < time.start) {
    throw new CosError(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      {
        reason: `${name} starts in ${time.start - nowSeconds} s (${time.text}, it is ${nowSeconds})`,
        elements,
      },
    );
  }
}

import { type Comparison, type Finding, line } from "../cause/explanation.ts";
import { parseTime } from "../text/authorization.ts";
import { duration, instant } from "../text/text.ts";
import { type Evidence, keyTimeOf } from "./evidence.ts";

/** A signature that begins up to this much later than it was made is still meant to be used at once. */
const MEANT_FOR_NOW_SECONDS = 15 * 60;

/** AccessDenied "Request has expired". */
export function diagnoseExpired(evidence: Evidence): Finding {
  const { time, serverTime } = timesOf(evidence);
  if (time === undefined || serverTime === undefined) {
    return { cause: "expired", sentence: "The signature had expired when the request arrived." };
  }
  return {
    cause: "expired",
    sentence: `The signature expired at ${instant(time.end)}, ${duration(serverTime - time.end)} before the request arrived.`,
    comparison: times(time, serverTime),
  };
}

/** AccessDenied "You post object request has been expired, expiration time: … but the time now : …". */
export function diagnoseExpiredPolicy({ refusal }: Evidence): Finding {
  const [, end, now] = /expiration time: ?(\d+) but the time now ?: ?(\d+)/.exec(refusal.message) ?? [];
  if (end === undefined || now === undefined) {
    return { cause: "expired", sentence: "The POST policy had expired when the request arrived." };
  }
  return {
    cause: "expired",
    sentence: `The POST policy expired at ${instant(Number(end))}, ${duration(Number(now) - Number(end))} before the request arrived.`,
    comparison: {
      expectedBy: "signed",
      givenBy: "COS's clock",
      lines: [line("expiration", instant(Number(end)), instant(Number(now)))],
    },
  };
}

/**
 * RequestTimeTooSkewed. If the signature was meant to be valid at once by its signer's clock, but has not begun by
 * COS's, the two clocks differ. Any other such signature was made for later use.
 */
export function diagnoseSkew(evidence: Evidence): Finding {
  const { time, serverTime } = timesOf(evidence);
  if (time === undefined || serverTime === undefined || time.start <= serverTime) {
    return {
      cause: "clock-skew",
      sentence: "The clock that signed the request is too far from COS's clock.",
    };
  }
  const comparison = times(time, serverTime);
  const signedAt = evidence.answer?.serverTime;
  if (signedAt !== undefined && time.start - signedAt < MEANT_FOR_NOW_SECONDS) {
    return {
      cause: "clock-skew",
      sentence: `The signature was made at ${instant(signedAt)} by its signer's clock, which is ${duration(signedAt - serverTime)} ahead of COS's.`,
      comparison,
    };
  }
  return {
    cause: "not-yet-valid",
    sentence: `The signature begins at ${instant(time.start)}, ${duration(time.start - serverTime)} after the request arrived.`,
    comparison,
  };
}

interface Times {
  /** The signature's key time, in Unix seconds; undefined when it is not known. */
  readonly time: { readonly start: number; readonly end: number } | undefined;
  /** COS's clock, in Unix seconds. */
  readonly serverTime: number | undefined;
}

function timesOf(evidence: Evidence): Times {
  const { cause, serverTime } = evidence.refusal;
  if (cause?.kind === "key-time") return { time: cause, serverTime: cause.now };
  return { time: parseTime(keyTimeOf(evidence)), serverTime };
}

function times(time: { readonly start: number; readonly end: number }, serverTime: number): Comparison {
  const now = instant(serverTime);
  return {
    expectedBy: "signed",
    givenBy: "COS's clock",
    lines: [
      { ...line("from", instant(time.start), now), verdict: time.start <= serverTime ? "same" : "differs" },
      { ...line("until", instant(time.end), now), verdict: serverTime < time.end ? "same" : "differs" },
    ],
  };
}

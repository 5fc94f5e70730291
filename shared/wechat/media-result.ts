import type { Message } from "./push.ts";

/** What WeChat found. */
export interface MediaResult {
  readonly traceId: string;
  /** `undecided`: a person should look at it, WeChat could not, or says something that is not known here. */
  readonly verdict: "pass" | "risky" | "undecided";
  /** For the log and the reason of a rejection, such as `Risky` or `Review`. */
  readonly why: string;
  /** WeChat's label of what it found, such as 20002; undefined for none. */
  readonly label: number | undefined;
}

/** The event's name. */
const EVENT = "wxa_media_check";
const TRACE_ID = /^[\w-]{1,128}$/;

/**
 * Reads the event `wxa_media_check`, version 2
 * (https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync). Only
 * `errcode` 0 with `suggest` pass is a pass: anything else that came is not.
 *
 * @returns undefined for any other message
 */
export function readMediaResult(message: Message): MediaResult | undefined {
  if (message.get("Event") !== EVENT || message.get("MsgType") !== "event") return undefined;
  const traceId = message.get("trace_id");
  if (typeof traceId !== "string" || !TRACE_ID.test(traceId)) return undefined;
  const result = new Map<string, unknown>(Object.entries(Object(message.get("result"))));
  const label = Number(result.get("label"));
  const common = { traceId, label: Number.isSafeInteger(label) ? label : undefined };
  const suggest = result.get("suggest");
  const errcode = message.get("errcode");
  if (suggest === "risky") return { ...common, verdict: "risky", why: "Risky" };
  // XML has no numbers.
  if (errcode !== 0 && errcode !== "0") return { ...common, verdict: "undecided", why: "CheckFailed" };
  if (suggest === "pass") return { ...common, verdict: "pass", why: "Pass" };
  return { ...common, verdict: "undecided", why: suggest === "review" ? "Review" : "CheckFailed" };
}

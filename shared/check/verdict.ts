import type { Verdict } from "../life/settle.ts";
import type { NamedRule } from "../object/rule.ts";
import type { MediaResult } from "../wechat/media-result.ts";

/** Why no check has decided on a file; also the reason of its rejection. */
export type Undecided =
  /** Nothing that is set up checks files of this format or size. */
  | "NotCheckable"
  /** The check says that a person should look at it. */
  | "Review"
  /** WeChat could not look at it, several times. */
  | "CheckFailed"
  /** WeChat has not answered, several times. */
  | "NoResult"
  /** WeChat could not be asked for a day. */
  | "CheckUnavailable"
  /** The uploader has not logged in through `login`, or WeChat does not know them. */
  | "UserUnknown"
  /** They have not been in the Mini Program for two hours. */
  | "UserAway"
  /** Nobody has decided for a day. */
  | "NobodyDecided";

/**
 * What happens to a file that no check has decided on: a missing result is never a pass, unless its rule says
 * so.
 */
export function undecided(reason: string, { undecided = "reject" }: NamedRule): Verdict {
  return undecided === "accept" ? { state: "accepted" } : { state: "rejected", reason };
}

/** What happens to a file with this finding from WeChat or COS's audit. */
export function verdictOf({ verdict, why }: Pick<MediaResult, "verdict" | "why">, rule: NamedRule): Verdict {
  if (verdict === "pass") return { state: "accepted" };
  return verdict === "risky" ? { state: "rejected", reason: "Risky" } : undecided(why, rule);
}

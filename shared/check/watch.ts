import type { CosCall } from "../cos/client.ts";
import type { Invocation } from "../entry/invocation.ts";
import { endOf } from "../life/settle.ts";
import type { Upload } from "../life/upload.ts";
import { askWeChat, openChecks } from "./begin.ts";
import { conclude, uploadOf } from "./conclude.ts";
import { MAX_ATTEMPTS, type NamedCheck, type OpenCheck } from "./open-check.ts";
import { planFor } from "./plan.ts";
import type { CheckService } from "./service.ts";
import { type Undecided, undecided } from "./verdict.ts";

/**
 * A result comes within 30 minutes
 * (https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync); a
 * little later than that, it will not come.
 */
const RESULT_SECONDS = 31 * 60;
/** How long after it was stored a file waits for WeChat to take the question, or for somebody else's verdict. */
const PATIENCE_SECONDS = 24 * 60 * 60;

/** What became of an open check. */
export type Watched = "accepted" | "rejected" | "gone" | "checking" | "asked";

/**
 * Looks after one open check: goes on with a verdict that has still to be carried out, asks WeChat again where it has
 * not answered or was too busy, and ends what has waited too long.
 *
 * @param age how long it is what it is, in seconds
 * @param now COS's time; Unix seconds
 * @param cos with a credential for all checks
 * @throws ServiceError when STS or COS fails
 */
export async function watchCheck(
  named: NamedCheck,
  age: number,
  now: number,
  cos: CosCall,
  service: CheckService,
  invocation: Invocation,
): Promise<Watched> {
  const { check } = named;
  const { verdict } = check;
  if (verdict !== undefined) {
    const { state, reason = "" } = verdict;
    const end = state === "accepted" ? { state } : { state, reason };
    return await conclude(named, () => end, cos, service, invocation);
  }
  const next = nextOf(check, age, now);
  if (next === "wait") return "checking";
  const upload = await uploadOf(named, service, invocation);
  // Ended by another result, or by an invocation that did not get as far as closing its check.
  if (upload === undefined || endOf(upload) !== undefined || next !== "ask") {
    const why = next === "ask" ? "NoResult" : next;
    return await conclude(named, ({ rule }) => undecided(why, rule), cos, service, invocation);
  }
  return await askAgain(named, upload, service, invocation);
}

/** What is to be done about a check: nothing, a question, or its end without a verdict. */
function nextOf({ is, attempt, storedAt }: OpenCheck, age: number, now: number): "wait" | "ask" | Undecided {
  const isLate = now - storedAt >= PATIENCE_SECONDS;
  switch (is) {
    case "held":
      return isLate ? "NobodyDecided" : "wait";
    case "waiting":
      return isLate ? "CheckUnavailable" : "ask";
    case "asked":
      if (age < RESULT_SECONDS) return "wait";
      return attempt < MAX_ATTEMPTS ? "ask" : "NoResult";
  }
}

async function askAgain(
  named: NamedCheck,
  upload: Upload,
  service: CheckService,
  invocation: Invocation,
): Promise<Watched> {
  const cos = await openChecks(upload, service, invocation);
  const plan = planFor(upload.file, upload.rule, service.wechat !== undefined);
  const step =
    plan.is === "wechat"
      ? await askWeChat(named, plan.type, upload, cos, service, invocation)
      : undecided("NotCheckable", upload.rule);
  if (step.state === "checking") return step.isAsked ? "asked" : "checking";
  return await conclude(named, () => step, cos, service, invocation);
}

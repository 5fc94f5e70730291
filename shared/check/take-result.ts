import type { Invocation } from "../entry/invocation.ts";
import { open } from "../life/open.ts";
import type { MediaResult } from "../wechat/media-result.ts";
import { conclude } from "./conclude.ts";
import {
  checkGrants,
  dropResult,
  isAskedAgain,
  keepResult,
  type NamedCheck,
  readCheck,
  writeCheck,
} from "./open-check.ts";
import type { CheckService } from "./service.ts";
import { verdictOf } from "./verdict.ts";

/** What became of a result. */
export type Taken =
  /** Its file has this state now. */
  | "accepted"
  | "rejected"
  | "gone"
  /** WeChat could not look at the file and will be asked again, or `check-watch` has to go on. */
  | "checking"
  /** No check is recorded under its id: it is kept until the check is recorded, and deleted after a day. */
  | "unknown";

/**
 * Takes what WeChat has found, and brings the file's check to its end. The result may arrive before its check
 * has been recorded: then it is kept, and each side looks for the other's record after writing its own.
 *
 * @throws ServiceError when STS or COS fails
 */
export async function takeMediaResult(
  result: MediaResult,
  service: CheckService,
  invocation: Invocation,
): Promise<Taken> {
  const { traceId: id } = result;
  const cos = await open(checkGrants(id), service, invocation);
  let check = await readCheck(id, cos);
  if (check === undefined) {
    await keepResult(result, cos);
    check = await readCheck(id, cos);
    if (check === undefined) return "unknown";
    await dropResult(id, cos);
  }
  const named: NamedCheck = { id, check };
  if (isAskedAgain(result, check)) {
    await writeCheck({ id, check: { ...check, is: "waiting" } }, cos);
    return "checking";
  }
  return await conclude(named, ({ rule }) => verdictOf(result, rule), cos, service, invocation);
}

import { checkService } from "../../shared/check/service.ts";
import { watchChecks } from "../../shared/check/watch-all.ts";
import { onTimer } from "../../shared/entry/timer.ts";
import { noteForgotten } from "../../shared/life/forgotten.ts";

/**
 * Every few minutes: looks after unfinished checks, so that none is forgotten. It asks WeChat again, ends
 * checks that have waited too long, and carries out verdicts that failed halfway. Files that wait
 * without a check, since COS or STS failed at every call of their event, are noted for the timer of `uploaded`.
 */
export const main_handler = onTimer("check-watch", checkService, async (_now, service, invocation) => {
  const { failed, ...counts } = await watchChecks(service, invocation);
  await noteForgotten(service, invocation);
  const result = { ...counts, failed };
  return { level: failed > 0 ? "warn" : "info", log: result, result };
});

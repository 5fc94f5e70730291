import { readAuditToken } from "../../shared/check/audit.ts";
import { type CheckService, checkService } from "../../shared/check/service.ts";
import type { Environment } from "../../shared/config.ts";
import type { Setup } from "../../shared/entry/handle.ts";
import { readPush } from "../../shared/wechat/config.ts";
import { type PushReader, pushReader } from "../../shared/wechat/push.ts";

/** What wechat-push works with, made once at cold start. */
export interface PushService extends Setup {
  readonly push: PushReader;
  readonly checks: CheckService;
  /** What the address of COS's audit callback must hold; undefined when there is none. */
  readonly auditToken: string | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function pushService(env: Environment): PushService {
  return {
    push: pushReader(readPush(env)),
    checks: checkService(env),
    auditToken: readAuditToken(env),
    // No browser calls it.
    corsOrigins: new Set(),
  };
}

import { type CheckService, checkService } from "../../shared/check/service.ts";
import { type Environment, readSignatureSeconds } from "../../shared/config.ts";
import { RunError } from "../../shared/entry/event.ts";
import type { Quota } from "../../shared/quota/part.ts";
import { readQuota } from "../../shared/quota/within-quota.ts";

/** What works on stored files, and corrects their share of a quota. */
export interface SettlingService extends CheckService {
  /** Undefined when nothing is limited. */
  readonly quota: Quota | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function settlingService(env: Environment): SettlingService {
  const service = checkService(env);
  return { ...service, quota: readQuota(env, { ...service, signatureSeconds: readSignatureSeconds(env) }) };
}

/** Redis could not record the file: everything else is done, and the event must come again. */
export class QuotaError extends RunError {
  constructor() {
    super("QuotaUnavailable", "The quota's store could not be told of the stored file.");
  }
}

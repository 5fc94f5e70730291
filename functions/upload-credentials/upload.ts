import type { Caller } from "../../shared/auth/authorize.ts";
import { ServiceError } from "../../shared/errors.ts";
import type { HttpRequest } from "../../shared/http/request.ts";
import { readFiles } from "../../shared/upload/file.ts";
import { newObject } from "../../shared/upload/object-key.ts";
import type { NamedRule } from "../../shared/upload/rule.ts";
import type { CredentialsService } from "./service.ts";

/** The one object that credentials are for. */
export interface Upload {
  readonly key: string;
  readonly rule: NamedRule;
}

/**
 * A new object for `?ext=…&size=…`, or the one that an earlier answer was for, by its `key`, `rule` and
 * `renewal`.
 *
 * @throws ServiceError 400, 403 or 413
 */
export function readUpload(
  request: HttpRequest,
  caller: Caller,
  { rules, renewals }: CredentialsService,
): Upload {
  if (!request.query.has("renewal") && !request.query.has("key")) {
    const [file] = readFiles(request, rules).files;
    if (file === undefined) throw new ServiceError("InvalidParameter", "Say which file, as ?ext=….");
    return newObject(file, caller, Date.now());
  }
  const [key, ruleName, renewal] = ["key", "rule", "renewal"].map((name) => {
    const [value, ...others] = request.query.get(name) ?? [];
    if (value === undefined || others.length > 0 || value.length > 1000) {
      throw new ServiceError(
        "InvalidParameter",
        "key, rule and renewal must each be given once, as they were answered.",
      );
    }
    return value;
  });
  const rule = rules.named(ruleName ?? "");
  if (!rule || !key || !renewal || !renewals.accepts(renewal, key, rule.name, caller)) {
    throw new ServiceError(
      "KeyNotAllowed",
      "Credentials for this key are renewed only for the caller who got them.",
    );
  }
  return { key, rule };
}

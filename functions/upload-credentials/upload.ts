import type { Caller } from "../../shared/auth/caller.ts";
import { invalidParameter, keyNotAllowed, renewalExpired } from "../../shared/errors.ts";
import type { HttpRequest } from "../../shared/http/request.ts";
import { isOwnKey } from "../../shared/object/object-key.ts";
import { finalKey } from "../../shared/object/places.ts";
import type { NamedRule } from "../../shared/object/rule.ts";
import { FILE_PARAMETERS, readFiles } from "../../shared/upload/file.ts";
import { newObject } from "../../shared/upload/new-object.ts";
import type { Begun } from "./renewal.ts";
import type { CredentialsService } from "./service.ts";

/** The one object that credentials are for. */
export interface Upload extends Begun {
  readonly rule: NamedRule;
  /** False for a renewal. */
  readonly isNew: boolean;
}

/** In characters; far longer than an answer's key, rule and renewal. */
const MAX_LENGTH = 1000;

/**
 * A new object for `?ext=…&size=…&type=…`, or the one that an earlier answer was for, by its `key`, `rule` and
 * `renewal`.
 *
 * @param now Unix time in milliseconds
 * @throws ServiceError 400, 403 or 413
 */
export function readUpload(
  request: HttpRequest,
  caller: Caller,
  { rules, renewals }: CredentialsService,
  now: number,
): Upload {
  const seconds = Math.floor(now / 1000);
  if (request.query.has("renewal") || request.query.has("key")) {
    const upload = readRenewal(request, caller, { rules, renewals });
    checkOverwrite(upload.rule);
    if (seconds < upload.renewableUntil) return upload;
    throw renewalExpired("This upload started too long ago to continue; start over, with ext=….");
  }
  const [file] = readFiles(request, rules).files;
  if (file === undefined) throw invalidParameter("Say which file, as ?ext=….");
  const { md5, ...pinned } = file.pinned;
  if (md5 !== undefined) {
    throw invalidParameter(
      "md5 cannot be enforced on an upload in parts; leave it out, or use put-sign or post-policy.",
    );
  }
  if (Object.keys(file.metadata).length > 0) {
    throw invalidParameter(
      "name and meta go with put-sign, post-policy and multipart; an upload in parts names its own Content-Disposition and x-cos-meta-*.",
    );
  }
  const { key, rule } = newObject(file, caller, now);
  checkOverwrite(rule);
  return { key, rule, isNew: true, ruleName: rule.name, pinned, renewableUntil: seconds + renewals.seconds };
}

/**
 * The official SDKs send `x-cos-forbid-overwrite` with none of the requests of an upload in parts, so it cannot be
 * required; and without it, whoever holds the credentials could write the key again for as long as they are renewed.
 *
 * @throws ServiceError 400 for a rule with `forbidOverwrite`
 */
function checkOverwrite({ name, forbidOverwrite }: NamedRule): void {
  if (forbidOverwrite !== true) return;
  throw invalidParameter(
    `The rule "${name}" forbids overwriting, which cannot be enforced on these credentials; use multipart, put-sign or post-policy.`,
  );
}

/** What was asked for at the start stays in force, so a renewal that asks for anything else is refused. */
function readRenewal(
  { query }: HttpRequest,
  caller: Caller,
  { rules, renewals }: Pick<CredentialsService, "rules" | "renewals">,
): Upload {
  const names = [...query.keys()].map((name) => (name.startsWith("meta.") ? "meta" : name));
  const extra = FILE_PARAMETERS.find((name) => name !== "rule" && names.includes(name));
  if (extra !== undefined) {
    throw invalidParameter(
      `A renewal takes only key, rule and renewal, and no ${extra}: what the file is was said when the upload began.`,
    );
  }
  const [key, ruleName, renewal] = ["key", "rule", "renewal"].map((name) => {
    const [value, ...others] = query.get(name) ?? [];
    if (value === undefined || others.length > 0 || value.length > MAX_LENGTH) {
      throw invalidParameter("key, rule and renewal must each be given once, unchanged.");
    }
    return value;
  });
  const rule = rules.named(ruleName ?? "");
  const begun = rule && renewals.read(renewal ?? "", key ?? "", rule.name, caller);
  // Its seal says as much, as long as nobody has guessed the secret: then at least nobody else's files can be overwritten.
  if (!rule || !begun || !isOwnKey(finalKey(begun.key), rule, caller)) {
    throw keyNotAllowed("Credentials for this key are renewed only for the caller who got them.");
  }
  return { ...begun, rule, isNew: false };
}

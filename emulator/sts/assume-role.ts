import { decide } from "../cam/decide.ts";
import { unixSeconds } from "../clock.ts";
import { ApiError } from "../cloud-api/api-error.ts";
import type { ApiKey } from "../cloud-api/authenticate.ts";
import type { ApiAction } from "../cloud-api/listener.ts";
import { credentialsAnswer } from "./credentials-answer.ts";
import { readDurationSeconds } from "./duration.ts";
import type { StsOptions } from "./options.ts";
import { readSessionPolicy } from "./session-policy.ts";

const DEFAULT_SECONDS = 7200;
const MAX_SECONDS = 43200;
const ROLE_ARN = /^qcs::cam::uin\/(\d+):roleName\/([\w+=,.@-]{1,128})$/;
const ROLE_SESSION_NAME = /^[\w+=,.@-]{2,128}$/;

/**
 * AssumeRole: a temporary credential of a role, narrowed by a policy if one is given.
 * Source: https://cloud.tencent.com/document/api/1312/48197
 *
 * Every role that exists trusts the whole account.
 */
export function assumeRole(options: StsOptions): ApiAction {
  return {
    parameters: new Set([
      "RoleArn",
      "RoleSessionName",
      "DurationSeconds",
      "Policy",
      "ExternalId",
      "Tags",
      "SourceIdentity",
    ]),
    run({ parameters, key }) {
      const roleArn = parameters.requiredText("RoleArn");
      const [, ownerUin, roleName] = ROLE_ARN.exec(roleArn) ?? [];
      if (ownerUin === undefined || roleName === undefined) {
        throw new ApiError(
          "InvalidParameter.ParamError",
          "RoleArn is not of the form qcs::cam::uin/<ownerUin>:roleName/<name>.",
        );
      }
      if (!ROLE_SESSION_NAME.test(parameters.requiredText("RoleSessionName"))) {
        throw new ApiError(
          "InvalidParameter.ParamError",
          "RoleSessionName is not 2 to 128 of letters, digits and _+=,.@-.",
        );
      }
      const seconds = readDurationSeconds(parameters, DEFAULT_SECONDS, MAX_SECONDS);
      const encoded = parameters.text("Policy");
      const policy = encoded === undefined ? undefined : readSessionPolicy(encoded, options);
      if (ownerUin !== options.account.ownerUin || !options.roles.has(roleName)) {
        throw new ApiError("ResourceNotFound.RoleNotFound", "The role does not exist.");
      }
      checkCaller(key, roleArn);
      return credentialsAnswer(options.store.issue(policy, seconds, unixSeconds(options.clock)));
    },
  };
}

/** A temporary key may assume a role only as far as its own session policy lets it. */
function checkCaller(key: ApiKey, roleArn: string): void {
  if (key.kind === "permanent" || key.policy === undefined) return;
  const decision = decide(key.policy, {
    action: "name/sts:AssumeRole",
    resource: roleArn,
    keys: new Map(),
  });
  if (!decision.allowed) throw new ApiError("UnauthorizedOperation", `You may not: ${decision.reason}.`);
}

import { unixSeconds } from "../cloud/clock.ts";
import { ApiError } from "../cloud-api/api-error.ts";
import type { ApiAction } from "../cloud-api/listener.ts";
import type { Parameters } from "../cloud-api/parameters.ts";
import { credentialsAnswer } from "./credentials-answer.ts";
import { readDurationSeconds } from "./duration.ts";
import type { StsOptions } from "./options.ts";
import { readSessionPolicy } from "./session-policy.ts";

const DEFAULT_SECONDS = 7200;
const MAX_SECONDS = 43200;
/** Of a role or a service's role, the name or the id. */
const ROLE_ARN =
  /^qcs::cam::uin\/(\d+):(roleName|role(?:\/tencentcloudServiceRole(?:Name)?)?)\/([\w+=,.@-]{1,128})$/;
const ROLE_SESSION_NAME = /^[\w+=,.@-]{2,128}$/;

/**
 * AssumeRole: a temporary credential that may do what the role may, narrowed by a session policy if one is given.
 * Source: https://cloud.tencent.com/document/api/1312/48197
 *
 * Here, every role trusts the whole account.
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
    notEmulated: new Set(["SerialNumber", "TokenCode"]),
    resource: ({ parameters }) => readRole(parameters).arn,
    run({ parameters }) {
      const { ownerUin, name } = readRole(parameters);
      if (!ROLE_SESSION_NAME.test(parameters.requiredText("RoleSessionName"))) {
        throw new ApiError(
          "InvalidParameter.ParamError",
          "RoleSessionName must be 2 to 128 letters, digits and _+=,.@-.",
        );
      }
      const seconds = readDurationSeconds(parameters, DEFAULT_SECONDS, MAX_SECONDS);
      const encoded = parameters.text("Policy");
      const narrowed = encoded === undefined ? [] : [readSessionPolicy(encoded, options)];
      const isOwn = ownerUin === options.account.ownerUin;
      const role = isOwn && name !== undefined ? options.roles.get(name) : undefined;
      if (role === undefined) {
        const why =
          name === undefined ? "The emulated roles have names, and no ids." : "The role does not exist.";
        throw new ApiError("ResourceNotFound.RoleNotFound", why);
      }
      return credentialsAnswer(options.store.issue([role, ...narrowed], seconds, unixSeconds(options.clock)));
    },
  };
}

/** @throws {ApiError} MissingParameter, InvalidParameter.ParamError */
function readRole(parameters: Parameters): {
  readonly arn: string;
  readonly ownerUin: string;
  /** Undefined for a role that is given by its id. */
  readonly name: string | undefined;
} {
  const arn = parameters.requiredText("RoleArn");
  const [, ownerUin, form, last] = ROLE_ARN.exec(arn) ?? [];
  if (ownerUin === undefined || form === undefined) {
    throw new ApiError(
      "InvalidParameter.ParamError",
      "RoleArn is not of the form qcs::cam::uin/<ownerUin>:roleName/<name>.",
    );
  }
  return { arn, ownerUin, name: form.endsWith("Name") ? last : undefined };
}

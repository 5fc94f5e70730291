import { unixSeconds } from "../cloud/clock.ts";
import { ApiError } from "../cloud-api/api-error.ts";
import type { ApiAction } from "../cloud-api/listener.ts";
import { credentialsAnswer } from "./credentials-answer.ts";
import { readDurationSeconds } from "./duration.ts";
import type { StsOptions } from "./options.ts";
import { readSessionPolicy } from "./session-policy.ts";

const DEFAULT_SECONDS = 1800;
/**
 * The longest that a main account's key can ask for, and a sub-account's (https://cloud.tencent.com/document/api/598/33416). The
 * emulated key may be either.
 */
const MAX_SECONDS = { mainAccount: 7200, subAccount: 129_600 };
/** Documented as letters, but Tencent's own qcloud-cos-sts uses hyphens and digits. The length is a guess. */
const NAME = /^[A-Za-z][\w-]{0,127}$/;

/**
 * GetFederationToken: a temporary credential that may do what its policy says.
 * Source: https://cloud.tencent.com/document/api/1312/48195
 */
export function getFederationToken(options: StsOptions): ApiAction {
  return {
    parameters: new Set(["Name", "Policy", "DurationSeconds"]),
    resource({ key }) {
      if (key.kind === "temporary") {
        throw new ApiError(
          "InvalidParameter.AccessKeyNotSupport",
          "GetFederationToken accepts only permanent keys.",
        );
      }
      return "*";
    },
    run({ parameters }) {
      const name = parameters.requiredText("Name");
      if (!NAME.test(name)) {
        throw new ApiError(
          "InvalidParameter.ParamError",
          "Name must begin with a letter and consist of letters, digits, _ and -.",
        );
      }
      const policy = readSessionPolicy(parameters.requiredText("Policy"), options);
      const { mainAccount, subAccount } = MAX_SECONDS;
      const { onLeniency } = options;
      const longest = onLeniency === undefined ? mainAccount : subAccount;
      const seconds = readDurationSeconds(parameters, DEFAULT_SECONDS, longest);
      if (seconds > mainAccount) {
        onLeniency?.(
          `DurationSeconds is more than ${mainAccount}, which only a sub-account's key may ask for`,
        );
      }
      return credentialsAnswer(options.store.issue([policy], seconds, unixSeconds(options.clock)));
    },
  };
}

import type { RequestListener } from "node:http";
import { ApiError, missingParameter } from "../cloud-api/api-error.ts";
import type { FindKey } from "../cloud-api/authenticate.ts";
import { type ApiAction, createApiHandler, guardApi } from "../cloud-api/listener.ts";
import { assumeRole } from "./assume-role.ts";
import { getFederationToken } from "./get-federation-token.ts";
import type { StsOptions } from "./options.ts";

/** STS 2018-08-13 as an HTTP listener; the real service uses only HTTPS, so put it behind TLS. */
export function createStsListener(options: StsOptions, log: (line: string) => void): RequestListener {
  const service = "sts";
  const api = createApiHandler({
    service,
    unauthorizedCode: "UnauthorizedOperation",
    version: "2018-08-13",
    actions: new Map([
      ["GetFederationToken", inRegion(getFederationToken(options))],
      ["AssumeRole", inRegion(assumeRole(options))],
    ]),
    findKey: keysOf(options),
    clock: options.clock,
    log,
  });
  return guardApi(api, { service, log });
}

/**
 * STS's actions require a region, though they do the same in each (https://cloud.tencent.com/document/api/1312/48195);
 * the messages are those of https://github.com/TencentCloud/tencentcloud-sdk-go/issues/37 and tencentcloud-sdk-python#21.
 */
function inRegion(action: ApiAction): ApiAction {
  return {
    ...action,
    run: (call) => {
      if (!call.region) throw missingParameter("Region");
      if (!/^[a-z]+(-[a-z0-9]+)+$/.test(call.region)) {
        throw new ApiError(
          "InvalidParameterValue",
          "A value specified in `Region` is not valid, is unsupported, or cannot be used.",
        );
      }
      return action.run(call);
    },
  };
}

/** The account's permanent key and every temporary one that STS has issued. */
export function keysOf({ account, store }: Pick<StsOptions, "account" | "store">): FindKey {
  return (secretId) => {
    if (secretId === account.secretId) return { kind: "permanent", secretKey: account.secretKey };
    const credential = store.find(secretId);
    return (
      credential && {
        kind: "temporary",
        secretKey: credential.tmpSecretKey,
        token: credential.token,
        expiredTime: credential.expiredTime,
        rights: credential.rights,
      }
    );
  };
}

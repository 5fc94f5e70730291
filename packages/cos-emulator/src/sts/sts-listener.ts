import type { RequestListener } from "node:http";
import type { FindKey } from "../cloud-api/authenticate.ts";
import { createApiHandler, guardApi } from "../cloud-api/listener.ts";
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
      ["GetFederationToken", getFederationToken(options)],
      ["AssumeRole", assumeRole(options)],
    ]),
    findKey: keysOf(options),
    clock: options.clock,
    log,
  });
  return guardApi(api, { service, log });
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

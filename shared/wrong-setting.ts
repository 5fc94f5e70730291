import { notConfigured, type ServiceError } from "./errors.ts";

/**
 * Reasons why an exchange failed that say that its address is wrong: DNS has no such name, the certificate is another's,
 * what is there speaks no TLS, no HTTP or no Redis, or it answers with a redirect, which is not followed, or with a
 * refusal that no repetition changes. Nothing works until the setting is corrected. EAI_AGAIN is not one: it is DNS that
 * does not answer. Of 4xx, 408 and 429 may pass.
 */
export const WRONG_ADDRESS =
  /^(ENOTFOUND|ERR_TLS_CERT_ALT|EPROTO|ERR_SSL_(WRONG_V|PACKET)|HPE_|NOT_REDIS|HTTP.(3|4(?!08|29)))/;

/** What to tell the caller when a setting is wrong, which only the log names. */
export function wrongSetting(log: { readonly message?: string } = {}): ServiceError {
  return notConfigured("A setting of the service is wrong; its log names it.", { log });
}

/**
 * What to tell the caller when the address that a setting names is wrong; the log gets the setting.
 *
 * @param reason why the exchange failed: a code of Node's, or such as `HTTP 404`
 * @param variable what the address was read from
 * @returns undefined for a failure that may pass
 */
export function wrongAddress(reason: string, variable: string): ServiceError | undefined {
  return WRONG_ADDRESS.test(reason)
    ? wrongSetting({ message: `${variable} names a wrong address (${reason}).` })
    : undefined;
}

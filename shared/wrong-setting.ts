import { notConfigured, type ServiceError } from "./errors.ts";

/**
 * Codes of a failed connection that say that the host itself is wrong: DNS has no such name, or the certificate is
 * another's. Nothing works until the setting is corrected. EAI_AGAIN is not one: it is DNS that does not answer.
 */
export const WRONG_HOST = /^(ENOTFOUND|ERR_TLS_CERT_ALT)/;

/** What to tell the caller when a setting is wrong, which only the log names. */
export function wrongSetting(log: { readonly message?: string } = {}): ServiceError {
  return notConfigured("A setting of the service is wrong; its log names it.", { log });
}

/**
 * What to tell the caller when the host that a setting names is wrong; the log gets the setting.
 *
 * @param code why the connection failed, as Node says it
 * @param variable what the host was read from
 * @returns undefined for a failure that may pass
 */
export function wrongHost(code: string, variable: string): ServiceError | undefined {
  return WRONG_HOST.test(code)
    ? wrongSetting({ message: `${variable} names a wrong host (${code}).` })
    : undefined;
}

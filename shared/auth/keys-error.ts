import { errorCode } from "../error-code.ts";
import { type ServiceError, tokenKeysUnavailable } from "../errors.ts";
import { wrongAddress, wrongSetting } from "../wrong-setting.ts";

/**
 * Why a key set, or a key of it, was refused, for the log: an error's code; of jose's complaints about a key, such as
 * an RSA key that is too short, which have none, the sentence.
 */
export function reasonOf(error: unknown): string {
  const { name = "" }: { name?: unknown } = Object(error);
  return errorCode(error) ?? (error instanceof TypeError ? error.message : String(name));
}

/** What to tell the caller when a token cannot be checked because of the key set. */
export function keysRefusal(error: unknown): ServiceError {
  const keysError = reasonOf(error);
  // What answers there is something else, such as a web page.
  if (keysError === "NOT_JSON" || keysError === "ERR_JWKS_INVALID") {
    return wrongSetting({ message: `JWT_JWKS_URL is not the address of a key set (${keysError}).` });
  }
  // The one is what jose says of a key, the other what WebCrypto says of its parts.
  if (error instanceof TypeError || keysError === "DataError") {
    return wrongSetting({ message: `JWT_JWKS_URL has a key that cannot be used (${keysError}).` });
  }
  return (
    wrongAddress(keysError, "JWT_JWKS_URL") ??
    tokenKeysUnavailable("The token cannot be checked now; try again in a moment.", {
      headers: { "retry-after": "5" },
      log: { keysError },
    })
  );
}

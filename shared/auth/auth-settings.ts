import type { Environment } from "../config.ts";
import { readAuthorize } from "./authorize.ts";
import { readJwt, readUserPrefixSecret } from "./jwt-config.ts";

/**
 * Reads what {@link readAuthorize} reads, for tools: they have no use for the check itself, whose code for key sets is only
 * beside a deployed function, and which for `none` prints a warning.
 *
 * @throws ConfigurationError as readAuthorize does
 */
export function readAuthSettings(env: Environment): { readonly keySet: URL | undefined } {
  const { UPLOAD_AUTH: name = "jwt" } = env;
  if (name !== "jwt") {
    if (name !== "none") readAuthorize(env);
    return { keySet: undefined };
  }
  const { source } = readJwt(env);
  readUserPrefixSecret(env);
  return { keySet: source instanceof URL ? source : undefined };
}

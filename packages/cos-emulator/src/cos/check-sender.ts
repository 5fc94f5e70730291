import { type Access, foreignOrigin } from "../guard/sender.ts";
import { type CorsRule, namesOrigin } from "./http/cors.ts";
import { accessDenied } from "./http/errors.ts";
import type { CosRequest } from "./http/request.ts";

/**
 * Refuses what a page of another site makes a browser send, even if it is signed. COS itself accepts it, and the
 * browser only hides the answer from the page; but other sites must not write to a bucket on a developer's computer.
 * Origins that a CORS rule names are allowed; a preflight goes on to the rules.
 *
 * Call it after locate.
 *
 * @throws {CosError} AccessDenied
 */
export function checkSender(cors: readonly CorsRule[], { method, body }: CosRequest): void {
  if (method === "OPTIONS") return;
  const access: Access = {
    isOwnOrigin: (origin) => namesOrigin(cors, origin, method),
    takesLinks: true,
  };
  const cause = foreignOrigin(body, access);
  if (cause !== undefined) throw accessDenied(cause);
}

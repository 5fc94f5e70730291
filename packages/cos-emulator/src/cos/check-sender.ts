import { type Access, foreignOrigin } from "../guard/sender.ts";
import { type CorsRule, namesOrigin } from "./http/cors.ts";
import { accessDenied } from "./http/errors.ts";
import type { CosRequest } from "./http/request.ts";

/**
 * Refuses what a page of another site makes a browser send, though it be signed: COS itself takes it, and only keeps
 * the answer from the page, but a bucket on somebody's computer is no place for other people's files. Origins that
 * a CORS rule names are let in; a preflight goes on to the rules.
 *
 * To be asked after locate.
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

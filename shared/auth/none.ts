import { writeLine } from "../entry/log.ts";
import type { Authorize } from "./caller.ts";

/** `UPLOAD_AUTH=none`: everybody may upload. For the emulator and for trials. */
export function allowEveryone(): Authorize {
  writeLine({
    level: "warn",
    code: "AuthorizationOff",
    message: "UPLOAD_AUTH=none: anyone who finds this address can fill the bucket. Use jwt in production.",
  });
  return async () => ({ user: undefined });
}

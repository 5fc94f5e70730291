import { platformError, type Reader, run } from "./call";
import type { UploadError } from "./errors";
import { failure, isUploadError } from "./errors";
import type { Job } from "./job";
import { newJob } from "./job";
import { withoutSecrets } from "./secrets";
import { mayPass } from "./service-answer";
import { fieldOf, textOf } from "./values";

/** Gives the caller's token; with `refresh`, after a new login. */
export type GetToken = (ask: { readonly refresh: boolean }) => string | Promise<string>;

/** The caller's token, asked for by many uploads. */
export interface Tokens {
  /** How many logins there were: a request that was refused before the last one need not log in again. */
  logins: number;
  ask(job: Job, refresh: boolean): Promise<string>;
  /** Logs in, unless somebody has since there were `seen` logins. All who ask at once share one login. */
  logIn(seen: number): Promise<string>;
}

/** @param timeoutMs for each call of `getToken`; a login that takes longer is not waited for by anybody */
export function createTokens(getToken: GetToken, timeoutMs: number, platform: Reader): Tokens {
  let login: Promise<string> | undefined;

  function ask(job: Job, refresh: boolean): Promise<string> {
    return run(
      job,
      "The token",
      timeoutMs,
      (error) => tokenError(error, platform),
      ({ success, fail }) => {
        Promise.resolve({ refresh }).then(getToken).then(success, fail);
      },
    );
  }

  const tokens: Tokens = {
    logins: 0,
    ask,
    logIn(seen) {
      // Others may wait for it too: no upload's end is also its own.
      const job = newJob();
      if (seen !== tokens.logins) return ask(job, false);
      if (login) return login;
      const end = () => {
        login = undefined;
      };
      login = ask(job, true).then((token) => {
        tokens.logins += 1;
        return token;
      });
      login.then(end, end);
      return login;
    },
  };
  return tokens;
}

/** What `getToken` threw. Whatever says nothing of itself is taken for passing. */
function tokenError(error: unknown, platform: Reader): UploadError {
  if (isUploadError(error)) return error;
  if (typeof fieldOf(error, "errMsg") === "string")
    return platformError(platform, error, "TokenUnavailable", []);
  const message = error instanceof Error ? error.message : String(error);
  const retryable = isPassing(error, message);
  return failure("client", "TokenUnavailable", withoutSecrets(message, []), { retryable });
}

function isPassing(error: unknown, message: string): boolean {
  const says = fieldOf(error, "retryable");
  if (typeof says === "boolean") return says;
  const status = Number(fieldOf(error, "statusCode") || fieldOf(error, "status"));
  if (status >= 400) return mayPass(status);
  // A mistake of somebody's code stays one.
  if (/^(Type|Reference|Range|Syntax)E/.test(textOf(error, "name"))) return false;
  return !/den(y|ied)|declin|refus|cancel|拒绝|取消/i.test(message);
}

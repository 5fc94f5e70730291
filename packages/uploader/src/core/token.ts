import type { Reader } from "./call";
import { errorsOf, run } from "./call";
import type { UploadError } from "./errors";
import { failure, isUploadError } from "./errors";
import type { Job } from "./job";
import { newJob } from "./job";
import { withoutSecrets } from "./secrets";
import { mayPass } from "./service-answer";
import { fieldOf, textOf } from "./values";

/** Returns the caller's token; with `refresh`, it logs in again first. */
export type GetToken = (ask: { readonly refresh: boolean }) => string | Promise<string>;

/** The caller's token, which many uploads use. */
export interface Tokens {
  /** How many logins there were. A request that was refused before the last login need not log in again. */
  logins: number;
  ask(job: Job, refresh: boolean): Promise<string>;
  /** Logs in, unless there have been more than `seen` logins. Concurrent callers share one login. */
  logIn(seen: number): Promise<string>;
}

/** @param timeoutMs for each call of `getToken`; nobody waits for a login that takes longer */
export function createTokens(getToken: GetToken, timeoutMs: number, platform: Reader): Tokens {
  let login: Promise<string> | undefined;

  function ask(job: Job, refresh: boolean): Promise<string> {
    return run(
      job,
      "The token",
      timeoutMs,
      (error) => tokenError(error, platform),
      (told) => {
        new Promise<string>((resolve) => resolve(getToken({ refresh }))).then(told.success, told.fail);
      },
    );
  }

  const tokens: Tokens = {
    logins: 0,
    ask,
    logIn(seen) {
      // Several uploads may wait for the login, so it has its own job: cancelling one upload does not end it.
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

/** The error for what `getToken` threw. It counts as temporary unless it says otherwise. */
function tokenError(error: unknown, platform: Reader): UploadError {
  if (isUploadError(error)) return error;
  if (textOf(error, "errMsg")) return errorsOf(platform, "TokenUnavailable", [])(error);
  const message = textOf(error, "message") || String(error);
  const retryable = isPassing(error, message);
  return failure("TokenUnavailable", withoutSecrets(message, []), { retryable });
}

function isPassing(error: unknown, message: string): boolean {
  const says = fieldOf(error, "retryable");
  if (typeof says === "boolean") return says;
  const status = Number(fieldOf(error, "statusCode") || fieldOf(error, "status"));
  if (status >= 400) return mayPass(status);
  // A retry does not help against a mistake in code.
  if (/^(Type|Reference|Range|Syntax)E/.test(textOf(error, "name"))) return false;
  return !/den[yi]|declin|refus|cancel|拒绝|取消/i.test(message);
}

import { platformError } from "./call";
import type { UploadError } from "./errors";
import { failure, isUploadError, late } from "./errors";
import { limited } from "./job";
import type { UploaderOptions } from "./options";
import type { Platform } from "./platform";
import { mayPass } from "./service-answer";
import { fieldOf } from "./values";

/** The caller's token, asked for by many uploads. */
export interface Tokens {
  /** How many logins there were: who was refused before the last one need not log in again. */
  readonly logins: number;
  ask(): Promise<string>;
  /** Logs in, unless somebody has since there were `seen` logins. All who ask at once share one login. */
  logIn(seen: number): Promise<string>;
}

type Reader = Pick<Platform<never>, "meaningOf">;

/** @param timeoutMs for each call of `getToken`; a login that takes longer is not waited for by anybody */
export function createTokens(
  getToken: NonNullable<UploaderOptions["getToken"]>,
  timeoutMs: number,
  platform: Reader,
): Tokens {
  let logins = 0;
  let login: Promise<string> | undefined;

  function ask(refresh: boolean): Promise<string> {
    const token = Promise.resolve().then(() => getToken({ refresh }));
    return limited(token, timeoutMs, () => late("The token", timeoutMs)).then(undefined, (error) => {
      throw tokenError(error, platform);
    });
  }

  function newLogin(): Promise<string> {
    return ask(true).then(
      (token) => {
        logins += 1;
        login = undefined;
        return token;
      },
      (error) => {
        login = undefined;
        throw error;
      },
    );
  }

  return {
    get logins() {
      return logins;
    },
    ask: () => ask(false),
    logIn(seen) {
      if (seen !== logins) return ask(false);
      if (!login) login = newLogin();
      return login;
    },
  };
}

/** What `getToken` threw. Whatever says nothing of itself is taken for passing. */
function tokenError(error: unknown, platform: Reader): UploadError {
  if (isUploadError(error)) return error;
  const message = String(error);
  if (typeof fieldOf(error, "errMsg") === "string") return platformError(platform, error, "TokenUnavailable");
  return failure("client", "TokenUnavailable", message, { retryable: isPassing(error, message, platform) });
}

function isPassing(error: unknown, message: string, platform: Reader): boolean {
  const says = fieldOf(error, "retryable");
  if (typeof says === "boolean") return says;
  const status = Number(fieldOf(error, "statusCode") || fieldOf(error, "status"));
  if (status >= 400) return mayPass(status);
  if (/^(Type|Reference|Range|Syntax)Error/.test(message)) return false;
  if (/\w:fail\b/.test(message))
    return platformError(platform, { errMsg: message }, "TokenUnavailable").retryable;
  return !/den(y|ied)|declin|refus|cancel|拒绝|取消/i.test(message);
}

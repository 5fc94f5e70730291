import { call } from "./call";
import type { Endpoint, FunctionName } from "./endpoint";
import { functionUrl } from "./endpoint";
import type { Job } from "./job";
import { waitFor } from "./job";
import type { UploaderOptions } from "./options";
import type { Platform } from "./platform";
import type { Answer } from "./service-answer";
import { serviceError } from "./service-answer";
import type { Tokens } from "./token";

/** An uploader's settings, with what was left out. */
export interface Settings<F> {
  readonly platform: Platform<F>;
  readonly endpoint: Endpoint;
  /** Undefined when the caller has no tokens. */
  readonly tokens: Tokens | undefined;
  readonly maxAttempts: number;
  readonly backoffMs: number;
  readonly signTimeoutMs: number;
  readonly transferTimeoutMs: number;
  readonly stallTimeoutMs: number;
  readonly acceptTimeoutMs: number;
  readonly partsFrom: number;
  readonly partsAtOnce: number;
  readonly onError: UploaderOptions["onError"];
}

/**
 * Asks a function, as the caller, who is logged in anew once if need be.
 *
 * @param path behind the function's name
 * @param body sent as JSON by POST; a GET has none
 * @param timeout in milliseconds
 * @throws {UploadError} for every answer but 2xx
 */
export function askService<F>(
  job: Job,
  { endpoint, tokens, platform, signTimeoutMs }: Settings<F>,
  name: FunctionName,
  path: string,
  body?: object,
  timeout = signTimeoutMs,
): Promise<Answer> {
  const url = functionUrl(endpoint, name) + path;
  const ask = (token: string) => {
    const header: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    if (body) header["content-type"] = "application/json";
    return call(job, platform, "The signature", timeout, [header], (told) =>
      platform.request(
        { url, method: body ? "POST" : "GET", header, timeout },
        body && JSON.stringify(body),
        told,
        noProgress,
      ),
    );
  };
  const seen = tokens ? tokens.logins : 0;
  return (tokens ? waitFor(job, tokens.ask) : Promise.resolve(""))
    .then(ask)
    .then((answer) => {
      if (answer.statusCode !== 401 || job.login.spent || !tokens) return answer;
      return waitFor(job, () => tokens.logIn(seen)).then((token) => {
        job.login.spent = true;
        return ask(token);
      });
    })
    .then((answer) => {
      if (answer.statusCode < 200 || answer.statusCode > 299) throw serviceError(answer);
      return answer;
    });
}

function noProgress(): void {}

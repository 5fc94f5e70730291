import { call } from "./call";
import type { FunctionName } from "./endpoint";
import { functionUrl } from "./endpoint";
import type { Job } from "./job";
import { noop } from "./job";
import type { Settings } from "./options";
import type { Answer } from "./service-answer";
import { isRefused, serviceError } from "./service-answer";

/**
 * Calls a function with the caller's token, and logs in again once if necessary.
 *
 * @param path what follows the function's name in the URL
 * @param body sent as JSON by POST; without a body, the request is a GET
 * @param timeoutMs in milliseconds; by default, as long as signing may take
 * @throws {UploadError} for every answer but 2xx
 */
export function askService<F>(
  job: Job,
  settings: Settings<F>,
  name: FunctionName,
  path: string,
  body?: object,
  timeoutMs?: number,
): Promise<Answer> {
  const { tokens, platform } = settings;
  const timeout = timeoutMs || settings.signTimeoutMs;
  const url = functionUrl(settings.options.endpoint, name) + path;
  const ask = (token: string) => {
    const header: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
    if (body) header["content-type"] = "application/json";
    const sending = { url, method: body ? ("POST" as const) : ("GET" as const), header, timeout };
    return call(job, platform, `The answer from ${name}`, timeout, [header], (told) =>
      platform.request(sending, body && JSON.stringify(body), told, noop),
    );
  };
  const check = (answer: Answer) => {
    if (isRefused(answer)) throw serviceError(answer);
    return answer;
  };
  if (!tokens) return ask("").then(check);
  const { logins } = tokens;
  return tokens
    .ask(job, false)
    .then(ask)
    .then((answer) => (answer.statusCode === 401 ? tokens.logIn(logins).then(ask) : answer))
    .then(check);
}

/** Logging in, and URLs to view files: what a Mini Program needs in addition to uploading. */

import type { Endpoint, FunctionName } from "./core/endpoint";
import { addressOf, functionUrl } from "./core/endpoint";
import type { UploadError } from "./core/errors";
import type { PlatformCode } from "./core/platform";
import { failure, platformError, serviceError } from "./core/shared";
import { textOf, textsOf } from "./core/values";
import { meaningOf } from "./wx-like/meaning";

/** A user's session. Rejections are {@link UploadError}s. */
export interface Session {
  /** Logs in again and returns the token. It rejects with the function's code, such as `LoginBlocked`. */
  logIn(): Promise<string>;
  /** For `createUploader`: the token of the last login, or with `refresh` of a new one; empty before the first. */
  getToken(ask: { readonly refresh: boolean }): string | Promise<string>;
  /** A signed URL that shows the object for a limited time; undefined if the function object-url is not deployed. */
  viewUrl(key: string): Promise<string | undefined>;
}

/** How long wx.login and each function may take, in milliseconds. */
const TIMEOUT_MS = 15_000;

/**
 * Makes a session with the same endpoint as an uploader. It logs in only when a function requires it: never with
 * `UPLOAD_AUTH=none`, at the first upload with `jwt`. The token is kept only in memory.
 */
export function createSession(endpoint: Endpoint): Session {
  let token = "";
  /** The login that is under way, which everybody shares who needs one. */
  let login: Promise<string> | undefined;

  function logIn(): Promise<string> {
    if (login) return login;
    const end = () => {
      login = undefined;
    };
    login = code()
      .then((code) => ask(endpoint, "login", "", { method: "POST", data: { code } }))
      .then((answer) => {
        if (answer.statusCode !== 200) throw refusal(answer);
        token = wanted(answer, "token");
        return token;
      });
    login.then(end, end);
    return login;
  }

  function viewUrl(key: string, mayLogIn = true): Promise<string | undefined> {
    const used = token;
    const header = used ? { Authorization: `Bearer ${used}` } : {};
    if (addressOf(endpoint, "object-url") === undefined) return Promise.resolve(undefined);
    return ask(endpoint, "object-url", `?key=${encodeURIComponent(key)}`, { header }).then((answer) => {
      if (answer.statusCode === 200) return wanted(answer, "url");
      if (answer.statusCode === 404) return undefined;
      if (answer.statusCode !== 401 || !mayLogIn) throw refusal(answer);
      // Another request may have logged in meanwhile.
      const loggedIn = token === used ? logIn() : Promise.resolve(token);
      return loggedIn.then(() => viewUrl(key, false));
    });
  }

  return {
    logIn,
    getToken: ({ refresh }) => (refresh ? logIn() : token),
    viewUrl: (key) => viewUrl(key),
  };
}

function code(): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.login({
      timeout: TIMEOUT_MS,
      success: ({ code }) => resolve(code),
      fail: failed(reject, "TokenUnavailable"),
    });
  });
}

type Answer = Pick<WechatMiniprogram.RequestSuccessCallbackResult, "statusCode" | "data" | "header">;

function ask(
  endpoint: Endpoint,
  name: FunctionName,
  query: string,
  option: Omit<WechatMiniprogram.RequestOption, "url">,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const url = functionUrl(endpoint, name) + query;
    wx.request(
      Object.assign(
        { url, timeout: TIMEOUT_MS, success: resolve, fail: failed(reject, "NetworkError") },
        option,
      ),
    );
  });
}

function failed(reject: (error: UploadError) => void, otherwise: PlatformCode): (error: unknown) => void {
  return (error) => reject(platformError({ meaningOf }, error, otherwise, []));
}

function refusal({ statusCode, data, header }: Answer): UploadError {
  return serviceError({ statusCode, data, headers: textsOf(header) });
}

function wanted({ data }: Answer, name: string): string {
  const text = textOf(data, name);
  if (!text) throw failure("service", "AnswerInvalid", `The function's answer has no ${name}.`);
  return text;
}

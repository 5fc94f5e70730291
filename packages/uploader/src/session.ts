/** Logging in, and URLs to view files: what a Mini Program needs in addition to uploading. */

import type { Endpoint, FunctionName } from "./core/endpoint";
import { addressOf, functionUrl } from "./core/endpoint";
import { newJob } from "./core/job";
import type { Answer } from "./core/service-answer";
import { jsonOf } from "./core/service-answer";
import { call, errorsOf, failure, run, serviceError } from "./core/shared";
import { textOf } from "./core/values";
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
        if (answer.statusCode !== 200) throw serviceError(answer);
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
      if (answer.statusCode !== 401 || !mayLogIn) throw serviceError(answer);
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
  const errorOf = errorsOf({ meaningOf }, "TokenUnavailable", []);
  return run(newJob(), "wx.login", TIMEOUT_MS, errorOf, ({ success, fail }) =>
    wx.login({
      timeout: TIMEOUT_MS,
      // WeChat's own example expects that a success may have no code.
      success: (result) => (result.code ? success(result.code) : fail(result)),
      fail,
    }),
  );
}

function ask(
  endpoint: Endpoint,
  name: FunctionName,
  query: string,
  option: Omit<WechatMiniprogram.RequestOption, "url">,
): Promise<Answer> {
  const job = newJob();
  return Promise.resolve().then(() => {
    const url = functionUrl(endpoint, name) + query;
    const what = `The answer from ${name}`;
    return call(job, { meaningOf }, what, TIMEOUT_MS, [option.header || {}], ({ success, fail }) =>
      wx.request(Object.assign({ url, timeout: TIMEOUT_MS, success, fail }, option)),
    );
  });
}

function wanted(answer: Answer, name: string): string {
  const text = textOf(jsonOf(answer), name);
  if (!text) throw failure("AnswerInvalid", `The function's answer has no ${name}.`, { kind: "service" });
  return text;
}

import type { Invocation } from "../../shared/entry/invocation.ts";
import {
  invalidParameter,
  loginBlocked,
  loginCodeInvalid,
  loginThrottled,
  loginUnavailable,
  notConfigured,
  type Refusal,
  ServiceError,
} from "../../shared/errors.ts";
import { NetworkError } from "../../shared/net/https.ts";
import { type WeChat, WRONG_SETTINGS } from "../../shared/wechat/config.ts";
import { type Answer, weixin } from "../../shared/wechat/weixin.ts";

/**
 * Exchanges the code of wx.login for the person's openid
 * (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html). The
 * session_key that comes with it is not read: it must never leave the server.
 *
 * @throws ServiceError 400, 401, 403, 429, 500 or 503
 */
export async function code2Session(
  code: unknown,
  { appId, secret, endpoint }: WeChat,
  invocation: Invocation,
): Promise<string> {
  if (typeof code !== "string" || !/^[\x20-\x7e]{1,256}$/.test(code)) {
    throw invalidParameter("code must be the code from wx.login.");
  }
  const url = new URL("/sns/jscode2session", endpoint);
  url.search = new URLSearchParams({
    appid: appId,
    secret,
    js_code: code,
    grant_type: "authorization_code",
  }).toString();
  const { fields, errcode } = await ask(url, invocation);
  const openid = fields.get("openid");
  if (typeof openid === "string" && openid !== "" && errcode === 0) return openid;
  throw refusal(errcode);
}

async function ask(url: URL, invocation: Invocation): Promise<Answer> {
  try {
    return await weixin(url, undefined, invocation);
  } catch (error) {
    if (error instanceof ServiceError) throw error;
    if (error instanceof NetworkError) throw unavailable({ wechatError: error.code });
    throw unavailable({ wechatError: error instanceof Error ? error.name : typeof error });
  }
}

/** WeChat's errcode → what to tell the caller, when the caller is at fault. */
const REFUSALS: ReadonlyMap<number, readonly [Refusal, string]> = new Map([
  [40029, [loginCodeInvalid, "The code is not valid; call wx.login again and send its code at once."]],
  [40163, [loginCodeInvalid, "The code was used before; call wx.login again for each login."]],
  [41008, [invalidParameter, "code must be the code from wx.login."]],
  [40226, [loginBlocked, "WeChat has blocked this user as high-risk."]],
  [45011, [loginThrottled, "This user has logged in too often; try again in a minute."]],
]);

function refusal(errcode: number): ServiceError {
  const log = { wechatCode: String(errcode) };
  const wrong = WRONG_SETTINGS.get(errcode);
  if (wrong !== undefined) {
    const message = "WeChat refuses this service; its log says what is wrong.";
    return notConfigured(message, { log: { ...log, message: wrong } });
  }
  const known = REFUSALS.get(errcode);
  if (known === undefined) return unavailable(log);
  const [refuse, message] = known;
  return refuse(message, {
    log,
    ...(refuse === loginThrottled && { headers: { "retry-after": "60" } }),
  });
}

/** WeChat is busy (-1), cannot be reached, or gives an unknown code. */
function unavailable(log: Readonly<Record<string, string>>): ServiceError {
  return loginUnavailable("WeChat's login failed; try again in a moment.", {
    log,
    headers: { "retry-after": "1" },
  });
}

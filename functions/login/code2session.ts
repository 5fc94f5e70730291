import { type WeChat, WRONG_SETTINGS } from "../../shared/auth/login-config.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import {
  invalidParameter,
  loginBlocked,
  loginCodeInvalid,
  loginThrottled,
  loginUnavailable,
  notConfigured,
  type Refusal,
  type ServiceError,
} from "../../shared/errors.ts";
import { exchange, target } from "../../shared/net/https.ts";

/** The most that WeChat may take, in milliseconds. */
const MAX_CALL_MS = 5000;

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
  const startedAt = performance.now();
  const answer = await ask(url, invocation);
  invocation.note({ wechatMs: Math.round(performance.now() - startedAt) });
  const { openid } = answer;
  const errcode = answer.errcode ?? 0;
  const refused = typeof errcode === "string" ? Number(errcode) : errcode;
  if (typeof openid === "string" && openid !== "" && refused === 0) return openid;
  throw refusal(typeof refused === "number" ? refused : Number.NaN);
}

interface WeChatAnswer {
  readonly openid?: unknown;
  /** Absent, or 0, on success. */
  readonly errcode?: unknown;
}

async function ask(url: URL, invocation: Invocation): Promise<WeChatAnswer> {
  try {
    const request = { method: "GET", headers: {}, timeoutMs: MAX_CALL_MS } as const;
    const { text } = await exchange(target(url), request, invocation);
    // WeChat answers 200 to errors too, so the body alone counts.
    return Object(JSON.parse(text));
  } catch (error) {
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
    const message = "WeChat does not know this service; its log says which variable is wrong.";
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

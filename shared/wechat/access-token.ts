import type { Invocation } from "../entry/invocation.ts";
import type { WeChat } from "./config.ts";
import { WeixinRefusal } from "./refusal.ts";
import { weixin } from "./weixin.ts";

/** The access_token of WeChat's server API. */
export interface AccessTokens {
  /**
   * One that is good now.
   *
   * @throws WeixinRefusal, TimeoutError, NetworkError, or ServiceError as `weixin` does
   */
  get(invocation: Invocation): Promise<string>;
  /** WeChat no longer accepts this one: the next `get` asks again. */
  forget(token: string): void;
}

/** How long before its end a token is no longer used, in milliseconds: WeChat has its successor by then. */
const MARGIN_MS = 300_000;

/**
 * Tokens by `stable_token` (https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html): whoever
 * asks gets the same one until shortly before its end, so that instances need to share nothing. Each keeps its own.
 */
export function stableTokens({ appId, secret, endpoint }: WeChat): AccessTokens {
  let kept: { readonly token: string; readonly until: number } | undefined;
  return {
    async get(invocation) {
      if (kept !== undefined && Date.now() < kept.until) return kept.token;
      const body = { grant_type: "client_credential", appid: appId, secret };
      const { fields, errcode } = await weixin(new URL("/cgi-bin/stable_token", endpoint), body, invocation);
      const token = fields.get("access_token");
      const seconds = fields.get("expires_in");
      if (errcode !== 0 || typeof token !== "string" || token === "" || typeof seconds !== "number") {
        throw new WeixinRefusal(errcode);
      }
      kept = { token, until: Date.now() + seconds * 1000 - MARGIN_MS };
      return token;
    },
    forget(token) {
      if (kept?.token === token) kept = undefined;
    },
  };
}

import { type Environment, integer, optional, parseUrl, required } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { type Origins, readCorsOrigins } from "../http/cors.ts";
import { type ExpectedClaims, readExpectedClaims, readJwtSecret } from "./jwt-config.ts";

/** The Mini Program, as WeChat knows it. */
export interface WeChat {
  readonly appId: string;
  readonly secret: string;
  /** `https://api.weixin.qq.com`, or what replaces it. */
  readonly endpoint: URL;
}

/** The settings of login. */
export interface LoginConfig {
  /** The secret that its tokens are signed with. */
  readonly secret: string;
  readonly claims: ExpectedClaims;
  /** The life of a token. */
  readonly tokenSeconds: number;
  readonly wechat: WeChat;
  readonly corsOrigins: Origins;
}

/** The life of a token: long enough for an afternoon's use, since wx.login is silent and renews it. */
const TOKEN_SECONDS = { default: 7200, min: 300, max: 604_800 };

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function readLogin(env: Environment): LoginConfig {
  const secret = readJwtSecret(env);
  if (secret === undefined) {
    throw new ConfigurationError("JWT_SECRET is not set; login signs tokens with it, at least 32 bytes.");
  }
  return {
    secret,
    wechat: readWeChat(env),
    corsOrigins: readCorsOrigins(env),
    claims: readExpectedClaims(env),
    tokenSeconds: integer(env, "TOKEN_SECONDS", TOKEN_SECONDS),
  };
}

/** WX_APPID, WX_SECRET and WX_ENDPOINT. */
export function readWeChat(env: Environment): WeChat {
  const says = "an https:// address without a path";
  const endpoint = parseUrl(
    optional(env, "WX_ENDPOINT", /^https:\/\/[^/]+\/*$/, says) ?? "https://api.weixin.qq.com",
  );
  if (endpoint === undefined) throw new ConfigurationError(`WX_ENDPOINT must be ${says}.`);
  return {
    appId: required(env, "WX_APPID", /^[\w-]+$/, "the Mini Program's AppID"),
    secret: required(env, "WX_SECRET", /^[\w-]+$/, "the Mini Program's AppSecret"),
    endpoint,
  };
}

/**
 * WeChat's errcode → what the log says about the wrong variable: no login works until it is corrected
 * (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html, and the list of global
 * return codes).
 */
export const WRONG_SETTINGS: ReadonlyMap<number, string> = new Map([
  [40013, "WX_APPID is not a Mini Program's AppID."],
  [41002, "WX_APPID is not a Mini Program's AppID."],
  [40001, "WX_SECRET is not the AppSecret of WX_APPID."],
  [40125, "WX_SECRET is not the AppSecret of WX_APPID."],
  [41004, "WX_SECRET is not the AppSecret of WX_APPID."],
  [40243, "WX_SECRET is frozen; unfreeze it in the Mini Program's console, or reset it."],
]);

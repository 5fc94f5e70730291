import { type Environment, integer } from "../config.ts";
import { ConfigurationError } from "../errors.ts";
import { type Origins, readCorsOrigins } from "../http/cors.ts";
import { readWeChat, type WeChat } from "../wechat/config.ts";
import { type ExpectedClaims, readExpectedClaims, readJwtSecret } from "./jwt-config.ts";

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

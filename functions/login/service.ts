import { readExpectedClaims, readJwtSecret } from "../../shared/auth/jwt-config.ts";
import { type Environment, integer, readCorsOrigins } from "../../shared/config.ts";
import type { Setup } from "../../shared/entry/handle.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { ConfigurationError } from "../../shared/errors.ts";
import { code2Session, readWeChat } from "./code2session.ts";
import { type IssuedToken, tokenIssuer } from "./token.ts";

/** What login works with, made once at cold start. */
export interface LoginService extends Setup {
  /** Asks WeChat who sent this code. */
  readonly openidFor: (code: unknown, invocation: Invocation) => Promise<string>;
  readonly issueToken: (sub: string, now: number) => Promise<IssuedToken>;
}

/** The life of a token: long enough for an afternoon's use, since wx.login is silent and renews it. */
const TOKEN_SECONDS = { default: 7200, min: 300, max: 604_800 };

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function loginService(env: Environment): LoginService {
  const secret = readJwtSecret(env);
  if (secret === undefined) {
    throw new ConfigurationError("JWT_SECRET is not set; login signs tokens with it, at least 32 bytes.");
  }
  const wechat = readWeChat(env);
  return {
    corsOrigins: readCorsOrigins(env),
    openidFor: (code, invocation) => code2Session(code, wechat, invocation),
    issueToken: tokenIssuer(secret, readExpectedClaims(env), integer(env, "TOKEN_SECONDS", TOKEN_SECONDS)),
  };
}

import { readLogin } from "../../shared/auth/login-config.ts";
import type { Environment } from "../../shared/config.ts";
import type { Setup } from "../../shared/entry/handle.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { code2Session } from "./code2session.ts";
import { type Remember, remembering } from "./remember.ts";
import { type IssuedToken, tokenIssuer } from "./token.ts";

/** What login works with, made once at cold start. */
export interface LoginService extends Setup {
  /** Asks WeChat who sent this code. */
  readonly openidFor: (code: unknown, invocation: Invocation) => Promise<string>;
  readonly remember: Remember;
  readonly issueToken: (sub: string, now: number) => Promise<IssuedToken>;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function loginService(env: Environment): LoginService {
  const { secret, claims, tokenSeconds, wechat, corsOrigins } = readLogin(env);
  return {
    corsOrigins,
    openidFor: (code, invocation) => code2Session(code, wechat, invocation),
    remember: remembering(env, secret),
    issueToken: tokenIssuer(secret, claims, tokenSeconds),
  };
}

import type { Environment } from "../config.ts";
import { type LifeService, lifeService } from "../life/service.ts";
import { type AccessTokens, stableTokens } from "../wechat/access-token.ts";
import { readMediaCheck, readWeChat, type WeChat } from "../wechat/config.ts";

/** What checks of stored files work with, made once at cold start. */
export interface CheckService extends LifeService {
  /** How WeChat is asked; undefined when it is not. */
  readonly wechat: { readonly program: WeChat; readonly tokens: AccessTokens } | undefined;
}

/** @throws ConfigurationError naming the variable that is missing or malformed */
export function checkService(env: Environment): CheckService {
  const life = lifeService(env);
  if (!readMediaCheck(env)) return { ...life, wechat: undefined };
  const program = readWeChat(env);
  return { ...life, wechat: { program, tokens: stableTokens(program) } };
}

import type { RequestListener } from "node:http";
import type { Cloud } from "../cloud.ts";
import { AccessTokens } from "./access-tokens.ts";
import { faultyWeChat } from "./faults.ts";
import { type MediaCheck, MediaChecks, type Suggestion } from "./media-check.ts";
import { MessagePush, type MessagePushSettings } from "./message-push.ts";
import { Users } from "./users.ts";
import { createWeChatListener } from "./wechat-listener.ts";

/** The Mini Program's console: its settings, and the checks that WeChat was asked for. */
export interface WeChatConsole {
  /**
   * Sets where messages are pushed to, after the address has answered WeChat's signed GET; undefined removes it.
   *
   * @throws {MessagePushError} when WeChat would not accept it
   */
  setMessagePush(settings: MessagePushSettings | undefined): Promise<void>;
  /** Every check since the start, the newest last. */
  readonly mediaChecks: readonly MediaCheck[];
  /**
   * Pushes a result of a check now, even if one was pushed before. Resolves when it is answered or all attempts have
   * failed.
   *
   * @throws {RangeError} for a trace_id that was not issued
   */
  pushMediaCheck(traceId: string, suggest: Suggestion): Promise<void>;
}

export interface WeChatOptions extends Pick<Cloud, "miniProgram" | "clock" | "faults" | "log"> {
  /** The certificate of the authority that signed the emulated COS's, as PEM. */
  readonly ca: string;
  /** How long after a call of mediaCheckAsync its result is pushed, in milliseconds. */
  readonly mediaCheckMs: number;
}

/** WeChat's server API, before it listens on a port. */
export interface WeChatParts {
  readonly listener: RequestListener;
  readonly console: WeChatConsole;
  /** Ends what is in progress; logins, tokens and the settings of the push stay. */
  cut(): void;
  /** Resets everything but the settings of the push. */
  reset(): void;
}

export function createWeChat(options: WeChatOptions): WeChatParts {
  const { miniProgram, clock, faults, log } = options;
  const { appId } = miniProgram;
  const usedCodes = new Set<string>();
  const users = new Users(clock);
  const tokens = new AccessTokens(clock);
  const push = new MessagePush({ appId, clock, log });
  const checks = new MediaChecks({ ...options, appId, users, push });
  const listener = createWeChatListener({ miniProgram, users, tokens, checks, usedCodes, log });
  const cut = () => {
    checks.clear();
    push.cut();
  };
  return {
    listener: faultyWeChat(listener, faults),
    console: {
      setMessagePush: (settings) => push.configure(settings),
      get mediaChecks() {
        return checks.all;
      },
      pushMediaCheck: (traceId, suggest) => checks.pushResult(traceId, suggest),
    },
    cut,
    reset: () => {
      cut();
      usedCodes.clear();
      users.clear();
      tokens.clear();
    },
  };
}

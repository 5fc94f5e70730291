import type { RequestListener } from "node:http";
import type { Cloud } from "../cloud.ts";
import { AccessTokens } from "./access-tokens.ts";
import { faultyWeChat } from "./faults.ts";
import { type MediaCheck, MediaChecks, type Suggestion } from "./media-check.ts";
import { MessagePush, type MessagePushSettings } from "./message-push.ts";
import { Users } from "./users.ts";
import { createWeChatListener } from "./wechat-listener.ts";

/** What the Mini Program's console sets, and what WeChat was asked to check. */
export interface WeChatConsole {
  /**
   * Sets where messages are pushed to, after the address has answered WeChat's signed GET; undefined takes it away.
   *
   * @throws {MessagePushError} when WeChat would not take it
   */
  setMessagePush(settings: MessagePushSettings | undefined): Promise<void>;
  /** Every check that was asked for since the start, the newest last. */
  readonly mediaChecks: readonly MediaCheck[];
  /**
   * Pushes a result of a check now, even if there was one before. Resolves when it has been answered or given up.
   *
   * @throws {RangeError} for a trace_id that was not given out
   */
  tellMediaCheck(traceId: string, suggest: Suggestion): Promise<void>;
}

export interface WeChatOptions extends Pick<Cloud, "miniProgram" | "clock" | "faults" | "log"> {
  /** The PEM text of the authority by which the emulated COS is known. */
  readonly ca: string;
  /** From a call of mediaCheckAsync to the push of its result, in milliseconds. */
  readonly mediaCheckMs: number;
}

/** WeChat's server API without a port. */
export interface WeChatParts {
  readonly listener: RequestListener;
  readonly console: WeChatConsole;
  /** Ends what is under way; logins, tokens and the settings of the push stay. */
  cut(): void;
  /** Forgets all but the settings of the push. */
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
      tellMediaCheck: (traceId, suggest) => checks.tell(traceId, suggest),
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

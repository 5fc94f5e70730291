import { noFaults } from "../../packages/cos-emulator/src/faults/faults.ts";
import {
  createWeChat,
  type WeChatOptions,
  type WeChatParts,
} from "../../packages/cos-emulator/src/wechat/wechat.ts";
import { TEST_MINI_PROGRAM } from "./account.ts";

/** WeChat's server API, as the emulator implements it, for a test's own server. */
export function testWeChat(options: Partial<WeChatOptions> = {}): WeChatParts {
  return createWeChat({
    miniProgram: TEST_MINI_PROGRAM,
    clock: Date.now,
    faults: noFaults(),
    log: () => {},
    ca: "",
    mediaCheckMs: 0,
    ...options,
  });
}

import { createHmac } from "node:crypto";
import type { Emulator, MiniProgram } from "../packages/cos-emulator/src/index.ts";

/** The function to which WeChat pushes messages. */
const PUSH_FUNCTION = "wechat-push";

/** WX_PUSH_TOKEN and WX_PUSH_AES_KEY of an emulated Mini Program, derived from its secret. */
export function pushSecrets({ secret }: MiniProgram): { readonly token: string; readonly aesKey: string } {
  const letters = (use: string) => createHmac("sha512", secret).update(use).digest("hex");
  return { token: letters("push token").slice(0, 32), aesKey: letters("push key").slice(0, 43) };
}

/**
 * Sets the message push in the emulated console: the address of `wechat-push`, with the functions' own token and key. In
 * production a person does this in WeChat's console.
 *
 * @throws {MessagePushError} when `wechat-push` does not answer as WeChat requires
 */
export async function connectMessagePush(
  { url, functions, weChat }: Emulator,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const { WX_PUSH_TOKEN: token, WX_PUSH_AES_KEY: aesKey } = environment;
  if (token === undefined || !functions.has(PUSH_FUNCTION)) return;
  await weChat.setMessagePush({ url: `${url}/${PUSH_FUNCTION}`, token, aesKey });
}

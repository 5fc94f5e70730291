import { createServer } from "node:https";
import { LOOPBACK, listen, stop } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import { createWeChat, type WeChatConsole } from "./wechat.ts";

export interface WeChatStartOptions {
  readonly port: number;
  /** How long after a call of mediaCheckAsync its result is pushed, in milliseconds. */
  readonly mediaCheckMs: number;
}

export interface WeChat extends Service {
  /** `host:port` of WeChat's server API; https only. */
  readonly endpoint: string;
  readonly console: WeChatConsole;
}

export async function startWeChat(options: WeChatStartOptions, cloud: Cloud): Promise<WeChat> {
  const { port, mediaCheckMs } = options;
  const weChat = createWeChat({ ...cloud, mediaCheckMs, ca: cloud.ownNames.authority.certificatePem });
  const server = createServer(cloud.tls, cloud.requests.recorded("WeChat", weChat.listener));
  const opened = await claim("WeChat", port, () => listen(server, port));
  const endpoint = `${LOOPBACK}:${opened}`;
  return {
    endpoint,
    console: weChat.console,
    describe: () => [["WeChat", `https://${endpoint}`]],
    reset: async () => weChat.reset(),
    stop: async () => {
      weChat.cut();
      await stop(server);
    },
  };
}

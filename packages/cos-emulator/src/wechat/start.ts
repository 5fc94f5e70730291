import { createServer } from "node:https";
import { LOOPBACK, listen, stop } from "../cloud/listen.ts";
import { claim, type Service } from "../cloud/service.ts";
import type { Cloud } from "../cloud.ts";
import { createWeChatListener } from "./wechat-listener.ts";

export interface WeChat extends Service {
  /** `host:port` of WeChat's server API; https only. */
  readonly endpoint: string;
}

export async function startWeChat({ port }: { readonly port: number }, cloud: Cloud): Promise<WeChat> {
  const usedCodes = new Set<string>();
  const listener = createWeChatListener(cloud.miniProgram, cloud.log, usedCodes);
  const server = createServer(cloud.tls, cloud.requests.recorded("WeChat", listener));
  const opened = await claim("WeChat", port, () => listen(server, port));
  const endpoint = `${LOOPBACK}:${opened}`;
  return {
    endpoint,
    describe: () => [["WeChat", `https://${endpoint}`]],
    reset: async () => usedCodes.clear(),
    stop: () => stop(server),
  };
}

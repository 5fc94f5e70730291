import { createServer, type IncomingMessage } from "node:http";
import { request } from "node:https";
import { LOOPBACK, listen, stop } from "../../../../packages/cos-emulator/src/cloud/listen.ts";
import type { Emulator } from "../../../../packages/cos-emulator/src/index.ts";

/** One call of WeChat's server API, as a server makes it; returns the answer, whatever its content type. */
export function weixin(
  { weChatEndpoint, authority }: Pick<Emulator, "weChatEndpoint" | "authority">,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const sending = request(
      `https://${weChatEndpoint}${path}`,
      { method: body === undefined ? "GET" : "POST", ca: authority.certificatePem, agent: false },
      async (response) => {
        let text = "";
        for await (const chunk of response) text += String(chunk);
        resolve(JSON.parse(text));
      },
    );
    sending.on("error", reject);
    sending.end(typeof body === "string" || body === undefined ? body : JSON.stringify(body));
  });
}

export async function accessToken(emulator: Emulator): Promise<string> {
  const { appId, secret } = emulator.miniProgram;
  const answer = await weixin(emulator, "/cgi-bin/stable_token", {
    grant_type: "client_credential",
    appid: appId,
    secret,
  });
  return String(answer["access_token"]);
}

/** The openid of a user who logs in now. */
export async function openid(emulator: Emulator, user = "ann"): Promise<string> {
  const { appId, secret } = emulator.miniProgram;
  const query = new URLSearchParams({
    appid: appId,
    secret,
    js_code: `user-${user}-${Math.random()}`,
    grant_type: "authorization_code",
  });
  return String((await weixin(emulator, `/sns/jscode2session?${query}`))["openid"]);
}

export interface Received {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly type: string;
  readonly body: string;
}

/** The Mini Program's own server: it records what is pushed, and answers as the test says. */
export interface PushServer {
  readonly url: string;
  readonly received: readonly Received[];
  /** The answer to a POST; undefined for none. @default 200 */
  status: number | undefined;
  /** The answer to a GET, instead of its echostr. */
  echo: string | undefined;
  close(): Promise<void>;
}

export async function startPushServer(): Promise<PushServer> {
  const received: Received[] = [];
  const server = createServer(async (message: IncomingMessage, response) => {
    const { searchParams: query } = new URL(message.url ?? "", "http://push");
    let body = "";
    for await (const chunk of message) body += String(chunk);
    received.push({
      method: message.method ?? "",
      query,
      type: message.headers["content-type"] ?? "",
      body,
    });
    if (message.method === "GET") response.end(push.echo ?? query.get("echostr"));
    else if (push.status === undefined) message.socket.destroy();
    else response.writeHead(push.status).end("success");
  });
  const port = await listen(server, 0);
  const push: PushServer = {
    url: `http://${LOOPBACK}:${port}/push`,
    received,
    status: 200,
    echo: undefined,
    close: () => stop(server),
  };
  return push;
}

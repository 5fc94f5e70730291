import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener } from "node:http";
import type { MiniProgram } from "../cloud/account.ts";
import { guard, sendText } from "../guard/guard.ts";
import { withHealth } from "../guard/own-pages.ts";
import { membersOf, readJson } from "../json/read-json.ts";
import type { AccessTokens } from "./access-tokens.ts";
import type { MediaChecks } from "./media-check.ts";
import { sendWeixin } from "./send-weixin.ts";
import type { Users } from "./users.ts";
import { WeixinError } from "./weixin-error.ts";

/** The code that wx.login always returns in WeChat DevTools without an AppID of one's own (`touristappid`). */
const TOURIST_CODE = "the code is a mock one";

/** Far more than any call needs. */
const MAX_BODY_BYTES = 64 * 1024;

export interface ListenerParts {
  readonly miniProgram: MiniProgram;
  readonly users: Users;
  readonly tokens: AccessTokens;
  readonly checks: MediaChecks;
  /** The codes of wx.login that have been used. */
  readonly usedCodes: Set<string>;
  readonly log: (line: string) => void;
}

/** One call of WeChat's server API: the answer, or a WeixinError. */
type Call = (query: URLSearchParams, body: unknown) => object;

/** Emulates the calls of WeChat's server API that a Mini Program's upload needs. */
export function createWeChatListener(parts: ListenerParts): RequestListener {
  const calls: ReadonlyMap<string, { readonly method: string; readonly call: Call }> = new Map([
    ["/sns/jscode2session", { method: "GET", call: jscode2session(parts) }],
    ["/cgi-bin/stable_token", { method: "POST", call: stableToken(parts) }],
    ["/wxa/media_check_async", { method: "POST", call: mediaCheckAsync(parts) }],
  ]);

  return guard(
    withHealth(async (request, response) => {
      // Split by hand: a URL parser takes `//` for a host, and throws if none follows.
      const [path = "", query = ""] = (request.url ?? "").split("?", 2);
      const known = calls.get(path);
      if (known === undefined || (request.method !== known.method && known.method === "GET")) {
        request.resume();
        response.writeHead(404).end();
        return;
      }
      try {
        if (request.method !== known.method) {
          request.resume();
          throw new WeixinError(43002);
        }
        const body = known.method === "GET" ? undefined : await readBody(request);
        if (known.method === "GET") request.resume();
        sendWeixin(response, known.call(new URLSearchParams(query), body));
      } catch (error) {
        if (!(error instanceof WeixinError)) throw error;
        sendWeixin(response, error);
      }
    }),
    {
      service: "wechat",
      log: parts.log,
      access: { isOwnHost: (name) => name === "api.weixin.qq.com" },
      refuse: (response, { message }) => sendText(response, 403, message),
    },
  );
}

/**
 * `GET /sns/jscode2session`
 * (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html): a code works once.
 *
 * The code itself says whose it is: `user-<name>-<anything>` belongs to the user of that name,
 * `error-<errcode>-<anything>` is refused with that errcode, and every other code, such as those that
 * wx.login returns in WeChat DevTools, belongs to the same developer.
 */
function jscode2session({ miniProgram, users, usedCodes }: ListenerParts): Call {
  return (query) => {
    checkProgram(query.get("appid"), query.get("secret"), miniProgram);
    const code = query.get("js_code");
    if (!code) throw new WeixinError(41008);
    const wanted = /^error-(-?\d+)(?:-|$)/.exec(code)?.[1];
    if (wanted !== undefined) throw new WeixinError(Number(wanted));
    if (query.get("grant_type") !== "authorization_code") throw new WeixinError(40029);
    if (usedCodes.has(code)) throw new WeixinError(40163);
    if (code !== TOURIST_CODE) usedCodes.add(code);
    const name = /^user-([a-z0-9]+)(?:-|$)/i.exec(code)?.[1] ?? "developer";
    return { session_key: randomBytes(16).toString("base64"), openid: users.seen(name) };
  };
}

/** `POST /cgi-bin/stable_token` (https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken.html). */
function stableToken({ miniProgram, tokens }: ListenerParts): Call {
  return (_query, body) => {
    const { grant_type, appid, secret, force_refresh = false }: Record<string, unknown> = Object(body);
    if (grant_type !== "client_credential") throw new WeixinError(40002);
    checkProgram(appid, secret, miniProgram);
    if (typeof force_refresh !== "boolean") throw new WeixinError(47001);
    return tokens.get(force_refresh);
  };
}

function mediaCheckAsync({ tokens, checks }: ListenerParts): Call {
  return (query, body) => {
    tokens.check(query.get("access_token"));
    return checks.ask(body);
  };
}

function checkProgram(appid: unknown, secret: unknown, known: MiniProgram): void {
  if (!appid) throw new WeixinError(41002);
  if (!secret) throw new WeixinError(41004);
  if (appid !== known.appId) throw new WeixinError(40013);
  if (secret !== known.secret) throw new WeixinError(40125);
}

/** @throws {WeixinError} 47001 for a body that is not a JSON object, whatever its content type */
async function readBody(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    const data = Buffer.from(chunk);
    bytes += data.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(data);
  }
  const body = membersOf(readJson(Buffer.concat(chunks).toString("utf8")));
  if (bytes > MAX_BODY_BYTES || body === undefined) throw new WeixinError(47001);
  return Object.fromEntries(body);
}

import { createHash, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import type { MiniProgram } from "../cloud/account.ts";
import { guard, sendText } from "../guard/guard.ts";
import { withHealth } from "../guard/own-pages.ts";
import { note } from "../requests/note.ts";

/** What wx.login gives in WeChat DevTools, again and again, without an AppID of one's own (`touristappid`). */
const TOURIST_CODE = "the code is a mock one";

/** What WeChat says of each errcode. `errmsg` is for people; programs compare `errcode`. */
const ERRORS: ReadonlyMap<number, string> = new Map([
  [-1, "system error"],
  [40013, "invalid appid"],
  [40029, "invalid code"],
  [40125, "invalid appsecret"],
  [40163, "code been used"],
  [40226, "code blocked"],
  [41002, "appid missing"],
  [41004, "appsecret missing"],
  [41008, "missing code"],
  [45011, "api minute-quota reach limit, must slower, retry next minute"],
]);

interface Answer {
  readonly errcode?: number;
  readonly errmsg?: string;
  readonly session_key?: string;
  readonly openid?: string;
}

/**
 * Plays `GET /sns/jscode2session`
 * (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html): errors too
 * come with status 200, and a code is good once.
 *
 * Whose code it is, the code itself tells: `user-<name>-<anything>` belongs to the user of that name,
 * `error-<errcode>-<anything>` is refused with that errcode, and every other code, such as those that
 * wx.login gives in WeChat DevTools, belongs to one and the same developer.
 *
 * @param used the codes that were good already
 */
export function createWeChatListener(
  { appId, secret }: MiniProgram,
  log: (line: string) => void,
  used: Set<string> = new Set(),
): RequestListener {
  function exchange(query: URLSearchParams): Answer {
    if (!query.get("appid")) return error(41002);
    if (!query.get("secret")) return error(41004);
    if (query.get("appid") !== appId) return error(40013);
    if (query.get("secret") !== secret) return error(40125);
    const code = query.get("js_code");
    if (!code) return error(41008);
    const wanted = /^error-(-?\d+)(?:-|$)/.exec(code)?.[1];
    if (wanted !== undefined) return error(Number(wanted));
    if (query.get("grant_type") !== "authorization_code") return error(40029);
    if (used.has(code)) return error(40163);
    if (code !== TOURIST_CODE) used.add(code);
    const name = /^user-([a-z0-9]+)(?:-|$)/i.exec(code)?.[1] ?? "developer";
    return { session_key: randomBytes(16).toString("base64"), openid: openidOf(name) };
  }

  return guard(
    withHealth((request, response) => {
      // Split by hand: a URL parser takes `//` for a host, and throws where there is none.
      const [path, query = ""] = (request.url ?? "").split("?", 2);
      request.resume();
      if (request.method !== "GET" || path !== "/sns/jscode2session") {
        response.writeHead(404).end();
        return;
      }
      const answer = exchange(new URLSearchParams(query));
      if (answer.errcode !== undefined) {
        note(response, { code: String(answer.errcode), reason: answer.errmsg });
      }
      // WeChat labels its JSON as text.
      response.setHeader("content-type", "text/plain").end(JSON.stringify(answer));
    }),
    {
      service: "wechat",
      log,
      access: { isOwnHost: (name) => name === "api.weixin.qq.com" },
      refuse: (response, { message }) => sendText(response, 403, message),
    },
  );
}

function error(errcode: number): Answer {
  return { errcode, errmsg: ERRORS.get(errcode) ?? "unknown error" };
}

/** Always the same for a name, in the form of a real openid: 28 characters that begin with `o`. */
function openidOf(name: string): string {
  return `o${createHash("sha256").update(`emulated openid ${name}`).digest("base64url").slice(0, 27)}`;
}

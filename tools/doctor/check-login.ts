import { randomBytes } from "node:crypto";
import { number, object, parseJson, pipe, safeParse, string } from "valibot";
import { blocked, type Claim, type Finding, fail, pass } from "../../packages/tls-check/src/index.ts";
import { type WeChat, WRONG_SETTINGS } from "../../shared/wechat/config.ts";
import { type Network, NetworkError, send } from "../lib/network.ts";
import { wrongAddressFinding } from "./reach/wrong-address.ts";

const CLAIM: Claim = { id: "login.wechat", title: "WeChat knows WX_APPID and WX_SECRET" };

/** The code is unknown or used. WeChat answers so only after it has accepted the AppID and the AppSecret. */
const CODE_REFUSED: ReadonlySet<unknown> = new Set([40029, 40163]);

/**
 * Asks WeChat which user a made-up code belongs to
 * (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html).
 */
export async function checkLogin({ appId, secret, endpoint }: WeChat, network: Network): Promise<Finding> {
  const url = new URL("/sns/jscode2session", endpoint);
  url.search = new URLSearchParams({
    appid: appId,
    secret,
    // The emulated WeChat accepts any code, except one that names an error. To the real one it is just an unknown code.
    js_code: `error-40029-${randomBytes(8).toString("hex")}`,
    grant_type: "authorization_code",
  }).toString();
  try {
    const { status, body } = await send(url, { method: "GET" }, network);
    return judge(errcodeOf(body.toString("utf8")), status, endpoint);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { host } = endpoint;
    return (
      wrongAddressFinding(CLAIM, error.code, { host, variable: "WX_ENDPOINT", mayBePrivate: true }) ??
      blocked(CLAIM, `${host}: ${error.message}.`, unreachableFix(error))
    );
  }
}

function judge(errcode: number | undefined, status: number, endpoint: URL): Finding {
  if (errcode === undefined) {
    return fail(
      CLAIM,
      `${endpoint.host} answers ${status}, and the answer is not WeChat's.`,
      "Correct WX_ENDPOINT, or leave it out.",
    );
  }
  if (CODE_REFUSED.has(errcode)) return pass(CLAIM, `It refuses only the made-up code (${errcode}).`);
  const wrong = WRONG_SETTINGS.get(errcode);
  if (wrong === undefined)
    return blocked(CLAIM, `WeChat answers ${errcode}.`, "Look up the code in WeChat's documentation.");
  return fail(
    CLAIM,
    `${wrong} (WeChat answers ${errcode}.)`,
    "See the Mini Program's console, under development settings; copy both again if they are wrong.",
  );
}

const Refused = pipe(string(), parseJson(), object({ errcode: number() }));

/** WeChat's `errcode`; undefined when the answer is not WeChat's. */
function errcodeOf(text: string): number | undefined {
  const { success, output } = safeParse(Refused, text);
  return success ? output.errcode : undefined;
}

function unreachableFix({ code }: NetworkError): string {
  return /CERT|SIGNATURE|ALTNAME|ISSUER/.test(code)
    ? "For the emulator, name its root with --ca .emulator/tls/ca.pem. Otherwise something intercepts the connection to WeChat."
    : "Check that this machine can reach it and that WX_ENDPOINT is right.";
}

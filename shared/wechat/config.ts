import { type Environment, optional, optionalUrl, required } from "../config.ts";

/** The Mini Program, as WeChat knows it. */
export interface WeChat {
  readonly appId: string;
  readonly secret: string;
  /** `https://api.weixin.qq.com`, or what replaces it. */
  readonly endpoint: URL;
}

/** What the Mini Program's console has for its message push. */
export interface PushConfig {
  readonly appId: string;
  /** WX_PUSH_TOKEN, that messages are signed with. */
  readonly token: string;
  /** WX_PUSH_AES_KEY, 32 bytes. With it, a message that is not encrypted is refused. */
  readonly aesKey: Buffer | undefined;
}

/** MEDIA_CHECK: whether WeChat checks images and audio. */
export function readMediaCheck(env: Environment): boolean {
  return optional(env, "MEDIA_CHECK", /^wechat$/, "wechat, or not set") !== undefined;
}

/** WX_APPID, WX_PUSH_TOKEN and WX_PUSH_AES_KEY. */
export function readPush(env: Environment): PushConfig {
  const aesKey = optional(
    env,
    "WX_PUSH_AES_KEY",
    /^[A-Za-z0-9]{43}$/,
    "the EncodingAESKey of the message push, 43 letters and digits",
  );
  return {
    appId: readAppId(env),
    token: required(
      env,
      "WX_PUSH_TOKEN",
      /^[A-Za-z0-9]{3,32}$/,
      "the token of the message push, 3 to 32 letters and digits",
    ),
    aesKey: aesKey === undefined ? undefined : Buffer.from(`${aesKey}=`, "base64"),
  };
}

/** WX_APPID, WX_SECRET and WX_ENDPOINT. */
export function readWeChat(env: Environment): WeChat {
  const says = "an https:// address without a path";
  const endpoint = optionalUrl(env, "WX_ENDPOINT", /^https:\/\/[^/?#@]+\/*$/, says);
  return {
    appId: readAppId(env),
    secret: required(env, "WX_SECRET", /^[\w-]+$/, "the Mini Program's AppSecret"),
    endpoint: endpoint ?? new URL("https://api.weixin.qq.com"),
  };
}

function readAppId(env: Environment): string {
  return required(env, "WX_APPID", /^[\w-]+$/, "the Mini Program's AppID");
}

const NOT_LISTED =
  "WX_APPID has a list of IP addresses that may call WeChat, and the function's is not on it: give the function a fixed address, or clear the list.";

/**
 * WeChat's errcode → what the log says is wrong: nothing works until it is corrected
 * (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html, getStableAccessToken's page,
 * and the list of global return codes).
 */
export const WRONG_SETTINGS: ReadonlyMap<number, string> = new Map([
  [40013, "WX_APPID is not a Mini Program's AppID."],
  [41002, "WX_APPID is not a Mini Program's AppID."],
  [40001, "WX_SECRET is not the AppSecret of WX_APPID."],
  [40125, "WX_SECRET is not the AppSecret of WX_APPID."],
  [41004, "WX_SECRET is not the AppSecret of WX_APPID."],
  [40243, "WX_SECRET is frozen; unfreeze it in the Mini Program's console, or reset it."],
  [40066, "WX_ENDPOINT leads to an address that WeChat does not have."],
  [61024, "WX_APPID belongs to a third-party platform, which must ask in its place."],
  [40164, NOT_LISTED],
  [61004, NOT_LISTED],
  [89503, "An administrator of WX_APPID must confirm calls from the function's IP address."],
  [89501, "An administrator of WX_APPID must confirm calls from the function's IP address."],
  [89506, "An administrator of WX_APPID has refused calls from the function's IP address."],
  [89507, "An administrator of WX_APPID has refused calls from the function's IP address."],
  [48001, "WX_APPID has no permission for this call: see the Mini Program's console."],
  [48004, "WX_APPID is barred from this call: see the Mini Program's console."],
  [50002, "WX_APPID is barred from this call: see the Mini Program's console."],
  [50004, "WX_APPID is barred from this call: see the Mini Program's console."],
  [50007, "WX_APPID's account is frozen: see the Mini Program's console."],
]);

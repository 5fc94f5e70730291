import type { Invocation } from "../entry/invocation.ts";
import { ServiceError } from "../errors.ts";
import { exchangeWhole, objectTarget } from "../net/https.ts";
import type { AccessTokens } from "./access-token.ts";
import type { WeChat } from "./config.ts";
import { WeixinRefusal } from "./refusal.ts";
import { weixin } from "./weixin.ts";

/** 1 is audio, 2 is an image; there is none for video or documents. */
export type MediaType = 1 | 2;

/** The largest file that WeChat checks, in bytes. */
const MAX_CHECKED_BYTES = 10 * 1024 * 1024;

/**
 * The extensions of the formats that WeChat checks
 * (https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync). `ogg` is for
 * Vorbis and Opus.
 */
const CHECKED: ReadonlyMap<string, MediaType> = new Map([
  ...["jpg", "jpeg", "jfif", "png", "bmp", "gif"].map((ext) => [ext, 2] as const),
  ...["mp3", "aac", "ac3", "wma", "flac", "ogg", "opus", "wav"].map((ext) => [ext, 1] as const),
]);

/** What WeChat would check a file as; undefined for one that it does not check. */
export function checkedAs(ext: string, bytes: number): MediaType | undefined {
  return bytes > MAX_CHECKED_BYTES ? undefined : CHECKED.get(ext);
}

/** A file that is to be checked. */
export interface Media {
  /** Signed, and good for long enough that WeChat fetches it. */
  readonly url: string;
  readonly type: MediaType;
  /** Of whoever uploaded it, who must have used the Mini Program in the last two hours. */
  readonly openid: string;
}

/** What became of the question. */
export type Asked =
  /** WeChat looks at it, and pushes what it finds under this id within 30 minutes. */
  | { readonly is: "asked"; readonly traceId: string }
  /** Not now: too many calls, WeChat is busy or cannot be reached, or a setting is wrong. */
  | { readonly is: "later"; readonly why: string }
  /** Never for this file: WeChat does not know its user, or has not seen them for two hours. */
  | { readonly is: "refused"; readonly why: string };

/** Somewhere in social content: the strictest place (1 profile, 2 comment, 3 forum, 4 social log). */
const SCENE = 4;

/** An access_token that has been renewed elsewhere, has run out, or is none. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([40001, 40014, 42001]);

/** The user is not one of this Mini Program's, or has not been in it for two hours. */
const USER_REFUSED: ReadonlyMap<number, string> = new Map([
  [40003, "UserUnknown"],
  [61010, "UserAway"],
]);

/** What a trace_id is made of, as far as seen; it becomes part of an object key. */
const TRACE_ID = /^[\w-]{1,128}$/;

/**
 * Asks WeChat to check a file (`mediaCheckAsync`, version 2). What it finds comes later, by the message push.
 *
 * The address is tried first: of one that cannot be fetched, developers were told `pass`
 * (https://developers.weixin.qq.com/community/minihome/doc/0004eef4544c8897e892e837f61800).
 *
 * @throws ServiceError never; whatever fails on the way is `later`
 */
export async function askMediaCheck(
  media: Media,
  { endpoint }: WeChat,
  tokens: AccessTokens,
  invocation: Invocation,
): Promise<Asked> {
  try {
    const status = await tried(media.url, invocation);
    if (status !== 200 && status !== 206) return { is: "later", why: `FileUnreadable ${status}` };
    const first = await ask(media, endpoint, tokens, invocation);
    // The token that an instance keeps becomes invalid when another program forces a new one.
    const answer = TOKEN_REFUSED.has(first.errcode) ? await ask(media, endpoint, tokens, invocation) : first;
    const { errcode, traceId } = answer;
    if (errcode === 0 && typeof traceId === "string" && TRACE_ID.test(traceId))
      return { is: "asked", traceId };
    const why = USER_REFUSED.get(errcode);
    return why === undefined ? { is: "later", why: String(errcode) } : { is: "refused", why };
  } catch (error) {
    if (error instanceof WeixinRefusal) return { is: "later", why: error.message };
    // Of WX_ENDPOINT, whose setting is wrong.
    if (error instanceof ServiceError) return { is: "later", why: String(error.log["message"]) };
    if (!(error instanceof Error)) throw error;
    return { is: "later", why: error.name };
  }
}

async function ask(
  { url, type, openid }: Media,
  endpoint: URL,
  tokens: AccessTokens,
  invocation: Invocation,
): Promise<{ readonly errcode: number; readonly traceId: unknown }> {
  const token = await tokens.get(invocation);
  const call = new URL("/wxa/media_check_async", endpoint);
  call.searchParams.set("access_token", token);
  const body = { media_url: url, media_type: type, version: 2, scene: SCENE, openid };
  const { fields, errcode } = await weixin(call, body, invocation);
  if (TOKEN_REFUSED.has(errcode)) tokens.forget(token);
  return { errcode, traceId: fields.get("trace_id") };
}

/** The status of the very request that WeChat will make: a signature is for one method, so HEAD would need another. */
async function tried(url: string, invocation: Invocation): Promise<number> {
  const request = { method: "GET", headers: { range: "bytes=0-0" }, timeoutMs: 5000 } as const;
  const { status } = await exchangeWhole(objectTarget(new URL(url)), request, invocation);
  return status;
}

import { randomBytes } from "node:crypto";
import { integer, literal, nonEmpty, number, object, pipe, safeParse, string, union, unknown } from "valibot";
import { type Clock, unixSeconds } from "../cloud/clock.ts";
import type { Faults } from "../faults/faults.ts";
import { fetchMedia, isOfType } from "./media.ts";
import type { MessagePush } from "./message-push.ts";
import type { Message } from "./push-envelope.ts";
import type { Users } from "./users.ts";
import { WeixinError } from "./weixin-error.ts";

/** https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync */
const MAX_A_MINUTE = 2000;
const MAX_A_DAY = 200_000;

/** What a check finds. */
export type Suggestion = "pass" | "review" | "risky";

/** The label of each: normal, other, porn. */
const LABELS = { pass: 100, review: 21000, risky: 20002 } as const;

/** The errcode of a file that could not be fetched, as developers report it. */
const NOT_FETCHED = -1008;

/**
 * The marker in a file's bytes that decides its result: `wechat-emulator:risky`, or `pass`, `review`, or `never` for a
 * result that never comes.
 */
const MARK = /wechat-emulator:(pass|review|risky|never)/;

/** One check. It is updated as it progresses. */
export interface MediaCheck {
  readonly traceId: string;
  readonly openid: string;
  readonly mediaType: 1 | 2;
  /** What was found; undefined until then, and for a file that could not be fetched. */
  readonly suggest: Suggestion | undefined;
  /** How many times its result has been pushed. */
  readonly pushes: number;
}

export interface MediaCheckOptions {
  readonly appId: string;
  readonly users: Users;
  readonly push: MessagePush;
  /** How long after the call its result is pushed, in milliseconds. */
  readonly mediaCheckMs: number;
  readonly faults: Faults;
  readonly clock: Clock;
  /** The certificate of the authority that signed the emulated COS's, as PEM. */
  readonly ca: string;
  readonly log: (line: string) => void;
}

const Call = object({
  media_url: pipe(string(), nonEmpty()),
  media_type: unknown(),
  version: literal(2),
  scene: pipe(number(), integer()),
  openid: string(),
});

const MEDIA_TYPE = union([literal(1), literal(2)]);

/** Emulates `POST /wxa/media_check_async`: fetches the file, and pushes its result after a while. */
export class MediaChecks {
  readonly #options: MediaCheckOptions;
  readonly #checks = new Map<string, { -readonly [field in keyof MediaCheck]: MediaCheck[field] }>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #calls: number[] = [];

  constructor(options: MediaCheckOptions) {
    this.#options = options;
  }

  get all(): readonly MediaCheck[] {
    return [...this.#checks.values()];
  }

  /** @throws {WeixinError} 40003, 40004, 40097, 44990, 45009 or 61010 */
  ask(body: unknown): { readonly errcode: 0; readonly errmsg: "ok"; readonly trace_id: string } {
    const { users, faults } = this.#options;
    const call = safeParse(Call, body);
    if (!call.success) throw new WeixinError(40097, call.issues.map((issue) => issue.message).join(" "));
    const { media_url: url, scene, openid } = call.output;
    const mediaType = safeParse(MEDIA_TYPE, call.output.media_type);
    if (!mediaType.success) throw new WeixinError(40004);
    if (scene < 1 || scene > 4) throw new WeixinError(40097, "scene must be 1 to 4");
    if (!/^https?:\/\/./.test(url)) throw new WeixinError(40097, "media_url is not a URL");
    this.#count();
    const isRecent = users.isRecent(openid);
    if (isRecent === undefined) throw new WeixinError(40003);
    if (!isRecent) throw new WeixinError(61010);
    const traceId = newTraceId(this.#options.clock);
    this.#checks.set(traceId, {
      traceId,
      openid,
      mediaType: mediaType.output,
      suggest: undefined,
      pushes: 0,
    });
    void this.#check(traceId, url, mediaType.output, faults.wechat);
    return { errcode: 0, errmsg: "ok", trace_id: traceId };
  }

  /**
   * Pushes this result now, whatever was found, even if one was pushed before.
   *
   * @throws {RangeError} for a trace_id that was not issued
   */
  async pushResult(traceId: string, suggest: Suggestion): Promise<void> {
    const check = this.#checks.get(traceId);
    if (check === undefined) throw new RangeError(`WeChat has not issued the trace_id ${traceId}.`);
    check.suggest = suggest;
    await this.#push(check);
  }

  clear(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#checks.clear();
    this.#calls = [];
  }

  /** Counts a well-formed call. No page says which errcode belongs to which limit. */
  #count(): void {
    const now = this.#options.clock();
    this.#calls = this.#calls.filter((time) => time > now - 86_400_000);
    if (this.#calls.length >= MAX_A_DAY) throw new WeixinError(45009);
    const minute = this.#calls.findLastIndex((time) => time <= now - 60_000) + 1;
    if (this.#calls.length - minute >= MAX_A_MINUTE) throw new WeixinError(44990);
    this.#calls.push(now);
  }

  async #check(traceId: string, url: string, mediaType: 1 | 2, fault: Faults["wechat"]): Promise<void> {
    const file = await fetchMedia(url, this.#options.ca);
    const check = this.#checks.get(traceId);
    if (check === undefined) return;
    const found = file && isOfType(file, mediaType) ? verdictOn(file, fault) : blindly(fault);
    this.#options.log(
      `wechat checked ${traceId}: ${found ?? "could not be fetched, or has a type that is not checked"}`,
    );
    if (found === "never" || fault === "never") return;
    check.suggest = found;
    this.#later(() => this.#push(check));
    if (fault === "twice") this.#later(() => this.#push(check));
  }

  #later(work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, this.#options.mediaCheckMs);
    this.#timers.add(timer);
  }

  async #push(check: { -readonly [field in keyof MediaCheck]: MediaCheck[field] }): Promise<void> {
    check.pushes += 1;
    const { appId, clock, push } = this.#options;
    await push.send(resultOf(check, appId, unixSeconds(clock)));
  }
}

function verdictOn(file: Buffer, fault: Faults["wechat"]): Suggestion | "never" {
  if (fault === "risky" || fault === "review") return fault;
  const [, mark] = MARK.exec(file.toString("latin1")) ?? [];
  return mark === "review" || mark === "risky" || mark === "never" ? mark : "pass";
}

/** Developers have seen both: an error, and a pass for a file that was never checked. */
function blindly(fault: Faults["wechat"]): Suggestion | undefined {
  return fault === "blind" ? "pass" : undefined;
}

/** The event `wxa_media_check`, version 2. */
function resultOf({ traceId, openid, suggest }: MediaCheck, appId: string, now: number): Message {
  const event = {
    ToUserName: "gh_e0a1b2c3d4e5",
    FromUserName: openid,
    CreateTime: now,
    MsgType: "event",
    Event: "wxa_media_check",
    appid: appId,
    trace_id: traceId,
    version: 2,
  };
  if (suggest === undefined) {
    return { ...event, detail: [], errcode: NOT_FETCHED, errmsg: "下载错误,请检查媒体链接是否有效" };
  }
  const label = LABELS[suggest];
  return {
    ...event,
    detail: [{ strategy: "content_model", errcode: 0, suggest, label, prob: 90 }],
    errcode: 0,
    errmsg: "ok",
    result: { suggest, label },
  };
}

/** Three numbers in hexadecimal, the first of which is the time. */
function newTraceId(clock: Clock): string {
  const part = () => randomBytes(4).toString("hex");
  return `${unixSeconds(clock).toString(16).padStart(8, "0")}-${part()}-${part()}`;
}

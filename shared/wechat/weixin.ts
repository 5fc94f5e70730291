import { clockMs } from "../clock.ts";
import type { Invocation } from "../entry/invocation.ts";
import { exchange, type HttpsAnswer, NetworkError, target } from "../net/https.ts";
import { wrongAddress } from "../wrong-setting.ts";

/** The most that a call of WeChat's server API may take, in milliseconds. */
const MAX_CALL_MS = 5000;

/** An answer from WeChat: its fields, unchecked, and its errcode. */
export interface Answer {
  readonly fields: ReadonlyMap<string, unknown>;
  /** 0 where there is none; NaN for one that is no number. */
  readonly errcode: number;
}

/**
 * One call of WeChat's server API. WeChat answers 200 to errors too, and calls its JSON text, so the body alone counts.
 * Notes the time for the log.
 *
 * @param body sent as JSON, by POST; a call without one is a GET
 * @throws TimeoutError, NetworkError, or ServiceError when WX_ENDPOINT names a wrong address
 */
export async function weixin(url: URL, body: object | undefined, invocation: Invocation): Promise<Answer> {
  const startedAt = clockMs();
  const request =
    body === undefined
      ? ({ method: "GET", headers: {} } as const)
      : ({
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        } as const);
  const json = await exchange(target(url), { ...request, timeoutMs: MAX_CALL_MS }, invocation)
    .then(readJson)
    .catch((error: unknown) => {
      throw (error instanceof NetworkError && wrongAddress(error.code, "WX_ENDPOINT")) || error;
    });
  const before = invocation.log["wechatMs"];
  invocation.note({
    wechatMs: (typeof before === "number" ? before : 0) + Math.round(clockMs() - startedAt),
  });
  const fields = new Map<string, unknown>(Object.entries(Object(json)));
  const errcode = fields.get("errcode") ?? 0;
  return {
    fields,
    errcode: typeof errcode === "string" && errcode !== "" ? Number(errcode) : asNumber(errcode),
  };
}

function readJson({ status, text }: HttpsAnswer): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NetworkError(`HTTP ${status}`);
  }
}

function asNumber(value: unknown): number {
  return typeof value === "number" ? value : Number.NaN;
}

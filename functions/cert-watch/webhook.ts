import { RunError } from "../../shared/entry/event.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { exchange, NetworkError, TimeoutError, target } from "../../shared/net/https.ts";

/** The message did not arrive. Carries no part of the address. */
export class WebhookError extends RunError {
  override readonly name = "WebhookError";
  constructor(message: string) {
    super("WebhookFailed", message);
  }
}

const TIMEOUT_MS = 5000;

/**
 * Posts to a WeCom group's bot (https://developer.work.weixin.qq.com/document/path/91770), or anything that takes the
 * same message. WeCom answers 200 to errors too, with an errcode that is not 0.
 *
 * @throws WebhookError
 */
export async function postMarkdown(webhook: URL, content: string, invocation: Invocation): Promise<void> {
  const request = {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ msgtype: "markdown", markdown: { content } }),
    timeoutMs: TIMEOUT_MS,
  } as const;
  const answer = await exchange(target(webhook), request, invocation).catch((error: unknown) => {
    if (error instanceof TimeoutError) throw new WebhookError("The webhook did not answer in time.");
    if (error instanceof NetworkError)
      throw new WebhookError(`The webhook cannot be reached: ${error.code}.`);
    throw error;
  });
  if (answer.status < 200 || answer.status > 299) {
    throw new WebhookError(`The webhook answered ${answer.status}.`);
  }
  const errcode = readErrcode(answer.text);
  if (errcode !== 0) throw new WebhookError(`The webhook answered errcode ${errcode}.`);
}

/** Also 0 when there is none: other services that take the message answer differently. */
function readErrcode(text: string): number {
  try {
    const { errcode = 0 }: { errcode?: unknown } = Object(JSON.parse(text));
    return typeof errcode === "number" ? errcode : Number.NaN;
  } catch {
    return 0;
  }
}

import { createHash, createHmac } from "node:crypto";
import { RunError } from "../entry/event.ts";
import type { Invocation } from "../entry/invocation.ts";
import { errorCode } from "../error-code.ts";
import { field } from "../field.ts";
import { retryOnce } from "../net/retry.ts";
import type { StoredFile } from "./stored-file.ts";

/** Where uploads are announced. */
export interface Webhook {
  readonly url: URL;
  /** The bytes that the secret stands for. */
  readonly key: Buffer;
}

/** What is announced. */
export type Announcement = "upload.stored" | "upload.accepted" | "upload.rejected";

/** The announcement did not arrive. Carries no part of the address. */
export class WebhookError extends RunError {
  override readonly name = "WebhookError";
  constructor(message: string) {
    super("WebhookFailed", message);
  }
}

/** The longest wait for an answer, in milliseconds. */
const TIMEOUT_MS = 5000;

/**
 * Announces a file by the Standard Webhooks scheme
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md). The same
 * announcement of the same upload always has the same `webhook-id`, by which a receiver recognizes a
 * repetition.
 *
 * @param reason why it was rejected, as a code
 * @throws WebhookError unless the answer is 2xx; a redirect is not followed
 */
export async function announce(
  type: Announcement,
  file: StoredFile,
  reason: string | undefined,
  { url, key }: Webhook,
  invocation: Invocation,
): Promise<void> {
  const id = idOf(type, file);
  const now = Date.now();
  const timestamp = Math.floor(now / 1000);
  const { encoding: _, ...told } = file;
  const data = { ...told, ...(reason !== undefined && { reason }) };
  const body = JSON.stringify({ type, timestamp: new Date(now).toISOString(), data });
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(timestamp),
    "webhook-signature": signature(key, id, timestamp, body),
  };
  const answer = await retryOnce(
    () => {
      const timeoutMs = Math.max(1, Math.floor(Math.min(TIMEOUT_MS, invocation.remainingMs())));
      const signal = AbortSignal.timeout(timeoutMs);
      return fetch(url, { method: "POST", redirect: "manual", headers, body, signal });
    },
    // SCF freezes an instance between invocations, and a connection that was kept is closed in the meantime.
    (error) => !isLate(error),
    invocation,
  ).catch((error: unknown) => {
    throw new WebhookError(
      isLate(error)
        ? "The webhook did not answer in time."
        : `The webhook of UPLOADED_WEBHOOK cannot be reached: ${codeOfFetch(error)}.`,
    );
  });
  await answer.body?.cancel();
  if (!answer.ok) throw new WebhookError(`The webhook answered ${answer.status}.`);
}

/**
 * Why fetch failed, which it hides in its error's cause: Node's code, such as ENOTFOUND, or, of a port that it never
 * connects to (https://fetch.spec.whatwg.org/#port-blocking), "bad port".
 */
function codeOfFetch(error: unknown): string {
  const cause = field(error, "cause");
  return errorCode(cause) ?? (field(cause, "message") === "bad port" ? "bad port" : "UNKNOWN");
}

function isLate(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

/** `v1,` and the HMAC-SHA256 of `<id>.<timestamp>.<body>` in base64. Pure. */
export function signature(key: Uint8Array, id: string, timestamp: number, body: string): string {
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

function idOf(type: Announcement, { key, etag, storedAt }: StoredFile): string {
  const text = JSON.stringify([type, key, etag, storedAt]);
  return `msg_${createHash("sha256").update(text).digest("base64url").slice(0, 32)}`;
}

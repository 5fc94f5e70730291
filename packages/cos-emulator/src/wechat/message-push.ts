import { randomBytes } from "node:crypto";
import { type Clock, unixSeconds } from "../cloud/clock.ts";
import { envelopeOf, type Message, type PushFormat, type PushSecrets, signatureOf } from "./push-envelope.ts";

/** The Mini Program's message push, as set in its console. */
export interface MessagePushSettings extends PushSecrets {
  /** The server's address. In reality, only ports 80 and 443 are allowed. */
  readonly url: string;
  /** @default json */
  readonly format?: PushFormat;
}

/** Thrown when WeChat's console would not accept the settings of the message push. */
export class MessagePushError extends Error {
  override readonly name = "MessagePushError";
}

/** How long a server has to answer, in milliseconds. Otherwise the message is sent again, three times in all. */
const ANSWER_MS = 5000;
const ATTEMPTS = 3;

export interface MessagePushOptions {
  readonly appId: string;
  readonly clock: Clock;
  readonly log: (line: string) => void;
}

/**
 * Sends messages to the Mini Program's own server. A server that does not answer in time, or cannot be reached, gets a
 * message up to three times. We could not find out what WeChat does after an answer other than 200; here, any answer is
 * enough.
 */
export class MessagePush {
  readonly #options: MessagePushOptions;
  #settings: MessagePushSettings | undefined;
  #stopping = new AbortController();

  constructor(options: MessagePushOptions) {
    this.#options = options;
  }

  /**
   * Does what the console's button "submit" does: the address must answer a signed GET with its `echostr`. Undefined
   * removes the settings.
   *
   * @throws {MessagePushError}
   */
  async configure(settings: MessagePushSettings | undefined): Promise<void> {
    if (settings === undefined) {
      this.#settings = undefined;
      return;
    }
    const { url, token, aesKey } = settings;
    if (!/^[A-Za-z0-9]{3,32}$/.test(token)) {
      throw new MessagePushError("The token of the message push must be 3 to 32 letters and digits.");
    }
    if (aesKey !== undefined && !/^[A-Za-z0-9]{43}$/.test(aesKey)) {
      throw new MessagePushError("The EncodingAESKey of the message push must be 43 letters and digits.");
    }
    if (!/^https?:\/\//.test(url)) {
      throw new MessagePushError("The address of the message push must begin with http:// or https://.");
    }
    const timestamp = String(unixSeconds(this.#options.clock));
    const nonce = String(randomBytes(4).readUInt32BE());
    const echostr = randomBytes(8).readBigUInt64BE().toString();
    const query = { signature: signatureOf(token, timestamp, nonce), echostr, timestamp, nonce };
    const answer = await this.#send(withQuery(url, query), { method: "GET" }).catch(() => undefined);
    if (answer?.status !== 200 || answer.text !== echostr) {
      const was = answer === undefined ? "did not answer" : `answered ${answer.status}`;
      throw new MessagePushError(
        `The address of the message push ${was}; it must answer a GET with the echostr, and the token must be the same.`,
      );
    }
    this.#settings = settings;
  }

  /** Sends one message. Resolves when it is answered or all attempts have failed, and never rejects. */
  async send(message: Message): Promise<void> {
    const { appId, clock, log } = this.#options;
    const settings = this.#settings;
    if (settings === undefined) {
      log("wechat has a message but no address to push it to");
      return;
    }
    const { url, format = "json" } = settings;
    const { query, body, contentType } = envelopeOf(message, format, settings, appId, unixSeconds(clock));
    const init = { method: "POST", body, headers: { "content-type": contentType } };
    const name = String(message["Event"] ?? "message");
    for (let attempt = 1; attempt <= ATTEMPTS && !this.#stopping.signal.aborted; attempt++) {
      const answer = await this.#send(withQuery(url, query), init).catch(() => undefined);
      if (answer !== undefined) {
        log(`wechat pushed ${name}, answered with ${answer.status}`);
        return;
      }
      log(`wechat pushed ${name}, not answered, attempt ${attempt} of ${ATTEMPTS}`);
    }
  }

  /** Cuts off requests in progress. */
  cut(): void {
    this.#stopping.abort();
    this.#stopping = new AbortController();
  }

  async #send(url: string, init: RequestInit): Promise<{ readonly status: number; readonly text: string }> {
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(ANSWER_MS)]);
    const response = await fetch(url, { ...init, signal, redirect: "manual" });
    return { status: response.status, text: await response.text() };
  }
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  return address.href;
}

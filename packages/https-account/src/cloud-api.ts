import { CommonClient } from "tencentcloud-sdk-nodejs-common";
import {
  type BaseIssue,
  type BaseSchema,
  fallback,
  type InferOutput,
  number,
  object,
  optional,
  pipe,
  safeParse,
  string,
  transform,
  union,
} from "valibot";

/** The two APIs, each with the variable that sets another endpoint. */
export const APIS = {
  cdn: { version: "2018-06-06", endpoint: "https://cdn.tencentcloudapi.com", variable: "CDN_ENDPOINT" },
  ssl: { version: "2019-12-05", endpoint: "https://ssl.tencentcloudapi.com", variable: "SSL_ENDPOINT" },
} as const;

export interface CloudApiOptions {
  readonly credential: { readonly secretId: string; readonly secretKey: string; readonly token?: string };
  /** `https://HOST`, or `http://` with a loopback address; undefined for Tencent's own. */
  readonly endpoint: string | undefined;
  /** The limit for one call. */
  readonly timeoutSeconds: number;
  readonly sleep: (ms: number) => Promise<void>;
  /** What else the message of a refused key says: where the caller's key comes from, and which policy it needs. */
  readonly hints?: Hints;
}

/** A sentence each. */
export interface Hints {
  /** The API does not know the key, or its signature is wrong. */
  readonly key: string;
  /** The key may not do this. */
  readonly permission: string;
}

const HINTS: Hints = { key: "Check the key.", permission: "The key lacks the permission." };

/** The endpoint cannot be used; the message names the variable. */
export class EndpointError extends Error {
  override readonly name = "EndpointError";
}

/** The API refused, could not be reached, or answered in another form. The message says which, in the API's words. */
export class CloudError extends Error {
  override readonly name = "CloudError";
  readonly action: string;
  /** The API's code, such as `ResourceNotFound.CdnHostNotExists`; or `ConnectionFailed` or `UnexpectedAnswer`. */
  readonly code: string;

  /** @param hint a sentence that says what to do; empty for none */
  constructor(action: string, code: string, message: string, hint = "") {
    super(`${action}: ${code}: ${message.replace(/\.$/, "")}.${hint && ` ${hint}`}`);
    this.action = action;
    this.code = code;
  }
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

type Schema = BaseSchema<unknown, unknown, BaseIssue<unknown>>;

/** One of the account's APIs. */
export class CloudApi {
  readonly #clientIn: (region: string | undefined) => CommonClient;
  readonly #sleep: CloudApiOptions["sleep"];
  readonly #hints: Hints;

  /** @throws EndpointError */
  constructor(
    name: keyof typeof APIS,
    { credential, endpoint, timeoutSeconds, sleep, hints = HINTS }: CloudApiOptions,
  ) {
    const { version, endpoint: own, variable } = APIS[name];
    const url = readEndpoint(variable, endpoint ?? own);
    this.#sleep = sleep;
    this.#hints = hints;
    this.#clientIn = (region) =>
      new CommonClient(url.host, version, {
        credential,
        ...(region !== undefined && { region }),
        profile: {
          language: "en-US",
          httpProfile: { protocol: `${url.protocol}//`, endpoint: url.host, reqTimeout: timeoutSeconds },
        },
      });
  }

  /**
   * Makes a call. It repeats the call while the API limits the rate: such a call had no effect.
   *
   * @param region only for actions that require one
   * @throws CloudError
   */
  async call<S extends Schema>(
    action: string,
    parameters: object,
    schema: S,
    region?: string,
  ): Promise<InferOutput<S>> {
    const client = this.#clientIn(region);
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer: unknown = await client.request(action, parameters);
        const { success, output } = safeParse(schema, answer);
        if (success) return output;
        throw new CloudError(action, "UnexpectedAnswer", "the answer does not have the documented form");
      } catch (thrown) {
        const error = thrown instanceof CloudError ? thrown : readError(action, thrown, this.#hints);
        if (attempt === ATTEMPTS || !isThrottled(error.code)) throw error;
        await this.#sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1));
      }
    }
  }
}

function isThrottled(code: string): boolean {
  return /^RequestLimitExceeded|^LimitExceeded\.(RateLimitExceeded|CdnHostOpTooOften)$/.test(code);
}

/** Certificates' private keys are sent there, so only a loopback address may be used without TLS. */
function readEndpoint(variable: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === "http:" && LOOPBACK.test(url.hostname);
  if (url === undefined || url.pathname !== "/" || !(url.protocol === "https:" || isPlain)) {
    throw new EndpointError(`${variable} must be https://HOST, or http:// with an address on this computer.`);
  }
  return url;
}

const Field = optional(fallback(union([string(), pipe(number(), transform(String))]), ""), "");
const Thrown = fallback(object({ code: Field, httpCode: Field, message: Field }), {
  code: "",
  httpCode: "",
  message: "",
});

/** The client throws API errors with `code`, HTTP errors with `httpCode`, and all others with only a message. */
function readError(action: string, thrown: unknown, hints: Hints): CloudError {
  const { success, output } = safeParse(Thrown, thrown);
  const { code, httpCode, message } = success ? output : { code: "", httpCode: "", message: "" };
  if (code !== "") return new CloudError(action, code, message, hintFor(code, hints));
  if (httpCode !== "" || thrown instanceof TypeError || thrown instanceof SyntaxError) {
    return new CloudError(action, "UnexpectedAnswer", `HTTP ${httpCode}`);
  }
  return new CloudError(action, "ConnectionFailed", message);
}

function hintFor(code: string, { key, permission }: Hints): string {
  if (/UnauthorizedOperation|AuthError|CAMAuthorizedFail/i.test(code)) return permission;
  if (code === "AuthFailure.SignatureExpire") return "Set this machine's clock.";
  return code.startsWith("AuthFailure") ? key : "";
}

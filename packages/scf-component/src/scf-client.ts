import { scf } from "tencentcloud-sdk-nodejs-scf";
import { fallback, number, object, optional, parse, pipe, string, transform, union } from "valibot";
import { DeployError } from "./errors.ts";
import {
  ApiRefusal,
  explain,
  isThrottle,
  isUncertain,
  OWN_CODES,
  type Refusal,
  type Terms,
} from "./refusal.ts";

export type Client = InstanceType<typeof scf.v20180416.Client>;

/** The deploying key. */
export interface Credential {
  readonly secretId: string;
  readonly secretKey: string;
  /** Only for a temporary key. */
  readonly token?: string;
}

/** How long to wait for things, and the clock to measure it with. */
export interface Pace {
  /** Between two looks at a state. */
  readonly pollMs: number;
  /** Before a call is first repeated; doubled for each later time. */
  readonly retryMs: number;
  /** How long a function may take to change. */
  readonly deadlineMs: number;
  /** How long to wait for a custom domain's CNAME record. */
  readonly cnameDeadlineMs: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

export const REAL_PACE: Pace = {
  pollMs: 1000,
  retryMs: 500,
  deadlineMs: 300_000,
  cnameDeadlineMs: 600_000,
  now: () => performance.now(),
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
};

const ATTEMPTS = 4;
const DEFAULT_ENDPOINT = "https://scf.tencentcloudapi.com";
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** SCF's management API, with all errors in one form. It repeats calls where that is safe. */
export class Scf {
  readonly #client: Client;
  readonly #pace: Pace;
  readonly #terms: Terms;

  constructor(client: Client, pace: Pace, terms: Terms) {
    this.#client = client;
    this.#pace = pace;
    this.#terms = terms;
  }

  /** What a refusal means and what to do, in one sentence. */
  explain(refusal: Refusal): string {
    return explain(refusal, this.#terms);
  }

  /** Reads something, and tries again while the platform is busy or failing. @throws {ApiRefusal} */
  read<T>(action: string, about: string, run: (client: Client) => Promise<T>): Promise<T> {
    return this.#repeat(action, about, run, (code) => isThrottle(code) || isUncertain(code));
  }

  /** Changes something. It repeats only calls that cannot have had an effect. @throws {ApiRefusal} */
  write<T>(action: string, about: string, run: (client: Client) => Promise<T>): Promise<T> {
    return this.#repeat(action, about, run, isThrottle);
  }

  async #repeat<T>(
    action: string,
    about: string,
    run: (client: Client) => Promise<T>,
    mayRepeat: (code: string) => boolean,
  ): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await run(this.#client);
      } catch (error) {
        const refusal = readRefusal(action, about, error);
        if (attempt === ATTEMPTS || !mayRepeat(refusal.code)) throw new ApiRefusal(refusal, this.#terms);
        await this.#pace.sleep(this.#pace.retryMs * 2 ** (attempt - 1));
      }
    }
  }
}

/** The official client for a region. @throws {DeployError} when SCF_ENDPOINT is not a valid endpoint */
export function createClient(credential: Credential, region: string, endpoint: string | undefined): Client {
  const { protocol, host } = readEndpoint(endpoint ?? DEFAULT_ENDPOINT);
  return new scf.v20180416.Client({
    credential,
    region,
    profile: { httpProfile: { protocol: `${protocol}//`, endpoint: host } },
  });
}

/** Functions' secrets are sent there, so only a loopback address may be used without TLS. */
function readEndpoint(text: string): { protocol: string; host: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === "http:" && LOOPBACK.test(url.hostname);
  if (url === undefined || url.pathname !== "/" || !(url.protocol === "https:" || isPlain)) {
    throw new DeployError("SCF_ENDPOINT must be https://HOST, or http:// with an address on this computer.");
  }
  return { protocol: url.protocol, host: url.host };
}

const Field = optional(fallback(union([string(), pipe(number(), transform(String))]), ""), "");

/** The client throws API errors with `code`, HTTP errors with `httpCode`, and all others with only a message. */
const ThrownError = fallback(object({ code: Field, httpCode: Field, requestId: Field, message: Field }), {
  code: "",
  httpCode: "",
  requestId: "",
  message: "",
});

function readRefusal(action: string, about: string, error: unknown): Refusal {
  const { code, httpCode, requestId, message } = parse(ThrownError, error);
  if (code !== "") return { action, about, code, requestId, message };
  if (httpCode !== "" || error instanceof TypeError || error instanceof SyntaxError) {
    return { action, about, code: OWN_CODES.http, requestId: "", message: `HTTP ${httpCode}` };
  }
  return { action, about, code: OWN_CODES.connection, requestId: "", message };
}

import type {
  IncomingMessage,
  OutgoingHttpHeader,
  OutgoingHttpHeaders,
  RequestListener,
  ServerResponse,
} from "node:http";
import { performance } from "node:perf_hooks";
import type { Clock } from "../cloud/clock.ts";
import type { ServiceName } from "../cloud/service.ts";
import { noteOf } from "./note.ts";

/**
 * One request and its answer, for tests. It contains no header, no body and nothing secret: not even the query of a
 * service that accepts signatures there.
 */
export interface RecordedRequest {
  /** Grows with every request, even after a reset. */
  readonly id: number;
  /** A service; `trigger` for an event that a function was called with, `webhook` for one that a function sent. */
  readonly service: ServiceName | "trigger" | "webhook";
  /** When it arrived, by the emulator's clock: milliseconds since the Unix epoch. */
  readonly time: number;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** HTTP's; 0 when the connection ended before there was an answer. */
  readonly status: number;
  /** For a refusal, the service's code, such as `AccessDenied`. */
  readonly code: string | undefined;
  /** For a refusal, why, in a sentence. */
  readonly reason: string | undefined;
  /** The id that the answer gave the request. */
  readonly requestId: string | undefined;
  /** For a refusal by COS, the sentence of `explain`, if that says more than the reason. */
  readonly explanation: string | undefined;
  /** What the request asks for, if the path does not say it: an API's action, or an event and its object's key. */
  readonly action: string | undefined;
  /** A function's query, without the question mark and anything that may be secret; undefined for other services. */
  readonly query: string | undefined;
  /** From the request to the head of its answer, in milliseconds of the machine's clock. */
  readonly durationMs: number;
}

/** A request that arrived through none of the emulator's listeners. */
export type OtherRequest = Pick<RecordedRequest, "service" | "method" | "path" | "status" | "durationMs"> &
  Partial<RecordedRequest>;

/** How many are kept; the oldest are dropped first. */
export const KEPT_REQUESTS = 1000;
const MAX_CHARACTERS = 1024;

/** The last requests of every service, the newest last; each is listed before its answer reaches the sender. */
export class RequestLog {
  readonly #entries: RecordedRequest[] = [];
  readonly #clock: Clock;
  #lastId = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Grows as requests are answered. */
  get entries(): readonly RecordedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries.length = 0;
  }

  /** Wraps a listener so that its requests are kept here. The listener describes its answers with {@link note}. */
  recorded(service: ServiceName, listener: RequestListener): RequestListener {
    return (message, response) => {
      const time = this.#clock();
      const started = performance.now();
      let isKept = false;
      const keep = (status: number) => {
        if (isKept) return;
        isKept = true;
        if (noteOf(response).unlisted === true) return;
        const durationMs = Math.round(performance.now() - started);
        this.add({ service, time, ...described(message, response), status, durationMs });
      };
      beforeHead(response, keep);
      response.once("close", () => keep(0));
      listener(message, response);
    };
  }

  /** Keeps a request that arrived another way. Its time is now, unless it says otherwise. */
  add(request: OtherRequest): void {
    this.#lastId += 1;
    this.#entries.push({
      time: this.#clock(),
      code: undefined,
      reason: undefined,
      requestId: undefined,
      explanation: undefined,
      action: undefined,
      query: undefined,
      ...request,
      id: this.#lastId,
    });
    if (this.#entries.length > KEPT_REQUESTS) this.#entries.shift();
  }
}

function described(message: IncomingMessage, response: ServerResponse) {
  const { code, reason, requestId, explanation, action, query } = noteOf(response);
  const path = (message.url ?? "").split("?", 1)[0] ?? "";
  return {
    method: message.method ?? "",
    path: path.slice(0, MAX_CHARACTERS),
    code: code?.slice(0, MAX_CHARACTERS),
    reason: reason?.slice(0, MAX_CHARACTERS),
    requestId,
    explanation: explanation?.slice(0, MAX_CHARACTERS),
    action: action?.slice(0, MAX_CHARACTERS),
    query: query?.slice(0, MAX_CHARACTERS),
  };
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** Calls `tell` before the head is sent. An answer that does not call `writeHead` calls it implicitly. */
function beforeHead(response: ServerResponse, tell: (status: number) => void): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status: number, second?: string | Headers, third?: Headers) => {
    tell(status);
    return typeof second === "string" ? writeHead(status, second, third) : writeHead(status, second ?? third);
  };
}

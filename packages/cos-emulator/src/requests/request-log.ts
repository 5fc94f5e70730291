import type {
  IncomingMessage,
  OutgoingHttpHeader,
  OutgoingHttpHeaders,
  RequestListener,
  ServerResponse,
} from "node:http";
import type { Clock } from "../cloud/clock.ts";
import type { ServiceName } from "../cloud/service.ts";
import { noteOf } from "./note.ts";

/** One request and its answer, for a test to look at. It holds no query, header or body, and so no signature. */
export interface RecordedRequest {
  readonly service: ServiceName;
  /** When it came, by the emulator's clock: milliseconds since the Unix epoch. */
  readonly time: number;
  readonly method: string;
  /** As sent, without the query. */
  readonly path: string;
  /** HTTP's; 0 when the connection ended before there was an answer. */
  readonly status: number;
  /** Of a refusal: the service's code, such as `AccessDenied`. */
  readonly code: string | undefined;
  /** Of a refusal: why, in a sentence. */
  readonly reason: string | undefined;
  /** The id that the answer gave the request. */
  readonly requestId: string | undefined;
}

/** How many are kept; the oldest go first. */
export const KEPT_REQUESTS = 1000;
const MAX_CHARACTERS = 1024;

/** The last requests of every service, the newest last; each is there before its answer reaches whoever sent it. */
export class RequestLog {
  readonly #entries: RecordedRequest[] = [];
  readonly #clock: Clock;

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

  /** The listener, with each of its requests kept here. What it knows of an answer it says with {@link note}. */
  recorded(service: ServiceName, listener: RequestListener): RequestListener {
    return (message, response) => {
      const time = this.#clock();
      let isKept = false;
      const keep = (status: number) => {
        if (isKept) return;
        isKept = true;
        this.#keep({ service, time, ...described(message, response), status }, response);
      };
      beforeHead(response, keep);
      response.once("close", () => keep(0));
      listener(message, response);
    };
  }

  #keep(entry: RecordedRequest, response: ServerResponse): void {
    if (noteOf(response).unlisted === true) return;
    this.#entries.push(entry);
    if (this.#entries.length > KEPT_REQUESTS) this.#entries.shift();
  }
}

function described(message: IncomingMessage, response: ServerResponse) {
  const { code, reason, requestId } = noteOf(response);
  const path = (message.url ?? "").split("?", 1)[0] ?? "";
  return {
    method: message.method ?? "",
    path: path.slice(0, MAX_CHARACTERS),
    code: code?.slice(0, MAX_CHARACTERS),
    reason: reason?.slice(0, MAX_CHARACTERS),
    requestId,
  };
}

type Headers = OutgoingHttpHeaders | OutgoingHttpHeader[];

/** An answer without `writeHead` calls it by itself. */
function beforeHead(response: ServerResponse, tell: (status: number) => void): void {
  const writeHead = response.writeHead.bind(response);
  response.writeHead = (status: number, second?: string | Headers, third?: Headers) => {
    tell(status);
    return typeof second === "string" ? writeHead(status, second, third) : writeHead(status, second ?? third);
  };
}

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import busboy from "@fastify/busboy";
import { listen, stop } from "../../../packages/cos-emulator/src/cloud/listen.ts";

/** A request to a signing function. */
export interface SignRequest {
  readonly name: string;
  readonly query: Readonly<Record<string, string>>;
  readonly authorization: string | undefined;
}

/** A request to COS. */
export interface Upload {
  readonly method: string;
  readonly key: string;
  readonly headers: IncomingMessage["headers"];
  /** For a POST, the fields in order, with the file's own name last. */
  readonly fields: Readonly<Record<string, string>>;
  readonly file: Buffer;
}

/** Answers one request: the `count`-th of its kind, from 1. */
export type Answer = (response: ServerResponse, count: number, request: IncomingMessage) => void;

/** A signing service and a COS in one server that does what a test tells it to. */
export interface FakeService {
  readonly endpoint: string;
  readonly signed: SignRequest[];
  readonly uploads: Upload[];
  /** The number of upload requests, including those cut before they were read. */
  readonly uploadRequests: number;
  readonly mostInFlight: number;
  /** Undefined: answers as the real ones do. */
  onSign: Answer | undefined;
  /** Called before a body is read. It may cut the connection; if it does not answer, the upload continues. */
  onUploadStart: Answer | undefined;
  /** Called after a body is read. */
  onUpload: Answer | undefined;
  /** Answers the last request for a signature as a signing function would. */
  sendTicket(response: ServerResponse): void;
  close(): Promise<void>;
}

export async function startFakeService(): Promise<FakeService> {
  let inFlight = 0;
  let uploadRequests = 0;
  let mostInFlight = 0;
  const server = createServer(async (request, response) => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    response.on("close", () => {
      inFlight -= 1;
    });
    const url = new URL(request.url ?? "/", service.endpoint);
    try {
      if (url.pathname.startsWith("/cos/")) await upload(request, response, url.pathname.slice(5));
      else sign(request, response, url);
    } catch {
      response.destroy();
    }
  });

  function sign(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const name = url.pathname.slice(1);
    const query = Object.fromEntries(url.searchParams);
    service.signed.push({ name, query, authorization: request.headers.authorization });
    const count = service.signed.length;
    if (service.onSign) service.onSign(response, count, request);
    else sendTicket(response);
  }

  function sendTicket(response: ServerResponse): void {
    const count = service.signed.length;
    const cosKey = `uploads/${count}.jpg`;
    const common = { cosHost: new URL(service.endpoint).host, cosKey };
    const url = `${service.endpoint}/cos/`;
    const headers = { Authorization: `signature-${count}`, "content-type": "image/jpeg" };
    const fields = { key: cosKey, "Content-Type": "image/jpeg", policy: `policy-${count}` };
    sendJson(
      response,
      200,
      service.signed.at(-1)?.name === "put-sign"
        ? { ...common, method: "PUT", url: url + cosKey, headers }
        : { ...common, method: "POST", url, fields },
    );
  }

  async function upload(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    uploadRequests += 1;
    service.onUploadStart?.(response, uploadRequests, request);
    if (response.destroyed || response.writableEnded) return;
    const { fields, file } = request.method === "POST" ? await form(request) : await body(request);
    const key = path || fields["key"] || "";
    service.uploads.push({ method: request.method ?? "", key, headers: request.headers, fields, file });
    if (service.onUpload) service.onUpload(response, service.uploads.length, request);
    else response.end();
  }

  const port = await listen(server, 0);
  const service: FakeService = {
    endpoint: `http://127.0.0.1:${port}`,
    signed: [],
    uploads: [],
    onSign: undefined,
    onUploadStart: undefined,
    onUpload: undefined,
    get uploadRequests() {
      return uploadRequests;
    },
    get mostInFlight() {
      return mostInFlight;
    },
    sendTicket,
    close: () => stop(server),
  };
  return service;
}

export function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

/** Refuses as the functions do. */
export function refuse(status: number, code: string): Answer {
  return (response) =>
    sendJson(response, status, { error: { code, message: `No: ${code}.`, requestId: "req-1" } });
}

/** Refuses as COS does. */
export function refuseXml(status: number, code: string, message: string): Answer {
  return (response) => {
    response
      .writeHead(status, { "content-type": "application/xml" })
      .end(
        `<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>${code}</Code>\n\t<Message>${message}</Message>\n` +
          "\t<Resource>/</Resource>\n\t<RequestId>cos-1</RequestId>\n\t<TraceId>t</TraceId>\n</Error>\n",
      );
  };
}

/** Cuts the connection. */
export const cut: Answer = (response) => {
  response.destroy();
};

/** Never answers. */
export const hang: Answer = () => {};

async function body(request: IncomingMessage): Promise<Pick<Upload, "fields" | "file">> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return { fields: {}, file: Buffer.concat(chunks) };
}

async function form(request: IncomingMessage): Promise<Pick<Upload, "fields" | "file">> {
  const fields: Record<string, string> = {};
  const chunks: Buffer[] = [];
  const type = request.headers["content-type"] ?? "";
  const parser = busboy({ headers: { ...request.headers, "content-type": type } });
  parser.on("field", (name, value) => {
    fields[name] = value;
  });
  parser.on("file", (name, stream, filename) => {
    fields[name] = filename;
    stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  });
  const finished = once(parser, "finish");
  const closed = once(request, "close").then(() => {
    if (!request.complete) throw new Error("The request was cut.");
    return finished;
  });
  request.pipe(parser);
  await Promise.race([finished, closed]);
  return { fields, file: Buffer.concat(chunks) };
}

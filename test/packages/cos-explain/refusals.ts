import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { answersOf } from "../../../packages/cos-explain/src/answer/answer.ts";
import { decodeCause } from "../../../packages/cos-explain/src/cause/emulator-cause.ts";
import type { Explanation } from "../../../packages/cos-explain/src/cause/explanation.ts";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { requestOf, type SentRequest } from "../../../packages/cos-explain/src/request/request.ts";

/** A test's request, as its sender thinks of it. */
export interface Mistake {
  readonly method?: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Makes it a form. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly file?: Buffer | string;
}

/** COS's whole answer. */
export interface Refusal {
  readonly status: number;
  readonly xml: string;
  /** x-emulator-reason */
  readonly reason: string;
  /** x-emulator-cause, as received */
  readonly cause: string;
  /** What was sent, including what the HTTP client added. */
  readonly request: SentRequest;
}

const BOUNDARY = "----TestBoundary";

/** Sends the mistake over real HTTP and returns COS's answer. */
export function send(mistake: Mistake, ca: Buffer): Promise<Refusal> {
  const { url, fields, headers = {}, file = "the bytes of a photo" } = mistake;
  const method = mistake.method ?? (fields === undefined ? "PUT" : "POST");
  const body = fields === undefined ? Buffer.from(file) : form(fields, file);
  const type = fields === undefined ? "application/json" : `multipart/form-data; boundary=${BOUNDARY}`;
  const hasBody = body.length > 0 || method === "PUT";
  const sent = {
    ...(hasBody && { "content-type": type, "content-length": String(body.length) }),
    ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
  };
  const start = url.startsWith("http:") ? httpRequest : httpsRequest;
  return new Promise((resolve, reject) => {
    const outgoing = start(
      url,
      { method, ca, agent: false, headers: sent, servername: "" },
      async (incoming) => {
        let xml = "";
        for await (const chunk of incoming) xml += chunk;
        resolve({
          status: incoming.statusCode ?? 0,
          xml,
          reason: String(incoming.headers["x-emulator-reason"] ?? ""),
          cause: String(incoming.headers["x-emulator-cause"] ?? ""),
          request: requestOf({ method, url, headers: sent, fields, fileBytes: Buffer.byteLength(file) }),
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function form(fields: Readonly<Record<string, string>>, file: Buffer | string): Buffer {
  const parts = Object.entries(fields).map(
    ([name, value]) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const head = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(parts.join("") + head),
    Buffer.from(file),
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

/** A refusal explained from different inputs. */
export interface Explained extends Refusal {
  /** From the XML alone. */
  readonly alone: Explanation;
  /** From the XML, the signing function's answer and the request. */
  readonly whole: Explanation;
  /** From the XML and the signing function's answer. */
  readonly withAnswer: Explanation;
  /** From the XML and the request. */
  readonly withRequest: Explanation;
  /** From the XML and the emulator's cause. */
  readonly withCause: Explanation;
}

/** Makes the mistake, and explains COS's answer to it. `signed` is the signing function's answer. */
export async function provoke(mistake: Mistake, signed: object, ca: Buffer): Promise<Explained> {
  const refusal = await send(mistake, ca);
  const { xml: error, request } = refusal;
  const answers = answersOf(signed);
  return {
    ...refusal,
    alone: explain({ error }),
    withAnswer: explain({ error, answers }),
    withRequest: explain({ error, request }),
    whole: explain({ error, answers, request }),
    withCause: explain({ error, cause: decodeCause(refusal.cause) }),
  };
}

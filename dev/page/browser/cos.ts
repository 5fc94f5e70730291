import { object, parse, parseJson, pipe, record, string } from "valibot";
import { decodeCause, type EmulatorCause } from "../../../packages/cos-explain/src/index.ts";
import { CONTROL, SENT_HEADER, type SentHead } from "../config.ts";

/** A request to COS, as a Mini Program would make it. */
export interface CosRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The form's fields in order, which the file follows; undefined when the body is the file itself. */
  readonly fields: Readonly<Record<string, string>> | undefined;
  readonly file: Blob;
  readonly filename: string;
}

export interface CosReply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  /** x-emulator-reason */
  readonly reason: string;
  /** x-emulator-cause, which is for programs and not displayed. */
  readonly cause: EmulatorCause | undefined;
  /** What was really sent to COS; undefined when the connection was cut. */
  readonly sent: SentHead | undefined;
}

/** How to follow and to cancel an upload in progress. */
export interface Progress {
  /** Receives the fraction of the request, file and form, that has been sent: 0 to 1. */
  readonly onProgress: (part: number) => void;
  readonly signal: AbortSignal;
}

/** The address at which the emulator forwards to an address of COS. */
export function throughEmulator(url: string): string {
  return `${CONTROL}/cos?url=${encodeURIComponent(url)}`;
}

/** Sends a request; rejects only when the connection fails or `signal` aborts it. */
export function sendToCos(request: CosRequest, { onProgress, signal }: Progress): Promise<CosReply> {
  return new Promise((resolve, reject) => {
    const xhr = new XMLHttpRequest();
    xhr.open(request.method, throughEmulator(request.url));
    for (const [name, value] of Object.entries(request.headers)) {
      if (name.toLowerCase() !== "host") xhr.setRequestHeader(name, value);
    }
    xhr.upload.addEventListener("progress", ({ loaded, total }) =>
      onProgress(total > 0 ? loaded / total : 1),
    );
    xhr.addEventListener("load", () => resolve(replyOf(xhr)));
    xhr.addEventListener("error", () => reject(new Error("The connection was cut.")));
    xhr.addEventListener("abort", () => reject(new DOMException("Cancelled", "AbortError")));
    if (signal.aborted) return reject(new DOMException("Cancelled", "AbortError"));
    signal.addEventListener("abort", () => xhr.abort());
    xhr.send(bodyOf(request));
  });
}

function bodyOf({ fields, file, filename }: CosRequest): Blob | FormData {
  if (fields === undefined) return file;
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", file, filename);
  return form;
}

function replyOf(xhr: XMLHttpRequest): CosReply {
  const headers = xhr
    .getAllResponseHeaders()
    .split("\r\n")
    .filter((row) => row !== "")
    .map((row): [string, string] => {
      const colon = row.indexOf(":");
      return [row.slice(0, colon), row.slice(colon + 1).trim()];
    });
  return {
    status: xhr.status,
    headers: headers.filter(([name]) =>
      /^(?:content-(?:type|length)|etag|last-modified|x-cos-|x-emulator-reason)/.test(name),
    ),
    body: xhr.responseText,
    reason: xhr.getResponseHeader("x-emulator-reason") ?? "",
    cause: decodeCause(xhr.getResponseHeader("x-emulator-cause") ?? ""),
    sent: sentHead(xhr.getResponseHeader(SENT_HEADER)),
  };
}

const Sent = pipe(
  string(),
  parseJson(),
  object({ method: string(), url: string(), headers: record(string(), string()) }),
);

function sentHead(header: string | null): SentHead | undefined {
  return header === null ? undefined : parse(Sent, decodeURIComponent(header));
}

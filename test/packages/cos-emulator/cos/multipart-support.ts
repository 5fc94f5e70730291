import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { XMLParser } from "fast-xml-parser";
import type { TemporaryCredential } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { type Answer, signedHeaders, type TestCos, type ToSign, urlPath } from "./support.ts";

export const MiB = 1024 ** 2;

export interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly credential?: TemporaryCredential;
}

/** A request with its host and its whole query signed. */
export function ask(
  cos: TestCos,
  method: ToSign["method"],
  key: string,
  query: Readonly<Record<string, string>>,
  { headers = {}, body, credential }: Asked = {},
): Promise<Answer> {
  const search = Object.entries(query)
    .map(([name, value]) => (value === "" ? name : `${name}=${encodeURIComponent(value)}`))
    .join("&");
  const toSign = { method, key, query, headers: { host: cos.host } };
  return cos.send({
    method,
    path: `${urlPath(key)}?${search}`,
    headers: { ...headers, ...signedHeaders(credential === undefined ? toSign : { ...toSign, credential }) },
    ...(body === undefined ? {} : { body }),
  });
}

const parser = new XMLParser({ parseTagValue: false });

/** What the answer's root element contains. */
export function xml(answer: Answer) {
  const [root] = Object.values(parser.parse(answer.body.toString("utf8").replace(/<\?.*?\?>/, "")));
  return Object(root);
}

export async function begin(
  cos: TestCos,
  key: string,
  headers: Record<string, string> = {},
): Promise<string> {
  return xml(await ask(cos, "POST", key, { uploads: "" }, { headers })).UploadId;
}

export function put(
  cos: TestCos,
  key: string,
  uploadId: string,
  partNumber: number | string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return ask(cos, "PUT", key, { partNumber: String(partNumber), uploadId }, { body, headers });
}

/** Uploads parts 1, 2, … and returns their ETags, in quotes. */
export async function putAll(
  cos: TestCos,
  key: string,
  uploadId: string,
  bodies: readonly (string | Buffer)[],
): Promise<string[]> {
  const etags: string[] = [];
  for (const [i, body] of bodies.entries()) {
    etags.push((await put(cos, key, uploadId, i + 1, body)).headers.etag ?? "");
  }
  return etags;
}

export function partList(etags: readonly (readonly [partNumber: number, etag: string])[]): string {
  const parts = etags.map(
    ([partNumber, etag]) => `<Part><PartNumber>${partNumber}</PartNumber><ETag>${etag}</ETag></Part>`,
  );
  return `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`;
}

export function complete(
  cos: TestCos,
  key: string,
  uploadId: string,
  etags: readonly string[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  const body = partList(etags.map((etag, i) => [i + 1, etag]));
  return ask(cos, "POST", key, { uploadId }, { body, headers });
}

/** Every file under `uploads/`, as `<folder>/<file>`. */
export async function uploadFiles(cos: TestCos): Promise<string[]> {
  const names = await readdir(join(cos.directory, "uploads"), { recursive: true });
  return names.filter((name) => name.includes("/"));
}

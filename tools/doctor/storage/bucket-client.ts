import { randomBytes } from "node:crypto";
import { object, optional, record, safeParse, string } from "valibot";
import type { BucketConfig, PermanentKey } from "../../../shared/config.ts";
import { type HttpAnswer, type Network, send } from "../../lib/network.ts";
import { askBucket } from "../../lib/signed-request.ts";

const SignedDownload = object({ url: string(), plainUrl: string() });

/** The addresses in an answer of `object-url`. */
export interface DownloadAnswer {
  readonly signed: URL;
  /** The same without a signature. */
  readonly plain: URL;
}

/** @throws TypeError when it is not such an answer */
export function readDownloadAnswer(answer: object): DownloadAnswer {
  const { success, output } = safeParse(SignedDownload, answer);
  if (!success) throw new TypeError("It is not object-url's answer.");
  return { signed: new URL(output.url), plain: new URL(output.plainUrl) };
}

/** Downloads as `wx.downloadFile` does. */
export function download(url: URL, network: Network): Promise<HttpAnswer> {
  return send(url, { method: "GET" }, network);
}

/** The parts of a signing function's answer that an upload needs. */
export interface UploadAnswer {
  readonly url: URL;
  /** The `headers` of a PUT or the `fields` of a POST, in order. */
  readonly parts: readonly (readonly [name: string, value: string])[];
}

const Parts = optional(record(string(), string()), {});
const SignedUpload = object({ url: string(), headers: Parts, fields: Parts });

/**
 * Reads the answer of a signing function as a client does.
 *
 * @throws TypeError when it is not such an answer
 */
export function readUploadAnswer(answer: object, partsName: "headers" | "fields"): UploadAnswer {
  const { success, output } = safeParse(SignedUpload, answer);
  if (!success) throw new TypeError("It is not a signing function's answer.");
  return { url: new URL(output.url), parts: Object.entries(output[partsName]) };
}

/** Uploads as `wx.request` does. */
export function putUpload(answer: UploadAnswer, body: Buffer, network: Network): Promise<HttpAnswer> {
  return send(answer.url, { method: "PUT", headers: Object.fromEntries(answer.parts), body }, network);
}

/** Uploads as `wx.uploadFile` does: the fields in order, then the file. */
export function postUpload(answer: UploadAnswer, file: Buffer, network: Network): Promise<HttpAnswer> {
  const boundary = `----doctor${randomBytes(12).toString("hex")}`;
  const fields = answer.parts.map(
    ([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const fileHead =
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="probe"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n";
  const body = Buffer.concat([
    Buffer.from(fields.join("") + fileHead),
    file,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  ]);
  const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
  return send(answer.url, { method: "POST", headers, body }, network);
}

/** Makes a request without any signature. */
export function anonymousPut(
  key: string,
  body: Buffer,
  bucket: BucketConfig,
  network: Network,
): Promise<HttpAnswer> {
  return send(objectUrl(key, bucket), { method: "PUT", body }, network);
}

/** Makes a request for one object, or for one version of it, signed with the permanent key. */
export function signedRequest(
  method: "GET" | "DELETE",
  objectKey: string,
  { bucket, permanentKey, nowSeconds }: Owner,
  network: Network,
  versionId?: string,
): Promise<HttpAnswer> {
  const signer = { key: permanentKey, endpoint: new URL(`https://${bucket.host}`), now: nowSeconds };
  const request = { method, objectKey, ...(versionId !== undefined && { query: { versionId } }) };
  return askBucket(request, signer, network);
}

/** The bucket, with the permanent key of the settings. */
export interface Owner {
  readonly bucket: BucketConfig;
  readonly permanentKey: PermanentKey;
  /** The time by STS's clock, since this machine's may be wrong. */
  readonly nowSeconds: number;
}

/** The probes' keys need no encoding in a URL. */
function objectUrl(key: string, { host }: BucketConfig): URL {
  return new URL(`https://${host}/${key}`);
}

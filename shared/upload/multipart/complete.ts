import { textOf } from "../../cos/xml.ts";
import type { Invocation } from "../../entry/invocation.ts";
import { type ServiceError, storageUnavailable, uploadIncomplete, uploadNotFound } from "../../errors.ts";
import { partsOf } from "../../object/limits.ts";
import { finalKey } from "../../object/places.ts";
import type { Credential } from "../../sts/credential.ts";
import type { MultipartService } from "./service.ts";
import { listParts, missingParts, type StoredPart } from "./stored-parts.ts";
import type { Begun } from "./ticket.ts";

/** The most that COS may take to join the parts, in milliseconds: all that the function has. */
const MAX_JOIN_MS = 60_000;

/** A file that COS has joined. */
export interface Completed {
  readonly key: string;
  /** In bytes. */
  readonly size: number;
  readonly etag: string;
}

/**
 * Complete Multipart Upload (https://cloud.tencent.com/document/product/436/7742), once every part is stored with its
 * size. An upload that was completed before, whose answer was lost, is answered the same.
 *
 * @throws ServiceError `UploadIncomplete`, `UploadNotFound`, or when STS or COS fails
 */
export async function completeUpload(
  begun: Begun,
  service: MultipartService,
  invocation: Invocation,
): Promise<Completed> {
  const { key } = begun;
  invocation.note({ key });
  const permissions = [{ actions: ["ListParts", "CompleteMultipartUpload"] }];
  const credential = await service.sts.credentialFor(
    { key, permissions, credentialStaysHere: true },
    service.signatureSeconds,
    invocation,
  );
  const stored = await listParts(begun, service, credential, invocation);
  if (stored === undefined) return await completedBefore(begun, service, invocation);
  const missing = missingParts(begun, stored);
  if (missing.length > 0) throw incomplete(missing);
  return await join(begun, stored, service, credential, invocation);
}

async function join(
  begun: Begun,
  stored: readonly StoredPart[],
  service: MultipartService,
  credential: Credential,
  invocation: Invocation,
): Promise<Completed> {
  const { key, uploadId, size, partSize } = begun;
  const { count } = partsOf(size, partSize);
  const parts = stored.filter(({ number }) => number <= count);
  const answer = await service.cos.call(
    {
      method: "POST",
      key,
      query: { uploadId },
      headers: { "content-type": "application/xml" },
      body: `<CompleteMultipartUpload>${parts.map(partElement).join("")}</CompleteMultipartUpload>`,
      accept: [400, 404],
      timeoutMs: MAX_JOIN_MS,
    },
    credential,
    invocation,
  );
  // COS begins a 200 before it joins the parts, so that a refusal may be in the body of one.
  const xml = answer.body.toString("utf8");
  const code = textOf(xml, "Code");
  if (code === "NoSuchUpload") return await completedBefore(begun, service, invocation);
  if (code === "InvalidPart" || code === "InvalidPartOrder") throw incomplete([]);
  const etag = textOf(xml, "ETag");
  if (answer.status === 200 && code === "" && etag !== "") return { key, size, etag };
  throw storageUnavailable("Storage could not join the parts; complete it again.", {
    log: { cosStatus: answer.status, cosCode: code.slice(0, 64) },
  });
}

/**
 * The object of an upload that COS no longer knows: where it was uploaded, or where its check has moved it
 * since.
 *
 * @throws ServiceError `UploadNotFound` when it is not there: the upload was aborted, or ended by the bucket's
 *   lifecycle
 */
export async function completedBefore(
  { key, size }: Begun,
  { cos, sts, signatureSeconds }: MultipartService,
  invocation: Invocation,
): Promise<Completed> {
  for (const place of new Set([key, finalKey(key)])) {
    const grant = { key: place, permissions: [{ actions: ["HeadObject"] }], credentialStaysHere: true };
    const credential = await sts.credentialFor(grant, signatureSeconds, invocation);
    const request = { method: "HEAD", key: place, accept: [404] } as const;
    const { status, headers } = await cos.call(request, credential, invocation);
    if (status === 200 && Number(headers["content-length"]) === size) {
      return { key, size, etag: headers.etag ?? "" };
    }
  }
  throw uploadNotFound("Storage does not know this upload any more; start over with POST /multipart.");
}

function incomplete(missing: readonly number[]): ServiceError {
  const [first, second] = missing;
  const some = missing.slice(0, 10).join(", ");
  const others = missing.length > 10 ? ` and ${missing.length - 10} more` : "";
  const which =
    first === undefined
      ? "A part changed meanwhile"
      : second === undefined
        ? `Part ${first} is not stored`
        : `Parts ${some}${others} are not stored`;
  return uploadIncomplete(
    `${which}; POST /multipart/parts with "resume": true says what is left to send; then complete again.`,
  );
}

function partElement({ number, etag }: StoredPart): string {
  const escaped = etag.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<Part><PartNumber>${number}</PartNumber><ETag>${escaped}</ETag></Part>`;
}

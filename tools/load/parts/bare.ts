import { open } from "node:fs/promises";
import { type BucketRequest, signRequest } from "../../lib/signed-request.ts";
import { type Answer, Client } from "../client.ts";
import type { LoadTarget } from "../load.ts";

/** How long the bare client took, in seconds. */
export interface BareTimes {
  /** For sending all parts. */
  readonly parts: number;
  /** For COS to join them. */
  readonly join: number;
}

/**
 * Sends the same bytes without our client: the same parts, as many at once, signed with the account's own key, which needs
 * no requests for signatures; then joins them.
 */
export async function putInParallel(
  target: LoadTarget & { readonly cosHost: string },
  ca: Buffer,
  path: string,
  size: number,
  partBytes: number,
  atOnce: number,
): Promise<BareTimes> {
  const client = new Client(ca);
  const file = await open(path);
  const endpoint = new URL(`https://${target.cosHost}`);

  async function send(request: Omit<BucketRequest, "objectKey">, bytes?: Buffer): Promise<Answer> {
    const objectKey = "uploads/bare.mp4";
    const now = Math.floor(Date.now() / 1000);
    const { url, method, headers } = signRequest(
      { ...request, objectKey },
      { key: target.account, endpoint, now },
    );
    const body = bytes ?? (request.body === undefined ? undefined : Buffer.from(request.body));
    const answer = await client.send({ method, url: url.href, headers, ...(body && { body }) });
    if (answer.status !== 200) throw new Error(`COS answered ${answer.status} to the bare client`);
    return answer;
  }

  try {
    const begun = await send({ method: "POST", query: { uploads: "" } });
    const uploadId = /<UploadId>(.*?)<\/UploadId>/.exec(begun.body.toString())?.[1] ?? "";
    const count = Math.ceil(size / partBytes);
    const etags: string[] = [];
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < count; index = next++) {
        const length = Math.min(partBytes, size - index * partBytes);
        const bytes = Buffer.alloc(length);
        await file.read(bytes, 0, length, index * partBytes);
        const query = { partNumber: String(index + 1), uploadId };
        etags[index] = String((await send({ method: "PUT", query }, bytes)).headers["etag"]);
      }
    };
    const startedAt = performance.now();
    await Promise.all(Array.from({ length: atOnce }, work));
    const sentAt = performance.now();
    const list = etags.map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`);
    const body = `<CompleteMultipartUpload>${list.join("")}</CompleteMultipartUpload>`;
    await send({ method: "POST", query: { uploadId }, body });
    return { parts: (sentAt - startedAt) / 1000, join: (performance.now() - sentAt) / 1000 };
  } finally {
    await file.close();
    client.close();
  }
}

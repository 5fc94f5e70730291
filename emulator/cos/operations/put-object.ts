import { readAuthorization } from "../authorization.ts";
import { authorize } from "../authorize.ts";
import { checkContentMd5, readContentMd5 } from "../content-md5.ts";
import { accessDenied, CosError } from "../errors.ts";
import { checkObjectKey } from "../object-key.ts";
import { ObjectExists, ObjectTooLarge } from "../object-store.ts";
import { fileAlreadyExists, forbidsOverwrite } from "../overwrite.ts";
import type { Reply } from "../reply.ts";
import type { CosRequest } from "../request.ts";
import { etagOf } from "../stored-object.ts";
import { readAttributes } from "../upload-attributes.ts";
import type { OperationContext } from "./operation.ts";

/** PUT Object, https://cloud.tencent.com/document/product/436/7749. */
export async function putObject({ service, request, authenticate }: OperationContext): Promise<Reply> {
  const { key } = request;
  checkObjectKey(key);
  const caller = authenticate();
  if (service.strictSignature) checkSignedHeaders(request);
  authorize(service, request, caller, "name/cos:PutObject", key);
  checkLength(request, service.maxObjectBytes);
  const attributes = readAttributes(request.headers);
  const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
  const ifAbsent = forbidsOverwrite(request);
  if (ifAbsent && service.store.get(key) !== undefined) throw fileAlreadyExists();

  const draft = await service.store.receive(request.body, service.maxObjectBytes).catch((error: unknown) => {
    throw error instanceof ObjectTooLarge ? tooLarge(service.maxObjectBytes) : error;
  });
  try {
    checkContentMd5(announcedMd5, draft.md5);
    const object = await draft.commit(key, attributes, { lastModified: service.clock(), ifAbsent });
    return { status: 200, headers: { etag: etagOf(object) }, bytes: object.size };
  } catch (error) {
    await draft.discard();
    throw error instanceof ObjectExists ? fileAlreadyExists() : error;
  }
}

/**
 * An upload must say its length; a body in chunks says none. Whether COS takes such a body was not found
 * (MissingContentLength, 411, is on its list), so it is refused.
 */
function checkLength(request: CosRequest, maxObjectBytes: number): void {
  if (request.contentLength === undefined) {
    throw new CosError("MissingContentLength", "You must provide the Content-Length HTTP header.", {
      reason: request.headers.has("transfer-encoding")
        ? "the body came in chunks, without a Content-Length"
        : "the request has no Content-Length",
    });
  }
  if (request.contentLength > maxObjectBytes) throw tooLarge(maxObjectBytes);
}

function tooLarge(maxObjectBytes: number): CosError {
  return new CosError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size.", {
    reason: `an object may have ${maxObjectBytes} bytes`,
  });
}

function checkSignedHeaders(request: CosRequest): void {
  const signed = readAuthorization(request.headers, request.query)?.headerList ?? [];
  for (const name of ["content-type", "content-length"]) {
    if (request.headers.has(name) && !signed.includes(name)) {
      throw accessDenied(`${name} was sent and is not in q-header-list (strict signatures are on)`);
    }
  }
}

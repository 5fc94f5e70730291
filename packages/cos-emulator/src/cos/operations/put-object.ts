import { checkLength, tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { accessDenied } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import type { CosRequest } from "../http/request.ts";
import { authorize } from "../policy/authorize.ts";
import { readAuthorization } from "../signature/authorization.ts";
import { ObjectExists } from "../store/object-store.ts";
import { TooManyBytes } from "../store/receive-file.ts";
import { etagOf } from "../store/stored-object.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import { fileAlreadyExists, forbidsOverwrite } from "./lib/overwrite.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
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
    throw error instanceof TooManyBytes ? tooLarge(service.maxObjectBytes) : error;
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

function checkSignedHeaders(request: CosRequest): void {
  const signed = readAuthorization(request.headers, request.query)?.headerList ?? [];
  for (const name of ["content-type", "content-length"]) {
    if (request.headers.has(name) && !signed.includes(name)) {
      throw accessDenied(`${name} was sent and is not in q-header-list (strict signatures are on)`);
    }
  }
}

import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError } from "../http/errors.ts";
import { type PostForm, type Received, readPostForm } from "../http/post-form.ts";
import type { Reply } from "../http/reply.ts";
import type { CosRequest } from "../http/request.ts";
import { authorize } from "../policy/authorize.ts";
import { checkLengthRange, outOfRange } from "../policy/check-post-policy.ts";
import { verifyForm } from "../signature/post-signature.ts";
import { type ObjectDraft, ObjectExists } from "../store/object-store.ts";
import { TooManyBytes } from "../store/receive-file.ts";
import type { CosService } from "../store/service.ts";
import type { ObjectAttributes, StoredObject } from "../store/stored-object.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import { fileAlreadyExists, forbidsOverwrite } from "./lib/overwrite.ts";
import { successReply } from "./lib/post-success.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import type { OperationContext } from "./operation.ts";

/** Stands in the key for the name of the file that is sent. */
const FILENAME = `\${filename}`;

/** POST Object, https://cloud.tencent.com/document/product/436/14690. It carries its own signature, in the form. */
export async function postObject({ service, request }: OperationContext): Promise<Reply> {
  if (request.contentLength === undefined) {
    throw new CosError("MissingContentLength", "You must provide the Content-Length HTTP header.");
  }
  const upload = await readPostForm(request.body, request.headers.get("content-type"), (form) =>
    receiveFile(service, request, form),
  );
  const object = await store(service, request, upload);
  return { ...successReply(service, request, object, upload.fields), bytes: object.size };
}

interface Upload extends Received {
  readonly key: string;
  /** Names in lower case, with `key` as it is stored. */
  readonly fields: ReadonlyMap<string, string>;
  readonly attributes: ObjectAttributes;
  readonly draft: ObjectDraft;
}

/** Everything that can be checked before the file is; then the file, whose size and MD5 are checked as it comes. */
async function receiveFile(service: CosService, request: CosRequest, form: PostForm): Promise<Upload> {
  const keyField = form.fields.get("key");
  if (keyField === undefined) {
    throw new CosError("InvalidArgument", "Bucket POST must contain a field named 'key'.", {
      reason: "the form has no field key before its file",
    });
  }
  const key = keyField.replaceAll(FILENAME, () => form.filename);
  checkObjectKey(key);
  const fields = new Map(form.fields).set("key", key);
  const signed = verifyForm(service, request, fields);
  authorize(service, request, signed?.caller, "name/cos:PostObject", key);
  const attributes = readAttributes(fields);
  const announcedMd5 = readContentMd5(fields.get("content-md5"));
  if (forbidsOverwrite(request) && service.store.get(key) !== undefined) throw fileAlreadyExists();

  const range = signed?.policy?.lengthRange ?? { min: 0, max: service.maxObjectBytes };
  const maxBytes = Math.min(range.max, service.maxObjectBytes);
  const draft = await service.store.receive(form.file, maxBytes).catch((error: unknown) => {
    throw error instanceof TooManyBytes ? outOfRange("EntityTooLarge", range) : error;
  });
  try {
    checkLengthRange(signed?.policy, draft.size);
    checkContentMd5(announcedMd5, draft.md5);
  } catch (error) {
    await draft.discard();
    throw error;
  }
  return { key, fields, attributes, draft, discard: () => draft.discard() };
}

async function store(service: CosService, request: CosRequest, upload: Upload): Promise<StoredObject> {
  try {
    return await upload.draft.commit(upload.key, upload.attributes, {
      lastModified: service.clock(),
      ifAbsent: forbidsOverwrite(request),
    });
  } catch (error) {
    await upload.discard();
    throw error instanceof ObjectExists ? fileAlreadyExists() : error;
  }
}

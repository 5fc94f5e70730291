import { tooLarge } from "../http/content-length.ts";
import { invalidArgument } from "../http/errors.ts";
import type { Reply } from "../http/reply.ts";
import type { CosRequest } from "../http/request.ts";
import { etagOf, type ObjectAttributes, type StoredObject } from "../store/stored-object.ts";
import { isoSeconds } from "../xml/time.ts";
import { chunkedXmlReply } from "../xml/xml-reply.ts";
import { findCopySource, rightToSource } from "./lib/copy-source.ts";
import { asksForEncryption, encryptedEtag } from "./lib/encryption.ts";
import { created } from "./lib/object-change.ts";
import { storedHeaders } from "./lib/object-response.ts";
import { fileAlreadyExists, forbidsOverwrite } from "./lib/overwrite.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import { versionOptions } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/** https://cloud.tencent.com/document/product/436/10881 */
const MAX_BYTES = 5 * 1024 ** 3;

/**
 * PUT Object - Copy, https://cloud.tencent.com/document/product/436/10881. Storage class, ACL and encryption are those
 * that the request names, not the source's.
 */
export const putObjectCopy: SignedOperation = {
  // The page of 2026-05-29, and the scopes that Tencent's SDKs for JavaScript ask for. Older pages: PutObjectCopy.
  action: "name/cos:PutObject",
  orAction: "name/cos:PutObjectCopy",
  on: "object",
  alsoNeeds: rightToSource,
  async run({ service, request }): Promise<Reply> {
    const { key } = request;
    const { store } = service;
    const ifAbsent = forbidsOverwrite(service, request);
    const named = readAttributes({ service, request }, request.headers, key);
    for (;;) {
      const { source, store: from, versionId } = findCopySource({ service, request });
      if (source.size > MAX_BYTES) throw tooLarge(MAX_BYTES);
      const attributes = attributesOfCopy(request, source, named, from === store && source.key === key);
      if (ifAbsent && store.get(key) !== undefined) throw fileAlreadyExists();
      const bytes = await from.read(source);
      // The source was replaced or deleted between the two steps: look again.
      if (bytes === undefined) continue;
      const draft = await received(store.receive(bytes, MAX_BYTES), tooLarge(MAX_BYTES));
      const object = await keptOrDiscarded(draft, () =>
        draft.commit(key, attributes, {
          ...versionOptions(service),
          ...encryptedEtag(attributes),
          ifAbsent,
        }),
      );
      return chunkedXmlReply(
        {
          CopyObjectResult: {
            ETag: etagOf(object),
            ...(object.crc64 !== undefined && { CRC64: object.crc64 }),
            LastModified: isoSeconds(object.lastModified),
            ...(service.settings.get("versioning") === "Enabled" && { VersionId: object.versionId }),
          },
        },
        {
          headers: {
            ...storedHeaders(service, object),
            ...(versionId !== undefined && { "x-cos-copy-source-version-id": versionId }),
          },
          bytes: object.size,
          changes: created(service, "Copy", object),
        },
      );
    }
  },
};

function attributesOfCopy(
  request: CosRequest,
  source: StoredObject,
  named: ObjectAttributes,
  isItself: boolean,
): ObjectAttributes {
  const replaces = readDirective(request, "x-cos-metadata-directive");
  const changes = request.headers.has("x-cos-storage-class") || asksForEncryption(request.headers);
  if (isItself && !replaces && !changes) {
    throw invalidArgument(
      "copying an object to itself must change it: x-cos-metadata-directive must be Replaced",
    );
  }
  const { contentType, headers } = replaces ? named : source;
  const tags = readDirective(request, "x-cos-tagging-directive") ? named.tags : source.tags;
  const { storageClass, acl, encryption, retainUntil } = named;
  return {
    contentType,
    headers,
    storageClass,
    ...(acl && { acl }),
    ...(encryption && { encryption }),
    ...(retainUntil !== undefined && { retainUntil }),
    ...(tags && { tags }),
  };
}

/** Whether to replace what the source has. cosfs and COSClient.copyObject of cos-java-sdk-v5 say REPLACE, as S3 does. */
function readDirective(request: CosRequest, name: string): boolean {
  const directive = request.headers.get(name) ?? "Copy";
  if (directive === "Copy") return false;
  if (directive === "Replaced" || directive === "REPLACE") return true;
  throw invalidArgument(`${name} is ${JSON.stringify(directive)}; it must be Copy or Replaced`);
}

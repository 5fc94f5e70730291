import { readText } from "../http/read-text.ts";
import { chooseParts, etagOfParts, MAX_PART_NUMBER, parsePartList } from "../store/part-list.ts";
import { etagOf, type StoredObject } from "../store/stored-object.ts";
import type { StoredPart } from "../store/stored-upload.ts";
import type { XmlNode } from "../xml/xml.ts";
import { chunkedXmlReply } from "../xml/xml-reply.ts";
import { findUpload, unlessGone } from "./lib/find-upload.ts";
import { created } from "./lib/object-change.ts";
import { storedHeaders } from "./lib/object-response.ts";
import { objectUrl } from "./lib/object-url.ts";
import { fileAlreadyExists, forbidsOverwrite } from "./lib/overwrite.ts";
import { keptOrDiscarded } from "./lib/received.ts";
import { readReturnBody } from "./lib/return-body.ts";
import { versionOptions } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/** 10,000 parts fit: the official SDK keeps its list below 1 MB because of a limit in COS. */
const MAX_LIST_BYTES = 1024 ** 2;

/** 10,000 parts of 5 GB (436/14518). */
const MAX_JOINED_BYTES = MAX_PART_NUMBER * 5 * 1024 ** 3;

/**
 * Complete Multipart Upload, https://cloud.tencent.com/document/product/436/7742. COS begins its 200 before it joins
 * the parts, and sends spaces until it is done; here they are joined first, so every refusal has its own status.
 */
export const completeMultipartUpload: SignedOperation = {
  action: "name/cos:CompleteMultipartUpload",
  on: "object",
  async run({ service, request }) {
    const { key } = request;
    const returnBody = readReturnBody(request.headers);
    const named = parsePartList(await readText(request, MAX_LIST_BYTES));
    const { uploadId, attributes } = findUpload(service, request);
    const ifAbsent = forbidsOverwrite(service, request);
    const { store } = service;

    const join = async (there: readonly StoredPart[]): Promise<StoredObject> => {
      const parts = chooseParts(there, named);
      if (ifAbsent && store.get(key) !== undefined) throw fileAlreadyExists();
      const draft = await store.receive(store.uploads.read(uploadId, parts), MAX_JOINED_BYTES);
      const etag = etagOfParts(parts);
      return keptOrDiscarded(draft, () =>
        draft.commit(key, attributes, { ...versionOptions(service), ifAbsent, etag }),
      );
    };
    const object = await unlessGone(() => store.uploads.end(uploadId, join));
    return chunkedXmlReply(
      {
        CompleteMultipartUploadResult: {
          "@xmlns": "http://www.qcloud.com/document/product/436/7751",
          Location: objectUrl(request, key),
          Bucket: service.bucket.name,
          Key: key,
          ETag: etagOf(object),
          ...(returnBody !== undefined && {
            ReturnBodyResult: returnBodyResult(returnBody(service, object).body),
          }),
        },
      },
      {
        bytes: object.size,
        headers: {
          ...storedHeaders(service, object),
          // Unlike the other uploads, it names the version also while versioning is suspended.
          ...(service.settings.get("versioning") !== undefined && { "x-cos-version-id": object.versionId }),
        },
        changes: created(service, "CompleteMultipartUpload", object),
      },
    );
  },
};

/** In the form that cos-js-sdk-v5 reads; the page on ReturnBody (436/97529) shows only the answer of PUT Object. */
function returnBodyResult(body: string): XmlNode {
  return { Status: "200", ReturnBody: Buffer.from(body).toString("base64") };
}

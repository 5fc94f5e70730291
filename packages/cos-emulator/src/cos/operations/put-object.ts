import { bodyOf } from "../http/body.ts";
import { checkLength, tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { accessDenied } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import { readAuthorization } from "../signature/authorization.ts";
import { etagOf } from "../store/stored-object.ts";
import { encryptedEtag } from "./lib/encryption.ts";
import { created } from "./lib/object-change.ts";
import { storedHeaders } from "./lib/object-response.ts";
import { checkOverwrite } from "./lib/overwrite.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import { readReturnBody } from "./lib/return-body.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import { versionOptions } from "./lib/version.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Object, https://cloud.tencent.com/document/product/436/7749. */
export const putObject: SignedOperation = {
  action: "name/cos:PutObject",
  on: "object",
  async run({ service, request }) {
    const { key } = request;
    if (service.strictSignature) checkSignedHeaders(request);
    checkLength(request, service.maxObjectBytes);
    const attributes = readAttributes({ service, request }, request.headers, key);
    const returnBody = readReturnBody(request.headers);
    const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
    const ifAbsent = checkOverwrite(service, request, key);

    const { maxObjectBytes: maxBytes } = service;
    const draft = await received(service.store.receive(bodyOf(request), maxBytes), tooLarge(maxBytes));
    const object = await keptOrDiscarded(draft, async () => {
      checkContentMd5(announcedMd5, draft.md5);
      return draft.commit(key, attributes, {
        ...versionOptions(service),
        ...encryptedEtag(attributes),
        ifAbsent,
      });
    });
    const reply = returnBody?.(service, object);
    return {
      status: 200,
      ...reply,
      headers: {
        ...reply?.headers,
        etag: etagOf(object),
        ...storedHeaders(service, object),
      },
      bytes: object.size,
      changes: created(service, "Put", object),
    };
  },
};

function checkSignedHeaders(request: CosRequest): void {
  const signed = readAuthorization(request.headers, request.query)?.headerList ?? [];
  for (const name of ["content-type", "content-length"]) {
    if (request.headers.has(name) && !signed.includes(name)) {
      throw accessDenied({ kind: "header-not-signed", header: name });
    }
  }
}

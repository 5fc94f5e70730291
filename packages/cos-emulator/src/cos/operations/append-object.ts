import { bodyOf } from "../http/body.ts";
import { checkLength, tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError, invalidArgument, notImplemented } from "../http/errors.ts";
import type { CosRequest } from "../http/request.ts";
import { NotAppendable, WrongPosition } from "../store/object-store.ts";
import type { CosService } from "../store/service.ts";
import { tierOf } from "../store/storage-class.ts";
import { crc64Header, etagOf } from "../store/stored-object.ts";
import { asksForEncryption, encryptionHeaders } from "./lib/encryption.ts";
import { readNumber } from "./lib/list-parameters.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * APPEND Object, https://cloud.tencent.com/document/product/436/7741: adds to the end of an object that was created
 * this way; the whole has at most 5 GB. Appendable objects are not versioned: in a bucket that keeps versions, the
 * object stays the version `null`, whatever is added; cos-python-sdk-v5's own tests append in such a bucket. We could
 * not find out how COS computes the ETag after an append: here it changes with every piece.
 *
 * They are never in INTELLIGENT_TIERING, nor in a bucket in several zones, as that page says. It names no
 * codes: ours are the two on the page of errors (https://cloud.tencent.com/document/product/436/7730) that fit.
 */
export const appendObject: SignedOperation = {
  action: "name/cos:AppendObject",
  on: "object",
  async run({ service, request }) {
    const { key } = request;
    const position = readNumber(request.query, "position");
    if (position === undefined) {
      throw invalidArgument("the parameter position is missing");
    }
    const maxBytes = service.maxObjectBytes - position;
    checkLength(request, maxBytes);
    if (service.settings.get("kind")?.isInSeveralZones === true) {
      throw new CosError("OAZOperationNotSupportOnMAZBucket", "A multi-AZ bucket has no appendable objects.");
    }
    if (asksForEncryption(request.headers))
      throw notImplemented("encryption of appendable objects by header");
    const attributes = readAttributes({ service, request }, named(service, request), key);
    if (tierOf(attributes.storageClass) !== undefined) {
      throw new CosError("NotSupportedStorageClass", "The storage class you specified is not valid.", {
        reason: "an appendable object cannot be in INTELLIGENT_TIERING",
      });
    }
    const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
    const draft = await received(service.store.receive(bodyOf(request), maxBytes), tooLarge(maxBytes));
    const object = await keptOrDiscarded(draft, async () => {
      checkContentMd5(announcedMd5, draft.md5);
      return draft.append(key, attributes, position, service.clock()).catch((error: unknown) => {
        throw refusal(error);
      });
    });
    return {
      status: 200,
      headers: {
        etag: etagOf(object),
        ...crc64Header(object),
        ...encryptionHeaders(object),
        // By its name it is the SHA-1, and it looks like one in the page's example; but cos-go-sdk-v5, which works with
        // COS, accepts no answer without the piece's MD5 here.
        "x-cos-content-sha1": draft.md5,
        "x-cos-next-append-position": String(object.size),
      },
      bytes: draft.size,
    };
  },
};

/** The class of an object that exists stays, and the header that names another is not looked at. */
function named(service: CosService, { headers, key }: CosRequest): ReadonlyMap<string, string> {
  if (service.store.get(key) === undefined) return headers;
  return new Map([...headers].filter(([name]) => name !== "x-cos-storage-class"));
}

function refusal(error: unknown): unknown {
  if (error instanceof NotAppendable) {
    return new CosError(
      "ObjectNotAppendable",
      "The operation is not valid for the current state of the object.",
      {
        reason: "the existing object was not created by APPEND Object",
      },
    );
  }
  if (error instanceof WrongPosition) {
    return new CosError("AppendPositionErr", "The position does not match the object's length.", {
      reason: `the object has ${error.size} bytes`,
      headers: { "x-cos-next-append-position": String(error.size) },
    });
  }
  return error;
}

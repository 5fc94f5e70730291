import { bodyOf } from "../http/body.ts";
import { checkLength, tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError, notImplemented } from "../http/errors.ts";
import { NotAppendable, WrongPosition } from "../store/object-store.ts";
import { crc64Header, etagOf } from "../store/stored-object.ts";
import { asksForEncryption, encryptionHeaders } from "./lib/encryption.ts";
import { readNumber } from "./lib/list-parameters.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * APPEND Object, https://cloud.tencent.com/document/product/436/7741: adds to the end of an object that was made so;
 * the whole has at most 5 GB. Appendable objects take no part in versioning: in a bucket that keeps versions the whole is
 * the one called `null`, whatever comes to it; cos-python-sdk-v5's own tests append in such a bucket. How COS computes the ETag of what was added to was not found either: here it changes with every piece.
 */
export const appendObject: SignedOperation = {
  action: "name/cos:AppendObject",
  on: "object",
  async run({ service, request }) {
    const { key } = request;
    const position = readNumber(request.query, "position");
    if (position === undefined) {
      throw new CosError("InvalidArgument", "Invalid Argument", {
        reason: "the parameter position is missing",
      });
    }
    const maxBytes = service.maxObjectBytes - position;
    checkLength(request, maxBytes);
    if (asksForEncryption(request.headers))
      throw notImplemented("encryption of appendable objects by header");
    const attributes = readAttributes({ service, request }, request.headers, key);
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
        // By its name the SHA-1, as it looks in the page's example; but cos-go-sdk-v5 takes no answer without the piece's
        // MD5 in it, and COS is what that is used with.
        "x-cos-content-sha1": draft.md5,
        "x-cos-next-append-position": String(object.size),
      },
      bytes: draft.size,
    };
  },
};

function refusal(error: unknown): unknown {
  if (error instanceof NotAppendable) {
    return new CosError("ObjectNotAppendable", "The object is not appendable.", {
      reason: "the object that is there was not made by APPEND Object",
    });
  }
  if (error instanceof WrongPosition) {
    return new CosError("AppendPositionErr", "The position does not match the object's length.", {
      reason: `the object has ${error.size} bytes`,
      headers: { "x-cos-next-append-position": String(error.size) },
    });
  }
  return error;
}

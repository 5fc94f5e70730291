import { tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError } from "../http/errors.ts";
import { atRate, rateOf, readRate } from "../http/traffic-limit.ts";
import { checkLengthRange, outOfRange } from "../policy/check-post-policy.ts";
import { encryptedEtag } from "./lib/encryption.ts";
import { created } from "./lib/object-change.ts";
import { checkOverwrite } from "./lib/overwrite.ts";
import { successReply } from "./lib/post-success.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import { readReturnBody } from "./lib/return-body.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import { versionOptions } from "./lib/version.ts";
import type { FormOperation } from "./operation.ts";

/** POST Object, https://cloud.tencent.com/document/product/436/14690. Its signature is in the form. */
export const postObject: FormOperation = {
  action: "name/cos:PostObject",
  on: "form",
  async receive({ service, request, key, fields, signed, file }) {
    const attributes = readAttributes({ service, request }, withAcl(fields, request.headers), key);
    const returnBody = readReturnBody(fields);
    const rate = readRate(fields.get("x-cos-traffic-limit")) ?? rateOf(request);
    const announcedMd5 = readContentMd5(fields.get("content-md5"));
    const ifAbsent = checkOverwrite(service, request, key);

    const range = signed?.policy?.lengthRange ?? { min: 0, max: Number.POSITIVE_INFINITY };
    const maxBytes = Math.min(range.max, service.maxObjectBytes);
    const draft = await received(
      service.store.receive(atRate(file, rate, false), maxBytes),
      maxBytes < range.max ? tooLarge(maxBytes) : outOfRange("EntityTooLarge", range),
    );
    await keptOrDiscarded(draft, async () => {
      checkLengthRange(signed?.policy, draft.size);
      checkContentMd5(announcedMd5, draft.md5);
    });
    return {
      discard: () => draft.discard(),
      async store() {
        const object = await keptOrDiscarded(draft, () =>
          draft.commit(key, attributes, {
            ...versionOptions(service),
            ...encryptedEtag(attributes),
            ifAbsent,
          }),
        );
        const success = successReply(service, request, object, fields);
        const reply =
          success.status === 200 || success.status === 201 ? returnBody?.(service, object) : undefined;
        return {
          ...success,
          ...reply,
          headers: { ...success.headers, ...reply?.headers },
          bytes: object.size,
          changes: created(service, "Post", object),
        };
      },
    };
  },
};

/**
 * A form's ACL is its field `acl`, a name that no other request has as a header. Tencent's SDKs also send the header
 * x-cos-acl, with the same value.
 *
 * @throws {CosError} InvalidArgument if there is also a field x-cos-acl, since a policy that fixes one would leave the
 * other free, or if the header has another value, since CAM's conditions check the header but the field sets the ACL
 */
function withAcl(
  fields: ReadonlyMap<string, string>,
  headers: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const acl = fields.get("acl");
  if (acl !== undefined && fields.has("x-cos-acl")) {
    throw invalidAcl("the form has both acl and x-cos-acl, which mean the same");
  }
  const wanted = acl ?? fields.get("x-cos-acl");
  const header = headers.get("x-cos-acl");
  if (header !== undefined && header !== wanted) {
    throw invalidAcl("the header x-cos-acl differs from the form's field acl, which sets the ACL");
  }
  return acl === undefined ? fields : new Map([...fields, ["x-cos-acl", acl]]);
}

function invalidAcl(reason: string): CosError {
  return new CosError("InvalidArgument", "The ACL you specified is not valid.", { reason });
}

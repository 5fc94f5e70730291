import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError } from "../http/errors.ts";
import { atRate, rateOf, readRate } from "../http/traffic-limit.ts";
import { checkLengthRange, outOfRange } from "../policy/check-post-policy.ts";
import { created } from "./lib/object-change.ts";
import { fileAlreadyExists, forbidsOverwrite } from "./lib/overwrite.ts";
import { successReply } from "./lib/post-success.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import { readReturnBody } from "./lib/return-body.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import { versionOptions } from "./lib/version.ts";
import type { FormOperation } from "./operation.ts";

/** POST Object, https://cloud.tencent.com/document/product/436/14690. It carries its own signature, in the form. */
export const postObject: FormOperation = {
  action: "name/cos:PostObject",
  on: "form",
  async receive({ service, request, key, fields, signed, file }) {
    const attributes = readAttributes(withAcl(fields), key);
    const returnBody = readReturnBody(fields);
    const rate = readRate(fields.get("x-cos-traffic-limit")) ?? rateOf(request);
    const announcedMd5 = readContentMd5(fields.get("content-md5"));
    const ifAbsent = forbidsOverwrite(service, request);
    if (ifAbsent && service.store.get(key) !== undefined) throw fileAlreadyExists();

    const range = signed?.policy?.lengthRange ?? { min: 0, max: service.maxObjectBytes };
    const maxBytes = Math.min(range.max, service.maxObjectBytes);
    const draft = await received(
      service.store.receive(atRate(file, rate, false), maxBytes),
      outOfRange("EntityTooLarge", range),
    );
    await keptOrDiscarded(draft, async () => {
      checkLengthRange(signed?.policy, draft.size);
      checkContentMd5(announcedMd5, draft.md5);
    });
    return {
      discard: () => draft.discard(),
      async store() {
        const object = await keptOrDiscarded(draft, () =>
          draft.commit(key, attributes, { ...versionOptions(service), ifAbsent }),
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
 * A form's ACL is its field `acl`, which is no header of any other request.
 *
 * @throws {CosError} InvalidArgument for x-cos-acl beside it: a policy that fixes one would leave the other free
 */
function withAcl(fields: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const acl = fields.get("acl");
  if (acl === undefined) return fields;
  if (!fields.has("x-cos-acl")) return new Map([...fields, ["x-cos-acl", acl]]);
  throw new CosError("InvalidArgument", "The ACL you specified is not valid.", {
    reason: "the form has acl and x-cos-acl, which say the same",
  });
}

import { accessDenied } from "../http/errors.ts";
import { contentRange, readRange } from "../http/range.ts";
import { atRate, rateOf } from "../http/traffic-limit.ts";
import { checkNotArchived } from "./lib/archived.ts";
import { checkCustomerKey, checkNoEncryptionHeader } from "./lib/encryption.ts";
import { findObject } from "./lib/find-object.ts";
import { isProcessing, NOT_PROCESSED } from "./lib/image-processing.ts";
import { conditionalStatus, objectHeaders, overriddenHeaders, wantedRange } from "./lib/object-response.ts";
import { followSymlink, rightToTarget } from "./lib/symlink.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Object with single ranges, https://cloud.tencent.com/document/product/436/7753. The response-* overrides are for
 * signed requests only; we could not find out what COS answers to others. An image that should be processed is sent
 * unprocessed, with a header that says so.
 */
export const getObject: SignedOperation = {
  action: "name/cos:GetObject",
  on: "object",
  alsoNeeds: ({ service, request }) =>
    rightToTarget(service, request.key, request.query, "name/cos:GetObject"),
  async run({ service, request, caller }) {
    const overrides = overriddenHeaders(request);
    if (caller === undefined && Object.keys(overrides).length > 0) {
      throw accessDenied({ kind: "unsigned", asked: "response-parameter" });
    }
    checkNoEncryptionHeader(request);
    const rate = rateOf(request);
    const note = request.query.pairs.some(isProcessing) ? NOT_PROCESSED : {};
    for (;;) {
      const object = followSymlink(service, findObject(service, request));
      checkCustomerKey({ service, request }, object);
      const status = conditionalStatus(request, object);
      checkNotArchived(service, object);
      if (status === 304) return { status, headers: objectHeaders(service, object) };
      const range = readRange(wantedRange(request, object), object.size);
      const body = await service.store.read(object, range);
      // The object was replaced or deleted between the two steps: look again.
      if (body === undefined) continue;
      return {
        status: range === undefined ? 200 : 206,
        headers: {
          ...objectHeaders(service, object),
          ...overrides,
          ...note,
          "content-length": String(range === undefined ? object.size : range.last - range.first + 1),
          ...(range === undefined ? {} : { "content-range": contentRange(range, object.size) }),
        },
        body: atRate(body, rate),
      };
    }
  },
};

import { invalidArgument, invalidLockedTime } from "../http/errors.ts";
import { readConfiguration } from "../xml/configuration.ts";
import { textOf } from "../xml/fields.ts";
import { malformedXml, parseXml } from "../xml/parse-xml.ts";
import { changeObject } from "./lib/change-object.ts";
import { checkLockable, readLockTime } from "./lib/object-lock.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * PUT Object Retention, https://www.tencentcloud.com/document/product/436/58038: until when the object is locked. The
 * retention can be extended, but never shortened (https://www.tencentcloud.com/document/product/436/58301).
 */
export const putObjectRetention: SignedOperation = {
  action: "name/cos:PutObjectRetention",
  on: "object",
  async run({ service, request }) {
    checkLockable(service);
    const root = parseXml(await readConfiguration(request), "Retention", new Set());
    const mode = textOf(root, "Mode");
    if (mode === undefined) throw malformedXml("it has no Mode");
    if (mode !== "COMPLIANCE") throw invalidArgument("Mode must be COMPLIANCE");
    const retainUntil = readLockTime(service, textOf(root, "RetainUntilDate"), "RetainUntilDate");
    await changeObject(service, request, ({ retainUntil: before = 0 }) => {
      if (retainUntil < before) throw invalidLockedTime("a retention period cannot be made shorter");
      return { retainUntil };
    });
    return { status: 200 };
  },
};

import { CosError } from "../http/errors.ts";
import { readText } from "../http/read-text.ts";
import type { ObjectChange } from "../http/reply.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import type { XmlNode } from "../xml/xml.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { deleteVersion } from "./delete-object.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import type { EachContext, EachOperation } from "./operation.ts";

const MAX_OBJECTS = 1000;

/** Enough for keys of 850 bytes, each of which may be written as an entity of five, and for version ids. */
const MAX_LIST_BYTES = 2 * 1024 ** 2;

interface Named {
  readonly key: string;
  readonly versionId: string | undefined;
}

/**
 * DELETE Multiple Objects, https://cloud.tencent.com/document/product/436/8289: up to 1000; each deletion succeeds or
 * fails on its own. Without Content-MD5 COS refuses all of it, in these words according to people whose SDKs for S3 no longer
 * send it (https://github.com/Aiven-Open/tiered-storage-for-apache-kafka/issues/694).
 */
export const deleteMultipleObjects: EachOperation = {
  action: "name/cos:DeleteObject",
  anonymousAction: "name/cos:DeleteMultipleObjects",
  on: "each",
  async run(context) {
    if (!context.request.headers.has("content-md5")) {
      throw new CosError("InvalidRequest", "Missing required header for this request: Content-MD5", {
        reason: "the list of objects to delete must come with Content-MD5, the base64 of its MD5",
      });
    }
    const { objects, isQuiet } = parseList(await readText(context.request, MAX_LIST_BYTES));
    const Deleted: XmlNode[] = [];
    const errors: XmlNode[] = [];
    const changes: ObjectChange[] = [];
    for (const object of objects) {
      try {
        const { element, changes: done } = await deleteOne(context, object);
        changes.push(...done);
        if (!isQuiet) Deleted.push(element);
      } catch (error) {
        if (!(error instanceof CosError)) throw error;
        const { code, message } = error;
        const version = object.versionId === undefined ? {} : { VersionId: object.versionId };
        errors.push({ Key: object.key, ...version, Code: code, Message: message });
      }
    }
    return xmlReply({ DeleteResult: { Deleted, Error: errors } }, { changes });
  },
};

async function deleteOne(
  { service, checkRight }: EachContext,
  { key, versionId }: Named,
): Promise<{ element: XmlNode; changes: readonly ObjectChange[] }> {
  checkObjectKey(key);
  checkRight(key);
  const deletion = await deleteVersion(service, key, versionId);
  const element = {
    Key: key,
    ...(deletion.isMarker && { DeleteMarker: true, DeleteMarkerVersionId: deletion.versionId ?? "" }),
    ...(versionId !== undefined && { VersionId: versionId }),
  };
  return { element, changes: deletion.changes };
}

function parseList(text: string): { objects: readonly Named[]; isQuiet: boolean } {
  // A key may begin or end with a space and differ from another only in that.
  const root = parseXml(text, "Delete", new Set(["Delete.Object"]), { trimValues: false });
  const list = xmlField(root, "Object");
  if (!Array.isArray(list)) throw malformedXml("it has no Object");
  if (list.length > MAX_OBJECTS) throw malformedXml(`it names more than ${MAX_OBJECTS} objects`);
  const objects = list.map((item: unknown): Named => {
    const key = xmlField(item, "Key");
    const versionId = xmlField(item, "VersionId");
    if (typeof key !== "string" || key === "") throw malformedXml("an Object has no Key");
    return { key, versionId: typeof versionId === "string" && versionId !== "" ? versionId : undefined };
  });
  return { objects, isQuiet: String(xmlField(root, "Quiet")).trim() === "true" };
}

import type { Reply } from "../../http/reply.ts";
import type { CosRequest } from "../../http/request.ts";
import type { CosService } from "../../store/service.ts";
import { etagOf, type StoredObject } from "../../store/stored-object.ts";
import { xmlReply } from "../../xml/xml-reply.ts";
import { storedHeaders } from "./object-response.ts";
import { objectUrl } from "./object-url.ts";

/**
 * The answer to a stored form (https://cloud.tencent.com/document/product/436/14690): 303 to success_action_redirect
 * with bucket, key and etag added, or else the status in success_action_status, which is 204 by default and for any
 * value but 200, 201 and 204. The current page says that the body is always empty; earlier pages, and S3, send a
 * PostResponse with 201, and so does this.
 */
export function successReply(
  service: CosService,
  request: CosRequest,
  object: StoredObject,
  fields: ReadonlyMap<string, string>,
): Reply {
  const etag = etagOf(object);
  const ofObject = { etag, ...storedHeaders(service, object) };
  const redirect = redirectTarget(fields.get("success_action_redirect"));
  if (redirect !== undefined) {
    redirect.searchParams.append("bucket", service.bucket.name);
    redirect.searchParams.append("key", object.key);
    redirect.searchParams.append("etag", etag);
    return { status: 303, headers: { ...ofObject, location: redirect.href } };
  }
  const location = objectUrl(request, object.key);
  const headers = { ...ofObject, location };
  switch (fields.get("success_action_status")) {
    case "200":
      return { status: 200, headers };
    case "201":
      return xmlReply(
        { PostResponse: { Location: location, Bucket: service.bucket.name, Key: object.key, ETag: etag } },
        { status: 201, headers },
      );
    default:
      return { status: 204, headers };
  }
}

/** Undefined for anything but a web address: it is ignored, since the object is stored already. */
function redirectTarget(text: string | undefined): URL | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
}

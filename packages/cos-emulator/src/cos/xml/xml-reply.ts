import { Readable } from "node:stream";
import type { Reply } from "../http/reply.ts";
import { type XmlNode, xmlDocument } from "./xml.ts";

/** A 200 with an XML document of one root element. */
export function xmlReply(root: { readonly [name: string]: XmlNode }, extra: Partial<Reply> = {}): Reply {
  const { headers, ...rest } = extra;
  return {
    status: 200,
    headers: { ...headers, "content-type": "application/xml" },
    body: xmlDocument(root),
    ...rest,
  };
}

/**
 * One in chunks, without Content-Length, as COS answers what may take it minutes: joining parts and copying
 * (https://cloud.tencent.com/document/product/436/7742, 436/10881 and 436/8287).
 */
export function chunkedXmlReply(
  root: { readonly [name: string]: XmlNode },
  extra: Partial<Reply> = {},
): Reply {
  return xmlReply(root, { ...extra, body: Readable.from([Buffer.from(xmlDocument(root))]) });
}

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

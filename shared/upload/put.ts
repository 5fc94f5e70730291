import { authorization, type SignedHeaders } from "../cos/authorization.ts";
import { plainObject } from "./conditions.ts";
import type { UploadMethod } from "./sign.ts";

/** PUT Object (https://cloud.tencent.com/document/product/436/7749). */
export const put: UploadMethod = {
  /**
   * Storage refuses an upload whose Content-Length is above the rule's, or that has none, and one that asks for
   * another ACL, another storage class or a type that the rule does not allow.
   */
  grant: ({ key, rule, pinned }) => ({
    key,
    permissions: [
      {
        actions: ["PutObject"],
        condition: {
          numeric_less_than_equal: { "cos:content-length": rule.maxBytes },
          ...plainObject(rule, pinned.type),
        },
      },
    ],
  }),

  answer(object, credential, time, bucket) {
    const { key, pinned, rule, defaultType, metadata } = object;
    const exact: Record<string, string> = { ...metadata };
    if (pinned.md5 !== undefined) exact["content-md5"] = pinned.md5;
    if (rule.forbidOverwrite) exact["x-cos-forbid-overwrite"] = "true";
    const signed: SignedHeaders = { host: bucket.host, ...exact };
    // Only what the caller pinned: wx.request adds a content-type of its own to everything else.
    if (pinned.type !== undefined) signed["content-type"] = pinned.type;
    if (pinned.size !== undefined) signed["content-length"] = String(pinned.size);
    const signature = authorization({ method: "PUT", key, headers: signed }, credential, time);
    return {
      authorization: signature,
      method: "PUT",
      url: `https://${bucket.host}/${key}`,
      // Clients send Host and Content-Length by themselves, and mostly may not set them.
      headers: {
        Authorization: signature,
        "x-cos-security-token": credential.securityToken,
        "content-type": pinned.type ?? defaultType,
        ...exact,
      },
    };
  },
};

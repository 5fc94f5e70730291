import { authorization } from "../../shared/cos/authorization.ts";
import { commonAnswer, type UploadMethod } from "../../shared/upload/sign.ts";

/** PUT Object (https://cloud.tencent.com/document/product/436/7749). */
export const put: UploadMethod = {
  /** An upload whose Content-Length is above the rule's, or that has none, is refused by storage. */
  grant: ({ key, rule }) => ({
    key,
    permissions: [
      {
        actions: ["PutObject"],
        condition: { numeric_less_than_equal: { "cos:content-length": rule.maxBytes } },
      },
    ],
  }),

  answer(object, credential, time, bucket) {
    const { key, pinned, rule, defaultType } = object;
    const overwrite: Record<string, string> = rule.forbidOverwrite
      ? { "x-cos-forbid-overwrite": "true" }
      : {};
    const digest: Record<string, string> = pinned.md5 === undefined ? {} : { "content-md5": pinned.md5 };
    const signature = authorization(
      {
        method: "PUT",
        key,
        headers: {
          host: bucket.host,
          // Only what the caller pinned: wx.request adds a content-type of its own to everything else.
          ...(pinned.type !== undefined && { "content-type": pinned.type }),
          ...(pinned.size !== undefined && { "content-length": String(pinned.size) }),
          ...digest,
          ...overwrite,
        },
      },
      credential,
      time,
    );
    return {
      ...commonAnswer(object, credential, time, bucket),
      authorization: signature,
      method: "PUT",
      url: `https://${bucket.host}/${key}`,
      // Host and Content-Length are HTTP's own: every client sends them, and none may be told how.
      headers: {
        Authorization: signature,
        "x-cos-security-token": credential.securityToken,
        "content-type": pinned.type ?? defaultType,
        ...digest,
        ...overwrite,
      },
    };
  },
};

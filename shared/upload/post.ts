import { signedPolicy } from "../cos/post-policy.ts";
import { PLAIN } from "./conditions.ts";
import type { UploadMethod } from "./sign.ts";

/** POST Object (https://cloud.tencent.com/document/product/436/14690). */
export const post: UploadMethod = {
  /**
   * No condition on the length here: it would measure the whole form. The POST policy limits the file.
   * We could not find out whether COS reads `x-cos-forbid-overwrite` as a form field; as a header it does, and the
   * session policy can demand it. Likewise the ACL and the storage class are limited as headers only: a policy that
   * named the fields would refuse every form that leaves them out.
   */
  grant: ({ key, rule }) => ({
    key,
    permissions: [
      {
        actions: ["PostObject"],
        condition: {
          ...PLAIN,
          ...(rule.forbidOverwrite && { string_equal: { "cos:x-cos-forbid-overwrite": "true" } }),
        },
      },
    ],
  }),

  answer(object, credential, time, bucket) {
    const { key, pinned, rule, defaultType, metadata } = object;
    // Fields that are not worth a refusal stay free, such as success_action_status, which only says how COS
    // answers.
    const fixed: Record<string, string> = { key, ...metadata };
    // Only when the caller pinned it: other clients send this field empty.
    if (pinned.type !== undefined) fixed["Content-Type"] = pinned.type;
    if (pinned.md5 !== undefined) fixed["Content-MD5"] = pinned.md5;
    const signed = signedPolicy(
      {
        bucket: bucket.bucket,
        minBytes: pinned.size ?? 0,
        maxBytes: pinned.size ?? rule.maxBytes,
        fields: fixed,
      },
      credential,
      time,
    );
    return {
      policy: signed.policy,
      qSignAlgorithm: signed["q-sign-algorithm"],
      qAk: signed["q-ak"],
      qKeyTime: signed["q-key-time"],
      qSignature: signed["q-signature"],
      method: "POST",
      url: `https://${bucket.host}/`,
      ...(rule.forbidOverwrite && { headers: { "x-cos-forbid-overwrite": "true" } }),
      /** In this order, followed by the file as `file`. */
      fields: {
        key,
        success_action_status: "200",
        ...fixed,
        "Content-Type": pinned.type ?? defaultType,
        "q-sign-algorithm": signed["q-sign-algorithm"],
        "q-ak": signed["q-ak"],
        "q-key-time": signed["q-key-time"],
        "q-signature": signed["q-signature"],
        policy: signed.policy,
        "x-cos-security-token": credential.securityToken,
      },
    };
  },
};

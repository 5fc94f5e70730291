import { createHash } from "node:crypto";
import type { Invocation } from "../entry/invocation.ts";
import { storageUnavailable } from "../errors.ts";
import type { Credential } from "../sts/credential.ts";
import type { Permission } from "../sts/session-policy.ts";
import type { CosClient } from "./client.ts";
import { elements, escapeXml, MAX_ANSWER_BYTES, readXml, textOf } from "./read-xml.ts";

/** One by one and many at once: COS checks the same right for each (https://cloud.tencent.com/document/api/436/8289). */
export const DELETE: Permission = { actions: ["DeleteObject"] };

/** The most that COS deletes at once. */
export const MAX_DELETED = 1000;

/** An object that COS did not delete. */
export interface NotDeleted {
  readonly key: string;
  /** COS's own code, such as `AccessDenied`. */
  readonly code: string;
}

/**
 * DELETE Object (https://cloud.tencent.com/document/product/436/7743). What is not there counts as deleted.
 *
 * @throws ServiceError when COS refuses or fails
 */
export async function deleteObject(
  cos: CosClient,
  key: string,
  credential: Credential,
  invocation: Invocation,
): Promise<void> {
  await cos.call({ method: "DELETE", key, accept: [404] }, credential, invocation);
}

/**
 * DELETE Multiple Objects (https://cloud.tencent.com/document/api/436/8289), 1 to 1000 keys. What is not there
 * counts as deleted.
 *
 * @returns those that are still there
 * @throws ServiceError when COS refuses the whole request, fails, or answers with something else
 */
export async function deleteObjects(
  cos: CosClient,
  keys: readonly string[],
  credential: Credential,
  invocation: Invocation,
): Promise<readonly NotDeleted[]> {
  const objects = keys.map((key) => `<Object><Key>${escapeXml(key)}</Key></Object>`).join("");
  const body = `<Delete><Quiet>true</Quiet>${objects}</Delete>`;
  const { body: answer } = await cos.call(
    {
      method: "POST",
      key: "",
      query: { delete: "" },
      headers: {
        "content-type": "application/xml",
        "content-md5": createHash("md5").update(body).digest("base64"),
      },
      body,
      isRepeatable: true,
      maxAnswerBytes: MAX_ANSWER_BYTES,
    },
    credential,
    invocation,
  );
  const result = readXml(answer, "DeleteResult");
  if (result === undefined) {
    throw storageUnavailable("Storage failed; try again in a moment.", {
      log: { cosError: "no result of deleting" },
    });
  }
  return elements(result, "Error").map((item) => ({ key: textOf(item, "Key"), code: textOf(item, "Code") }));
}

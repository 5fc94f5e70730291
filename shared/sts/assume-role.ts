import tencentSts, { type Send } from "qcloud-cos-sts";
import { credentialsDenied } from "../errors.ts";
import { type Credential, readCredential } from "./credential.ts";
import type { StsAddress } from "./federation-token.ts";
import type { SessionPolicy } from "./session-policy.ts";

/**
 * AssumeRole with the credentials of the function's own role
 * (https://cloud.tencent.com/document/api/598/33164): no permanent key is in the environment.
 *
 * @throws ServiceError 500 when the function has no role
 */
export async function assumeRole(
  roleArn: string,
  { endpoint, region }: StsAddress,
  policy: SessionPolicy,
  durationSeconds: number,
  send: Send,
): Promise<Credential> {
  const role = functionRole();
  return readCredential(
    await tencentSts.getRoleCredential({
      ...role,
      roleArn,
      endpoint,
      region,
      durationSeconds,
      policy,
      proxy: send,
    }),
  );
}

/**
 * What SCF puts into the environment of a function that has an execution role
 * (https://cloud.tencent.com/document/product/583/30228). Read at every call: they are temporary, and
 * we could not find out how SCF renews them in a warm instance.
 */
function functionRole() {
  const { TENCENTCLOUD_SECRETID, TENCENTCLOUD_SECRETKEY, TENCENTCLOUD_SESSIONTOKEN } = process.env;
  if (!TENCENTCLOUD_SECRETID || !TENCENTCLOUD_SECRETKEY || !TENCENTCLOUD_SESSIONTOKEN) {
    throw credentialsDenied("The service's own role is missing; its log says why.", {
      log: { stsError: "COS_ROLE_ARN is set, but the function has no execution role" },
    });
  }
  return {
    secretId: TENCENTCLOUD_SECRETID,
    secretKey: TENCENTCLOUD_SECRETKEY,
    token: TENCENTCLOUD_SESSIONTOKEN,
  };
}

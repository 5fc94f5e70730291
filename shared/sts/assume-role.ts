import { ServiceError } from "../errors.ts";
import type { Credential } from "./credential.ts";
import { readCredential } from "./credential.ts";
import type { StsAddress } from "./federation-token.ts";
import type { SessionPolicy } from "./session-policy.ts";
import { type SigningKey, tc3Headers } from "./tc3.ts";
import { callSts } from "./transport.ts";

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
): Promise<Credential> {
  const body = JSON.stringify({
    RoleArn: roleArn,
    RoleSessionName: "cos-direct-upload",
    DurationSeconds: durationSeconds,
    // The API wants it URL-encoded, inside JSON too.
    Policy: encodeURIComponent(JSON.stringify(policy)),
  });
  const call = {
    host: endpoint,
    service: "sts",
    action: "AssumeRole",
    version: "2018-08-13",
    region,
    body,
    timestamp: Math.floor(Date.now() / 1000),
  };
  const {
    Credentials,
    ExpiredTime,
    Error: refused,
    RequestId,
  } = await callSts(endpoint, tc3Headers(call, functionRole()), body);
  // As qcloud-cos-sts rejects with it.
  if (refused) throw { ...refused, RequestId };
  return readCredential({
    credentials: {
      tmpSecretId: Credentials?.TmpSecretId,
      tmpSecretKey: Credentials?.TmpSecretKey,
      sessionToken: Credentials?.Token,
    },
    startTime: Number(ExpiredTime) - durationSeconds,
    expiredTime: ExpiredTime,
  });
}

/**
 * What SCF puts into the environment of a function that has an execution role
 * (https://cloud.tencent.com/document/product/583/30228). Read at every call: they are temporary, and how
 * SCF renews them in a warm instance was not found.
 */
function functionRole(): SigningKey {
  const {
    TENCENTCLOUD_SECRETID: secretId,
    TENCENTCLOUD_SECRETKEY: secretKey,
    TENCENTCLOUD_SESSIONTOKEN: token,
  } = process.env;
  if (!secretId || !secretKey || !token) {
    throw new ServiceError(
      "CredentialsDenied",
      "The service's own role is missing; its operator finds the reason in the log.",
      {
        log: { stsError: "COS_ROLE_ARN is set, but the function has no execution role" },
      },
    );
  }
  return { secretId, secretKey, token };
}

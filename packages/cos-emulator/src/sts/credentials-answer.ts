import type { TemporaryCredential } from "./credential-store.ts";

/** The answer of both actions. Source: https://cloud.tencent.com/document/api/1312/48197 (data types). */
export function credentialsAnswer(credential: TemporaryCredential): Readonly<Record<string, unknown>> {
  return {
    Credentials: {
      Token: credential.token,
      TmpSecretId: credential.tmpSecretId,
      TmpSecretKey: credential.tmpSecretKey,
    },
    ExpiredTime: credential.expiredTime,
    Expiration: new Date(credential.expiredTime * 1000).toISOString().replace(".000Z", "Z"),
  };
}

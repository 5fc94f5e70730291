import type { Credential } from "../../shared/sts/credential.ts";

/** A credential from STS, for tests of what is done with it. */
export const TEST_CREDENTIAL: Credential = {
  tmpSecretId: "AKIDtmp",
  tmpSecretKey: "key",
  securityToken: "token",
  startTime: 1_700_000_000,
  expiredTime: 1_700_001_800,
};

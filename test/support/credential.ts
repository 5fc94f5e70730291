import type { Credential } from "../../shared/sts/credential.ts";

/** What STS gave, for tests that look at what is done with it and not at the credential. */
export const TEST_CREDENTIAL: Credential = {
  tmpSecretId: "AKIDtmp",
  tmpSecretKey: "key",
  securityToken: "token",
  startTime: 1_700_000_000,
  expiredTime: 1_700_001_800,
};

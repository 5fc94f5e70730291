import { beforeAll, expect, test } from "vitest";
import { credentialsService } from "../../../functions/upload-credentials/service.ts";
import { ConfigurationError } from "../../../shared/errors.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { setRuleQuotas } from "../../support/rule-quotas.ts";

beforeAll(() => setRuleQuotas());

test("an upload can be renewed for a day, or for RENEWAL_SECONDS, from an hour to a week", () => {
  const env = { ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET };
  const life = (seconds?: string) =>
    credentialsService(seconds === undefined ? env : { ...env, RENEWAL_SECONDS: seconds }).renewals.seconds;
  expect([life(), life("3600"), life("604800")]).toEqual([86_400, 3600, 604_800]);
  for (const seconds of ["3599", "604801"]) expect(() => life(seconds)).toThrow(ConfigurationError);
});

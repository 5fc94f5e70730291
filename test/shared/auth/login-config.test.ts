import { expect, test } from "vitest";
import { readLogin } from "../../../shared/auth/login-config.ts";
import { ConfigurationError } from "../../../shared/errors.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";

const ENV = { JWT_SECRET: TEST_JWT_SECRET, WX_APPID: "wx1", WX_SECRET: "its-secret" };

test("a token lasts two hours, or TOKEN_SECONDS, from five minutes to a week", () => {
  const life = (seconds?: string) =>
    readLogin(seconds === undefined ? ENV : { ...ENV, TOKEN_SECONDS: seconds }).tokenSeconds;
  expect([life(), life("300"), life("604800")]).toEqual([7200, 300, 604_800]);
  for (const seconds of ["299", "604801"]) expect(() => life(seconds)).toThrow(ConfigurationError);
});

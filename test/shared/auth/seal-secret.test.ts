import { expect, test } from "vitest";
import { readSealSecret } from "../../../shared/auth/seal-secret.ts";
import { ConfigurationError } from "../../../shared/errors.ts";
import { TEST_ACCOUNT, TEST_JWT_SECRET } from "../../support/account.ts";

const PREFIX = TEST_ACCOUNT.secretId;
const KEY = TEST_ACCOUNT.secretKey;
const NONE =
  /^USER_PREFIX_SECRET is not set; with no JWT_SECRET or COS_SECRET_KEY, tickets are signed with it\.$/;

test.each([
  [
    "USER_PREFIX_SECRET first",
    { USER_PREFIX_SECRET: PREFIX, JWT_SECRET: TEST_JWT_SECRET, COS_SECRET_KEY: KEY },
    PREFIX,
  ],
  ["then JWT_SECRET", { JWT_SECRET: TEST_JWT_SECRET, COS_SECRET_KEY: KEY }, TEST_JWT_SECRET],
  ["then COS_SECRET_KEY", { COS_SECRET_KEY: KEY }, KEY],
  ["USER_PREFIX_SECRET alone", { USER_PREFIX_SECRET: PREFIX }, PREFIX],
])("seals with a secret that is there: %s", (_, env, secret) => {
  expect(readSealSecret(env, "tickets")).toBe(secret);
});

// Whoever guesses it writes tickets of their own, for any key.
test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  ["no secret", {}, NONE],
  ["a role instead of a key", { COS_ROLE_ARN: "qcs::cam::uin/1:roleName/r" }, NONE],
  ["an empty one", { COS_SECRET_KEY: "" }, /^COS_SECRET_KEY must be a secret\.$/],
  ["a short one", { USER_PREFIX_SECRET: "short", COS_SECRET_KEY: KEY }, /^USER_PREFIX_SECRET must/],
  ["a short one for tokens", { JWT_SECRET: "short", COS_SECRET_KEY: KEY }, /^JWT_SECRET must/],
])("attack: seals nothing with %s, and says which variable to set", (_, env, message) => {
  const read = () => readSealSecret(env, "tickets");
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(message);
});

import { randomBytes } from "node:crypto";
import {
  ACCOUNT_IDS,
  type Account,
  MINI_PROGRAM_ID,
  type MiniProgram,
} from "../../packages/cos-emulator/src/cloud/account.ts";

/** The account of listeners that a test starts on their own. A started emulator has its own. */
export const TEST_ACCOUNT: Account = {
  ...ACCOUNT_IDS,
  secretId: `AKID${randomBytes(16).toString("hex")}`,
  secretKey: randomBytes(16).toString("hex"),
};

/** The Mini Program of a WeChat that a test starts on its own. */
export const TEST_MINI_PROGRAM: MiniProgram = {
  appId: MINI_PROGRAM_ID,
  secret: randomBytes(16).toString("hex"),
};

/** The tests' JWT_SECRET, of the minimum length. */
export const TEST_JWT_SECRET = randomBytes(16).toString("hex");

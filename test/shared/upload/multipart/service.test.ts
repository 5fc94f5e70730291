import { beforeAll, expect, test } from "vitest";
import { multipartService } from "../../../../shared/upload/multipart/service.ts";
import { TEST_ACCOUNT, TEST_JWT_SECRET } from "../../../support/account.ts";
import { TEST_ENV } from "../../../support/bundle.ts";
import { setRuleQuotas } from "../../../support/rule-quotas.ts";
import { begun } from "./support.ts";

const ENV = { ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: TEST_JWT_SECRET };
const { COS_SECRET_ID: _id, COS_SECRET_KEY: _key, ...WITHOUT_A_KEY } = TEST_ENV;
const ROLE = { COS_ROLE_ARN: "qcs::cam::uin/100000000001:roleName/uploads" };

beforeAll(() => setRuleQuotas());

test("an upload may go on for a day, or for RENEWAL_SECONDS, from an hour to a week", () => {
  const seconds = (given?: string) =>
    multipartService(given === undefined ? ENV : { ...ENV, RENEWAL_SECONDS: given }).tickets.seconds;
  expect([seconds(), seconds("3600"), seconds("604800")]).toEqual([86_400, 3600, 604_800]);
  for (const given of ["3599", "604801"]) {
    expect(() => seconds(given)).toThrow("RENEWAL_SECONDS must be a whole number from 3600 to 604800.");
  }
});

test("a ticket of one deployment is none of another with another secret", () => {
  const ann = { user: "ann" };
  const ticket = multipartService(ENV).tickets.issue(begun, ann);
  expect(multipartService(ENV).tickets.read(ticket, ann, 0)).toEqual(begun);
  const other = multipartService({ ...ENV, USER_PREFIX_SECRET: TEST_ACCOUNT.secretId });
  expect(() => other.tickets.read(ticket, ann, 0)).toThrow("ticket must be the one");
});

test("refuses to start without a secret to seal tickets with", () => {
  expect(() => multipartService({ ...WITHOUT_A_KEY, ...ROLE })).toThrow(
    "USER_PREFIX_SECRET is not set; with no JWT_SECRET or COS_SECRET_KEY, tickets are signed with it.",
  );
});

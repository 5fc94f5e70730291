import { expect, test } from "vitest";
import { userSegment } from "../../../shared/auth/user-segment.ts";

test("the user's part is stable, differs between users and secrets, and does not reveal the sub", () => {
  expect(userSegment("openid-1", "s")).toBe(userSegment("openid-1", "s"));
  expect(userSegment("openid-1", "s")).not.toBe(userSegment("openid-2", "s"));
  expect(userSegment("openid-1", "s")).not.toBe(userSegment("openid-1", "t"));
  expect(userSegment("../openid/*", "s")).toMatch(/^[0-9a-f]{32}$/);
});

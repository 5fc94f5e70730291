import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { expect, test } from "vitest";
import { tokenIssuer } from "../../../functions/login/token.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";

const SECRET = TEST_JWT_SECRET;
const NOW = 1_767_323_045_678;

test("a token has the user, the time of issue and the expiry, and nothing else", async () => {
  const issue = tokenIssuer(SECRET, { issuer: undefined, audience: undefined }, 600);
  const { token, expiresAt } = await issue("openid-1", NOW);
  expect(expiresAt).toBe(1_767_323_645);
  expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256" });
  expect(decodeJwt(token)).toEqual({ sub: "openid-1", iat: 1_767_323_045, exp: 1_767_323_645 });
});

test("a token has the configured issuer and audience, and is signed with the secret", async () => {
  const issue = tokenIssuer(SECRET, { issuer: "https://id.example.com", audience: "uploads" }, 600);
  const { token } = await issue("openid-1", NOW);
  const { payload } = await jwtVerify(token, new TextEncoder().encode(SECRET), {
    issuer: "https://id.example.com",
    audience: "uploads",
    currentDate: new Date(NOW),
  });
  expect(payload.sub).toBe("openid-1");
});

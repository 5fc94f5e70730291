import { expect, test } from "vitest";
import { authorization } from "../../../shared/cos/authorization.ts";
import type { Credential } from "../../../shared/sts/credential.ts";
import vectors from "../../vectors/request-signatures.json" with { type: "json" };

const credential = (secretId: string, secretKey: string): Credential => ({
  tmpSecretId: secretId,
  tmpSecretKey: secretKey,
  securityToken: "token",
  startTime: 0,
  expiredTime: 0,
});

/** The SDK signs neither `date` nor a repeated parameter; those two vectors are for the verifier only. */
const signable = vectors.filter(
  ({ headers, query }) =>
    headers.every(([name]) => name !== "date") && new Set(query.map(([name]) => name)).size === query.length,
);

test("there are vectors to check the signer against", () => {
  expect(signable.length).toBeGreaterThanOrEqual(8);
});

test.each(signable)(
  "signs $name",
  ({ method, key, query, headers, keyTime, secretId, secretKey, signature }) => {
    const { host = "", ...others } = Object.fromEntries(
      headers.map(([name, value]) => [name?.toLowerCase(), value ?? ""]),
    );
    const [start = 0, end = 0] = keyTime.split(";").map(Number);
    const signed = authorization(
      {
        method: method === "PUT" ? "PUT" : "GET",
        key,
        query: Object.fromEntries(query),
        headers: { ...others, host },
      },
      credential(secretId, secretKey),
      { start, end },
    );
    const names = [...headers].map(([name]) => name?.toLowerCase()).sort();
    expect(signed).toContain(
      `q-sign-algorithm=sha1&q-ak=${secretId}&q-sign-time=${keyTime}&q-key-time=${keyTime}`,
    );
    expect(signed).toContain(`&q-header-list=${names.join(";")}&`);
    expect(signed).toMatch(new RegExp(`&q-signature=${signature}$`));
  },
);

test("always signs the host, so that a signature is valid for one bucket", () => {
  const signed = authorization(
    { method: "PUT", key: "a.jpg", headers: { host: "127.0.0.1:9000" } },
    credential("AKIDx", "y"),
    { start: 1, end: 2 },
  );
  expect(signed).toContain("q-header-list=host&");
});

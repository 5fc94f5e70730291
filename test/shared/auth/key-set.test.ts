import { generateKeyPairSync } from "node:crypto";
import { exportJWK, jwtVerify, SignJWT } from "jose";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { remoteKeySet } from "../../../shared/auth/key-set.ts";
import { Invocation } from "../../../shared/invocation.ts";
import { exchange } from "../../../shared/net/https.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn<typeof exchange>(),
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"], now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test("while the set fails, tokens by a key that somebody made up have it fetched once in 30 s, and are refused as such", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const keys = [{ ...(await exportJWK(publicKey)), kid: "1", alg: "EdDSA" }];
  vi.mocked(exchange).mockResolvedValue({ status: 200, text: JSON.stringify({ keys }) });
  const keyFor = remoteKeySet(new URL("https://keys.example.com/jwks"));
  const verify = async (kid: string) => {
    const token = await new SignJWT({}).setProtectedHeader({ alg: "EdDSA", kid }).sign(privateKey);
    return jwtVerify(token, keyFor(new Invocation({})));
  };
  await verify("1");
  vi.advanceTimersByTime(31_000);
  vi.mocked(exchange).mockClear().mockResolvedValue({ status: 503, text: "" });
  await expect(verify("made up")).rejects.toThrow("503");
  for (let i = 0; i < 5; i += 1) {
    await expect(verify("made up")).rejects.toMatchObject({ code: "ERR_JWKS_NO_MATCHING_KEY" });
  }
  expect(exchange).toHaveBeenCalledTimes(1);
  await verify("1");
});

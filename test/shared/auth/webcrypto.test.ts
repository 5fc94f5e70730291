import { generateKeyPairSync, webcrypto } from "node:crypto";
import { expect, test } from "vitest";
import { crypto } from "../../../shared/auth/webcrypto.ts";

const HS256 = { name: "HMAC", hash: "SHA-256" };
const importSecret = (secret: Uint8Array) =>
  crypto.subtle.importKey("raw", secret, HS256, false, ["sign", "verify"]);
const bytes = (text: string) => new TextEncoder().encode(text);

// RFC 7515, appendix A.1: https://www.rfc-editor.org/rfc/rfc7515#appendix-A.1
const RFC_KEY = Buffer.from(
  "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
  "base64url",
);
const RFC_INPUT = bytes(
  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
);
const RFC_SIGNATURE = Buffer.from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "base64url");

test("signs and verifies RFC 7515's own example", async () => {
  const key = await importSecret(RFC_KEY);
  expect(Buffer.from(await crypto.subtle.sign(HS256, key, RFC_INPUT))).toEqual(RFC_SIGNATURE);
  expect(await crypto.subtle.verify(HS256, key, RFC_SIGNATURE, RFC_INPUT)).toBe(true);
});

test("makes a key object that looks like WebCrypto's own", async () => {
  const real = await webcrypto.subtle.importKey("raw", RFC_KEY, HS256, false, ["verify"]);
  const { algorithm, usages } = crypto.subtle.importKey("raw", RFC_KEY, HS256, false, ["verify"]);
  expect(real.algorithm).toMatchObject(algorithm);
  expect(real.usages).toEqual(usages);
});

test.each([
  ["one bit flipped", Buffer.from(RFC_SIGNATURE).fill(RFC_SIGNATURE.readUInt8(31) ^ 1, 31)],
  ["cut short", RFC_SIGNATURE.subarray(0, 31)],
  ["made longer", Buffer.concat([RFC_SIGNATURE, Buffer.of(0)])],
  ["empty", Buffer.alloc(0)],
])("refuses a signature whose end is %s", async (_, signature) => {
  const key = await importSecret(RFC_KEY);
  expect(await crypto.subtle.verify(HS256, key, signature, RFC_INPUT)).toBe(false);
});

test("refuses another secret and another text", async () => {
  const other = await importSecret(bytes("another secret, as long as it should be"));
  expect(await crypto.subtle.verify(HS256, other, RFC_SIGNATURE, RFC_INPUT)).toBe(false);
  const key = await importSecret(RFC_KEY);
  expect(await crypto.subtle.verify(HS256, key, RFC_SIGNATURE, bytes("another text"))).toBe(false);
});

test.each(["SHA-256", "SHA-384", "SHA-512"])("signs with %s as WebCrypto does", async (hash) => {
  const algorithm = { name: "HMAC", hash };
  const real = await webcrypto.subtle.importKey("raw", RFC_KEY, algorithm, false, ["sign"]);
  const key = await crypto.subtle.importKey("raw", RFC_KEY, algorithm, false, ["sign"]);
  expect(Buffer.from(await crypto.subtle.sign(algorithm, key, RFC_INPUT))).toEqual(
    Buffer.from(await webcrypto.subtle.sign(algorithm, real, RFC_INPUT)),
  );
});

test("leaves public keys to WebCrypto", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const own = await webcrypto.subtle.importKey("jwk", privateKey.export({ format: "jwk" }), curve, false, [
    "sign",
  ]);
  const key = await crypto.subtle.importKey("jwk", publicKey.export({ format: "jwk" }), curve, true, [
    "verify",
  ]);
  const signature = new Uint8Array(await webcrypto.subtle.sign(algorithm, own, RFC_INPUT));
  expect(await crypto.subtle.verify(algorithm, key, signature, RFC_INPUT)).toBe(true);
  expect(await crypto.subtle.verify(algorithm, key, signature, bytes("another text"))).toBe(false);
});

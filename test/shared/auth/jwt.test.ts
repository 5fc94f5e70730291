import { createHmac, generateKeyPairSync, type KeyObject } from "node:crypto";
import { createLocalJWKSet, exportJWK, SignJWT } from "jose";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { jwtAuthorizer } from "../../../shared/auth/jwt.ts";
import { remoteKeySet } from "../../../shared/auth/key-set.ts";
import { userSegment } from "../../../shared/auth/user-segment.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { ConfigurationError, ServiceError } from "../../../shared/errors.ts";
import { readEvent } from "../../../shared/http/request.ts";
import { NetworkError } from "../../../shared/net/https.ts";
import { TEST_JWT_SECRET } from "../../support/account.ts";

const keys = vi.hoisted(() => ({ answer: async (): Promise<unknown> => undefined, url: "" }));
vi.mock("../../../shared/auth/load-key-set.ts", () => ({
  loadKeySet: (url: URL) => {
    keys.url = url.href;
    return {
      ...remoteKeySet(url),
      keyFor: () => async (header: object, token: object) => {
        const set = await keys.answer();
        return typeof set === "function" ? set(header, token) : set;
      },
    };
  },
}));

const SECRET = TEST_JWT_SECRET;
const key = new TextEncoder().encode(SECRET);
const now = Math.floor(Date.now() / 1000);
const claims = { sub: "openid-1", exp: now + 600 };
const env = { JWT_SECRET: SECRET, JWT_ISSUER: "https://id.example.com", JWT_AUDIENCE: "uploads" };
const complete = { ...claims, iss: env.JWT_ISSUER, aud: env.JWT_AUDIENCE };

const sign = (payload: Record<string, unknown>, alg = "HS256", by = key) =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(by);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** A public key as Keycloak shows it: DER in base64. */
const spki = (publicKey: KeyObject, encoding: BufferEncoding = "base64") =>
  publicKey.export({ type: "spki", format: "der" }).toString(encoding);

/** The base64 of an OpenSSH key: its name behind that's length, and the rest. */
const openSsh = (name: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, name.length]), Buffer.from(name), Buffer.alloc(40, 7)]).toString(
    "base64",
  );

function ask(authorization: string | undefined, environment: Record<string, string> = env) {
  const headers = authorization === undefined ? {} : { authorization };
  return jwtAuthorizer(environment)(readEvent({ headers }), new Invocation({}));
}

/** The refusal, as the caller and the log see it. */
async function refusal(authorization: string | undefined, environment?: Record<string, string>) {
  const thrown: unknown = await ask(authorization, environment).catch((error: unknown) => error);
  if (!(thrown instanceof ServiceError)) throw new Error(`No refusal, but ${String(thrown)}`);
  const { code, status, headers, log, message } = thrown;
  return { code, status, headers, log, message };
}

const challenge = (error: string) => ({
  status: 401,
  message: "Log in, and send the header Authorization with Bearer <token>.",
  headers: { "www-authenticate": `Bearer realm="upload"${error}` },
  log: {},
});
const MISSING = { code: "TokenMissing", ...challenge("") };
const invalid = (code: string) => ({ code, ...challenge(' error="invalid_token"') });

test.each(["Bearer", "bearer", "BEARER", "Bearer  ", "Bearer Bearer", "Bearer bearer"])(
  "accepts a good token after %s",
  async (scheme) => {
    expect(await ask(`${scheme} ${await sign(complete)} `)).toEqual({
      user: userSegment("openid-1", SECRET),
    });
  },
);

test("derives the user's part of the key with USER_PREFIX_SECRET, if it is set", async () => {
  const environment = { ...env, USER_PREFIX_SECRET: `own-${TEST_JWT_SECRET}` };
  expect(await ask(`Bearer ${await sign(complete)}`, environment)).toEqual({
    user: userSegment("openid-1", `own-${TEST_JWT_SECRET}`),
  });
});

test("tolerates clocks up to 5 seconds apart", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: now * 1000 });
  onTestFinished(() => void vi.useRealTimers());
  expect(await ask(`Bearer ${await sign({ ...complete, exp: now - 4 })}`)).toBeDefined();
  expect(await refusal(`Bearer ${await sign({ ...complete, exp: now - 5 })}`)).toEqual(
    invalid("TokenExpired"),
  );
  expect(await ask(`Bearer ${await sign({ ...complete, nbf: now + 5 })}`)).toBeDefined();
  expect(await refusal(`Bearer ${await sign({ ...complete, nbf: now + 6 })}`)).toEqual(
    invalid("TokenNotYetValid"),
  );
});

test("does not check issuer and audience when they are not configured", async () => {
  expect(await ask(`Bearer ${await sign(claims)}`, { JWT_SECRET: SECRET })).toBeDefined();
});

describe("asks the caller to log in", () => {
  test.each([
    ["without a token", undefined],
    ["with an empty token", "Bearer "],
    ["with another scheme", "Basic eyJ"],
    ["with two tokens", "Bearer a, Bearer b"],
    ["with a word before the scheme", "X Bearer a"],
    ["with the scheme and the token in one", "Bearera"],
  ])("%s", async (_, authorization) => {
    expect(await refusal(authorization)).toEqual(MISSING);
  });
});

describe("refuses", () => {
  test("a header of more than 8 KiB before reading it", async () => {
    expect(await refusal(`Bearer ${"a".repeat(8186)}`)).toEqual(invalid("TokenTooLarge"));
    expect(await refusal(`Bearer ${"a".repeat(8185)}`)).toEqual(invalid("TokenMalformed"));
  });

  test.each([
    ["what is not a JWT", async () => "abc", "TokenMalformed"],
    ["a payload that is not JSON", async () => unreadablePayload(), "TokenMalformed"],
    ["an unknown critical extension", async () => criticalExtension(), "TokenMalformed"],
    [
      "alg none",
      async () => `${base64url({ alg: "none" })}.${base64url(complete)}.`,
      "TokenAlgorithmNotAllowed",
    ],
    ["another algorithm with the right key", () => sign(complete, "HS512"), "TokenAlgorithmNotAllowed"],
    ["another key", () => sign(complete, "HS256", new Uint8Array(32)), "TokenSignatureInvalid"],
    ["no exp", () => sign({ ...complete, exp: undefined }), "TokenClaimInvalid"],
    ["no sub", () => sign({ ...complete, sub: undefined }), "TokenClaimInvalid"],
    ["an empty sub", () => sign({ ...complete, sub: "" }), "TokenClaimInvalid"],
    [
      "a sub that begins with half a character",
      () => sign({ ...complete, sub: "\udfffa" }),
      "TokenClaimInvalid",
    ],
    [
      "a sub that ends with half a character",
      () => sign({ ...complete, sub: "a\ud800" }),
      "TokenClaimInvalid",
    ],
    ["a sub that is a number", () => sign({ ...complete, sub: 7 }), "TokenClaimInvalid"],
    ["an exp that is not a number", () => sign({ ...complete, exp: "never" }), "TokenClaimInvalid"],
    ["no issuer", () => sign({ ...complete, iss: undefined }), "TokenClaimInvalid"],
    ["another issuer", () => sign({ ...complete, iss: "x" }), "TokenIssuerMismatch"],
    ["another audience", () => sign({ ...complete, aud: "x" }), "TokenAudienceMismatch"],
    ["a token that is not valid yet", () => sign({ ...complete, nbf: now + 60 }), "TokenNotYetValid"],
  ])("%s", async (_, token, code) => {
    expect(await refusal(`Bearer ${await token()}`)).toEqual(invalid(code));
  });
});

async function unreadablePayload(): Promise<string> {
  return signedByHand({ alg: "HS256" }, Buffer.from("nope").toString("base64url"));
}

async function criticalExtension(): Promise<string> {
  return signedByHand({ alg: "HS256", crit: ["x"], x: 1 }, base64url(complete));
}

function signedByHand(header: object, payload: string): string {
  const text = `${base64url(header)}.${payload}`;
  return `${text}.${createHmac("sha256", SECRET).update(text).digest("base64url")}`;
}

describe("with a public key set", () => {
  const url = "https://id.example.com/jwks";
  const open = {
    JWT_JWKS_URL: url,
    JWT_ISSUER: env.JWT_ISSUER,
    JWT_AUDIENCE: env.JWT_AUDIENCE,
    COS_BUCKET: "b-1250000000",
  };
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const bySet = (header: object) =>
    new SignJWT(complete).setProtectedHeader({ alg: "RS256", ...header }).sign(privateKey);
  const setOf = async (...kids: string[]) =>
    createLocalJWKSet({
      keys: await Promise.all(
        kids.map(async (kid) => ({ ...(await exportJWK(publicKey)), kid, alg: "RS256" })),
      ),
    });

  test("accepts a token signed with its key, and derives the user's part with the bucket's name", async () => {
    keys.answer = () => setOf("1");
    expect(await ask(`Bearer ${await bySet({ kid: "1" })}`, open)).toEqual({
      user: userSegment("openid-1", "b-1250000000"),
    });
    expect(keys.url).toBe(url);
  });

  test("without the bucket's name, derives the user's part with an empty name", async () => {
    const { COS_BUCKET: _, ...nameless } = open;
    keys.answer = () => setOf("1");
    expect(await ask(`Bearer ${await bySet({ kid: "1" })}`, nameless)).toEqual({
      user: userSegment("openid-1", ""),
    });
  });

  // RFC 7518, section 3.1, and RFC 8037; and the name that RFC 9864 gives the last.
  const curve = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve });
  const edwards = generateKeyPairSync("ed25519");
  test.each([
    ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"].map(
      (alg) => [alg, { publicKey, privateKey }] as const,
    ),
    ["ES256", curve("P-256")],
    // https://github.com/baptisteArno/typebot.io/issues/1955, https://github.com/int128/kubelogin/issues/1210: Logto.
    ["ES384", curve("P-384")],
    ["ES512", curve("P-521")],
    ["EdDSA", edwards],
    ["Ed25519", edwards],
  ] as const)("%s is an allowed algorithm for public keys", async (alg, pair) => {
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "1", use: "sig" };
    keys.answer = async () => createLocalJWKSet({ keys: [jwk] });
    const header = { alg, kid: "1", typ: "at+jwt" };
    const token = await new SignJWT(complete).setProtectedHeader(header).sign(pair.privateKey);
    expect(await ask(`Bearer ${token}`, open)).toBeDefined();
  });

  test("refuses a token signed HS256 with the public key (RS/HS confusion)", async () => {
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const token = await sign(claims, "HS256", new TextEncoder().encode(pem));
    expect(await refusal(`Bearer ${token}`, open)).toEqual(invalid("TokenAlgorithmNotAllowed"));
  });

  test("refuses a key that is not in the set, and a set with two matching keys, as a bad signature", async () => {
    keys.answer = () => setOf("1");
    expect(await refusal(`Bearer ${await bySet({ kid: "2" })}`, open)).toEqual(
      invalid("TokenSignatureInvalid"),
    );
    keys.answer = () => setOf("1", "1");
    expect(await refusal(`Bearer ${await bySet({ kid: "1" })}`, open)).toEqual(
      invalid("TokenSignatureInvalid"),
    );
  });

  test("refuses a token that the same keys signed for another application", async () => {
    keys.answer = () => setOf("1");
    const token = (aud: string, iss: string) =>
      new SignJWT({ ...claims, aud, iss }).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);
    expect(await refusal(`Bearer ${await token("other", env.JWT_ISSUER)}`, open)).toEqual(
      invalid("TokenAudienceMismatch"),
    );
    expect(await refusal(`Bearer ${await token("uploads", "https://id.example.org")}`, open)).toEqual(
      invalid("TokenIssuerMismatch"),
    );
  });

  // https://github.com/dotkom/onlineweb4/issues/2982
  test("an RSA key that is too short is reported in the log", async () => {
    const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
    keys.answer = async () => short.publicKey;
    const [head, payload, signature] = (await bySet({})).split(".");
    expect(await refusal(`Bearer ${head}.${payload}.${signature}`, open)).toMatchObject({
      code: "ConfigurationError",
      log: { message: expect.stringMatching(/^JWT_JWKS_URL has a key that cannot be used \(.*2048/) },
    });
  });

  test.each([
    ["a network's error", () => Object.assign(new Error("secret"), { code: "ECONNREFUSED" }), "ECONNREFUSED"],
    ["an error without a code", () => new Error("secret"), "Error"],
    ["a busy server", () => new NetworkError("HTTP_429"), "HTTP_429"],
    ["a thrown value that is not an error", () => undefined, ""],
  ])("answers 502, not 401, when the set cannot be fetched because of %s", async (_, thrown, keysError) => {
    keys.answer = () => Promise.reject(thrown());
    expect(await refusal(`Bearer ${await bySet({ kid: "1" })}`, open)).toEqual({
      code: "TokenKeysUnavailable",
      status: 502,
      message: "The token cannot be checked now; try again in a moment.",
      headers: { "retry-after": "5" },
      log: { keysError },
    });
  });

  // https://github.com/nearform/get-jwks/issues/275, https://github.com/JuliaWeb/JWTs.jl/pull/38,
  // https://github.com/auth0/docs/pull/7483: the address of the login, or of nothing.
  test.each([
    ["ENOTFOUND", "names a wrong address (ENOTFOUND)"],
    ["HTTP_302", "names a wrong address (HTTP_302)"],
    ["HTTP_404", "names a wrong address (HTTP_404)"],
    ["NOT_JSON", "is not the address of a key set (NOT_JSON)"],
    ["ERR_JWKS_INVALID", "is not the address of a key set (ERR_JWKS_INVALID)"],
  ])("%s is a wrong setting, which the log names, and not a passing trouble", async (code, says) => {
    keys.answer = () => Promise.reject(Object.assign(new Error("secret"), { code }));
    expect(await refusal(`Bearer ${await bySet({ kid: "1" })}`, open)).toMatchObject({
      code: "ConfigurationError",
      headers: {},
      log: { message: `JWT_JWKS_URL ${says}.` },
    });
  });

  // What createLocalJWKSet rejects with for a key without its parts.
  test("a key whose parts are wrong is a wrong setting too", async () => {
    keys.answer = async () =>
      createLocalJWKSet({ keys: [{ kty: "RSA", kid: "1", alg: "RS256", n: "", e: "" }] });
    expect(await refusal(`Bearer ${await bySet({ kid: "1" })}`, open)).toMatchObject({
      code: "ConfigurationError",
      log: { message: expect.stringMatching(/^JWT_JWKS_URL has a key that cannot be used/) },
    });
  });
});

describe("does not start", () => {
  test.each<[string, Record<string, string>, RegExp]>([
    [
      "without a key",
      {},
      /^JWT_SECRET or JWT_JWKS_URL must be set, not both; UPLOAD_AUTH=none is for trials\.$/,
    ],
    [
      "with two kinds of key",
      { JWT_SECRET: SECRET, JWT_JWKS_URL: "https://a/jwks" },
      /^JWT_SECRET or JWT_JWKS_URL must be set/,
    ],
    [
      "with a short secret",
      { JWT_SECRET: "x".repeat(31) },
      /^JWT_SECRET must be at least 32 bytes, such as openssl rand -base64 48 makes\.$/,
    ],
    ["with an empty secret", { JWT_SECRET: "" }, /^JWT_SECRET must be at least 32 bytes/],
    // https://github.com/dunglas/mercure/pull/1315
    [
      "attack: with a public key, whose text anybody could sign with",
      { JWT_SECRET: "-----BEGIN PUBLIC KEY-----MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A-----END PUBLIC KEY-----" },
      /^JWT_SECRET must be a secret, no key of a pair: see JWT_JWKS_URL\.$/,
    ],
    [
      "attack: with a key set, which anybody can read",
      {
        JWT_SECRET: '{"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4"}]}',
      },
      /^JWT_SECRET must be a secret, no key of a pair: see JWT_JWKS_URL\.$/,
    ],
    ["with plain http", { JWT_JWKS_URL: "http://a/jwks" }, /^JWT_JWKS_URL must be an https:\/\/ address\.$/],
    [
      "with https somewhere",
      { JWT_JWKS_URL: "http://a/?https://" },
      /^JWT_JWKS_URL must be an https:\/\/ address\.$/,
    ],
    ["with an invalid URL", { JWT_JWKS_URL: "https://" }, /^JWT_JWKS_URL must be an https:\/\/ address\.$/],
    [
      "with a USER_PREFIX_SECRET that is short before a line break",
      { JWT_SECRET: SECRET, USER_PREFIX_SECRET: "short\nsixteen letters!" },
      /^USER_PREFIX_SECRET must be at least 16 characters\.$/,
    ],
    [
      "with a USER_PREFIX_SECRET that goes on after a line break",
      { JWT_SECRET: SECRET, USER_PREFIX_SECRET: "sixteen letters!\nx" },
      /^USER_PREFIX_SECRET must be at least 16 characters\.$/,
    ],
    [
      "with a key set and no audience",
      { JWT_JWKS_URL: "https://a/jwks", JWT_ISSUER: "https://a" },
      /^JWT_AUDIENCE is not set; it must be the aud of your tokens, which JWT_JWKS_URL needs\.$/,
    ],
    [
      "with a key set and no issuer",
      { JWT_JWKS_URL: "https://a/jwks", JWT_AUDIENCE: "uploads" },
      /^JWT_ISSUER is not set; it must be the iss of your tokens, which JWT_JWKS_URL needs\.$/,
    ],
    [
      "with an empty issuer",
      { JWT_SECRET: SECRET, JWT_ISSUER: "" },
      /^JWT_ISSUER must be the iss of your tokens/,
    ],
    [
      "with an empty audience",
      { JWT_SECRET: SECRET, JWT_AUDIENCE: "" },
      /^JWT_AUDIENCE must be the aud of your tokens/,
    ],
    [
      "with a short USER_PREFIX_SECRET",
      { JWT_SECRET: SECRET, USER_PREFIX_SECRET: "x".repeat(15) },
      /^USER_PREFIX_SECRET must be at least 16 characters\.$/,
    ],
  ])("%s", (_, environment, message) => {
    expect(() => jwtAuthorizer(environment)).toThrow(ConfigurationError);
    expect(() => jwtAuthorizer(environment)).toThrow(message);
  });

  test.each<[string, () => string]>([
    ["an RSA key", () => spki(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey)],
    ["a key of P-256", () => spki(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey)],
    ["a key of P-384", () => spki(generateKeyPairSync("ec", { namedCurve: "P-384" }).publicKey)],
    ["a key of P-521", () => spki(generateKeyPairSync("ec", { namedCurve: "P-521" }).publicKey)],
    ["a key of Ed25519", () => spki(generateKeyPairSync("ed25519").publicKey)],
    ["a key of Ed448", () => spki(generateKeyPairSync("ed448").publicKey)],
    [
      "an RSA key in base64url",
      () => spki(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey, "base64url"),
    ],
    ["an RSA key in hex", () => spki(generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey, "hex")],
    [
      "a key of P-256 in hex",
      () => spki(generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey, "hex"),
    ],
    ["a key in a quote", () => `"${spki(generateKeyPairSync("ed25519").publicKey)}"`],
    ["a key after a line's end", () => `\n ${spki(generateKeyPairSync("ed25519").publicKey)}`],
    // https://github.com/mpdavis/python-jose/issues/346
    ["an OpenSSH key", () => `ssh-ed25519 ${openSsh("ssh-ed25519")} ann@example.com`],
    ["an OpenSSH key of P-256", () => `ecdsa-sha2-nistp256 ${openSsh("ecdsa-sha2-nistp256")}`],
    ["an OpenSSH key without its name", () => openSsh("ssh-rsa")],
    [
      "a key set as YAML",
      () => "keys: [{ kty: EC, crv: P-256, x: MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4 }]",
    ],
    [".NET's XML of a key", () => `<RSAKeyValue><Modulus>${"x".repeat(32)}</Modulus></RSAKeyValue>`],
    ["a JWK in base64", () => base64url({ kty: "RSA", e: "AQAB" })],
    [
      "PEM in base64",
      () => Buffer.from(`-----BEGIN PUBLIC KEY-----\n${"MIIB".repeat(9)}`).toString("base64"),
    ],
    ["the address of a key set", () => "https://id.example.com/.well-known/jwks.json"],
  ])("attack: with %s in the secret's place", (_, secret) => {
    expect(() => jwtAuthorizer({ JWT_SECRET: secret() })).toThrow(
      /^JWT_SECRET must be a secret, no key of a pair/,
    );
  });

  test.each([
    ["of exactly 32 bytes, in any script", () => `${"密".repeat(10)}xx`],
    ["that only goes on like a key", () => ["random-", "MII", "LS0t", "eyJ", "http", "3082"].join("random-")],
    ["of one hex digit", () => "3".repeat(64)],
    ["of one letter", () => "A".repeat(43)],
  ])("but starts with a secret %s", (_, secret) => {
    expect(jwtAuthorizer({ JWT_SECRET: secret() })).toBeTypeOf("function");
  });
});

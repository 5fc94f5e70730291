import { createHmac, generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { TEST_JWT_SECRET } from "../support/account.ts";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { BundleProcess } from "../support/bundle-process.ts";
import { type HttpsServer, serveHttps } from "../support/https.ts";

const secret = TEST_JWT_SECRET;
const key = new TextEncoder().encode(secret);
const env = {
  ...TEST_ENV,
  UPLOAD_AUTH: "jwt",
  JWT_SECRET: secret,
  JWT_ISSUER: "https://id.example.com",
  JWT_AUDIENCE: "uploads",
};
const now = Math.floor(Date.now() / 1000);
const claims = { sub: "openid-1", iss: env.JWT_ISSUER, aud: env.JWT_AUDIENCE, exp: now + 600 };

const sign = (payload: Record<string, unknown>, alg = "HS256") =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(key);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Without a reachable STS, a caller who is let in gets 502, and one who is not gets 401. */
const LET_IN = 502;

const { main_handler, log } = loadBundle("put-sign", env);
const ask = (authorization: string | undefined, handler = main_handler) =>
  handler({
    headers: authorization === undefined ? {} : { Authorization: authorization },
    queryString: { ext: "jpg" },
  });

async function expectRefusal(
  authorization: string | undefined,
  code: string,
  handler = main_handler,
): Promise<void> {
  const answer = await ask(authorization, handler);
  expect(errorOf(answer).code).toBe(code);
  expect(answer.statusCode).toBe(401);
  expect(answer.headers["www-authenticate"]).toMatch(/^Bearer realm="upload"/);
}

test("accepts a good token, whatever the case of its scheme", async () => {
  const token = await sign(claims);
  expect((await ask(`Bearer ${token}`)).statusCode).toBe(LET_IN);
  expect((await ask(`bearer ${token}`)).statusCode).toBe(LET_IN);
});

describe("refuses", () => {
  test("a request without a token", () => expectRefusal(undefined, "TokenMissing"));
  test("an empty token", () => expectRefusal("Bearer ", "TokenMissing"));
  test("another scheme", async () => expectRefusal(`Basic ${await sign(claims)}`, "TokenMissing"));
  test("two tokens", async () => expectRefusal(`Bearer ${await sign(claims)}, Bearer x`, "TokenMissing"));
  test("a token that is not a JWT", () => expectRefusal("Bearer abc", "TokenMalformed"));
  test("a JWT whose payload is not JSON", async () => {
    const [head] = (await sign(claims)).split(".");
    const text = `${head}.${Buffer.from("nope").toString("base64url")}`;
    const signature = createHmac("sha256", secret).update(text).digest("base64url");
    await expectRefusal(`Bearer ${text}.${signature}`, "TokenMalformed");
  });
  test("an oversized token", () => expectRefusal(`Bearer ${"a".repeat(9000)}`, "TokenTooLarge"));
  test("alg none", () =>
    expectRefusal(`Bearer ${base64url({ alg: "none" })}.${base64url(claims)}.`, "TokenAlgorithmNotAllowed"));
  test("alg None with a capital letter", () =>
    expectRefusal(`Bearer ${base64url({ alg: "nOnE" })}.${base64url(claims)}.`, "TokenAlgorithmNotAllowed"));
  test("another algorithm with the right key", async () =>
    expectRefusal(`Bearer ${await sign(claims, "HS512")}`, "TokenAlgorithmNotAllowed"));
  test("a signature made with another key", async () => {
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256" })
      .sign(new TextEncoder().encode("x".repeat(32)));
    await expectRefusal(`Bearer ${token}`, "TokenSignatureInvalid");
  });
  test("a payload changed after signing", async () => {
    const [head, , signature] = (await sign(claims)).split(".");
    await expectRefusal(
      `Bearer ${head}.${base64url({ ...claims, sub: "another" })}.${signature}`,
      "TokenSignatureInvalid",
    );
  });
  test("an expired token", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, exp: now - 60 })}`, "TokenExpired"));
  test("a token without exp", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, exp: undefined })}`, "TokenClaimInvalid"));
  test("an exp that is not a number", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, exp: "never" })}`, "TokenClaimInvalid"));
  test("a token without sub", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, sub: undefined })}`, "TokenClaimInvalid"));
  test.each(["\ud800", "a\udfff", "\udc00\ud800"])(
    "a sub with half a surrogate pair, which would be the same user as every other such sub: %j",
    async (sub) => expectRefusal(`Bearer ${await sign({ ...claims, sub })}`, "TokenClaimInvalid"),
  );
  test("an empty sub", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, sub: "" })}`, "TokenClaimInvalid"));
  test("a token that is not valid yet", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, nbf: now + 600 })}`, "TokenNotYetValid"));
  test("the wrong issuer", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, iss: "x" })}`, "TokenIssuerMismatch"));
  test("the wrong audience", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, aud: "x" })}`, "TokenAudienceMismatch"));
  test("a missing issuer where one is configured", async () =>
    expectRefusal(`Bearer ${await sign({ ...claims, iss: undefined })}`, "TokenClaimInvalid"));
});

test("does not check issuer and audience when they are not configured", async () => {
  const open = loadBundle("put-sign", { ...TEST_ENV, UPLOAD_AUTH: "jwt", JWT_SECRET: secret });
  const token = await sign({ sub: "openid-1", exp: now + 600 });
  expect((await ask(`Bearer ${token}`, open.main_handler)).statusCode).toBe(LET_IN);
});

test("the log contains neither the token nor its sub", async () => {
  const token = await sign(claims);
  await ask(`Bearer ${token}`);
  await ask(`Bearer ${token}x`);
  const text = log.join("\n");
  expect(text).not.toContain(token.slice(0, 20));
  expect(text).not.toContain(claims.sub);
});

test("users have different key prefixes", async () => {
  const keyOf = async (sub: string) => {
    await ask(`Bearer ${await sign({ ...claims, sub })}`);
    return JSON.parse(log.at(-1) ?? "{}").key.split("/")[1];
  };
  const first = await keyOf("openid-1");
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(await keyOf("openid-1")).toBe(first);
  expect(await keyOf("openid-2")).not.toBe(first);
});

test("checks tokens on Node 18, which has no global crypto", async () => {
  const old = await BundleProcess.start("put-sign", env, ["--no-experimental-global-webcrypto"]);
  const event = { headers: { authorization: `Bearer ${await sign(claims)}` }, queryString: { ext: "jpg" } };
  const answer = await old.invoke(event);
  await old.close();
  expect(answer.statusCode).toBe(LET_IN);
});

describe("with a public key set", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const others = [
    { alg: "PS256", ...generateKeyPairSync("rsa", { modulusLength: 2048 }) },
    { alg: "ES256", ...generateKeyPairSync("ec", { namedCurve: "P-256" }) },
    { alg: "ES384", ...generateKeyPairSync("ec", { namedCurve: "P-384" }) },
    { alg: "EdDSA", ...generateKeyPairSync("ed25519") },
  ];
  let keySet: HttpsServer;
  let keys: object[];
  let fetches = 0;
  let bundle: BundleProcess;
  const handler: typeof main_handler = (event) => bundle.invoke(event);
  beforeAll(async () => {
    keys = [{ ...(await exportJWK(publicKey)), kid: "1", alg: "RS256", use: "sig" }];
    for (const other of others) {
      keys.push({ ...(await exportJWK(other.publicKey)), kid: other.alg, alg: other.alg, use: "sig" });
    }
    keySet = await serveHttps((_, response) => {
      fetches += 1;
      response.end(JSON.stringify({ keys }));
    });
    bundle = await BundleProcess.start("put-sign", {
      ...TEST_ENV,
      UPLOAD_AUTH: "jwt",
      JWT_JWKS_URL: `https://${keySet.host}/jwks`,
      JWT_ISSUER: env.JWT_ISSUER,
      JWT_AUDIENCE: env.JWT_AUDIENCE,
      NODE_EXTRA_CA_CERTS: keySet.caFile,
    });
  });
  afterAll(async () => {
    await bundle.close();
    await keySet.close();
  });

  test("accepts a token signed with a key of the set", async () => {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);
    expect((await ask(`Bearer ${token}`, handler)).statusCode).toBe(LET_IN);
  });

  test.each(others)("accepts a token signed with $alg, but not with a changed signature", async (other) => {
    const { alg } = other;
    const token = await new SignJWT(claims).setProtectedHeader({ alg, kid: alg }).sign(other.privateKey);
    expect((await ask(`Bearer ${token}`, handler)).statusCode).toBe(LET_IN);
    const [head, payload, signature = ""] = token.split(".");
    const changed = `${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`;
    await expectRefusal(`Bearer ${head}.${payload}.${changed}`, "TokenSignatureInvalid", handler);
  });

  test("refuses HS256 signed with the public key (RS/HS confusion)", async () => {
    const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: "HS256", kid: "1" })
      .sign(new TextEncoder().encode(pem));
    await expectRefusal(`Bearer ${token}`, "TokenAlgorithmNotAllowed", handler);
  });

  test("refuses a key that is not in the set", async () => {
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "2" }).sign(privateKey);
    await expectRefusal(`Bearer ${token}`, "TokenSignatureInvalid", handler);
  });

  test("fetches the set once, even for tokens with made-up key ids", async () => {
    for (const kid of ["3", "4"]) {
      const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid }).sign(privateKey);
      await expectRefusal(`Bearer ${token}`, "TokenSignatureInvalid", handler);
    }
    expect(fetches).toBe(1);
  });

  // https://github.com/tympanix/Electorrent/issues/154
  test("answers 500 and logs the setting when what is at JWT_JWKS_URL speaks no TLS", async () => {
    const plain = createServer((_, response) => response.end()).listen(0, "127.0.0.1");
    onTestFinished(() => void plain.close());
    await once(plain, "listening");
    const address = plain.address();
    const port = typeof address === "object" ? address?.port : 0;
    const { main_handler, log } = loadBundle("put-sign", {
      ...TEST_ENV,
      UPLOAD_AUTH: "jwt",
      JWT_JWKS_URL: `https://127.0.0.1:${port}/jwks`,
      JWT_ISSUER: env.JWT_ISSUER,
      JWT_AUDIENCE: env.JWT_AUDIENCE,
    });
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);
    const answer = await ask(`Bearer ${token}`, main_handler);
    expect([answer.statusCode, errorOf(answer).code]).toEqual([500, "ConfigurationError"]);
    expect(log.join()).toMatch(/"message":"JWT_JWKS_URL names a wrong address \((EPROTO|ERR_SSL_\w+)\)\."/);
  });

  test.each([
    ["cannot be reached", "https://127.0.0.1:1/jwks"],
    ["is not trusted", undefined],
  ])("answers 502, not 401, when the set %s", async (_, url) => {
    const alone = loadBundle("put-sign", {
      ...TEST_ENV,
      UPLOAD_AUTH: "jwt",
      JWT_JWKS_URL: url ?? `https://${keySet.host}/jwks`,
      JWT_ISSUER: env.JWT_ISSUER,
      JWT_AUDIENCE: env.JWT_AUDIENCE,
    });
    const token = await new SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "1" }).sign(privateKey);
    const answer = await ask(`Bearer ${token}`, alone.main_handler);
    expect(answer.statusCode).toBe(502);
    expect(errorOf(answer).code).toBe("TokenKeysUnavailable");
  });
});

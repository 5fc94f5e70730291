import { type Environment, mustBe, optional, optionalUrl, required } from "../config.ts";
import { ConfigurationError } from "../errors.ts";

/** The fewest bytes of an HS256 key: the length of its hash (RFC 7518, section 3.2). */
const MIN_SECRET_BYTES = 32;

/** The claims that a token must have besides its subject; undefined for what is not checked. */
export interface ExpectedClaims {
  readonly issuer: string | undefined;
  readonly audience: string | undefined;
}

/**
 * JWT_ISSUER and JWT_AUDIENCE.
 *
 * @param read `required` for a key set, which also signs for other applications: these tell their tokens apart
 */
export function readExpectedClaims(env: Environment, read: typeof optional = optional): ExpectedClaims {
  const of = (name: string, claim: string) =>
    read(env, name, /./, `the ${claim} of your tokens, which JWT_JWKS_URL needs`);
  return { issuer: of("JWT_ISSUER", "iss"), audience: of("JWT_AUDIENCE", "aud") };
}

/** How tokens are checked. */
export interface JwtConfig extends ExpectedClaims {
  /** The secret that they are signed with, or the address of the public keys. */
  readonly source: string | URL;
}

/** JWT_SECRET or JWT_JWKS_URL, JWT_ISSUER and JWT_AUDIENCE. */
export function readJwt(env: Environment): JwtConfig {
  const secret = readJwtSecret(env);
  const keySet = optionalUrl(env, "JWT_JWKS_URL", /^https:\/\//, "an https:// address");
  const source = secret ?? keySet;
  if (!source || (secret && keySet)) {
    throw new ConfigurationError(
      "JWT_SECRET or JWT_JWKS_URL must be set, not both; UPLOAD_AUTH=none is for trials.",
    );
  }
  return { source, ...readExpectedClaims(env, keySet && required) };
}

/** JWT_SECRET, at least 32 bytes and no key of a pair. */
export function readJwtSecret(env: Environment): string | undefined {
  const says = `at least ${MIN_SECRET_BYTES} bytes, such as openssl rand -base64 48 makes`;
  const secret = optional(env, "JWT_SECRET", /./, says);
  if (secret === undefined) return undefined;
  // Whoever has a public key could sign tokens with its text: PEM, a JWK or a key set, either of them in base64 to stay on one
  // line, a token, the address of a key set, DER in hex or in base64, as Keycloak shows it
  // (https://github.com/keycloak/keycloak-nodejs-auth-utils/pull/53), an OpenSSH key
  // (https://github.com/mpdavis/python-jose/issues/346) and .NET's XML; also in quotes or after a space. Of 20,000 random
  // secrets in base64 or hex, one looks so.
  if (/BEGIN |kty\W|Modulus|AAAA[B-I]|^\W*(http|LS0t|eyJ|MI[GI]|M[CEFH].w|30..30|308[12])/.test(secret))
    throw mustBe("JWT_SECRET", "a secret, no key of a pair: see JWT_JWKS_URL");
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES) throw mustBe("JWT_SECRET", says);
  return secret;
}

/** USER_PREFIX_SECRET, at least 16 characters. */
export function readUserPrefixSecret(env: Environment): string | undefined {
  return optional(env, "USER_PREFIX_SECRET", /^.{16,}$/, "at least 16 characters");
}

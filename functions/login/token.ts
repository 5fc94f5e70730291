import { SignJWT } from "jose";
import type { ExpectedClaims } from "../../shared/auth/jwt-config.ts";

export interface IssuedToken {
  readonly token: string;
  /** Unix seconds. */
  readonly expiresAt: number;
}

/** Makes tokens that `UPLOAD_AUTH=jwt` with the same JWT_SECRET accepts, each good for `seconds`. */
export function tokenIssuer(secret: string, { issuer, audience }: ExpectedClaims, seconds: number) {
  const key = new TextEncoder().encode(secret);
  return async (sub: string, now: number): Promise<IssuedToken> => {
    const issuedAt = Math.floor(now / 1000);
    const expiresAt = issuedAt + seconds;
    const jwt = new SignJWT({
      ...(issuer !== undefined && { iss: issuer }),
      ...(audience !== undefined && { aud: audience }),
    });
    jwt
      .setProtectedHeader({ alg: "HS256" })
      .setSubject(sub)
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt);
    return { token: await jwt.sign(key), expiresAt };
  };
}

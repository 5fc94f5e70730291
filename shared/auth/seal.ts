import { createHmac, timingSafeEqual } from "node:crypto";

/** Claims that a client carries for the service, and nobody but the service can write. */
export interface Seal<T extends object> {
  /** The claims, readable by whoever has them, with an HMAC over them and what they are bound to. */
  close(claims: T, bound: readonly string[]): string;
  /** The claims of a text that `close` made for the same `bound`; undefined for any other text. */
  open(sealed: string, bound: readonly string[]): T | undefined;
}

/**
 * Seals that need no store: a text holds what was promised and the proof of it.
 *
 * @param purpose keeps what was sealed for one thing from being taken for another
 */
export function createSeal<T extends object>(secret: string, purpose: string): Seal<T> {
  const proof = (claims: string, bound: readonly string[]) =>
    createHmac("sha256", secret)
      .update(JSON.stringify([purpose, ...bound, claims]))
      .digest("base64url");
  return {
    close(claims, bound) {
      const text = Buffer.from(JSON.stringify(claims)).toString("base64url");
      return `${text}.${proof(text, bound)}`;
    },
    open(sealed, bound) {
      const claims = sealed.slice(0, sealed.indexOf("."));
      const expected = Buffer.from(`${claims}.${proof(claims, bound)}`);
      const whole = Buffer.from(sealed);
      if (whole.length !== expected.length || !timingSafeEqual(whole, expected)) return undefined;
      // Sealed, so it is what `close` was given.
      const opened: T = JSON.parse(Buffer.from(claims, "base64url").toString("utf8"));
      return opened;
    },
  };
}

import { createHmac } from "node:crypto";

/**
 * The part of a key that stands for a user: always the same for one `sub`, and without the secret it
 * reveals nothing, not even to someone who can guess the `sub`.
 */
export function userSegment(sub: string, secret: string): string {
  return createHmac("sha256", secret).update(`cos-direct-upload user\n${sub}`).digest("hex").slice(0, 32);
}

import type { CosRequest } from "./request.ts";

/**
 * Whether a request counts as sent over HTTPS. Plain HTTP on loopback does too, unless `strictTransport`, as browsers
 * treat http://127.0.0.1 as a secure context.
 */
export function isSecure({ secure, remoteAddress }: CosRequest, strictTransport: boolean): boolean {
  return secure || (!strictTransport && isLoopback(remoteAddress));
}

function isLoopback(address: string): boolean {
  return address.startsWith("127.") || address === "::1";
}

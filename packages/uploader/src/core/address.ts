import { failure } from "./errors";

/**
 * A base address as somebody typed it, without the blanks around it and any slashes at its end, so that a
 * path can be put behind it.
 *
 * @throws {UploadError} `InvalidUrl` for what is no http address, or has a query or a fragment
 */
export function baseAddress(typed: unknown): string {
  const address = typeof typed === "string" ? typed.trim().replace(/[\s/]+$/, "") : "";
  if (/^https?:\/\/[^\s/?#\\]+(\/[^\s?#\\]*)?$/i.test(address)) return address;
  throw failure(
    "configuration",
    "InvalidUrl",
    `The endpoint must be an address such as https://upload.example.com, not ${JSON.stringify(typed)}.`,
  );
}

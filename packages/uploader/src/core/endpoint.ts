import { failure } from "./errors";
import { isRecord } from "./values";

/** A function that the client asks. */
export type FunctionName =
  | "put-sign"
  | "post-policy"
  | "multipart"
  | "upload-status"
  | "objects"
  | "login"
  | "object-url";

/**
 * Where the functions answer, such as `https://upload.example.com`, with or without slashes at its end; or one address
 * for each function, when each has a Function URL of its own. What is left out there is not deployed.
 */
export type Endpoint = string | { readonly [name in FunctionName]?: string };

/** Where a function answers, as it was typed; undefined when there is no address for it. */
export function addressOf(endpoint: Endpoint, name: FunctionName): unknown {
  return isRecord(endpoint) ? endpoint[name] : endpoint;
}

/**
 * Where a function answers, without the blanks around it and any slashes at its end, and with its name behind it.
 *
 * @throws {UploadError} `InvalidUrl` for what is no http address, or has a query or a fragment
 */
export function functionUrl(endpoint: Endpoint, name: FunctionName): string {
  const typed = addressOf(endpoint, name);
  const address = String(typed)
    .trim()
    .replace(/[\s/]+$/, "");
  if (/^https?:\/\/[^\s?#\\/][^\s?#\\]*$/i.test(address)) return `${address}/${name}`;
  throw failure(
    "configuration",
    "InvalidUrl",
    `The endpoint of ${name} is no http address: ${JSON.stringify(typed)}`,
  );
}

import { failure } from "./errors";
import { isRecord } from "./values";

/** A function that the client calls. */
export type FunctionName =
  | "put-sign"
  | "post-policy"
  | "multipart"
  | "upload-status"
  | "objects"
  | "login"
  | "object-url";

/**
 * The address of the functions, such as `https://upload.example.com`, with or without slashes at the end; or one address
 * for each function, if each has its own Function URL. A function that is left out counts as not deployed.
 */
export type Endpoint = string | { readonly [name in FunctionName]?: string | undefined };

/** The address of a function, as it was given; undefined when it has none. */
export function addressOf(endpoint: Endpoint, name: FunctionName): unknown {
  return isRecord(endpoint) ? endpoint[name] : endpoint;
}

/**
 * The URL of a function: its address without surrounding spaces or slashes at the end, followed by its name.
 *
 * @throws {UploadError} `InvalidUrl` if the address is not an http address, has the scheme twice, or has a query or a fragment
 */
export function functionUrl(endpoint: Endpoint, name: FunctionName): string {
  const typed = addressOf(endpoint, name);
  const address = String(typed).replace(/^\s+|[\s/]+$/g, "");
  if (/^https?:\/\/(?!https?:)[^\s?#\\/][^\s?#\\]*$/i.test(address)) return `${address}/${name}`;
  throw failure("InvalidUrl", `The endpoint of ${name} is not an http address: ${JSON.stringify(typed)}`);
}

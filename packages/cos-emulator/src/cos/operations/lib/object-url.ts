import type { CosRequest } from "../../http/request.ts";

/** The URL of an object on the request's host, as in `Location`. */
export function objectUrl(request: CosRequest, key: string): string {
  const path = key.split("/").map(encodeURIComponent).join("/");
  return `${request.secure ? "https" : "http"}://${request.host}/${path}`;
}

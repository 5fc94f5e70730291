import type { Endpoint, Uploader } from "cos-uploader";
import { createUploader } from "cos-uploader";
import { createSession } from "cos-uploader/session";

/** What a `<cos-uploader>` works with. */
export interface Service {
  readonly uploader: Uploader;
  /** A URL that shows an object for a while; undefined where none can be had. */
  readonly viewUrl: (key: string) => Promise<string | undefined>;
}

let given: Service | undefined;
const byEndpoint: Record<string, Service> = {};

/**
 * Gives every `<cos-uploader>` without an `endpoint` this uploader: one for the whole Mini Program, so that it stays
 * within the number of transfers that WeChat allows. Call it in app.js, before a page is shown.
 *
 * @param viewUrl for `show-stored`; a session has it
 */
export function setUploader(
  uploader: Uploader,
  viewUrl: Service["viewUrl"] = () => Promise.resolve(undefined),
): void {
  given = { uploader, viewUrl };
}

/** The service of an address, or of one for each function, which logs in by itself when a function demands it; undefined when there is none. */
export function serviceFor(endpoint: Endpoint): Service | undefined {
  if (endpoint === "") return given;
  const name = JSON.stringify(endpoint);
  const known = byEndpoint[name];
  if (known) return known;
  const { getToken, viewUrl } = createSession(endpoint);
  const made = { uploader: createUploader({ endpoint, getToken }), viewUrl };
  byEndpoint[name] = made;
  return made;
}

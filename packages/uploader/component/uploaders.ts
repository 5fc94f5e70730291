import type { Endpoint, Uploader } from "cos-uploader";
import { createUploader } from "cos-uploader";
import { createSession } from "cos-uploader/session";

/** What a `<cos-uploader>` uses. */
export interface Service {
  readonly uploader: Uploader;
  /** Returns a URL that shows an object for a limited time; undefined when there is none. */
  readonly viewUrl: (key: string) => Promise<string | undefined>;
}

let given: Service | undefined;
const byEndpoint: Record<string, Service> = {};

/**
 * Sets the uploader that every `<cos-uploader>` without an `endpoint` uses. One uploader for the whole Mini Program stays
 * within the number of transfers that WeChat allows. Call this in app.js, before a page is shown.
 *
 * @param viewUrl for `show-stored`, such as a session's `viewUrl`
 */
export function setUploader(
  uploader: Uploader,
  viewUrl: Service["viewUrl"] = () => Promise.resolve(undefined),
): void {
  given = { uploader, viewUrl };
}

/**
 * The service for an endpoint, or undefined when there is none. It logs in by itself when a function requires it.
 */
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

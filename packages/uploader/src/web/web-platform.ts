import type {
  Meaning,
  OnSent,
  Platform,
  PlatformAnswer,
  PlatformCode,
  Sending,
  Told,
} from "../core/platform";
import { fieldOf } from "../core/values";
import { bytesOf, checkReadable, classOf, forget, isBlob, isFile, kindOf, latestOf } from "./file";

/** A browser. Files are `File`s, or `Blob`s, which have no name. */
export const webPlatform: Platform<Blob> = {
  request: (sending, body, told, onSent) =>
    send(sending, bodyOf(body), isBlob(body) ? body : undefined, told, onSent),
  upload(sending, file, fields, told, onSent) {
    const form = new FormData();
    Object.keys(fields).forEach((name) => {
      form.append(name, fields[name] || "");
    });
    form.append("file", latestOf(file), isFile(file) ? file.name : "blob");
    return send(sending, form, file, told, onSent);
  },
  // Pasted and drawn pictures have no name, or `blob`. Some phones' browsers give 0 as the size of files that have bytes.
  info(file, { success, fail }) {
    // FormData would send the text of anything else.
    if (!isBlob(file))
      return fail(new TypeError(`The file should be a File or a Blob instead of ${classOf(file)}.`));
    kindOf(file).then((ext) => success({ size: file.size || undefined, ext }));
  },
  // The end of `Scan 2024.05.12` is no extension.
  nameOf: (file) => (isFile(file) ? file.name.replace(/(\.\d+)+$/, "") : ""),
  meaningOf,
  local: {
    read:
      (file, range) =>
      ({ success, fail }) => {
        // The browser itself reads a whole file when it sends it. A part is read here, so that a failure has its reason.
        if (!range) success(file);
        else bytesOf(file.slice(range.position, range.position + range.length)).then(success, fail);
      },
    digest: (_, { fail }) =>
      fail(new DOMException("A browser cannot compute an MD5 digest: leave out md5.", "NotSupportedError")),
    fingerprint: (file) => (isFile(file) ? `${file.name} ${file.lastModified}` : undefined),
    stored: (name) => localStorage.getItem(name),
    store: (name, value) => localStorage.setItem(name, value),
  },
};

/**
 * Uses XMLHttpRequest, since fetch reports no progress.
 *
 * @param file what the body has of a file
 */
function send(
  { method, url, header }: Sending,
  body: XMLHttpRequestBodyInit | null,
  file: Blob | undefined,
  { success, fail }: Told<PlatformAnswer>,
  onSent: OnSent,
): XMLHttpRequest {
  const request = new XMLHttpRequest();
  try {
    request.open(method, url);
  } catch {
    throw new DOMException(`The browser takes this for no address: ${originOf(url)}`, NO_ADDRESS);
  }
  Object.keys(header).forEach((name) => {
    request.setRequestHeader(name, header[name] || "");
  });
  request.upload.onprogress = ({ loaded, total }) => onSent(total ? loaded / total : 0);
  request.onload = () => {
    if (file) forget(file);
    const header = request.getAllResponseHeaders();
    success({ statusCode: request.status, data: request.responseText, header });
  };
  request.onerror = () => {
    const unsent = () =>
      fail(isMixed(url) ? new DOMException(MIXED, NO_ADDRESS) : new Error(unanswered(url)));
    if (file) checkReadable(file).then(unsent, fail);
    else unsent();
  };
  // The page is being left, or the person has stopped it.
  request.onabort = () => fail(new DOMException("The browser stopped the request.", "AbortError"));
  request.send(body);
  return request;
}

/** The name of the errors for an address that is none, and for one that the page may not call. */
const NO_ADDRESS = "URLMismatchError";
const MIXED =
  "A page of https may not call an address of http: give the endpoint, and COS_DOMAIN, with https.";

/** Whether browsers block a request because only the page is secure. They let a page call its own computer. */
function isMixed(url: string): boolean {
  return location.protocol === "https:" && /^http:\/\/(?!localhost\b|127\.|\[::1\])/i.test(url);
}

function originOf(url: string): string {
  return url.split("/", 3).join("/");
}

function unanswered(url: string): string {
  return `The browser could not reach ${originOf(url)}, or may not read its answer: the functions' CORS_ORIGINS and the bucket's CORS rules must name the page's origin.`;
}

function bodyOf(body: unknown): XMLHttpRequestBodyInit | null {
  if (isBlob(body)) return latestOf(body);
  return typeof body === "string" || body instanceof ArrayBuffer ? body : null;
}

/** Browsers deliberately do not say why a request failed: it could tell a page what the page must not know. */
function meaningOf(fail: unknown, otherwise: PlatformCode): Meaning {
  const said = fieldOf(fail, "message");
  const message = typeof said === "string" ? said : String(fail);
  const name = String(fieldOf(fail, "name"));
  if (/^Not(Readable|Found)Error$/.test(name)) return { code: "FileUnreadable", message };
  if (name === NO_ADDRESS) return { code: "InvalidUrl", message };
  // Of a file that is none, and of a header with characters, or a line end, that it cannot have.
  if (/^(Type|Syntax)Error$/.test(name)) return { code: "InvalidRequest", message };
  if (name === "NotSupportedError") return { code: "NotSupported", message };
  return { code: name === "AbortError" ? "Interrupted" : otherwise, message };
}

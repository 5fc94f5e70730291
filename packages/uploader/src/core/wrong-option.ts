import { failure } from "./errors";
import { fieldOf } from "./values";

/** The options whose values are imported, each with its value's name, which is also that of the entry point. */
const IMPORTED = { parts: "parts", method: "put", md5: "md5", until: "accepted" };

/**
 * Checks what is easily given as `true` or as a word in plain JavaScript.
 *
 * @throws {UploadError} `InvalidOption`
 */
export function checkImported(options: { readonly [name in keyof typeof IMPORTED]?: unknown }): void {
  let name: keyof typeof IMPORTED;
  for (name in IMPORTED) {
    const given = options[name];
    const value = IMPORTED[name];
    if (given && typeof (fieldOf(given, "transfer") || given) !== "function")
      throw failure("InvalidOption", `For ${name}, import ${value} from cos-uploader/${value}.`);
  }
}

/**
 * In plain JavaScript, it is easily the canceller or the AbortController itself.
 *
 * @throws {UploadError} `InvalidOption`
 */
export function checkSignal(signal: unknown): void {
  if (!fieldOf(signal, "addEventListener"))
    throw failure("InvalidOption", "Give signal the signal of createCanceller().");
}

/**
 * Encodes a text for a URL. One that was cut within a character, such as an emoji, is refused as the functions refuse it.
 *
 * @throws {UploadError} `InvalidParameter`
 */
export function encoded(text: string | number): string {
  try {
    return encodeURIComponent(text);
  } catch {
    throw failure("InvalidParameter", `Half a character in ${JSON.stringify(text)}`);
  }
}

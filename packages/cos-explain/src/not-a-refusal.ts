import type { Finding } from "./explanation.ts";
import { labelled } from "./labels.ts";
import { isOurs } from "./refusal.ts";
import { unquoted } from "./unquote.ts";

/** Says what a text without a refusal of COS is, if it can be recognized: people bring other errors here too. */
export function notARefusal(text: string): Finding {
  const plain = unquoted(text);
  if (/CORS blocked or network error/i.test(plain)) {
    return {
      cause: "cors",
      certainty: "likely",
      sentence:
        "The browser hid the answer from the page, as it does when no CORS rule of the bucket allows the request; a broken connection looks the same.",
    };
  }
  return { cause: "not-a-refusal", sentence: sentenceFor(plain) };
}

function sentenceFor(text: string): string {
  if (text.trim() === "") return "There is nothing to explain: no error was given.";
  const kind = labelled(text, ["kind"])[0] ?? "";
  if (isOurs(text) || kind === "service" || /[(（]\w+, ?[\da-f]{8}-[\da-f]{4}-/i.test(text)) {
    return "This is an error of the signing function, not of COS: its code and message say what is wrong, and its log has the request id.";
  }
  if (
    /"Response"\s*:\s*\{\s*"Error"|\b(?:AuthFailure|InvalidParameter|UnauthorizedOperation)\.\w+/.test(text)
  ) {
    return "This is an error of Tencent Cloud's API (such as STS), not of COS: the signing function could not get credentials.";
  }
  if (kind === "configuration") {
    return "The upload never left the phone: the Mini Program's code or settings are at fault, and the error's own message says which.";
  }
  if (["network", "timeout", "cancelled", "client"].includes(kind) || /\b\w+:fail\b/.test(text)) {
    return "COS never answered: the upload failed on the phone or on the way, and the error's own message says how.";
  }
  const [, status] =
    /\bHttp(\d{3})\b/.exec(text) ??
    /(?:^|<title>|returned error: |HTTP\/[\d.]{1,3} )([45]\d\d)\b/m.exec(text) ??
    [];
  if (status !== undefined) {
    return `The answer has status ${status} but no XML from COS: an answer to HEAD has none, curl -f hides it, and a proxy or CDN sends its own.`;
  }
  return "This contains no COS error. Give COS's XML, <Error><Code>…</Code>…</Error>, or an error with a code.";
}

import { AnswerUnreadable, parseAnswers } from "../answer/answer.ts";
import { parseRequest } from "../request/parse-request.ts";
import { RequestUnreadable } from "../request/request.ts";
import { noRefusal, type Recognizer } from "./recognizer.ts";

/** What was given in place of an error, and where it belongs. It is read as it was given, since a quote may be its own. */
export const misplaced: Recognizer = (_, given) => {
  if (/["']?\btmpSecretKey["']?\s{0,3}[:=]/i.test(given)) {
    return noRefusal(
      "This is a temporary key of STS and no error. Whoever reads it can use it until it expires: do not paste it anywhere.",
    );
  }
  if (isReadable(() => parseAnswers(given).length > 0)) {
    return noRefusal(
      "This is a signing function's answer and no error. Give it with --answer, beside what COS answered.",
    );
  }
  // Only an address, or a head, tells a request from other words and other JSON.
  if (
    /\bhttps?:\/\/|^(?:> )?[A-Z]{3,7} \/\S* HTTP\//m.test(given) &&
    isReadable(() => parseRequest(given).host !== "")
  ) {
    return noRefusal(
      "This is a request and no error. Give it with --request, beside what COS answered, which curl -i prints, and a browser shows under Response.",
    );
  }
  return undefined;
};

function isReadable(read: () => boolean): boolean {
  try {
    return read();
  } catch (error) {
    if (error instanceof AnswerUnreadable || error instanceof RequestUnreadable) return false;
    throw error;
  }
}

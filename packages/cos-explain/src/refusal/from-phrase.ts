import { ALL_CODES, codeByLook, isCode } from "../cause/codes.ts";
import { isOfPhone } from "../not-a-refusal/on-phone.ts";
import { isJsonOfFunction } from "../not-a-refusal/signing-function.ts";
import { isAboutCos } from "../text/signs-of-cos.ts";
import { type Elements, elementsOf, isUuid } from "./elements.ts";
import { findMessage, findSentence, messageAfter } from "./sentences.ts";

/** In words, or right before COS's message: pages and forums drop the tags of XML, and nothing is left between the two. */
const CODE_IN_TEXT = new RegExp(
  `(?<![\\w-])(?:${ALL_CODES.join("|")})(?:(?![\\w-]| is not allowed)|(?=(?:Access|Bucket|Condition|Missing|One|Please|Request|The|There|This|We|You|Your) [A-Za-z]))`,
);

/** What the phone showed, `… (AccessDenied, N…=)`; a sentence of COS's; a code or a message of COS's in other text. */
export function fromPhrase(text: string): Elements | undefined {
  if (isJsonOfFunction(text)) return undefined;
  const [, shownCode = "", shownId = ""] = /[(（](\w+)[,，] ?([\w+/=-]{8,})[)）]/.exec(text) ?? [];
  if (isCode(shownCode)) {
    return isUuid(shownId) ? undefined : elementsOf(shownCode, "", shownId);
  }
  // WeChat says "missing appid" too, and means its own.
  const sentence = isOfPhone(text) || /\berrcode\b/.test(text) ? undefined : findSentence(text);
  if (sentence !== undefined) return elementsOf(sentence.code, sentence.message);
  if (/\bkind\b/.test(text)) return undefined;
  const [code] = CODE_IN_TEXT.exec(text) ?? [];
  if (code !== undefined && (!isAnybodys(code, text) || isAboutStorage(text)))
    return elementsOf(code, messageIn(text, code));
  const alone = findMessage(text);
  if (alone !== undefined) return elementsOf(alone.code, alone.message);
  // Nothing else, in another case, or as three words or more: two may be anybody's, as Internal Error is.
  const [word = ""] = /^\s*(?:[A-Za-z01|_-]{6,60}|[A-Za-z]+(?: [A-Za-z]+){2,5})\s*$/.exec(text) ?? [];
  const known = codeByLook(word.replaceAll(/[\s_-]/g, ""));
  return known === undefined ? undefined : elementsOf(known);
}

/** More characters than a message, and what stands between it and the code, have in {@link messageAfter}. */
const FOR_MESSAGE = 1000;

/** Amazon's SDK for C++ names the code twice, with the message after the second. */
function messageIn(text: string, code: string): string {
  for (let at = text.indexOf(code); at >= 0; at = text.indexOf(code, at + code.length)) {
    const from = at + code.length;
    // A long log may name the code thousands of times.
    const message = messageAfter(code, text.slice(from, from + FOR_MESSAGE));
    if (message !== "") return message;
  }
  return "";
}

/** HTTP's own words, and those of databases and other programs, in a text that has more than the code. */
function isAnybodys(code: string, text: string): boolean {
  return (
    text.trim() !== code &&
    /^(?:BadRequest|InternalError|InvalidArgument|InvalidRequest|MethodNotAllowed|NotImplemented|PaymentRequired|PreconditionFailed|Redirect|RequestTimeout|ServiceUnavailable|TooManyRequests)$/.test(
      code,
    )
  );
}

function isAboutStorage(text: string): boolean {
  return isAboutCos(text) || /\bCOS\b|upload|bucket|object|storage|\bS3\b|上传|下载|存储|对象/i.test(text);
}

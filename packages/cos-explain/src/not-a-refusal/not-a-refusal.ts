import type { Finding } from "../cause/explanation.ts";
import { unquoted } from "../text/unquote.ts";
import { withoutBoundary } from "./boundary.ts";
import { clientConfiguration, noAnswer, unansweredOnPhone } from "./connection.ts";
import { demoWithoutFields, emptyDocument, raisedBySdk, stsUnread, unreadableForPython } from "./cos-sdk.ts";
import { imageProcessing } from "./image-processing.ts";
import { blockedAnswer, inBrowser, withoutHeaders } from "./in-browser.ts";
import { jsonApi } from "./json-api.ts";
import { misplaced } from "./misplaced.ts";
import { requestIdAlone, succeeded } from "./no-error.ts";
import { onPhone, withNamesOfNumbers } from "./on-phone.ts";
import { otherStorage } from "./other-storage.ts";
import {
  cutByConsole,
  cutInCode,
  printedAsBytes,
  printedWithoutParts,
  translated,
  writtenToFile,
} from "./printed.ts";
import type { Recognizer } from "./recognizer.ts";
import { apiGateway, scf } from "./scf.ts";
import { signingFunction } from "./signing-function.ts";
import { tencentApi } from "./tencent-api.ts";
import { unsent } from "./unsent.ts";
import { noJson, pageForData, unfiledDomain, webPage } from "./web-page.ts";
import { cloudBase, downloadedAnswer, weChatApi, weChatCloud } from "./wechat.ts";
import { withoutXml } from "./without-xml.ts";

/**
 * The first that knows a text speaks. What only one program writes comes before what many do, and a new recognizer belongs
 * among the former; its place among them means nothing unless a comment says so.
 */
const RECOGNIZERS: readonly Recognizer[] = [
  // Why COS was not asked, or its answer was hidden: whoever says so also says that there was no answer, or its status.
  unsent,
  inBrowser,
  // What only one server or program writes, often beside a status.
  imageProcessing,
  signingFunction,
  otherStorage,
  tencentApi,
  scf,
  apiGateway,
  demoWithoutFields,
  stsUnread,
  jsonApi,
  // Before the phone's other methods, which fail in the same words.
  weChatCloud,
  cloudBase,
  onPhone,
  emptyDocument,
  printedWithoutParts,
  writtenToFile,
  translated,
  withoutBoundary,
  weChatApi,
  downloadedAnswer,
  blockedAnswer,
  withoutHeaders,
  unfiledDomain,
  // That COS did not answer, where nothing above says why.
  clientConfiguration,
  unansweredOnPhone,
  noAnswer,
  // What a program has left of COS's answer, which may have a status too.
  cutByConsole,
  cutInCode,
  printedAsBytes,
  // A status, which a web page and an answer with COS's request id have too.
  withoutXml,
  // What a program could not read. Of a page in place of data, some also say that it is no JSON.
  pageForData,
  noJson,
  webPage,
  unreadableForPython,
  raisedBySdk,
  // What is no error. Of a success, COS gives a request id too.
  succeeded,
  requestIdAlone,
  misplaced,
];

/** Says what a text without a refusal of COS is, if it can be recognized: people bring other errors here too. */
export function notARefusal(given: string): Finding {
  const text = withNamesOfNumbers(unquoted(given));
  for (const recognize of RECOGNIZERS) {
    const finding = recognize(text, given);
    if (finding !== undefined) return finding;
  }
  return {
    cause: "not-a-refusal",
    sentence:
      text.trim() === ""
        ? "There is nothing to explain: no error was given."
        : "This contains no error of COS, nor any other that this tool knows.",
  };
}

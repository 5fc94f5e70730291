import { knownBy, noRefusal, type Recognizer } from "./recognizer.ts";

/** WeChat's own storage, which its SDK names in two ways. */
export const weChatCloud = knownBy(
  /\bcloud\.\w+:fail\b|\berrCode: ?-\d{1,6}\b[^|\n]{0,100}\| errMsg:/,
  "This is an error of WeChat's cloud storage (wx.cloud), not of COS: its errCode says what is wrong, and its rights are set in the cloud console.",
);

/** The codes that CloudBase's SDKs have for their storage; of a refusal by COS they keep its message at most. */
export const cloudBase = knownBy(
  /\bSTORAGE_(?:REQUEST_FAIL|FILE_NONEXIST|EXCEED_AUTHORITY|SIGN_PARAM_INVALID|UNKNOWN_ERROR)\b/,
  "This is an error of CloudBase's storage, not of COS, on which it is built: its own rights are set in CloudBase's console, and its SDK signs the requests.",
);

/** An answer of WeChat's API, such as those for login codes, by its number and its own request id or message. */
export const weChatApi: Recognizer = (text) => {
  const [, errcode] =
    /\b([4-9]\d{4})\b(?=[^\n]{0,100}\brid: ?@?[\da-f]{8}-[\da-f]{8}-)/.exec(text) ??
    /["']?\berrcode["']?\s?[:=]\s?["']?(-?\d{1,6})\b(?=[\s\S]{0,200}\berrmsg)/.exec(text) ??
    [];
  return errcode === undefined || errcode === "0"
    ? undefined
    : noRefusal(
        `This is an answer of WeChat's API, not of COS: errcode ${errcode}, which WeChat's list of return codes explains.`,
      );
};

export const downloadedAnswer = knownBy(
  (text) => /\bdownloadFile:ok\b/.test(text) && /tempFilePath/.test(text),
  "wx.downloadFile calls success whatever the status, and has saved COS's answer in the file at tempFilePath: read that, and give it to this tool.",
);

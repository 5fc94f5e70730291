import { noRefusal, type Recognizer } from "./recognizer.ts";

/** An answer of COS's JSON API (v4), which new buckets do not have. */
export const jsonApi: Recognizer = (text) => {
  if (!/\/files\/v2\/|\bERROR_(?:CMD|PROXY|CGI)_[A-Z_]+|\bJsonAPINotSupport/.test(text)) return undefined;
  const cors = /CORSRULE_NOT_MATCH/.test(text) ? " No CORS rule of the bucket matches the request." : "";
  return noRefusal(
    `This is an answer of COS's old JSON API (…file.myqcloud.com/files/v2/…), which knows only old buckets and signs differently.${cors} Use an SDK whose name ends in v5, and the host <bucket>-<appid>.cos.<region>.myqcloud.com.`,
  );
};

/**
 * WeChat's message for each errcode; `errmsg` is for people, programs compare `errcode`. From the list of global return
 * codes (https://developers.weixin.qq.com/doc/oplatform/Return_codes/Return_code_descriptions_new.html) and the pages
 * of the calls.
 */
const ERRORS: ReadonlyMap<number, string> = new Map([
  [-1, "system error"],
  [40001, "invalid credential, access_token is invalid or not latest"],
  [40002, "invalid grant_type"],
  [40003, "invalid openid"],
  [40004, "invalid media type"],
  [40013, "invalid appid"],
  [40029, "invalid code"],
  [40097, "invalid args"],
  [40125, "invalid appsecret"],
  [40163, "code been used"],
  [40226, "code blocked"],
  [41001, "access_token missing"],
  [41002, "appid missing"],
  [41004, "appsecret missing"],
  [41008, "missing code"],
  [42001, "access_token expired"],
  [43002, "require POST method"],
  [44990, "reach max api minute quota limit"],
  [45009, "reach max api daily quota limit"],
  [45011, "api minute-quota reach limit, must slower, retry next minute"],
  [47001, "data format error"],
  [61010, "code is expired"],
]);

/** A refusal in WeChat's form: JSON with status 200. */
export class WeixinError extends Error {
  override readonly name = "WeixinError";
  readonly errcode: number;

  /** @param hint more from the emulator, for people; WeChat also ends `errmsg` with such texts */
  constructor(errcode: number, hint?: string) {
    super([ERRORS.get(errcode) ?? "unknown error", hint].filter(Boolean).join(": "));
    this.errcode = errcode;
  }
}

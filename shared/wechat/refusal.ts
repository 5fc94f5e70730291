import { WRONG_SETTINGS } from "./config.ts";

/** WeChat's server API has refused a call. Says the errcode, and which variable is wrong where it tells that. */
export class WeixinRefusal extends Error {
  override readonly name = "WeixinRefusal";
  /** NaN for an answer of another form. */
  readonly errcode: number;
  constructor(errcode: number) {
    super(WRONG_SETTINGS.get(errcode) ?? `WeChat answered with errcode ${errcode}.`);
    this.errcode = errcode;
  }
}

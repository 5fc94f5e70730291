import type { ServerResponse } from "node:http";
import { note } from "../requests/note.ts";
import { WeixinError } from "./weixin-error.ts";

/** Answers like WeChat: errors have status 200 too, and the JSON is labelled as text. */
export function sendWeixin(response: ServerResponse, answer: object | WeixinError): void {
  let body = answer;
  if (answer instanceof WeixinError) {
    const { errcode, message: errmsg } = answer;
    note(response, { code: String(errcode), reason: errmsg });
    body = { errcode, errmsg };
  }
  response.setHeader("content-type", "text/plain").end(JSON.stringify(body));
}

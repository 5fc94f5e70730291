import { describe, expect, test } from "vitest";
import { readMediaResult } from "../../../shared/wechat/media-result.ts";
import { readXml } from "../../../shared/wechat/xml.ts";

/** The fields of https://developers.weixin.qq.com/miniprogram/dev/server/API/sec-center/sec-check/api_mediacheckasync */
const EVENT = {
  ToUserName: "gh_9df7d78a1234",
  FromUserName: "o4_t144jTUSEoxydysUA2E234_tc",
  CreateTime: 1_626_959_646,
  MsgType: "event",
  Event: "wxa_media_check",
  appid: "wx8f16a5be77871234",
  trace_id: "60f96f1d-3845297a-1976a3ae",
  version: 2,
  detail: [{ strategy: "content_model", errcode: 0, suggest: "pass", label: 100, prob: 90 }],
  errcode: 0,
  errmsg: "ok",
  result: { suggest: "pass", label: 100 },
};
const read = (more: object = {}) => readMediaResult(new Map(Object.entries({ ...EVENT, ...more })));

test("reads a pass, in JSON and in the XML that developers have seen", () => {
  const pass = { traceId: "60f96f1d-3845297a-1976a3ae", verdict: "pass", why: "Pass", label: 100 };
  expect(read()).toEqual(pass);
  const xml = `<xml><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[wxa_media_check]]></Event>
    <trace_id><![CDATA[60f96f1d-3845297a-1976a3ae]]></trace_id><version>2</version>
    <detail><strategy><![CDATA[content_model]]></strategy><errcode>0</errcode></detail>
    <errcode>0</errcode><result><suggest><![CDATA[pass]]></suggest><label>100</label></result></xml>`;
  expect(readMediaResult(readXml(xml))).toEqual(pass);
});

describe("nothing else is a pass:", () => {
  test.each<[string, object, string, string]>([
    ["risky", { result: { suggest: "risky", label: 20002 } }, "risky", "Risky"],
    ["risky with an error", { errcode: -1, result: { suggest: "risky" } }, "risky", "Risky"],
    ["review", { result: { suggest: "review", label: 20002 } }, "undecided", "Review"],
    ["a file that could not be fetched", { errcode: -1008, result: undefined }, "undecided", "CheckFailed"],
    ["a pass with an error", { errcode: -1008 }, "undecided", "CheckFailed"],
    ["a pass with an unsigned error", { errcode: 4294966288 }, "undecided", "CheckFailed"],
    ["a pass with an errcode that only looks like 0", { errcode: [0] }, "undecided", "CheckFailed"],
    ["a pass without an errcode", { errcode: undefined }, "undecided", "CheckFailed"],
    ["an unknown suggestion", { result: { suggest: "Pass" } }, "undecided", "CheckFailed"],
    ["a result of another type", { result: "pass" }, "undecided", "CheckFailed"],
    ["no result", { result: undefined }, "undecided", "CheckFailed"],
    [
      "the result of version 1",
      { result: undefined, isrisky: 0, status_code: 0 },
      "undecided",
      "CheckFailed",
    ],
  ])("%s", (_, more, verdict, why) => {
    expect(read(more)).toMatchObject({ verdict, why });
  });
});

test.each([
  ["another event", { Event: "user_enter_tempsession" }],
  ["a user's message", { MsgType: "text" }],
  ["no trace_id", { trace_id: undefined }],
  ["a trace_id that would be a path", { trace_id: "../../uploads/a.jpg" }],
  ["a trace_id that is a number", { trace_id: 1 }],
])("%s is not a result", (_, more) => {
  expect(read(more)).toBeUndefined();
});

import { afterEach, describe, expect, test, vi } from "vitest";
import { type Choice, choose, troubleOf } from "../../../packages/uploader/component/choose.ts";
import {
  extensionOf,
  plainExtensions,
  type UploaderFile,
} from "../../../packages/uploader/component/file.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("why nothing was chosen", () => {
  test.each([
    ["chooseMedia:fail cancel", undefined],
    ["chooseMedia:fail 用户取消", undefined],
    // https://developers.weixin.qq.com/miniprogram/dev/framework/user-privacy/PrivacyAuthorize.html
    ["chooseMedia:fail api scope is not declared in the privacy agreement", "privacyUndeclared"],
    // What WeChat says when the version was submitted as one that collects nothing.
    ["chooseMedia:fail appid privacy api banned", "privacyUndeclared"],
    // https://github.com/Tencent/tdesign-miniprogram/issues/2288
    ["chooseMedia:fail privacy permission is not authorized", "privacyRefused"],
    // https://github.com/Moonofweisheng/wot-design-uni/issues/1403
    ["chooseImage:fail No Permission", "noPermission"],
    ["chooseMedia:fail auth denied", "noPermission"],
    ["chooseMedia:fail system permission denied", "noPermission"],
    ["chooseMedia:fail 没有相册权限", "noPermission"],
    // https://github.com/xiaweiss/miniprogram-bug-report/issues/146: WeChat on a computer
    ["chooseMessageFile:fail not supported", "unsupported"],
    ["chooseMessageFile:fail not implement", "unsupported"],
    ["chooseMessageFile:fail 暂不支持", "unsupported"],
    ["chooseMedia:fail", "chooseFailed"],
  ])("%s: %s", (errMsg, trouble) => {
    expect(troubleOf(errMsg)).toBe(trouble);
  });
});

describe("choosing", () => {
  const choice: Choice = {
    source: "album",
    count: 9,
    mediaType: ["image"],
    sizeType: ["compressed"],
    camera: "back",
    maxDuration: 30,
    extensions: [],
  };

  /** What choosing tells: the files, or the trouble. */
  function told(wx: object, changes: Partial<Choice> = {}): unknown[] {
    vi.stubGlobal("wx", wx);
    const said: unknown[] = [];
    const say = (value: unknown) => said.push(value);
    choose(
      { ...choice, ...changes },
      () => "1",
      (files: UploaderFile[]) => say(files.map(({ filePath }) => filePath)),
      say,
    );
    return said;
  }

  // A tap did nothing: https://github.com/xiaweiss/miniprogram-bug-report/issues/146
  test.each(["album", "message"] as const)("from %s in a WeChat without the method is told", (source) => {
    expect(told({}, { source })).toEqual(["unsupported"]);
  });

  // https://github.com/msojocs/wechat-web-devtools-linux/issues/174
  test("that succeeds without any files is told", () => {
    const wx = { chooseMedia: ({ success }: { success(result: object): void }) => success({}) };
    expect(told(wx)).toEqual(["chooseFailed"]);
  });
});

// With a dot, WeChat on a computer offers no file: https://github.com/dcloudio/uni-app/issues/5792
test("a page may write extensions with a dot, a star, or in upper case", () => {
  expect(plainExtensions(["pdf", ".xlsx", "*.docx", "PDF", ".tar.gz"])).toEqual([
    "pdf",
    "xlsx",
    "docx",
    "pdf",
    "gz",
  ]);
});

test.each([
  ["合同.PDF", "http://tmp/a", "pdf"],
  ["", "wxfile://tmp/a.jpeg", "jpeg"],
  ["IMG_0001", "wxfile://tmp/a.heic", "heic"],
  ["", "wxfile://tmp/a", ""],
])("a file with the name %j at %s has the extension %j", (name, filePath, extension) => {
  expect(extensionOf({ name, filePath })).toBe(extension);
});

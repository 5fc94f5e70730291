import { fileURLToPath } from "node:url";
import { build } from "esbuild";
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
    // WeChat on a Mac: https://github.com/youzan/vant-weapp/issues/5438
    ["chooseMedia:fail function cannot run on service", "unsupported"],
    // WeCom on iOS: https://developers.weixin.qq.com/community/develop/doc/0000ca0e19058079f4dea0af95b000
    ["chooseMedia:fail function not exist", "unsupported"],
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

  // With 30, WeChat on a computer opens no dialog: https://github.com/youzan/vant-weapp/issues/4505
  test.each([
    ["album", undefined],
    ["camera", 30],
  ] as const)("from %s gives the longest video as %s", (source, maxDuration) => {
    const asked: { readonly maxDuration?: number }[] = [];
    told({ chooseMedia: (option: object) => void asked.push(option) }, { source });
    expect(asked[0]?.maxDuration).toBe(maxDuration);
  });

  interface Option {
    success(result: object): void;
    fail(error: object): void;
  }

  // https://github.com/msojocs/wechat-web-devtools-linux/issues/174
  test.each([{}, { tempFiles: [] }])("that succeeds with %j, without any files, is told", (result) => {
    expect(told({ chooseMedia: ({ success }: Option) => success(result) })).toEqual(["chooseFailed"]);
  });

  // https://github.com/tencentyun/vod-wx-sdk-v2/issues/7: Android phones gave the size as a text.
  test.each(["2048", 2048])("a file of %j bytes has that many", (size) => {
    const files: UploaderFile[] = [];
    vi.stubGlobal("wx", {
      chooseMedia: ({ success }: Option) => success({ tempFiles: [{ tempFilePath: "a.mp4", size }] }),
    });
    choose(
      choice,
      () => "1",
      (chosen) => files.push(...chosen),
      expect.fail,
    );
    expect(files).toMatchObject([{ size: 2048 }]);
  });

  // WeCom on Android: https://github.com/Tencent/tdesign-miniprogram/issues/4040
  describe.each([
    ["lacks chooseMedia", {}],
    [
      "does not support it",
      { chooseMedia: ({ fail }: Option) => fail({ errMsg: "chooseMedia:fail not supported" }) },
    ],
    // On iOS: https://developers.weixin.qq.com/community/develop/doc/0000ca0e19058079f4dea0af95b000
    [
      "says that it has none",
      { chooseMedia: ({ fail }: Option) => fail({ errMsg: "chooseMedia:fail function not exist" }) },
    ],
  ])("in a WeChat that %s", (_, media) => {
    test.each<[string, Partial<Choice>, string, unknown]>([
      ["pictures", { count: 20 }, "chooseImage", ["a.jpg"]],
      ["pictures and videos", { mediaType: ["image", "video"] }, "chooseImage", ["a.jpg"]],
      ["videos", { mediaType: ["video"], source: "camera" }, "chooseVideo", ["a.mp4"]],
    ])("takes %s by the older method", (_, changes, method, files) => {
      const asked: Record<string, unknown>[] = [];
      const result = { tempFiles: [{ path: "a.jpg", size: 1 }], tempFilePath: "a.mp4", size: 1 };
      const older = (option: Option & Record<string, unknown>) => {
        asked.push(option);
        option.success(result);
      };
      expect(told({ ...media, [method]: older }, changes)).toEqual([files]);
      expect(asked[0]?.["count"]).toBe(method === "chooseImage" ? 9 : undefined);
    });

    test("and has no older method either, this is told", () => {
      expect(told(media)).toEqual(["unsupported"]);
      expect(told(media, { mediaType: ["video"] })).toEqual(["unsupported"]);
    });
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
  ["Scan 2024.05.12", "http://tmp/a.pdf", "pdf"],
  ["song.mp3", "http://tmp/a", "mp3"],
  ["a.7z", "http://tmp/a", "7z"],
])("a file with the name %j at %s has the extension %j", (name, filePath, extension) => {
  expect(extensionOf({ name, filePath })).toBe(extension);
});

describe("a mistake in a page's use of the component is told to its developer:", () => {
  interface Defined {
    readonly properties: Readonly<Record<string, { readonly value: unknown }>>;
    readonly methods: Readonly<Record<string, (this: object, ...values: readonly unknown[]) => unknown>>;
  }

  /** The component as a page without any other script has it. */
  async function component(properties: object) {
    const folder = (name: string) =>
      fileURLToPath(new URL(`../../../packages/uploader/${name}`, import.meta.url));
    const { outputFiles } = await build({
      entryPoints: [folder("component/cos-uploader.ts")],
      bundle: true,
      format: "esm",
      write: false,
      alias: {
        "cos-uploader": folder("src/index.ts"),
        "cos-uploader/messages": folder("src/messages.ts"),
        "cos-uploader/session": folder("src/session.ts"),
      },
    });
    const defined: Defined[] = [];
    vi.stubGlobal("Component", (made: Defined) => defined.push(made));
    const code = Buffer.from(outputFiles[0]?.contents ?? []).toString("base64");
    await import(`data:text/javascript;base64,${code}#${Math.random()}`);
    const [made] = defined;
    if (!made) return expect.fail("There is no component.");
    const values = Object.entries(made.properties).map(([name, { value }]) => [name, value] as const);
    const data: Record<string, unknown> = { ...Object.fromEntries(values), text: {}, ...properties };
    const events: [string, unknown][] = [];
    const page = {
      ...made.methods,
      data,
      setData: (changes: object) => void Object.assign(data, changes),
      triggerEvent: (name: string, detail: unknown) => void events.push([name, detail]),
    };
    return { add: () => made.methods["onAdd"]?.call(page), data, events };
  }

  const tempFiles = [{ tempFilePath: "wxfile://tmp/a.jpg", fileType: "image", size: 3 }];
  const choosing = {
    chooseMedia: ({ success }: { success(result: object): void }) => success({ tempFiles }),
    getAppBaseInfo: () => ({ language: "zh_CN" }),
  };

  test("no endpoint and no uploader; the person does not wait", async () => {
    vi.stubGlobal("wx", choosing);
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const { add, data, events } = await component({ source: ["album"] });
    add();
    await expect.poll(() => events.at(-1)?.[0]).toBe("fail");
    expect(String(said.mock.calls[0])).toMatch(/endpoint.+setUploader/);
    said.mockRestore();
    expect(data["files"]).toMatchObject([
      { status: "failed", message: "上传地址有误，请联系开发者。", retryable: false },
    ]);
  });

  test.each([[[]], [["Album"]]])("the source %j", async (source) => {
    vi.stubGlobal("wx", choosing);
    const said = vi.spyOn(console, "error").mockImplementation(() => {});
    const { add, events } = await component({ source });
    add();
    expect(String(said.mock.calls[0])).toContain('"album", "camera" and "message"');
    said.mockRestore();
    expect(events).toEqual([]);
  });
});

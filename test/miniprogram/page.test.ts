import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { TEXT } from "../../miniprogram/pages/index/text.ts";
import {
  cut,
  type FakeService,
  refuse,
  sendJson,
  startFakeService,
} from "../packages/uploader/fake-service.ts";
import { createWx, type TestWx } from "../packages/uploader/wx.ts";
import { startTestEmulator } from "../upload/emulator.ts";
import { openPage, type RunningPage, type ShownData } from "./page.ts";

const PHOTOS = ["wxfile://tmp/1.jpg", "wxfile://tmp/2.png"];

/** A phone on which a person chooses these files, or chooseMedia fails. */
function phoneThat(chooses: readonly string[] | { readonly errMsg: string }, language = "zh_CN", ca = "") {
  const files = new Map(PHOTOS.map((path) => [path, randomBytes(150_000)]));
  const phone = createWx({ files, ...(ca !== "" && { ca }) });
  const previews: object[] = [];
  const wx = {
    ...phone.wx,
    canIUse: () => true,
    getAppBaseInfo: () => ({ language }),
    setNavigationBarTitle: () => {},
    previewMedia: (option: object) => previews.push(option),
    chooseMedia({ success, fail }: { success(result: object): void; fail(error: object): void }) {
      if ("errMsg" in chooses) fail(chooses);
      else success({ tempFiles: chooses.map((path) => mediaFile(path)) });
    },
  };
  return { ...phone, wx, previews };
}

function mediaFile(tempFilePath: string) {
  return { tempFilePath, thumbTempFilePath: "", fileType: "image", size: 150_000 };
}

const allAre =
  (state: string) =>
  ({ items }: ShownData) =>
    items.length > 0 && items.every((item) => item.state === state);

describe("with the emulator", () => {
  let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  beforeAll(async () => {
    emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" } });
  });
  afterAll(() => emulator.close());

  test("photos are uploaded after a silent login, and shown from storage", async () => {
    const phone = phoneThat(PHOTOS, "zh_CN", readFileSync(emulator.caFile, "utf8"));
    phone.loginCodes.push("user-ann-1");
    const page = await openPage(emulator.url, phone.wx);
    page.tap("choosePhotos");
    const { items } = await page.until(({ items }) => items.length > 0 && items.every(({ url }) => url));
    expect(items.map(({ state, percent }) => [state, percent])).toEqual([
      ["done", 100],
      ["done", 100],
    ]);
    for (const [index, item] of items.entries()) {
      expect(item.thumb).toBe(item.url);
      const response = await fetch(item.url.replace("https:", "http:"));
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.equals(phone.files.get(PHOTOS[index] ?? "") ?? Buffer.of())).toBe(true);
    }
    expect(page.data.isLoggedIn).toBe(true);
    page.tap("onView", items[0]?.id);
    expect(phone.previews).toMatchObject([{ sources: [{ url: items[0]?.url, type: "image" }] }]);
  });

  test("logging in by hand", async () => {
    const phone = phoneThat([], "en", readFileSync(emulator.caFile, "utf8"));
    phone.loginCodes.push("error-45011-1", "user-ann-2");
    const page = await openPage(emulator.url, phone.wx);
    page.tap("onLogIn");
    const { notice } = await page.until((data) => data.notice !== "");
    expect(notice).toBe("Could not log in. Try again in a moment. (LoginThrottled)");
    page.tap("onLogIn");
    const { notice: after } = await page.until(({ isLoggedIn }) => isLoggedIn);
    expect(after).toBe("");
  });
});

describe("a login by hand that cannot succeed", () => {
  test.each<[string, number, string, string]>([
    ["is not to be tried again", 403, "LoginBlocked", "This WeChat account cannot log in."],
    [
      "names the developer",
      500,
      "ConfigurationError",
      "The upload service is not set up. Please tell its developer.",
    ],
  ])("%s", async (_, status, code, said) => {
    const service = await startFakeService();
    onTestFinished(() => service.close());
    service.onSign = refuse(status, code);
    const phone = phoneThat([], "en");
    phone.loginCodes.push("code-1");
    const page = await openPage(service.endpoint, phone.wx);
    page.tap("onLogIn");
    const { notice } = await page.until((data) => data.notice !== "");
    expect(notice).toBe(said);
  });
});

test("a version of WeChat that tells nothing of itself shows English", async () => {
  const { wx } = phoneThat([]);
  const page = await openPage("http://127.0.0.1:1//", {
    ...wx,
    canIUse: undefined,
    getAppBaseInfo: undefined,
  });
  expect(page.data.text).toEqual(TEXT.en);
});

describe("with a service that fails", () => {
  let service: FakeService;
  beforeEach(async () => {
    service = await startFakeService();
  });
  afterEach(() => service.close());

  async function choose(language = "zh_CN"): Promise<{ page: RunningPage; phone: TestWx }> {
    const phone = phoneThat(PHOTOS, language);
    const page = await openPage(service.endpoint, phone.wx);
    page.tap("choosePhotos");
    return { page, phone };
  }

  test("a refusal is said in words, and can be tried again", async () => {
    service.onSign = refuse(413, "FileTooLarge");
    const { page } = await choose();
    const { items } = await page.until(allAre("failed"));
    expect(items[0]?.note).toBe("文件太大，请选择小一些的文件。");
    service.onSign = undefined;
    for (const { id } of items) page.tap("onRetry", id);
    await page.until(allAre("done"));
  });

  test("in English too", async () => {
    service.onSign = refuse(413, "FileTooLarge");
    const { page } = await choose("en");
    const { items } = await page.until(allAre("failed"));
    expect(items[0]?.note).toBe("The file is too large. Choose a smaller one.");
    expect(items[0]?.title).toBe("Photo · 146 KB");
  });

  test("without object-url the phone's own pictures stay, and a hint says why", async () => {
    service.onSign = (response) => {
      const name = service.signed.at(-1)?.name;
      if (name === "object-url") refuse(404, "NotFound")(response, 1, response.req);
      else service.sendTicket(response);
    };
    const { page } = await choose();
    const { items, notice } = await page.until((data) => allAre("done")(data) && data.notice !== "");
    expect(notice).toBe("没有部署 object-url 函数，暂时显示手机上的图片。");
    expect(items.map(({ thumb }) => thumb)).toEqual(PHOTOS);
  });

  test("a picture that cannot be loaded from storage gives way to the phone's own", async () => {
    service.onSign = (response) => {
      const name = service.signed.at(-1)?.name;
      if (name === "object-url") sendJson(response, 200, { url: "https://gone.example.com/" });
      else service.sendTicket(response);
    };
    const { page } = await choose();
    const { items } = await page.until(({ items }) => items.length > 0 && items.every(({ url }) => url));
    page.tap("onThumbError", items[0]?.id);
    expect(page.data.items[0]).toMatchObject({ thumb: PHOTOS[0], note: TEXT.zh.viewFailed });
    expect(page.data.items[1]?.thumb).toBe("https://gone.example.com/");
  });

  test("each file is cancelled by itself, and finished ones can be cleared", async () => {
    service.onUpload = () => {};
    const { page } = await choose();
    const { items } = await page.until(({ items }) => items.some(({ percent }) => percent > 90));
    page.tap("onCancel", items[0]?.id);
    const { items: after } = await page.until(({ items }) => items[0]?.state === "cancelled");
    expect(after[0]?.note).toBe("已取消。");
    expect(["waiting", "uploading"]).toContain(after[1]?.state);
    page.tap("onClear");
    expect(page.data.items.map(({ id }) => id)).toEqual([items[1]?.id]);
    page.tap("onUnload");
    await page.until(allAre("cancelled"));
  });

  test("a cut on the way is mended without a word", async () => {
    service.onUploadStart = (response, count, request) => count < 3 && cut(response, count, request);
    const { page } = await choose();
    await page.until(allAre("done"));
  });

  test.each([
    ["chooseMedia:fail cancel", ""],
    ["chooseMedia:fail api scope is not declared in the privacy agreement", TEXT.zh.privacyUndeclared],
    ["chooseMedia:fail privacy permission is not authorized", TEXT.zh.privacyRefused],
    ["chooseMedia:fail auth deny", TEXT.zh.chooseFailed],
  ])("%s", async (errMsg, notice) => {
    const page = await openPage(service.endpoint, phoneThat({ errMsg }).wx);
    page.tap("choosePhotos");
    expect(page.data.notice).toBe(notice);
  });
});

describe("the page's view", () => {
  const wxml = readFileSync(new URL("../../miniprogram/pages/index/index.wxml", import.meta.url), "utf8");

  test("is well-formed", () => {
    expect(XMLValidator.validate(`<root>${wxml}</root>`, { allowBooleanAttributes: true })).toBe(true);
    expect(new XMLParser({ allowBooleanAttributes: true }).parse(wxml)).toHaveProperty("view");
  });

  test("binds only handlers that the page has", async () => {
    const { handlers } = await openPage("http://127.0.0.1:1", phoneThat([]).wx);
    const bound = [...wxml.matchAll(/ bind\w+="(\w+)"/g)].map(([, name]) => name);
    expect(bound.length).toBeGreaterThan(5);
    expect(handlers).toEqual(expect.arrayContaining(bound));
  });

  test("shows only texts that both languages have, and every text is used", () => {
    const code = readFileSync(new URL("../../miniprogram/pages/index/index.ts", import.meta.url), "utf8");
    const item = readFileSync(new URL("../../miniprogram/pages/index/item.ts", import.meta.url), "utf8");
    const used = [...(wxml + code + item).matchAll(/\btext\.(\w+)/g)].map(([, name]) => name);
    expect(Object.keys(TEXT.zh).sort()).toEqual([...new Set(used)].sort());
    expect(Object.keys(TEXT.en).sort()).toEqual(Object.keys(TEXT.zh).sort());
  });
});

describe("the project", () => {
  const read = (path: string) => readFileSync(new URL(`../../miniprogram/${path}`, import.meta.url), "utf8");

  test("has every file that WeChat DevTools looks for", () => {
    const app = JSON.parse(read("app.json"));
    expect(app.pages).toEqual(["pages/index/index"]);
    for (const extension of ["ts", "wxml", "wxss", "json"]) read(`pages/index/index.${extension}`);
    for (const path of ["app.ts", "app.wxss", app.sitemapLocation]) read(path);
    const themes = JSON.parse(read(app.themeLocation));
    const variables = Object.values<string>(app.window).filter((value) => value.startsWith("@"));
    for (const theme of ["light", "dark"]) {
      expect(Object.keys(themes[theme]).map((name) => `@${name}`)).toEqual(variables);
    }
  });

  test("compiles TypeScript, takes the emulator, and asks for privacy", () => {
    const { appid, setting } = JSON.parse(read("project.config.json"));
    expect({ appid, ...setting }).toMatchObject({
      appid: "touristappid",
      urlCheck: false,
      es6: true,
      useCompilerPlugins: ["typescript"],
    });
    expect(JSON.parse(read("app.json")).__usePrivacyCheck__).toBe(true);
  });
});

import type { Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { BROWSER, keepScreenshot, TestBrowser } from "../../dev/page/browser.ts";
import { startTestEmulator } from "../../upload/emulator.ts";

import { pdf, picture, showSample } from "./open.ts";
import type { Phone } from "./phone.ts";

const PHOTOS = [
  picture("a.jpg", [214, 93, 66]),
  picture("b.jpg", [76, 138, 92]),
  picture("c.jpg", [70, 103, 171]),
];

/** WeChat accepts each code once. */
let lastCode = 0;
function newCode(): string {
  lastCode += 1;
  return `user-ann-${lastCode}`;
}

/** One process for the file; each group of tests has a profile of its own. */
let chromium: TestBrowser;
beforeAll(async () => {
  if (BROWSER !== undefined) chromium = await TestBrowser.start({ isMiniProgram: true });
});
afterAll(() => chromium?.close());

describe.skipIf(BROWSER === undefined)("the sample, rendered", () => {
  let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
  let browser: TestBrowser;
  /** One tab for all tests: each new one is another browser process. */
  let tab: Page;
  beforeAll(async () => {
    emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" } });
    browser = await chromium.another({ width: 375, height: 812 });
    tab = await browser.open("about:blank");
  });
  afterAll(async () => {
    await browser.leave();
    await emulator.close();
  });
  afterEach(() => {
    emulator.faults.cos = undefined;
    expect(browser.complaints.splice(0)).toEqual([]);
  });

  async function open(phone: Partial<Phone> = {}): Promise<Page> {
    await showSample(tab, emulator.url, { codes: [newCode()], ...phone });
    return tab;
  }

  const photos = (page: Page) => page.locator("cos-uploader").first();
  const documents = (page: Page) => page.locator("cos-uploader").nth(1);
  const add = (of: ReturnType<typeof photos>) => of.locator(".cos-uploader__add").click();
  const tiles = (of: ReturnType<typeof photos>) => of.locator(".cos-uploader__file");
  const shown = (page: Page, name: keyof Phone): Promise<unknown> => page.evaluate(`window.phone.${name}`);

  test("uploads photos to COS after a silent login, and shows them from there", async () => {
    const page = await open({ files: PHOTOS, taps: [0] });
    await add(photos(page));
    await expect.poll(() => shown(page, "lists")).toEqual([["从相册选择", "拍摄"]]);
    const stored = photos(page).locator("img[src^='https:']");
    await expect.poll(() => stored.count()).toBe(3);
    const sources = await stored.evaluateAll((images) =>
      images.map((image) => image.getAttribute("src") ?? ""),
    );
    const bytes = await Promise.all(
      sources.map(async (source) => {
        const response = await fetch(source.replace("https:", "http:"));
        return Buffer.from(await response.arrayBuffer()).toString("base64");
      }),
    );
    expect(bytes).toEqual(PHOTOS.map(({ content }) => content));
    expect(await page.locator(".key").allInnerTexts()).toHaveLength(3);
    expect(await page.locator(".chip").innerText()).toBe("已登录");

    await tiles(photos(page)).nth(1).click();
    await expect
      .poll(() => shown(page, "previews"))
      .toMatchObject([{ current: 1, sources: [{}, { url: sources[1] }, {}] }]);
  });

  test("each function can have its own address, as after a plain deploy, or this machine's name", async () => {
    const { url } = emulator;
    const local = url.replace("127.0.0.1", "localhost");
    const endpoint = { "post-policy": url, login: `${url}/`, "object-url": local };
    await showSample(tab, endpoint, { codes: [newCode()], files: PHOTOS, taps: [0] });
    await add(photos(tab));
    await expect.poll(() => photos(tab).locator("img[src^='https:']").count()).toBe(3);
  });

  test("offers no retry where none can help, and says why in the user's language", async () => {
    const page = await open({ files: [{ ...picture("a.exe", [0, 0, 0]) }], taps: [0], language: "en" });
    await add(photos(page));
    await expect.poll(() => photos(page).innerText()).toContain("1. Files of this type cannot be uploaded.");
    expect(await photos(page).innerText()).toContain("Failed");
    expect(await photos(page).innerText()).not.toContain("Retry");
  });

  test("lets the user retry with a tap what may succeed later", async () => {
    emulator.faults.cos = "503";
    const page = await open({ files: PHOTOS.slice(0, 1), taps: [0] });
    await add(photos(page));
    const retry = photos(page).getByText("重试", { exact: true });
    await retry.waitFor();
    await keepScreenshot(page, "component-failed");
    emulator.faults.cos = undefined;
    await retry.click();
    await photos(page).locator("img[src^='https:']").waitFor();
  });

  test("stops sending a file that is deleted during the upload", async () => {
    const page = await open({ files: PHOTOS, taps: [0] });
    // They wait for as long as a slow machine takes to get here.
    const sending: Route[] = [];
    await page.route(
      ({ host }) => host === emulator.cosHost,
      (route) => void sending.push(route),
    );
    const before = emulator.store.keys().length;
    await add(photos(page));
    await expect.poll(() => photos(page).locator(".cos-uploader__percent").count()).toBe(3);
    await expect.poll(() => sending.length).toBe(3);
    await keepScreenshot(page, "component-uploading");
    await photos(page).locator(".cos-uploader__remove").nth(1).click();
    await expect.poll(() => tiles(photos(page)).count()).toBe(2);
    await Promise.all(sending.map((route) => route.continue().catch(() => {})));
    await expect.poll(() => page.locator(".key").count()).toBe(2);
    expect(emulator.store.keys()).toHaveLength(before + 2);
  });

  test("reorders and deletes files from the menu of a long press", async () => {
    const page = await open({ files: PHOTOS, taps: [0, 0, 3] });
    await add(photos(page));
    await expect.poll(() => photos(page).locator("img[src^='https:']").count()).toBe(3);
    const order = () =>
      photos(page)
        .locator("img")
        .evaluateAll((images) => images.map((image) => image.getAttribute("src")));
    const before = await order();
    await tiles(photos(page))
      .nth(2)
      .click({ button: "right", position: { x: 20, y: 50 } });
    await expect.poll(order).toEqual([before[2], before[0], before[1]]);
    await tiles(photos(page))
      .nth(1)
      .click({ button: "right", position: { x: 20, y: 50 } });
    await expect.poll(order).toEqual([before[2], before[1]]);
    expect(await shown(page, "lists")).toEqual([
      ["从相册选择", "拍摄"],
      ["移到最前", "前移", "删除"],
      ["移到最前", "前移", "后移", "删除"],
    ]);
  });

  test("does not accept what exceeds a limit, and names the limit", async () => {
    const files = [pdf("contract.pdf", 2000), pdf("large.pdf", 20 * 1024 * 1024 + 1), pdf("notes.txt", 100)];
    const page = await open({ files, language: "en" });
    await add(documents(page));
    await expect
      .poll(() => documents(page).innerText())
      .toContain(
        "“large.pdf” is 20 MB; the limit is 20 MB. “notes.txt” is not supported. Allowed types: pdf.",
      );
    expect(await tiles(documents(page)).count()).toBe(1);
    await expect.poll(() => page.locator(".key").count()).toBe(1);
  });

  test("accepts no more files than the maximum", async () => {
    const files = ["1", "2", "3"].map((name) => pdf(`${name}.pdf`, 2000));
    const page = await open({ files });
    await add(documents(page));
    await expect.poll(() => page.locator(".key").count()).toBe(3);
    expect(await documents(page).locator(".cos-uploader__add").count()).toBe(0);
  });

  test.each([
    ["chooseMedia:fail cancel", ""],
    [
      "chooseMedia:fail api scope is not declared in the privacy agreement",
      "请先在小程序后台的“用户隐私保护指引”中声明要收集的信息。",
    ],
    ["chooseMedia:fail privacy permission is not authorized", "需要同意隐私保护指引后才能选择文件。"],
    ["chooseMedia:fail auth deny", "没有权限，请在微信的设置中允许使用相册和相机。"],
    ["chooseMedia:fail ", "无法选择文件，请检查微信的相册和相机权限。"],
  ])("%s", async (chooseFailure, notice) => {
    const page = await open({ chooseFailure, taps: [0] });
    await add(photos(page));
    await expect
      .poll(() => photos(page).locator(".cos-uploader__message").allInnerTexts())
      .toEqual(notice === "" ? [] : [notice]);
  });

  test("logs in on a tap", async () => {
    const page = await open({ codes: ["error-45011-1", newCode()], language: "en" });
    await page.locator(".chip").click();
    await expect
      .poll(() => page.locator(".notice").innerText())
      .toBe("Could not log in. Try again in a moment. (LoginThrottled)");
    await page.locator(".chip").click();
    await expect.poll(() => page.locator(".chip").innerText()).toBe("Logged in");
    await expect.poll(() => page.locator(".notice").count()).toBe(0);
  });

  test("shows English on a version of WeChat that does not report its language", async () => {
    const page = await open({ language: "" });
    await expect.poll(() => page.title()).toBe("Upload to COS");
  });
});

describe.skipIf(BROWSER === undefined)(
  "nothing is wider than the phone, and tap targets are large enough",
  () => {
    let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
    beforeAll(async () => {
      emulator = await startTestEmulator();
    });
    afterAll(() => emulator.close());

    test.each([
      [375, "light"],
      [375, "dark"],
      [414, "light"],
      [414, "dark"],
    ] as const)("at %i px, %s", async (width, colorScheme) => {
      const browser = await chromium.another({ width, height: 812, colorScheme });
      onTestFinished(() => browser.leave());
      const files = [...PHOTOS, picture("d.exe", [150, 120, 60]), pdf("合同扫描件 2026.pdf", 30_000)];
      const page = await browser.open("about:blank");
      await showSample(page, emulator.url, { files, taps: [0] });
      for (const index of [0, 1]) await page.locator(".cos-uploader__add").nth(index).click();
      await expect.poll(() => page.locator(".key").count()).toBe(4);
      await keepScreenshot(page, `sample-${width}-${colorScheme}`);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
      const targets = page.locator(".chip, .cos-uploader__add, .cos-uploader__file, .cos-uploader__remove");
      for (const target of await targets.all()) {
        const box = await target.boundingBox();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(32);
      }
    });
  },
);

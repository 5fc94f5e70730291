import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { en } from "../../../dev/page/browser/text/en.ts";
import { zh } from "../../../dev/page/browser/text/zh.ts";
import { MiniProgram, type PutAnswer } from "../../upload/client.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";
import { BROWSER, keepScreenshot, TestBrowser } from "./browser.ts";
import { type Colour, png } from "./png.ts";

type TestEmulator = Awaited<ReturnType<typeof startTestEmulator>>;

const AXE = fileURLToPath(import.meta.resolve("axe-core/axe.min.js"));

/** Requests to COS. A route handler that does nothing keeps them open, however slow the machine is. */
const TO_COS = "**/_emulator/cos?*";

const RED: Colour = [230, 40, 30];
const GREEN: Colour = [20, 160, 60];
const BLUE: Colour = [30, 60, 220];
const WHITE: Colour = [255, 255, 255];
const PIXELS = [
  [RED, GREEN],
  [BLUE, WHITE],
];
const FLAG = { name: "flag.png", mimeType: "image/png", buffer: png(PIXELS) };
/** Large enough to see in a screenshot. */
const PICTURE = {
  name: "beach.png",
  mimeType: "image/png",
  buffer: png(
    Array.from({ length: 120 }, (_, y) =>
      Array.from({ length: 160 }, (__, x): Colour => [x + 60, 200 - y, 140]),
    ),
  ),
};
/** Only its type matters; nothing checks that it is a picture. */
const NOTES = { name: "桂林 notes.gif", mimeType: "image/gif", buffer: Buffer.from("hello, 世界") };

/** One process for the file; each group of tests has a profile of its own. */
let chromium: TestBrowser;
beforeAll(async () => {
  if (BROWSER !== undefined) chromium = await TestBrowser.start();
});
afterAll(() => chromium?.close());

describe.skipIf(BROWSER === undefined)("the emulator's page in a browser", () => {
  let emulator: TestEmulator;
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    emulator = await startTestEmulator();
    browser = await chromium.another();
    page = await browser.open(emulator.url);
  });
  afterAll(async () => {
    await browser?.leave();
    await emulator?.close();
  });
  afterEach(async () => {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    emulator.faults.cos = undefined;
    emulator.clock.reset();
    expect(browser.complaints.splice(0)).toEqual([]);
  });
  // One tab for all tests: each new one is another browser process.
  const open = () => page.goto(emulator.url);

  test.each(["PUT", "POST"])("uploads by %s, and the thumbnail has the picture's pixels", async (method) => {
    await open();
    await page.check(`#method-${method}`);
    await page.setInputFiles("#files", FLAG);
    const card = page.locator(".upload.stored");
    const key = await card.locator(".key").innerText();
    expect(key).toMatch(/^uploads\/.*\.png$/);
    const image = `[data-key="${key}"] img`;
    await page.locator(image).waitFor();
    expect(await pixelsOf(page, image)).toEqual(PIXELS);
  });

  test("shows the exchange: the answer with its policy, the request, and COS's answer", async () => {
    await open();
    await page.check("#method-POST");
    await page.check("#pin-type");
    await page.setInputFiles("#files", FLAG);
    const card = page.locator(".upload.stored");
    await card.getByText("The exchange").click();
    await card.locator(".steps").waitFor();
    const closed = card.locator(".block:not([open]) > summary");
    while ((await closed.count()) > 0) await closed.first().click();
    const texts = await card.locator("pre").allInnerTexts();
    const [answer = "", policy = "", sessionPolicy = "", request = "", reply = ""] = texts;
    expect(JSON.parse(answer)).toMatchObject({ cosHost: emulator.cosHost, method: "POST" });
    expect(JSON.parse(policy).conditions).toContainEqual({ "Content-Type": "image/png" });
    expect(JSON.parse(sessionPolicy).statement[0].action).toEqual(["name/cos:PostObject"]);
    expect(request).toContain(`POST https://${emulator.cosHost}/\n`);
    expect(request).toContain("Content-Type = image/png\n");
    expect(request).toMatch(/\nfile = \(flag\.png, \d+ bytes\)$/);
    expect(reply).toMatch(/^200\n/);
    expect(reply).toContain("x-cos-request-id: ");
  });

  test("shows the line that differs, side by side", async () => {
    await open();
    await page.click('[data-mistake="type"]');
    const row = page.locator(".compare tr.differs");
    await row.waitFor();
    expect(await row.locator("th, td").allInnerTexts()).toEqual([
      expect.stringMatching(/^header content-type\s*differs$/),
      "image/png",
      "text/html",
    ]);
  });

  test("takes several files dropped anywhere on the page", async () => {
    await open();
    const dataTransfer = await page.evaluateHandle(`(() => {
      const files = new DataTransfer();
      for (const name of ["a.gif", "b.gif", "c.gif"]) files.items.add(new File(["x"], name, { type: "image/gif" }));
      return files;
    })()`);
    await page.dispatchEvent("footer", "drop", { dataTransfer });
    await page.locator(".upload.stored").nth(2).waitFor();
    expect((await page.locator(".upload h3").allInnerTexts()).sort()).toEqual(["a.gif", "b.gif", "c.gif"]);
  });

  test("shows the signing function's refusal", async () => {
    await open();
    await page.setInputFiles("#files", { name: "run.exe", mimeType: "", buffer: Buffer.from("MZ") });
    const card = page.locator(".upload.refused");
    expect(await card.locator(".badge").innerText()).toBe("400 ExtensionNotAllowed");
    expect(await card.locator(".sentence").innerText()).toContain('"exe"');
  });

  test("an upload can be cancelled and tried again", async () => {
    await open();
    await page.route(TO_COS, () => {});
    await page.setInputFiles("#files", NOTES);
    await page.getByRole("button", { name: "Cancel 桂林 notes.gif" }).click();
    await expect.poll(() => page.locator(".upload .badge").innerText()).toBe("cancelled");
    await expect.poll(() => page.locator("#live").innerText()).toBe("桂林 notes.gif was cancelled.");
    await page.unroute(TO_COS);
    await page.getByRole("button", { name: "Try 桂林 notes.gif again" }).click();
    await page.locator(".upload.stored").waitFor();
  });

  test("lists running uploads first; a waiting one can be cancelled, and so can all", async () => {
    await open();
    await page.route(TO_COS, () => {});
    const files = Array.from({ length: 14 }, (_, i) => ({ ...NOTES, name: `n${i}.gif` }));
    await page.setInputFiles("#files", files);
    await page.locator(".upload.waiting").nth(3).waitFor();
    const states = await page.locator(".upload .badge").allInnerTexts();
    expect(states.slice(0, 10)).toEqual(Array(10).fill("uploading"));
    expect(states.slice(10)).toEqual(Array(4).fill("waiting"));
    await page.getByRole("button", { name: "Cancel n13.gif" }).click();
    const cancelled = page.locator(".upload.cancelled");
    await expect.poll(() => cancelled.locator("h3").allInnerTexts()).toEqual(["n13.gif"]);
    await expect
      .poll(() => page.locator(".totals p").innerText())
      .toBe("1 of 14 files · 0 B of 169 B · 1 not stored");
    await page.getByRole("button", { name: "Cancel all" }).click();
    await expect.poll(() => cancelled.count()).toBe(14);
    await page.getByRole("button", { name: "Cancel all" }).waitFor({ state: "hidden" });
  });

  test("does not send a file without an extension, and offers a retry only where it can help", async () => {
    await open();
    await page.setInputFiles("#files", { name: "LICENSE", mimeType: "", buffer: Buffer.from("MIT") });
    const card = page.locator(".upload.refused");
    expect(await card.locator(".badge").innerText()).toBe("no extension");
    expect(await card.locator(".sentence").innerText()).toContain("LICENSE.txt");
    expect(await card.getByRole("button", { name: /again/ }).count()).toBe(0);
    expect(browser.requested.filter((url) => url.includes("ext=bin"))).toEqual([]);
    await page.check("#method-parts");
    await page.setInputFiles("#files", { name: "Makefile", mimeType: "", buffer: Buffer.from("all:") });
    await expect.poll(() => card.first().locator(".badge").innerText()).toBe("no extension");
    await page.check("#method-PUT");
    emulator.faults.cos = "503";
    await page.setInputFiles("#files", FLAG);
    const busy = card.filter({ hasText: "503 SlowDown" });
    await busy.waitFor();
    emulator.faults.cos = undefined;
    await busy.getByRole("button", { name: "Try flag.png again" }).click();
    await page.locator(".upload.stored").waitFor();
  });

  test("the clock can be moved forward, until STS rejects the functions' key, and back", async () => {
    await open();
    await page.getByText("The cloud’s clock").click();
    await page.getByRole("button", { name: "+1 day" }).click();
    await page.getByText("1 day ahead").waitFor();
    expect(emulator.clock.now() - Date.now()).toBeGreaterThan(86_000_000);
    await page.setInputFiles("#files", FLAG);
    await page.locator(".upload.refused").getByText("CredentialsDenied").waitFor();
    await page.getByRole("button", { name: "Reset" }).click();
    await page.locator(".clock").getByText("on time").waitFor();
    expect(Math.abs(emulator.clock.now() - Date.now())).toBeLessThan(1000);
    await page.getByRole("button", { name: "Try flag.png again" }).click();
    await page.locator(".upload.stored").waitFor();
  });

  test("uploads a large file in parts, pauses and continues, and the stored bytes are right", async () => {
    await open();
    const content = Buffer.alloc(9 * 1024 ** 2, "桂林");
    await page.check("#method-parts");
    await page.route(TO_COS, () => {});
    await page.setInputFiles("#files", { name: "film.mp4", mimeType: "video/mp4", buffer: content });
    await page.getByRole("button", { name: "Pause film.mp4" }).click();
    await page.locator(".upload .badge").getByText("paused").waitFor();
    await page.unroute(TO_COS);
    await page.getByRole("button", { name: "Resume film.mp4" }).click();
    const card = page.locator(".upload.stored");
    expect(await card.locator("p.small").innerText()).toBe("3 of 3 parts");
    const key = await card.locator(".key").innerText();
    expect(key).toMatch(/^uploads\/.*\.mp4$/);
    const stored = emulator.store.get(key);
    const chunks = [];
    for await (const chunk of (stored && (await emulator.store.read(stored))) ?? []) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(content)).toBe(true);
    const urls = browser.requested.filter((url) => url.includes("partNumber"));
    expect(urls.every((url) => url.startsWith(`${emulator.url}/_emulator/cos?url=`))).toBe(true);
  });

  test("lists requests as they come, explains refusals, filters, and copies", async () => {
    await open();
    await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.click('[data-mistake="type"]');
    const rows = page.locator(".seen");
    const refused = page.locator('.seen.refused[data-service="COS"]').first();
    await expect.poll(() => refused.locator(".reason").innerText()).toMatch(/\. \(signature-mismatch\)$/);
    await page.getByLabel("Service").selectOption("functions");
    await page.getByLabel("Path or code").fill("put-sign?ext=png&type");
    const call = rows.first();
    await expect.poll(() => call.locator(".what").innerText()).toBe("GET /put-sign?ext=png&type=image%2Fpng");
    expect(new Set(await rows.locator(".tag").allInnerTexts())).toEqual(new Set(["Functions"]));
    await call.getByRole("button", { name: "Copy GET /put-sign as curl" }).click();
    await expect.poll(() => page.locator("#live").innerText()).toBe("Copied.");
    const copied = () => page.evaluate<string>("navigator.clipboard.readText()");
    expect(await copied()).toBe(`curl '${emulator.url}/put-sign?ext=png&type=image%2Fpng'`);
    await page.getByLabel("Refusals only").check();
    await page.getByText("No requests match.").waitFor();
  });

  test("lists what another program stores", async () => {
    await open();
    const answer = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
    await new MiniProgram(emulator.caFile).put(answer.json, Buffer.from("a photo"));
    await page.locator(`.objects [data-key="${answer.json.cosKey}"]`).waitFor();
  });

  test("the page is in the browser's language and can be switched to the other", async () => {
    const chinese = await browser.another({ locale: "zh-CN" });
    try {
      const shown = await chinese.open(emulator.url);
      await shown.getByRole("heading", { name: "上传", exact: true }).waitFor();
      expect(await shown.locator("html").getAttribute("lang")).toBe("zh-CN");
      await shown.getByRole("button", { name: "English" }).click();
      await shown.getByRole("heading", { name: "Upload", exact: true }).waitFor();
      expect(await shown.locator("html").getAttribute("lang")).toBe("en");
      expect(chinese.complaints).toEqual([]);
    } finally {
      await chinese.leave();
    }
    await open();
  });

  test("says when the emulator does not answer, and keeps what is shown until it does", async () => {
    await open();
    await page.setInputFiles("#files", FLAG);
    const key = await page.locator(".upload.stored .key").innerText();
    await page.locator(`.objects [data-key="${key}"]`).waitFor();
    const shown = await page.locator(".objects [data-key]").count();
    await page.route("**/_emulator/**", (route) => route.abort());
    const offline = page.getByRole("alert").filter({ hasText: en.unreachable });
    await offline.waitFor();
    await page.getByRole("button", { name: en.refresh }).click();
    await page.getByText("Make a service fail").click();
    await page.locator(".faults").getByLabel("COS").selectOption("cos=cut");
    expect(await page.locator(".objects [data-key]").count()).toBe(shown);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await offline.waitFor({ state: "hidden" });
    const failed = (line: string) => line.includes("ERR_FAILED");
    browser.complaints.splice(
      0,
      Number.POSITIVE_INFINITY,
      ...browser.complaints.filter((line) => !failed(line)),
    );
  });

  test("a cut connection is not shown as a refusal", async () => {
    await open();
    await page.getByText("Make a service fail").click();
    await page.locator(".faults").getByLabel("COS").selectOption("cos=cut");
    await expect.poll(() => emulator.faults.cos).toBe("cut");
    await page.setInputFiles("#files", { ...FLAG, buffer: Buffer.alloc(3_000_000) });
    const card = page.locator(".upload.refused");
    expect(await card.locator(".sentence").innerText()).toBe("The connection to COS was cut.");
    expect(await card.locator(".why").count()).toBe(0);
  });

  test("deletes objects one by one, moving the focus to the next, and all at once after a confirmation", async () => {
    await open();
    await page.setInputFiles("#files", [NOTES, { ...NOTES, name: "b.gif" }, { ...NOTES, name: "c.gif" }]);
    await page.locator(".upload.stored").nth(2).waitFor();
    await page.getByRole("button", { name: "Refresh" }).click();
    const items = page.locator(".objects li");
    await expect.poll(() => items.count()).toBe(emulator.store.keys().length);
    const before = await items.count();
    const second = await items.nth(1).getAttribute("data-key");
    await items
      .first()
      .getByRole("button", { name: /^Delete / })
      .press("Enter");
    await expect.poll(() => items.count()).toBe(before - 1);
    await expect.poll(() => items.first().getAttribute("data-key")).toBe(second);
    const focused = page.locator(".objects li:focus-within");
    await expect.poll(() => focused.getAttribute("data-key")).toBe(second);
    // Another program's file is shown, and the focus stays where it was.
    const answer = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=jpg`);
    await new MiniProgram(emulator.caFile).put(answer.json, Buffer.from("a photo"));
    await page.locator(`.objects [data-key="${answer.json.cosKey}"]`).waitFor();
    expect(await focused.getAttribute("data-key")).toBe(second);

    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("button", { name: "Keep them" }).click();
    await expect.poll(() => items.count()).toBe(before);
    await page.getByRole("button", { name: "Delete all" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete all" }).click();
    await page.getByText("The bucket is empty.").waitFor();
    expect(await items.count()).toBe(0);
  });

  test("works with the keyboard alone", async () => {
    await open();
    await page.locator("[data-mistake]").first().waitFor();
    const focused = () =>
      page.evaluate<string>("document.activeElement.id || document.activeElement.textContent");
    const seen: string[] = [];
    for (let i = 0; i < 8; i += 1) {
      await page.keyboard.press("Tab");
      seen.push(await focused());
    }
    expect(seen).toEqual([
      "skip",
      "language",
      "method-PUT",
      "files",
      "pin-type",
      "pin-size",
      "See a refusal",
      "Another key",
    ]);
    await page.keyboard.press("Enter");
    await page.locator(".upload.refused").waitFor();
  });

  test("every element that Tab reaches shows the focus, in page order, and none traps it", async () => {
    await open();
    await page.setInputFiles("#files", [FLAG, { ...NOTES, name: "run.exe" }]);
    await page.locator(".upload.stored").waitFor();
    await page.locator(".seen").first().waitFor();
    await page.locator(".objects button").first().waitFor();
    await page.locator("body").press("Home");
    const seen: string[] = [];
    for (let i = 0; i < 400; i += 1) {
      await page.keyboard.press("Tab");
      const [name, isSeen] = await page.evaluate<[string, boolean]>(`(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return ["", true];
        // A hidden input is seen by what is drawn for it.
        const shown = element.id === "files" ? element.nextElementSibling : element;
        const { outlineStyle, outlineWidth } = getComputedStyle(shown);
        const of = element.closest(".seen, .upload, .objects, .filters, .curls")?.className ?? "";
        return [of + "|" + (element.id || element.textContent), outlineStyle !== "none" && outlineWidth !== "0px"];
      })()`);
      if (name === "") break;
      seen.push(name);
      expect([name, isSeen]).toEqual([name, true]);
    }
    const places = ["|files", "upload stored|", "filters|requests-service", "|requests-refused", "objects|"];
    const order = places.map((place) => seen.findIndex((name) => name.includes(place)));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(seen.length).toBeLessThan(400);
  });

  test("Escape closes a dialog, changes nothing, and returns the focus", async () => {
    await open();
    await page.setInputFiles("#files", FLAG);
    const key = await page.locator(".upload.stored .key").innerText();
    await page.locator(`.objects [data-key="${key}"]`).waitFor();
    const count = await page.locator(".objects li").count();
    const deleteAll = page.getByRole("button", { name: "Delete all" });
    await deleteAll.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.locator(":focus").innerText()).toBe("Keep them");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => page.locator(":focus").innerText()).toBe("Delete all");
    expect(await page.locator(".objects li").count()).toBe(count);
  });

  test("requests nothing from any other host", async () => {
    await open();
    await page.setInputFiles("#files", FLAG);
    await page.locator(".upload.stored").waitFor();
    await page.locator(".picture img").first().waitFor();
    expect(browser.requested.filter((url) => !url.startsWith(`${emulator.url}/`))).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)("a mistake on purpose", () => {
  const CAUSES = [
    ["PUT", "key", "key-differs"],
    ["PUT", "encoding", "key-encoding"],
    ["PUT", "signature", "signature-altered"],
    ["PUT", "late", "expired"],
    ["PUT", "type", "header-changed"],
    ["PUT", "large", "too-large"],
    ["PUT", "size", "header-changed"],
    ["PUT", "md5", "md5-mismatch"],
    ["PUT", "no-token", "missing-token"],
    ["PUT", "other-token", "wrong-token"],
    ["PUT", "no-signature", "no-signature"],
    ["PUT", "overwrite", "overwrite"],
    ["PUT", "plain", "plain-http"],
    ["PUT", "host", "host-differs"],
    ["PUT", "bucket", "bucket-name"],
    ["POST", "key", "post-condition"],
    ["POST", "encoding", "post-condition"],
    ["POST", "signature", "signature-altered"],
    ["POST", "late", "expired"],
    ["POST", "type", "post-condition"],
    ["POST", "large", "too-large"],
    ["POST", "size", "too-small"],
    ["POST", "md5", "md5-mismatch"],
    ["POST", "no-token", "missing-token"],
    ["POST", "other-token", "wrong-token"],
    ["POST", "no-signature", "no-signature"],
    ["POST", "overwrite", "overwrite"],
    ["POST", "plain", "plain-http"],
    ["POST", "bucket", "bucket-name"],
  ] as const;
  let emulator: TestEmulator;
  let browser: TestBrowser;
  let page: Page;
  beforeAll(async () => {
    emulator = await startTestEmulator({ strictTransport: true });
    browser = await chromium.another();
    page = await browser.open(emulator.url);
  });
  afterAll(async () => {
    await browser?.leave();
    await emulator?.close();
  });

  test.each(CAUSES)("explains %s %s: %s", async (method, mistake, cause) => {
    const before = await page.locator(".upload").count();
    await page.check(`#method-${method}`);
    await page.click(`[data-mistake="${mistake}"]`);
    await expect.poll(() => page.locator(".upload").count()).toBe(before + 1);
    const why = page.locator(".upload").first().locator(".why");
    expect(await why.getAttribute("data-cause")).toBe(cause);
    // What is shown is also announced to screen readers.
    const sentence = await why.locator(".sentence").innerText();
    await expect.poll(() => page.locator("#live").innerText()).toContain(sentence);
    expect(browser.complaints).toEqual([]);
  });

  test.each(["PUT", "POST"])("every %s mistake has its test", async (method) => {
    await page.check(`#method-${method}`);
    const offered: (string | null)[] = [];
    for (const button of await page.locator("[data-mistake]:visible").all()) {
      offered.push(await button.getAttribute("data-mistake"));
    }
    const tested = CAUSES.filter(([of]) => of === method).map(([, mistake]) => mistake);
    expect(offered.sort()).toEqual(tested.sort());
  });
});

describe.skipIf(BROWSER === undefined)("with triggers", () => {
  let emulator: TestEmulator;
  let browser: TestBrowser;
  beforeAll(async () => {
    emulator = await startTestEmulator({ triggers: true });
    browser = await chromium.another();
  });
  afterAll(async () => {
    await browser?.leave();
    await emulator?.close();
  });

  test("a card shows what the service decides about the stored file, and a rejected file leaves the list", async () => {
    const page = await browser.open(emulator.url);
    const card = (name: string) => page.locator(".upload", { hasText: name });
    await page.setInputFiles("#files", [FLAG, { ...FLAG, name: "fake.png", buffer: Buffer.from("hello") }]);
    await card("fake.png").getByText(en.rejectedWhy.WrongContent).waitFor();
    expect(await card("fake.png").getAttribute("class")).toContain("refused");
    await card("flag.png").getByText(en.accepted, { exact: true }).waitFor();
    const kept = page.locator(`.objects [data-key^="uploads/"]`);
    await expect.poll(() => kept.count()).toBe(1);
    // The functions looked for records that were not there yet.
    await page.locator(".seen", { hasText: "404 NoSuchKey" }).first().waitFor();
    // The page itself may have asked for the rejected file's picture when it was gone.
    const refused = page.locator(".seen.refused", { hasNot: page.locator(`.what[title^="/uploads/"]`) });
    expect(await refused.allInnerTexts()).toEqual([]);
    expect(browser.complaints).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)("with UPLOAD_AUTH=jwt", () => {
  let emulator: TestEmulator;
  let browser: TestBrowser;
  beforeAll(async () => {
    emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" } });
    browser = await chromium.another();
  });
  afterAll(async () => {
    await browser?.leave();
    await emulator?.close();
  });

  test("the page logs in, and another user's uploads stay inaccessible", async () => {
    const page = await browser.open(emulator.url);
    await page.setInputFiles("#files", FLAG);
    await expect.poll(() => page.locator(".upload .badge").innerText()).toBe("401 TokenMissing");
    await login(page, "ann");
    await page.getByRole("button", { name: "Try flag.png again" }).click();
    await page.locator(".upload.stored").waitFor();
    await page.locator(".objects img").waitFor();
    await page.getByRole("button", { name: "Log out" }).click();
    await login(page, "bob");
    await page.locator(".objects").getByText("KeyNotAllowed").waitFor();
    // Without a login, the page asks for no pictures.
    const pictures = emulator.requests.filter(({ path }) => path.startsWith("/object-url"));
    expect(pictures.map(({ status }) => status)).not.toContain(401);
    expect(pictures.length).toBeGreaterThan(1);
    expect(browser.complaints).toEqual([]);
  });
});

describe.skipIf(BROWSER === undefined)("the layout", () => {
  /** Each language's pages are opened once, on a phone, and then change colour and size: a page costs seconds of CPU. */
  const PHONE = { width: 375, height: 740 };
  const DESKTOP = { width: 1280, height: 900 };
  const LOOKS = {
    light: [DESKTOP, "light"],
    dark: [DESKTOP, "dark"],
    phone: [PHONE, "light"],
    "phone-dark": [PHONE, "dark"],
  } as const;
  let emulator: TestEmulator;
  beforeAll(async () => {
    // With a network address, the panel for phones is shown.
    emulator = await startTestEmulator({ environment: { UPLOAD_AUTH: "jwt" }, host: "127.0.0.2" });
  });
  afterAll(() => emulator?.close());

  test.each([
    ["en-US", en, ["phone", "phone-dark", "light", "dark"]],
    ["zh-CN", zh, ["phone", "phone-dark", "dark"]],
  ] as const)("in %s fits its width and passes axe-core", async (locale, text, looks) => {
    const browser = await chromium.another({ ...PHONE, locale });
    try {
      const page = await browser.open(emulator.url);
      await keepScreenshot(page, `page-${locale}-login`);
      await login(page, "ann", text);
      await page.setInputFiles("#files", [NOTES, PICTURE]);
      await page.locator(".upload.stored").nth(1).waitFor();
      const mistakes = page.locator(".mistakes");
      await mistakes.locator("summary").click();
      await page.click('[data-mistake="type"]');
      await page.locator(".upload.refused").waitFor();
      await mistakes.locator("summary").click();
      await page.locator(".exchange > summary").first().click();
      await page.locator(".block:not([open]) > summary").first().click();
      for (const panel of [text.makeFail, text.clock, text.onPhone]) {
        await page.locator("summary").getByText(panel).click();
      }
      await page.locator(".phone img").waitFor();
      await page.locator(".objects img").first().waitFor();
      for (const name of looks) {
        const [size, colorScheme] = LOOKS[name];
        await page.setViewportSize(size);
        await page.emulateMedia({ colorScheme });
        await keepScreenshot(page, `page-${locale}-${name}`);
        expect(await accessibilityFindings(page), name).toEqual([]);
        const widths = await page.evaluate<number[]>("[document.documentElement.scrollWidth, innerWidth]");
        expect(widths[0], name).toBe(widths[1]);
        await page.getByRole("button", { name: text.deleteAll }).click();
        expect(await accessibilityFindings(page), name).toEqual([]);
        await page.keyboard.press("Escape");
      }
      expect(browser.complaints).toEqual([]);
    } finally {
      await browser.leave();
    }
  });
});

/** What axe-core finds, each with the elements concerned. */
async function accessibilityFindings(page: Page): Promise<unknown[]> {
  // Evaluated, not added as a script: the page's content security policy would block that.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(await readFile(AXE, "utf8"));
  return await page.evaluate<unknown[]>(`axe.run().then(({ violations }) =>
    violations.map(({ id, impact, nodes }) => [id, impact, nodes.map(({ html }) => html.slice(0, 200))]),
  )`);
}

async function login(page: Page, name: string, text = en): Promise<void> {
  await page.getByLabel(text.loginAs).fill(name);
  await page.getByRole("button", { name: text.logIn }).click();
  await page.getByText(text.loggedInAs(name)).waitFor({ state: "attached" });
}

/** The picture's own pixels, row by row. It is same-origin, so a canvas may read it. */
function pixelsOf(page: Page, selector: string): Promise<number[][][]> {
  return page.evaluate<number[][][]>(`(() => {
    const image = document.querySelector(${JSON.stringify(selector)});
    const { naturalWidth: width, naturalHeight: height } = image;
    const canvas = Object.assign(document.createElement("canvas"), { width, height });
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(image, 0, 0);
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)]),
    );
  })()`);
}

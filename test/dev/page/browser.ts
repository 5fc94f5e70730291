import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumArguments, findChromium } from "../../../tools/lib/chromium.ts";

/** The browser to test with; undefined if the machine has none, which is reported once on the console. */
export const BROWSER = findChromium();

if (BROWSER === undefined) {
  console.warn(
    "There is no chromium here, so the tests of the emulator's page did NOT run. CHROMIUM=<path> names one.",
  );
}

const ARTIFACTS = fileURLToPath(new URL("../../../test-artifacts/", import.meta.url));

export interface Look {
  readonly colorScheme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  /** @default "en-US" */
  readonly locale?: string;
}

export interface Start extends Look {
  /** Names that resolve to this machine, as an attacker's DNS could make any name do. */
  readonly names?: readonly string[];
  /** As in a Mini Program: no CORS, and any certificate is accepted. */
  readonly isMiniProgram?: boolean;
}

/** A browser with a fresh profile that can reach only this machine. */
export class TestBrowser {
  readonly context: BrowserContext;
  /** What the pages reported: errors, and whatever the content security policy blocked. */
  readonly complaints: string[] = [];
  /** Every address that was requested. */
  readonly requested: string[] = [];
  readonly #browser: Browser;

  private constructor(browser: Browser, context: BrowserContext) {
    this.#browser = browser;
    this.context = context;
  }

  static async start({ names = [], isMiniProgram = false, ...look }: Start = {}): Promise<TestBrowser> {
    const browser = await chromium.launch({
      ...(BROWSER !== undefined && { executablePath: BROWSER }),
      args: [
        ...chromiumArguments(names.map((name) => `MAP ${name} 127.0.0.1`)),
        ...(isMiniProgram ? ["--disable-web-security", "--ignore-certificate-errors"] : []),
      ],
    });
    return new TestBrowser(browser, await newProfile(browser, look));
  }

  /** Another profile of the same browser, which shares nothing with this one but the process. */
  async another(look: Look = {}): Promise<TestBrowser> {
    return new TestBrowser(this.#browser, await newProfile(this.#browser, look));
  }

  /** @param prepare is called with the page before it navigates */
  async open(url: string, prepare: (page: Page) => Promise<void> = async () => {}): Promise<Page> {
    const page = await this.context.newPage();
    await prepare(page);
    page.setDefaultTimeout(60_000);
    page.on("pageerror", (error) => this.complaints.push(String(error)));
    page.on("console", (message) => {
      // A refused upload is an HTTP error, which Chromium reports on its own.
      const isRefusal = /^Failed to load resource: the server responded with a status of [45]/.test(
        message.text(),
      );
      if (["error", "warning"].includes(message.type()) && !isRefusal) this.complaints.push(message.text());
    });
    page.on("request", (request) => this.requested.push(request.url()));
    await page.goto(url);
    return page;
  }

  /** Closes its pages. */
  async leave(): Promise<void> {
    await this.context.close();
  }

  /** Ends the browser with all profiles. */
  async close(): Promise<void> {
    await this.#browser.close();
  }
}

function newProfile(browser: Browser, look: Look): Promise<BrowserContext> {
  const { colorScheme = "light", width = 1280, height = 900, locale = "en-US" } = look;
  return browser.newContext({ colorScheme, locale, viewport: { width, height }, reducedMotion: "reduce" });
}

/** With SCREENSHOTS=yes, saves a screenshot of the whole page in test-artifacts/, for people to look at. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (process.env["SCREENSHOTS"] !== "yes") return;
  await mkdir(ARTIFACTS, { recursive: true });
  await page.screenshot({ path: join(ARTIFACTS, `${name}.png`), fullPage: true });
}
